"""The load test of a lecture hall, with four people."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.demo_site import SiteTemplate
from tests.load.lecture_hall import Plan, fill

pytestmark = [pytest.mark.xdist_group("load"), pytest.mark.slow]


@pytest.fixture
def site_template(tmp_path: Path) -> Iterator[SiteTemplate]:
    folder = tmp_path / "site_template"
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    site_template = SiteTemplate(folder, url if url.startswith("postgres") else None, "load")
    yield site_template
    site_template.end()


def test_four_trainees_finish_without_an_error(site_template: SiteTemplate) -> None:
    outcome = fill(site_template, Plan(trainees=4, join_within=1, pause=(0.1, 0.3), stay=0, minutes=2))
    assert (outcome.tally.errors, outcome.logged_errors, outcome.tally.finished) == ({}, [], 4)
    assert "| GET practice: /committees/…/live/ |" in outcome.report()
