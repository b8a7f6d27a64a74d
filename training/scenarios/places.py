"""Places of problems in the TOML text of a scenario: the table in words, and the line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from textwrap import shorten

from django.utils.translation import gettext as _

PLACE = re.compile(r"(the scenario|[a-z]+(?:\[[0-9]+\])?(?:\.[a-z]+\[[0-9]+\])*): ")
STEP = re.compile(r"([a-z]+)\[([0-9]+)\]")
NAMED = re.compile("[“«]([A-Za-z_]+)[”»]")
LONGEST = 60
"""Characters of the text of a line."""
SECTIONS = ("people", "exams", "committees", "acts", "files", "tasks")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in words: where in the scenario, on which line (0 if unknown) with its text, and what."""

    place: str
    line: int
    sentence: str
    text: str = ""


def located(problems: Iterable[str], source: str) -> list[Problem]:
    """Return the problems that the checker found in this TOML text with their places."""
    lines = source.splitlines()
    found = [_located(problem, source) for problem in problems]
    return [replace(one, text=shorten(lines[one.line - 1], LONGEST)) if one.line else one for one in found]


def _located(problem: str, source: str) -> Problem:
    match = PLACE.match(problem)
    if match is None:
        named = re.search(r"at line ([0-9]+)", problem)
        last = len(source.splitlines()) if "at end of document" in problem else 0
        return Problem("", int(named[1]) if named else last, problem)
    where, sentence = match[1], problem[match.end() :]
    field = NAMED.search(sentence)
    return Problem(_in_words(where), _line_of(where, field[1] if field else "", source), sentence)


def _in_words(where: str) -> str:
    """Return "Task 2, condition 1" for "tasks[2].done[1]"."""
    labels = {
        "people": _("Person %(n)s"),
        "exams": _("Exam %(n)s"),
        "committees": _("committee %(n)s"),
        "acts": _("Robot action %(n)s"),
        "files": _("File %(n)s"),
        "tasks": _("Task %(n)s"),
        "end": _("Final condition %(n)s"),
    }
    steps = STEP.findall(where)
    words = [labels.get(name, _("condition %(n)s")) % {"n": number} for name, number in steps]
    return ", ".join(words) or _("Scenario")


def _line_of(where: str, field: str, source: str) -> int:
    """Return the line of the field, else of its table; 0 if neither is found, as in a scenario without headers."""
    lines, start, path = source.splitlines(), 0, ""
    for name, number in STEP.findall(where):
        if name not in SECTIONS:
            return _field_line(lines, start, name) or start
        path = f"{path}.{name}" if path else name
        heads = [place for place, line in enumerate(lines, 1) if _head(line) == path and place > start]
        if len(heads) < int(number):
            return start
        start = heads[int(number) - 1]
    return _field_line(lines, start, field) or start


def _head(line: str) -> str:
    return line.split("#")[0].strip().removeprefix("[[").removesuffix("]]") if "[[" in line else ""


def _field_line(lines: list[str], start: int, field: str) -> int:
    """Return the line on which `field` begins, in the table whose header is on line `start`."""
    for place, line in enumerate(lines[start:], start + 1):
        if _head(line):
            return 0
        if field and re.match(rf"\s*{field}\b\s*[=.]", line):
            return place
    return 0
