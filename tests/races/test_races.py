"""
Simultaneous acts, on the database of the tests. RACE_TRIALS=300 is the long form.

The counts are written to build/trust/races-<database>.md.
"""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path

import pytest
from django.db import connection

from committees.audit.verification import violations
from tests.invariants import breaches
from tests.races.meeting import Crossing
from tests.races.pairs import PAIRS, Pair
from tests.races.scene import People, Scene

TRIALS = int(os.environ.get("RACE_TRIALS", "0"))
"""Trials of each pair; 0: each way of meeting, once."""
HEAD = "| pair | trials | overlapped | first won | second won | refused | violations |\n|---|" + "--:|" * 6

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Tally:
    """One row of the table."""

    pair: str
    trials: int = 0
    overlapped: int = 0
    left_first: int = 0
    right_first: int = 0
    refused: int = 0
    violations: list[str] = field(default_factory=list)


@pytest.fixture
def tally(name: str) -> Iterator[Tally]:
    """Count the trials of one pair, and write them to the table."""
    tally = Tally(name)
    yield tally
    write_row(tally)


def write_row(tally: Tally) -> None:
    """Replace the row in the table; several processes may do so at once."""
    table = Path("build/trust") / f"races-{connection.vendor}.md"
    table.parent.mkdir(parents=True, exist_ok=True)
    with table.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        rows = {line.split(" | ")[0].removeprefix("| "): line for line in file.read().splitlines()[2:]}
        cells = (*astuple(tally)[:-1], len(tally.violations))
        rows[tally.pair] = "| " + " | ".join(map(str, cells)) + " |"
        file.truncate(0)
        file.write("\n".join([HEAD, *(rows[pair] for pair in PAIRS if pair in rows), ""]))


@pytest.fixture
def crossing() -> Iterator[Crossing]:
    crossing = Crossing()
    yield crossing
    crossing.close()


SHOWN_BY_OTHERS = {
    "click × upload",
    "confirm × withdraw, the same grader",
    "on behalf × click",
    "on behalf × withdraw",
    "reopen × transfer by committee",
    "undo × click",
    "give back × click",
    "move × click",
    "import × transfer",
    "seat × confirm",
    "cancel × confirm",
    "hand over × transfer",
}
"""Pairs that make test-all adds: each of their acts takes the same locks in another pair."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SHOWN_BY_OTHERS else ()) for name in PAIRS]
)
def test_simultaneous_acts_lose_nothing_and_confirm_nothing_unseen(
    name: str, crossing: Crossing, tally: Tally, transactional_db: None
) -> None:
    people = People()
    ways = 2 * max(len(PAIRS[name].left), len(PAIRS[name].right))
    for trial in range(TRIALS or ways):
        try_once(PAIRS[name], trial, Scene(people), crossing, tally)
    tally.violations += map(str, violations())
    assert tally.violations == []
    assert tally.overlapped == tally.trials
    assert min(tally.left_first, tally.right_first) > 0


def try_once(pair: Pair, trial: int, scene: Scene, crossing: Crossing, tally: Tally) -> None:
    """Run the acts of `pair`, and record in `tally` how they met and what went wrong."""
    turn, right_stops = trial // 2, bool(trial % 2)
    points = pair.right if right_stops else pair.left
    point = points[turn % len(points)]
    # Combine every point with both variants.
    met = pair.story(scene, bool((turn + turn // len(points)) % 2))
    left, right = next(met)
    scene.remember()
    meeting = crossing.meet(left, right, point, right_stops=right_stops)
    wrong = [repr(error) for error in meeting.failed] + breaches(scene.exam, scene.seen)
    try:
        met.send(meeting)
    except StopIteration:
        pass
    except AssertionError as error:
        wrong.append(str(error))
    tally.trials += 1
    tally.overlapped += meeting.overlapped
    tally.left_first += meeting.left_had_the_lock_first
    tally.right_first += not meeting.left_had_the_lock_first
    tally.refused += meeting.refused
    tally.violations += [f"{point} ({'second' if right_stops else 'first'} stops): {one}" for one in wrong]
