"""Working days, counted with Norway's public holidays."""

from datetime import date, timedelta

from holidays.countries.norway import Norway

SATURDAY, SUNDAY = 5, 6
_HOLIDAYS = Norway()


def is_working_day(day: date, *, saturdays: bool) -> bool:
    """Return whether `day` is neither a Sunday nor a public holiday; a Saturday counts only with `saturdays`."""
    is_weekend = day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not saturdays)
    return not is_weekend and day not in _HOLIDAYS


def add_working_days(day: date, count: int, *, saturdays: bool = False) -> date:
    """Return the working day that is `count` working days after `day`, which is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, saturdays=saturdays)
    return day
