from datetime import date, timedelta

import pytest

from committees.working_days import add_working_days, is_working_day

pytestmark = pytest.mark.db_independent


@pytest.mark.parametrize(
    ("day", "count", "deadline"),
    [
        (date(2026, 12, 1), 15, date(2026, 12, 22)),
        (date(2026, 12, 11), 15, date(2027, 1, 5)),  # past Christmas and New Year's Day
        (date(2026, 3, 20), 15, date(2026, 4, 15)),  # past Easter
        (date(2026, 4, 30), 15, date(2026, 5, 26)),  # past 1 May, Ascension Day and Whit Monday
        (date(2026, 5, 15), 1, date(2026, 5, 18)),  # 17 May is a Sunday
        (date(2027, 5, 14), 1, date(2027, 5, 18)),  # 17 May is Whit Monday
        (date(2026, 12, 5), 1, date(2026, 12, 7)),  # from a Saturday
    ],
)
def test_weekends_and_public_holidays_do_not_count(day: date, count: int, deadline: date) -> None:
    assert add_working_days(day, count) == deadline


def test_saturdays_count_if_they_are_working_days() -> None:
    assert add_working_days(date(2026, 12, 1), 15, saturdays=True) == date(2026, 12, 18)
    assert not is_working_day(date(2026, 12, 26), saturdays=True)


@pytest.mark.parametrize("year", [1990, 2026, 2040, 2100])
def test_a_year_has_its_working_days(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert 249 <= sum(is_working_day(day, saturdays=False) for day in days) <= 256
