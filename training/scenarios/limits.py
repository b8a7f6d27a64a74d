"""Limits of scenarios: sizes, lengths and forms. Nothing in a file may be too much for a sandbox, a page or an address."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from training.scenarios.fields import Table, conditions, tables
from training.scenarios.schema import numbers_of

MOST_BYTES = 64 * 1024
"""Size of the TOML text of a scenario."""
MOST_CANDIDATES = 300
MOST_ROWS: Mapping[str, int] = {"people": 30, "exams": 5, "acts": 60, "files": 10, "tasks": 30, "end": 40}
MOST_COMMITTEES = 10
MOST_CONDITIONS = 20
LONGEST: Mapping[str, int] = {
    "title": 120,
    "about": 1500,
    "assignment": 1500,
    "text": 1500,
    "hint": 1500,
    "name": 100,
    "feide": 100,
}
"""Characters of a text, or of its form in one language."""
LONGEST_FILE = 20_000
LONGEST_WORD = 200
"""Characters of any other text."""
RANGES: Mapping[str, tuple[int, int]] = {
    "order": (0, 100_000),
    "minutes": (1, 600),
    "date": (-400, 400),
    "deadline": (-400, 400),
    "number": (1, 999),
    "after": (0, 3600),
    "times": (1, 20),
    "hint_after": (0, 3600),
    "list": (1, 999),
}
KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
CODE = re.compile(r"[\w.-]{1,20}")
FEIDE = re.compile(r"[^@\s;]+@[^@\s;]+\.[^@\s;]+")
FILE_NAME = re.compile(r'[^/\\:*?"<>|]+\.[A-Za-z0-9]{1,5}')
CELL = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,3}")
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Characters that are invisible or change the order of others. Tabs and line breaks are allowed."""


def beyond_limits(data: Table) -> Iterator[str]:
    """Yield what is too much in a scenario with the right shape."""
    yield from _row(data, "the scenario")
    for name, most in MOST_ROWS.items():
        yield from _count(data.get(name, ()), most, "the scenario", name)
    for number, exam in tables(data, "exams"):
        yield from _row(exam, where := f"exams[{number}]")
        yield from _form(exam["code"], CODE, where, "code")
        yield from _count(exam.get("committees", ()), MOST_COMMITTEES, where, "committees")
        for place, committee in tables(exam, "committees"):
            yield from _row(committee, f"{where}.committees[{place}]")
    for name in ("people", "acts", "files", "tasks"):
        for number, row in tables(data, name):
            where = f"{name}[{number}]"
            yield from _row(row, where)
            if "key" in row:
                yield from _form(row["key"], KEY, where, "key")
    yield from _addresses(data)
    for number, file in tables(data, "files"):
        yield from _file(file, f"files[{number}]")
    yield from _conditions(data)
    yield from _candidates(data)


def _row(table: Table, where: str) -> Iterator[str]:
    for name, value in table.items():
        for text in _texts(value):
            most = LONGEST_FILE if _is_content(table, name) else LONGEST.get(name, LONGEST_WORD)
            if len(text) > most and name not in MOST_ROWS:
                yield f"{where}: " + _("“%(name)s” has more than %(most)s characters") % {
                    "name": name,
                    "most": most,
                }
            if HIDDEN.search(text):
                yield f"{where}: " + _("“%(name)s” contains invisible characters") % {"name": name}
        if name in RANGES and type(value) is int:
            least, most = RANGES[name]
            if not least <= value <= most:
                params = {"name": name, "least": least, "most": most}
                yield f"{where}: " + _("“%(name)s” must be from %(least)s to %(most)s") % params


def _is_content(table: Table, name: str) -> bool:
    """Return whether this field has the content of a file, not a text for people."""
    return name == "text" and isinstance(table[name], str)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a field: itself, its elements, or its keys and values. Tables below have their own turn."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (one for pair in value.items() for one in pair if isinstance(one, str))
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _count(rows: Iterable[Any], most: int, where: str, name: str) -> Iterator[str]:
    if len(list(rows)) > most:
        yield f"{where}: " + _("“%(name)s” has more than %(most)s entries") % {"name": name, "most": most}


def _form(text: str, form: re.Pattern[str], where: str, name: str) -> Iterator[str]:
    if not form.fullmatch(text):
        sentences = {
            KEY: _("“%(name)s” can have up to 40 characters: a to z, digits, - and _"),
            CODE: _("“%(name)s” is not a course code (up to 20 letters and digits)"),
            FEIDE: _("“%(name)s” is not an address such as kim.lie@uib.no"),
            FILE_NAME: _("“%(name)s” is not a file name such as list.xlsx"),
            CELL: _("“%(name)s” should be a cell such as B9"),
        }
        yield f"{where}: " + sentences[form] % {"name": name}


def _addresses(data: Table) -> Iterator[str]:
    for number, person in tables(data, "people"):
        for name in ("feide", "email"):
            if name in person:
                yield from _form(person[name], FEIDE, f"people[{number}]", name)


def _file(file: Table, where: str) -> Iterator[str]:
    for name in file["name"].values():
        yield from _form(name, FILE_NAME, where, "name")
    for cell in file.get("cells", {}):
        yield from _form(cell, CELL, where, "cells")


def _conditions(data: Table) -> Iterator[str]:
    for name, field in (("tasks", "done"), ("acts", "needs")):
        for number, row in tables(data, name):
            yield from _count(row.get(field, ()), MOST_CONDITIONS, f"{name}[{number}]", field)
    for where, condition in conditions(data):
        yield from _row(condition, where)


def _candidates(data: Table) -> Iterator[str]:
    ranges = [
        text
        for _number, exam in tables(data, "exams")
        for text in (
            exam.get("unplaced", ""),
            *(part["candidates"] for _n, part in tables(exam, "committees")),
        )
    ]
    try:
        count = sum(len(numbers_of(text)) for text in ranges)
    except ValueError:  # named by the check of references
        return
    if count > MOST_CANDIDATES:
        sentence = _("the exams have %(n)s candidates; at most %(most)s are allowed")
        yield "the scenario: " + sentence % {"n": count, "most": MOST_CANDIDATES}
