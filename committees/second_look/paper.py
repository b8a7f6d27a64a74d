"""Hints from what a grader typed from paper, and the record of a second look in the log."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from committees.enums import HintKind
from committees.second_look.control_totals import differences
from committees.second_look.hints import Hint


def paper_hints(totals: Mapping[str, int], notes: Mapping[str, str], grades: Mapping[str, str]) -> list[Hint]:
    """Return the hints about totals by grade and notes by candidate number that differ from the grades."""
    hints = []
    if found := differences(totals, list(grades.values())):
        hints.append(Hint(HintKind.CONTROL_TOTALS, {"differences": [list(one) for one in found]}))
    pairs = [[number, typed, grades[number]] for number, typed in notes.items() if typed != grades[number]]
    if pairs:
        hints.append(Hint(HintKind.SPOT_CHECK, {"pairs": pairs}))
    return hints


def as_details(
    hints: Sequence[Hint],
    seen: Collection[str],
    *,
    totals: Mapping[str, int],
    notes: Mapping[str, str],
    was_read: bool,
) -> dict[str, Any]:
    """Return the second look as JSON for the log, without empty parts. `seen` are the keys of the hints shown."""
    parts = {
        "hints": [{"kind": str(hint.kind), "seen": hint.key in seen, **hint.facts} for hint in hints],
        "totals": dict(totals),
        "spot_check": {"typed": sorted(notes), "read": was_read} if notes or was_read else {},
    }
    return {name: part for name, part in parts.items() if part}
