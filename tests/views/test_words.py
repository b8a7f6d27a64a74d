"""Texts of days and times."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from committees.enums import LogAction
from committees.models import LogEntry
from committees.templatetags.grading import day, describe, when

pytestmark = pytest.mark.db_independent

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
"""A Monday; 14:05 in Oslo."""


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 11, 21), "21 Nov 2026"),
        (date(2026, 11, 22), "yesterday, 22 Nov"),
        (date(2026, 11, 23), "today, 23 Nov"),
        (date(2026, 11, 24), "tomorrow, 24 Nov"),
        (date(2026, 11, 25), "Wednesday, 25 Nov"),
        (date(2026, 11, 29), "Sunday, 29 Nov"),
        (date(2026, 11, 30), "30 Nov 2026"),
    ],
)
def test_day_is_relative_within_a_week(value: date, said: str) -> None:
    assert day(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "today 09:00"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2026, 11, 22, 22, 30, tzinfo=UTC), "yesterday 23:30"),
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), "1 Mar 13:00"),
        (datetime(2025, 11, 23, 12, 0, tzinfo=UTC), "23 Nov 2025 13:00"),
        (None, ""),
    ],
)
def test_moment_is_local(value: datetime | None, said: str) -> None:
    assert when(value) == said


@pytest.mark.parametrize(
    ("language", "near", "far", "at"),
    [
        ("nb", "onsdag 25. november", "3. desember 2026", "1. mars kl. 13.00"),
        ("nn", "onsdag 25. november", "3. desember 2026", "1. mars kl. 13.00"),
    ],
)
def test_norwegian_dates(language: str, near: str, far: str, at: str) -> None:
    with translation.override(language):
        assert (day(date(2026, 11, 25)), day(date(2026, 12, 3))) == (near, far)
        assert when(datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) == at


def test_log_has_words_for_changed_fields() -> None:
    details = {
        "changed": {
            "name": ["Music", "Concert"],
            "deadline": ["2026-11-21", "2026-11-28"],
            "is_anonymous": [True, False],
            "rule": ["all", "one"],
            "place": ["", "Hall"],
        }
    }
    entry = LogEntry(action=LogAction.EXAM_CHANGED, details=details)
    assert describe(entry) == (
        "name: Music → Concert; grading deadline: 21 Nov 2026 → 28 Nov 2026; anonymous: yes → no; "
        "confirmation: All graders must confirm → One grader can confirm; place: – → Hall"
    )
    with translation.override("nb"):
        assert "sensurfrist: 21.11.2026 → 28.11.2026; anonym: ja → nei" in describe(entry)
