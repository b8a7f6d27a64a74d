"""
Closed loops: requests per second when each client sends the next request right after a response, for the bare view,
single pages, and all requests of a grader's day.
"""

import asyncio
import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import TypeVar

from benchmarks.deadline.bare import MARK
from benchmarks.deadline.graders import Hurried
from tests.load.browser import Browser, UnexpectedPage
from tests.load.figures import Tally

P = TypeVar("P", bound=Browser)
Rates = dict[str, list[float]]
BARE, WHOLE_DAY = "the bare view", "all requests of a grader’s day, in turn"


async def measure_loops(people: Sequence[Hurried], bare_port: int, *, rounds: int, seconds: float) -> Rates:
    """Return requests per second by kind, one value per round. `people` must be signed in, with Final Grading open."""
    errors = people[0].tally.errors
    strangers = [Browser(bare_port, Tally()) for _person in people]
    for stranger, person in zip(strangers, people, strict=True):
        stranger.cookies = person.cookies
    await _rate(strangers, _bare, seconds, errors)  # warm up its workers, as the day did for the register's
    found: Rates = defaultdict(list)
    for _round in range(rounds):
        found[BARE].append(await _rate(strangers, _bare, seconds, errors))
        found["Grade tab"].append(await _rate(people, _tab, seconds, errors))
        found["Final Grading"].append(await _rate(people, _window, seconds, errors))
        found["a poll of an open page"].append(await _rate(people, _poll, seconds, errors))
        found["a click"].append(await _rate(people, _click, seconds, errors))
        found[WHOLE_DAY].append(await _rate(people, Hurried.round, 0, errors))
    return found


def ratio(rates: Rates, name: str) -> float:
    """Return the median ratio to the bare view of the same round."""
    return median(rate / bare for rate, bare in zip(rates[name], rates[BARE], strict=True))


async def _rate(
    people: Sequence[P], ask: Callable[[P], Awaitable[object]], seconds: float, errors: Counter[str]
) -> float:
    """Return requests per second while each of `people` repeats `ask` for `seconds`, at least once."""
    tally, began = Tally(errors=errors), time.monotonic()

    async def again(person: P) -> None:
        person.tally = tally
        with contextlib.suppress(UnexpectedPage):
            await ask(person)
            while time.monotonic() < began + seconds:
                await ask(person)

    await asyncio.gather(*map(again, people))
    return tally.count / (time.monotonic() - began)


async def _bare(stranger: Browser) -> None:
    await stranger.fragment("/", MARK)


async def _tab(person: Hurried) -> None:
    await person.visit("/grade/", "DLD")


async def _window(person: Hurried) -> None:
    await person.visit(f"/committees/{person.committee}/", 'id="sheet-head"')


async def _poll(person: Hurried) -> None:
    for name in list(person.polls):
        await person.poll(name)


async def _click(person: Hurried) -> None:
    await person.click(person.numbers()[person.seat])
