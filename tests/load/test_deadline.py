"""The benchmark of deadline day, with four graders."""

import pytest

from benchmarks.deadline.day import live_through
from benchmarks.deadline.outcome import rows_of, troubles
from benchmarks.deadline.plan import Plan
from benchmarks.deadline.serving import NGINX

pytestmark = [pytest.mark.xdist_group("load"), pytest.mark.slow]


def test_four_graders_lose_no_act() -> None:
    day = live_through(
        Plan(
            graders=4,
            within=1,
            apart=1,
            pause=(0.1, 0.3),
            minutes=4,
            servers=2 if NGINX else 1,
            workers=2,
            rounds=1,
            loop=0.1,
            hurried=2,
        )
    )
    assert (troubles(day), day.tally.finished) == ([], 4)
    rows = rows_of(day)
    assert (rows["acknowledged uploads"], rows["acknowledged acts missing or different in the log"]) == (
        "6",
        "0",
    )
    assert "GET /committees/…/confirm/" in day.tally.table()
