"""Columns that a committee's grades are compared with: earlier grades, and the grades that each person set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from committees.enums import HintKind
from committees.second_look.columns import Row
from committees.second_look.hints import Hint
from committees.second_look.row_shift import FEW_ROWS, RowShift, find_row_shift

ACTS = 5
"""The number of the last acts with several grades whose earlier grades are compared."""


class GradingAct(NamedTuple):
    """A log entry about grades: its person, and its changes as in `LogEntry`."""

    who: str
    changes: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Earlier:
    """
    Earlier grades by candidate number. `columns` are those that a person set ("" for the grades before an act).

    `had` are the earlier grades of each candidate: a list that brings them back is a correction, not a slip.
    """

    columns: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    had: dict[str, set[str]] = field(default_factory=dict)


def earlier_grades(acts: Iterable[GradingAct]) -> Earlier:
    """Return the earlier grades in `acts`, oldest first."""
    earlier = Earlier()
    by_person: dict[str, dict[str, str]] = {}
    replaced: list[tuple[str, dict[str, str]]] = []
    own: list[tuple[str, dict[str, str]]] = []  # what people had set before they set several again
    for act in acts:
        column = by_person.setdefault(act.who, {})
        if len(act.changes) >= FEW_ROWS and not column.keys().isdisjoint(act.changes):
            own.append((act.who, dict(column)))
        for number, (old, new) in act.changes.items():
            column[number] = new
            if old:
                earlier.had.setdefault(number, set()).add(old)
        if len(act.changes) >= FEW_ROWS:
            replaced.append(("", {number: old for number, (old, _new) in act.changes.items()}))
    earlier.columns = [*replaced[: -ACTS - 1 : -1], *own[: -ACTS - 1 : -1], *by_person.items()]
    return earlier


def row_shift_hint(
    orders: Mapping[str, Sequence[str]], grades: Mapping[str, str], earlier: Earlier
) -> Hint | None:
    """
    Return the row shift that explains most changed grades, compared with every earlier column.

    `orders` are the candidate numbers in order of number and in order of the file, by name.
    """
    found: tuple[RowShift, str, str] | None = None
    for who, column in earlier.columns:
        for order, numbers in orders.items():
            shift = find_row_shift([_row(number, column, grades, earlier) for number in numbers])
            if shift and (found is None or _strength(shift) > _strength(found[0])):
                found = shift, who, order
    if found is None:
        return None
    shift, who, order = found
    facts: dict[str, Any] = {
        "rows": shift.rows,
        "changed": shift.changed,
        "explained": shift.explained,
        "pairs": [[pair.number, pair.grade, pair.source] for pair in shift.pairs],
        "who": who,
        "order": order,
    }
    if shift.is_weak:
        facts["weak"] = True
    return Hint(HintKind.ROW_SHIFT, facts)


def _strength(shift: RowShift) -> tuple[bool, int]:
    return not shift.is_weak, shift.explained


def _row(number: str, column: Mapping[str, str], grades: Mapping[str, str], earlier: Earlier) -> Row:
    now = grades.get(number, "")
    before = column.get(number, now)
    return Row(number, now if now in earlier.had.get(number, ()) else before, now)
