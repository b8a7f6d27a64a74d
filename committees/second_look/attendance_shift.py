"""Grades that are some rows away from the people who attended, detected without earlier grades."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from committees.second_look.row_shift import EXPLAINED, PAIRS, SHIFTS


class Presence(NamedTuple):
    """Whether a candidate has a grade and was there; `attended` is None where it was not recorded."""

    number: str
    has_grade: bool
    attended: bool | None


@dataclass(frozen=True, slots=True)
class AttendanceShift:
    """
    The rows without a grade are `rows` below those of absent candidates (above if negative).

    `pairs` are numbers: an absent candidate with a grade, and the candidate who has none instead.
    """

    rows: int
    absent: int
    pairs: tuple[tuple[str, str], ...]


def find_attendance_shift(column: Sequence[Presence]) -> AttendanceShift | None:
    """
    Return the shift after which the rows without a grade are those of the absent candidates.

    At least two absent candidates, or one where attendance of the ungraded one was recorded, have a grade; four fifths
    of both sets of rows agree with the shift, and at most one fifth without it.
    """
    absent = {place for place, one in enumerate(column) if one.attended is False}
    empty = {place for place, one in enumerate(column) if not one.has_grade}
    if not absent or not empty or len(absent & empty) > (1 - EXPLAINED) * len(absent):
        return None
    for shift in SHIFTS:
        inside = {place for place in absent if 0 <= place + shift < len(column)}
        hits = sorted(place for place in inside if place + shift in empty)
        clashes = [place for place in hits if column[place].has_grade]
        is_sure = len(clashes) > 1 or any(column[place + shift].attended for place in clashes)
        if is_sure and len(hits) >= EXPLAINED * max(len(inside), len(empty)):
            pairs = tuple((column[place].number, column[place + shift].number) for place in clashes[:PAIRS])
            return AttendanceShift(shift, len(clashes), pairs)
    return None
