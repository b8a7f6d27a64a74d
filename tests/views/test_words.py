"""How days and moments are said."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from committees.templatetags.grading import day, when

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
def test_a_day_is_said_as_people_say_it(value: date, said: str) -> None:
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
def test_a_moment_is_said_as_people_say_it_where_they_are(value: datetime | None, said: str) -> None:
    assert when(value) == said


@pytest.mark.parametrize(("language", "said"), [("nb", "i morgen, 24. nov"), ("nn", "i morgon, 24. nov")])
def test_a_day_is_said_in_the_readers_language(language: str, said: str) -> None:
    with translation.override(language):
        assert day(date(2026, 11, 24)) == said
