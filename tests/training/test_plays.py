"""Solver and saboteur: no scenario ends with “Well done” after an uncorrected wrong turn, and none is a dead end."""

import copy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.generated import DOCS, read_page
from tests.docs.test_scenario_example import example_scenario
from tests.training.plays import COPIES, KEYS, PAGE, blueprint, practice_copy, rules
from training.play.play import play_scenario
from training.play.turns import TURNS, Turn
from training.sandbox.copy_keys import COPY_PREFIX

ROOT = DOCS.parent
pytestmark = [pytest.mark.slow, pytest.mark.db_independent, pytest.mark.django_db(transaction=True)]


def texts(key: str, data: dict[str, Any], *turns: Turn) -> list[str]:
    """Return the texts of what plays of `data` found."""
    return [finding.text for finding in play_scenario(key, data, turns=turns).findings]


def turns(name: str) -> Iterator[Turn]:
    return (turn for turn in TURNS if turn.name == name)


@pytest.mark.parametrize("key", KEYS)
def test_scenario_survives_every_wrong_turn(key: str) -> None:
    report = play_scenario(key, blueprint(key))
    assert (report.findings, report.plays > 6) == ([], True)


@pytest.mark.parametrize("name", COPIES)
def test_practice_copy_survives_every_wrong_turn(name: str) -> None:
    report = play_scenario(COPY_PREFIX + name, practice_copy(name))
    assert (report.findings, report.restarts > 0) == ([], name == "grader-one")


@pytest.mark.parametrize("key", KEYS)
def test_page_has_the_rules_that_were_played(key: str) -> None:
    assert f"| `{key}` | {rules(blueprint(key))} |" in read_page(PAGE)


def test_command_plays_a_file(tmp_path: Path) -> None:
    """With the site's own settings, in a process of its own, and without collected static files."""
    file = tmp_path / "dancers.toml"
    file.write_text(example_scenario())
    environment = {
        "SECRET_KEY": "play",
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
        "GRADEREG_DATA": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "check_scenarios", "--play", str(file)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    good, plays = done.stdout.splitlines()
    assert (good, plays.startswith("dancers: "), plays.endswith(", 0 findings")) == (
        f"{file}: good",
        True,
        True,
    )


def test_task_that_is_done_at_the_start_is_found() -> None:
    data = copy.deepcopy(blueprint("first-exam"))
    data["tasks"][0]["done"] = [{"stage": 1, "is": "not-started"}]
    assert texts("first-exam", data) == ["already done at the start"]


def test_task_that_cannot_be_reached_is_found() -> None:
    data = copy.deepcopy(blueprint("first-exam"))
    data["acts"] = []
    assert texts("first-exam", data) == ["unreachable"]


def test_page_of_any_committee_is_found() -> None:
    data = copy.deepcopy(blueprint("wrong-committee"))
    data["tasks"][0]["done"] = [{"seen": "final-grading"}]
    assert texts("wrong-committee", data, *turns("opens another committee")) == ["this ticks “open”"]


def test_any_refused_file_is_found() -> None:
    data = copy.deepcopy(blueprint("wrong-committee"))
    data["tasks"][1]["done"] = [{"refused": "upload-sheet"}]
    found = texts("wrong-committee", data, *turns("uploads a file that is not a grade sheet"))
    assert found == ["this ticks “refused”"]


def test_robots_that_confirm_anything_are_found() -> None:
    data = copy.deepcopy(blueprint("first-exam"))
    data["acts"][0] |= {"when": "confirmed", "needs": [{"confirmed": 1}]}
    play = play_scenario("first-exam", data, turns=tuple(turns("confirms early")))
    assert (play.findings, play.restarts) == ([], 1)  # the panel offers to start over
