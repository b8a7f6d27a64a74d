"""Grades below the last candidate of a file, while the first candidates have none."""

from collections.abc import Sequence
from typing import NamedTuple

from committees.second_look.row_shift import SHIFTS


class FileRow(NamedTuple):
    """A row of a file, from top to bottom: whether it names a candidate, and whether that one has a grade."""

    row: int
    is_named: bool
    has_grade: bool


def find_overhang(rows: Sequence[FileRow]) -> int:
    """
    Return how many rows too low the grades of a first list are; 0 if there is no sign of it.

    The last rows have a grade and no candidate, directly below those with one, and as many rows at the top, but not all,
    have a candidate and no grade. Rows without a candidate have a grade, or they would not be in a file's result.
    """
    named = [one for one in rows if one.is_named]
    below = rows[len(named) :]
    if not named or len(below) not in SHIFTS or any(one.is_named for one in below):
        return 0
    is_adjacent = [one.row for one in below] == [named[-1].row + 1 + place for place in range(len(below))]
    above = next((place for place, one in enumerate(named) if one.has_grade), 0)
    return len(below) if is_adjacent and above == len(below) else 0
