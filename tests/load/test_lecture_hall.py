"""The load test of a lecture hall, with four people."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.demo_site import Mould
from tests.load.lecture_hall import Plan, fill

pytestmark = [pytest.mark.xdist_group("load"), pytest.mark.slow]


@pytest.fixture
def mould(tmp_path: Path) -> Iterator[Mould]:
    folder = tmp_path / "mould"
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    mould = Mould(folder, url if url.startswith("postgres") else None, "load")
    yield mould
    mould.end()


def test_four_trainees_finish_without_an_error(mould: Mould) -> None:
    outcome = fill(mould, Plan(trainees=4, join_within=1, pause=(0.1, 0.3), stay=0, minutes=2))
    assert (outcome.tally.errors, outcome.complaints, outcome.tally.finished) == ({}, [], 4)
    assert "| GET practice: /committees/…/live/ |" in outcome.report()
