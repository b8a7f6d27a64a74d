"""The columns of FS's files in order, and their allowed values."""

# The order for exams and candidates is the University of Oslo's of 2013; those of committees and results
# are ours.

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from committees.enums import YEARS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOMENTS = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
)


def read_moment(text: str) -> dt.datetime | None:
    """Return the time in `text` ("2026-12-01T09:00", "01.12.2026"), naive because FS gives no zone; None if it is
    not one."""
    if not re.fullmatch(r"[0-9:.T -]+", text):
        return None
    for form in MOMENTS:
        with suppress(ValueError):
            moment = dt.datetime.strptime(text, form)  # noqa: DTZ007 FS names no zone
            return moment if moment.year in YEARS else None
    return None


class Column(NamedTuple):
    """One column: its maximum length (as in our tables), whether it is required, the check `allows`, and the
    sentence for values that fail it. Columns that are not `kept` are skipped."""

    name: str
    most: int
    required: bool
    allows: Callable[[str], object]
    sentence: "StrPromise"
    kept: bool = True


def _matches(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).fullmatch


def _key_part(name: str, most: int) -> Column:
    # An allow-list, because keys are used in transfer files, file names and page titles.
    sentence = _(
        "Field {field} is “{value}”. An FS key may contain only letters, digits, spaces and . / _ - and "
        "may not begin or end with a space."
    )
    letter = "0-9A-Za-zÆØÅæøå./_-"
    return Column(name, most, True, _matches(rf"[{letter}](?:[ {letter}]*[{letter}])?"), sentence)


def _number(name: str, most: int, *, required: bool = True) -> Column:
    sentence = _("Field {field} is “{value}”, but must be a number with the digits 0–9 only.")
    return Column(name, most, required, _matches("[0-9]+"), sentence)


def _text(name: str, most: int = 200, *, kept: bool = True) -> Column:
    return Column(name, most, False, lambda _value: True, _("Field {field} can’t be read."), kept)


def _user_name(*, required: bool) -> Column:
    sentence = _("Field {field} is “{value}”, but must be a user name such as kari or kari@ntnu.no.")
    pattern = r"[0-9A-Za-z._+-]+(?:@[0-9A-Za-z.-]+)?"
    # Leaves room for the realm that a bare name gets.
    return Column("brukernavn", 100, required, _matches(pattern), sentence)


YEAR = Column(
    "arstall",
    4,
    True,
    lambda value: re.fullmatch("[0-9]{4}", value) and int(value) in YEARS,
    _("Field {field} is “{value}”, but must be a year between 1990 and 2100."),
)
MOMENT = Column(
    "datetime",
    19,
    False,
    read_moment,
    _("Field {field} is “{value}”. Write a date such as 2026-12-01 or 2026-12-01 09:00."),
)
EXTERNAL = Column("ekstern", 1, True, _matches("[JN]"), _("Field {field} is “{value}”. Write J or N."))
GRADE = Column(
    "karakter",
    20,
    True,
    _matches("[A-Za-zÆØÅæøå]+(?: [a-zæøå]+)?"),
    _("Field {field} is “{value}”, which is not a grade."),
)
CHANGE = Column(
    "endringsstatus",
    20,
    False,
    _matches("[A-Z]+"),
    _("Field {field} is “{value}”, which is not a change code."),
)

KEY_COLUMNS = (
    _key_part("institusjonsnr", 10),
    _key_part("emnekode", 20),
    _key_part("versjonskode", 10),
    _key_part("vurdkombkode", 20),
    _key_part("vurdtidkode", 20),
    YEAR,
)
EXAM_COLUMNS = (*KEY_COLUMNS, MOMENT, _text("place"), _text("access", kept=False))
COMMITTEE_COLUMNS = (
    *KEY_COLUMNS,
    _number("kommislopenr", 9),
    _text("kommisjonsnavn"),
    _user_name(required=True),
    EXTERNAL,
)
CANDIDATE_COLUMNS = (
    _user_name(required=False),
    *KEY_COLUMNS,
    _number("kandidatlopenr", 20),
    _number("kommislopenr", 9, required=False),
    _text("mobile", kept=False),
)
RESULT_COLUMNS = (
    *KEY_COLUMNS,
    _number("kandidatlopenr", 20),
    _number("kommislopenr", 9, required=False),
    GRADE,
    CHANGE,
)
