"""What a workbook holds, as exact as it stands there: sheets, rows, cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from .bounds import MAX_TEXT
from .unreadable import UnreadableFile, damaged

MAX_EXPONENT = 400
"""Powers of ten of a number, either way: a double ends at 308, and longer ones would fill the memory with
zeros."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
ISO_DATE = re.compile(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9](?:T[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?Z?)?"
)
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
SURROGATE = re.compile("[\ud800-\udfff]")
FIRST_SAFE_DAY, LAST_DAY, DAYS_TO_1904 = 61, 2_958_465, 1462  # before day 61 Excel counts a 29 February 1900


class CellKind(StrEnum):
    """What kind of value a cell holds. A formula is one whatever it last came to."""

    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    DATE = "date"


class Cell(NamedTuple):
    """One cell that holds something. `ref` is its place ("B7"). `text` by kind: the text itself; a number as
    a plain decimal ("10001", "10001.5"); a formula from its "=", a shared one as its first cell writes it;
    "#N/A"; "TRUE" or "FALSE"; a date in ISO form, or its number where Excel knows no such date."""

    ref: str
    kind: CellKind
    text: str


class Row(NamedTuple):
    """One row that holds something: `number` as in the margin of the sheet, `cells` by column, A = 1."""

    number: int
    cells: dict[int, Cell]


class Merge(NamedTuple):
    """Cells shown as one, with what the first of them holds: the numbers of its rows and columns."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet, hidden or not, with every row that holds something, from the top, and its merged
    ranges."""

    name: str
    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()


def plain_number(text: str, where: str) -> str:
    """`text` of a number as the canonical plain decimal ("1.0001E4" and "10001.0" are "10001"), without
    rounding."""
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) < MAX_EXPONENT:
        return text
    if len(text) > MAX_EXPONENT or not NUMBER.fullmatch(text):
        raise damaged(where)
    number = Decimal(text)
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise damaged(where)
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain.lstrip("+") if number else "0"


def iso_date(number: str, *, since_1904: bool) -> str:
    """The moment that the day count `number` stands for ("2026-12-01", "2026-12-01T09:00"), else `number`
    itself."""
    days = Decimal(number) + (DAYS_TO_1904 if since_1904 else 0)
    if not FIRST_SAFE_DAY <= days < LAST_DAY:
        return number
    moment = datetime(1899, 12, 30) + timedelta(minutes=round(days * 24 * 60))  # noqa: DTZ001 a sheet has no zone
    midnight = (moment.hour, moment.minute) == (0, 0)
    return moment.date().isoformat() if midnight else moment.isoformat(timespec="minutes")


def plain_date(text: str, where: str) -> str:
    """`text` of a date in ISO form, as it stands; refused as damaged if it is none."""
    if not ISO_DATE.fullmatch(text):
        raise damaged(where)
    return text


def plain_text(text: str, where: str) -> str:
    """`text` of a string with its `_xHHHH_` escapes decoded (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" in text:
        # Half of the time of a replacement by function, where a text is all escapes.
        pieces: list[str] = ESCAPE.split(text)
        pieces[1::2] = map(chr, map(partial(int, base=16), pieces[1::2]))
        text = "".join(pieces)
        if SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(text) > MAX_TEXT:
        raise UnreadableFile(
            "too-long-text",
            _("The text at {where} has more than {most} characters. Shorten it and save the file again."),
            where=where,
            most=MAX_TEXT,
        )
    return text


def value_of(table: Mapping[str, str], value: str, where: str) -> str:
    """`value` looked up in `table`; refused as damaged if it isn't there."""
    if value not in table:
        raise damaged(where)
    return table[value]
