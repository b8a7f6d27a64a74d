"""
Variation of a scenario for assessment: each trainee gets other candidate numbers, and other candidates with each grade.

The whole table of the scenario is changed at once, before anything is made from it. So sandbox, notes, conditions, robots,
files and texts keep matching each other.
"""

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from committees.grade_scales import SCALES
from training.scenarios.fields import Table, tables
from training.scenarios.schema import numbers_of

RANGES = ("candidates", "unplaced", "placed")
"""Fields with ranges of candidate numbers, in committees, exams and conditions."""
FEWEST_DIGITS = 4
"""Shorter numbers in texts and files may be something else, so they are kept."""
MARGIN = 100
"""Numbers above the last candidate's that typing errors in files may use."""


def varied(data: Table, seed: str) -> dict[str, Any]:
    """
    Return the scenario in `data` with other candidates. Equal seeds give equal scenarios.

    Candidates swap numbers within their committee, unless the scenario has `keep_order`, and all numbers are moved by the
    same amount. Grades in notes are drawn anew for candidates whom nothing else in the scenario names; a failing grade stays
    one.
    """
    random = Random(seed)  # noqa: S311  # a variation, not a secret
    redrawn = _with_new_notes(data, random)
    return Renumbering(redrawn, random).table(redrawn)


class Renumbering:
    """One mapping of candidate numbers, applied to everything in the table of a scenario."""

    def __init__(self, data: Table, random: Random) -> None:
        groups = list(_groups(data))
        known = sorted({*_known(data), *(number for group in groups for number in group)})
        lengths = {len(number) for number in known}
        self.length = max(lengths, default=0)
        can_vary = len(lengths) == 1 and self.length >= FEWEST_DIGITS
        self.offset = _offset(known, random) if can_vary else 0
        swapped = dict(zip(known, known, strict=True))
        for group in groups if can_vary and not data.get("keep_order") else []:
            swapped |= zip(group, random.sample(group, len(group)), strict=True)
        self.numbers = {number: self._moved(other) for number, other in swapped.items()}

    def _moved(self, number: str) -> str:
        return str(int(number) + self.offset) if self.offset else number

    def table(self, data: Table) -> dict[str, Any]:
        committees = {
            (exam["code"], part["number"]): numbers_of(part["candidates"])
            for _place, exam in tables(data, "exams")
            for _number, part in tables(exam, "committees")
        }
        first = next((exam["code"] for _place, exam in tables(data, "exams")), "")
        made: dict[str, Any] = self._any(data)
        changed: list[dict[str, Any]] = made.get("files", [])
        for (_number, file), new in zip(tables(data, "files"), changed, strict=True):
            if "cells" in file:
                listed = committees.get((file.get("exam", first), file["list"]), [])
                new["cells"] = self._cells(file["cells"], listed)
        return made

    def _any(self, value: Any, name: str = "") -> Any:
        if isinstance(value, Mapping):
            return {self.numbers.get(key, key): self._any(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._any(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if name in RANGES:
            return ", ".join(sorted(self.numbers.get(number, number) for number in numbers_of(value)))
        return self._text(value)

    def _text(self, text: str) -> str:
        pattern = rf"(?<!\w)[0-9]{{{max(self.length, 1)}}}(?!\w)"
        return re.sub(pattern, lambda match: self.numbers.get(match[0], match[0]), text)

    def _cells(self, cells: Mapping[str, str], listed: list[str]) -> dict[str, str]:
        """Move each cell to the new row of its candidate; a wrong number in a cell stays as far from the right one."""
        order = sorted(self.numbers.get(number, number) for number in listed)
        rows = {
            str(row): str(order.index(self.numbers.get(number, number)) + 2)
            for row, number in enumerate(sorted(listed), start=2)
        }

        def place(text: str) -> str:
            return re.sub(
                r"\b([A-Z]+)([0-9]+)\b", lambda match: match[1] + rows.get(match[2], match[2]), text
            )

        return {place(cell): self._cell(text, place) for cell, text in cells.items()}

    def _cell(self, text: str, place: Any) -> str:
        if text.startswith("="):
            return str(place(text))
        is_number = text.isascii() and text.isdigit() and len(text) == self.length
        return self.numbers.get(text) or self._moved(text) if is_number else text


def _groups(data: Table) -> Iterator[list[str]]:
    """Yield the numbers that can be swapped: those of a committee, and those of an exam that are in none."""
    for _place, exam in tables(data, "exams"):
        yield numbers_of(exam.get("unplaced", ""))
        for _number, part in tables(exam, "committees"):
            yield numbers_of(part["candidates"])


def _known(value: Any, name: str = "") -> Iterator[str]:
    """Yield the candidate numbers in ranges, and those that are keys of a table."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key.isascii() and key.isdigit():
                yield key
            yield from _known(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _known(inner)
    elif name in RANGES and isinstance(value, str):
        yield from numbers_of(value)


def _offset(known: list[str], random: Random) -> int:
    """Return an amount by which all numbers can be moved and keep their length; never 0."""
    least, most = 10 ** (len(known[0]) - 1) - int(known[0]), 10 ** len(known[0]) - MARGIN - int(known[-1])
    return random.choice([number for number in range(least, most) if number]) if least < most else 0


def _with_new_notes(data: Table, random: Random) -> dict[str, Any]:
    return dict(data) | {
        "exams": [
            dict(exam)
            | {
                "committees": [
                    _redrawn(data, exam, part, random) for _place, part in tables(exam, "committees")
                ]
            }
            for _place, exam in tables(data, "exams")
        ]
    }


def _redrawn(data: Table, exam: Table, part: Table, random: Random) -> dict[str, Any]:
    *passing, failing = SCALES[exam.get("scale", "A-F")].codes
    elsewhere = repr([value for key, value in data.items() if key != "exams"])
    notes = {
        number: grade if grade == failing or number in elsewhere else random.choice(passing)
        for number, grade in part.get("notes", {}).items()
    }
    return dict(part) | ({"notes": notes} if notes else {})
