"""Cell references: only "B7" and "A1:B2". Excel's last cell is XFD1048576."""

import re
from functools import lru_cache

from .cells import Merge
from .limits import LAST_COLUMN, LAST_ROW

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")


@lru_cache(maxsize=512)
def letters(column: int) -> str:
    """Return the letters of `column`, A = 1; "" for 0."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


@lru_cache(maxsize=512)
def column_number(name: str) -> int:
    """Return the number of the column with the letters `name`, A = 1."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def row_of(number: str) -> int:
    """Return the row number in `number`, 0 if it is invalid."""
    return int(number) if ROW_NUMBER.fullmatch(number) and int(number) <= LAST_ROW else 0


def place_of(reference: str) -> tuple[int, int]:
    """Return column and row of `reference` ("B7" is 2, 7), 0 and 0 if it is invalid."""
    match = REFERENCE.fullmatch(reference)
    if not match:
        return 0, 0
    column, row = column_number(match[1]), int(match[2])
    return (column, row) if column <= LAST_COLUMN and row <= LAST_ROW else (0, 0)


def range_of(reference: str) -> Merge | None:
    """Return the range from the first to the last corner in `reference` ("A1:B2"), None if it is invalid."""
    first, colon, last = reference.partition(":")
    (first_column, first_row), (last_column, last_row) = place_of(first), place_of(last if colon else first)
    if not 0 < first_column <= last_column or not 0 < first_row <= last_row:
        return None
    return Merge(first_row, first_column, last_row, last_column)
