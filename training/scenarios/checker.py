"""Checker of scenario files. It reports each problem with its place in the file."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from committees.enums import ConfirmationRule, ExamKind, LogAction, Stage
from committees.grade_scales import SCALES
from training.scenarios.schema import TRAINEE, numbers_of

LANGUAGES = ("en", "nb", "nn")
ROBOT_ACTIONS = ("confirm", "grade", "notes", "upload")
TRIGGERS = ("start", "graded", "confirmed", "uploaded", "reminded", "reopened", "seated")
Table = Mapping[str, Any]

Spec = Mapping[str, tuple[type | str, bool]]
TEXT = "text"
"""A text in all three languages."""
HEAD: Spec = {
    "title": (TEXT, True),
    "about": (TEXT, True),
    "role": (str, True),
    "order": (int, False),
    "minutes": (int, False),
    "people": (list, False),
    "exams": (list, False),
    "acts": (list, False),
    "files": (list, False),
    "tasks": (list, True),
}
PERSON: Spec = {
    "key": (str, True),
    "name": (str, True),
    "feide": (str, True),
    "external": (bool, False),
    "student": (bool, False),
}
EXAM: Spec = {
    "code": (str, True),
    "name": (TEXT, True),
    "kind": (str, False),
    "scale": (str, False),
    "rule": (str, False),
    "anonymous": (bool, False),
    "date": (int, False),
    "deadline": (int, False),
    "committees": (list, False),
    "unplaced": (str, False),
    "withdrawn": (list, False),
}
COMMITTEE: Spec = {
    "number": (int, True),
    "candidates": (str, True),
    "name": (str, False),
    "seats": (list, False),
    "absent": (list, False),
    "named": (dict, False),
    "notes": (dict, False),
}
ACT: Spec = {
    "who": (str, True),
    "do": (str, True),
    "when": (str, True),
    "exam": (str, False),
    "committee": (int, False),
    "grades": (dict, False),
    "after": (int, False),
    "times": (int, False),
    "again": (bool, False),
}
FILE: Spec = {
    "key": (str, True),
    "name": (TEXT, True),
    "list": (int, False),
    "text": (str, False),
    "exam": (str, False),
    "grades": (dict, False),
    "cells": (dict, False),
}
TASK: Spec = {
    "key": (str, True),
    "title": (TEXT, True),
    "text": (TEXT, True),
    "hint": (TEXT, True),
    "hint_after": (int, False),
    "done": (list, True),
}
CONDITIONS: Mapping[str, Spec] = {
    "seen": {"seen": (str, True), "as": (str, False)},
    "refused": {"refused": (str, True)},
    "did": {
        "did": (str, True),
        "times": (int, False),
        "committee": (int, False),
        "candidate": (str, False),
        "exam": (str, False),
    },
    "notes": {"notes": (int, True), "exam": (str, False)},
    "graded": {"graded": (int, True), "exam": (str, False)},
    "grade": {"grade": (str, True), "is": (str, True), "exam": (str, False)},
    "confirmed": {"confirmed": (int, True), "exam": (str, False)},
    "stage": {"stage": (int, True), "is": (str, True), "exam": (str, False)},
    "ready": {"ready": (str, True)},
    "seated": {
        "seated": (str, True),
        "committee": (int, True),
        "external": (bool, False),
        "exam": (str, False),
    },
    "receipts": {"receipts": (str, True), "exam": (str, False)},
    "at_fs": {"at_fs": (str, True)},
    "committee": {"committee": (int, True), "exam": (str, False)},
    "exam": {"exam": (str, True)},
}
"""Fields of each condition, by the word that names it. The first word found in a table decides."""


def condition_of(table: Table) -> str | None:
    """Return the word that names the condition in `table`; None if there is none."""
    return next((word for word in CONDITIONS if word in table), None)


def problems(data: Table) -> list[str]:
    """Return every problem of a scenario with its place; an empty list for a good one."""
    shape = list(_shape(data))
    return shape or list(References(data).problems())


# Shape: fields and their kinds


def _shape(data: Table) -> Iterator[str]:
    yield from _fields(data, HEAD, "the scenario")
    yield from _each(data, "people", PERSON)
    yield from _each(data, "exams", EXAM)
    for number, exam in _tables(data, "exams"):
        yield from _each(exam, "committees", COMMITTEE, f"exams[{number}].")
    yield from _each(data, "acts", ACT)
    yield from _each(data, "files", FILE)
    yield from _each(data, "tasks", TASK)
    for number, task in _tables(data, "tasks"):
        yield from _conditions(task, f"tasks[{number}]")


def _tables(data: Table, name: str) -> list[tuple[int, Table]]:
    listed = data.get(name, [])
    rows = enumerate(listed if isinstance(listed, list) else [], start=1)
    return [(number, row) for number, row in rows if isinstance(row, dict)]


def _each(data: Table, name: str, spec: Spec, at: str = "") -> Iterator[str]:
    for number, row in enumerate(data.get(name, []) if isinstance(data.get(name), list) else [], start=1):
        where = f"{at}{name}[{number}]"
        if isinstance(row, dict):
            yield from _fields(row, spec, where)
        else:
            yield f"{where}: is no table; write [[{name}]] above it"


def _fields(table: Table, spec: Spec, where: str) -> Iterator[str]:
    for name in table.keys() - spec.keys():
        yield f"{where}: “{name}” is unknown; there may be {', '.join(spec)}"
    for name, (kind, required) in spec.items():
        if name in table:
            yield from _kind(table[name], kind, f"{where}: “{name}”")
        elif required:
            yield f"{where}: “{name}” is missing"


def _kind(value: Any, kind: type | str, where: str) -> Iterator[str]:
    if kind == TEXT:
        missing = [
            language
            for language in LANGUAGES
            if not (isinstance(value, dict) and str(value.get(language, "")).strip())
        ]
        if missing:
            yield f"{where} needs a text in {', '.join(missing)}"
    elif isinstance(kind, type) and (type(value) is not kind):
        words = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
        yield f"{where} should be {words[kind]}"


def _conditions(task: Table, where: str) -> Iterator[str]:
    listed = task.get("done")
    if listed == []:
        yield f"{where}: “done” needs at least one condition"
    for number, table in enumerate(listed if isinstance(listed, list) else [], start=1):
        here = f"{where}.done[{number}]"
        word = condition_of(table) if isinstance(table, dict) else None
        if word is None:
            yield f"{here}: is no condition; there are {', '.join(CONDITIONS)}"
        else:
            yield from _fields(table, CONDITIONS[word], here)


# References: whether named things exist


class References:
    """Check that people, exams, committees, candidates, grades and words that a scenario names exist."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.people = {person["key"]: person for person in data.get("people", [])}
        self.exams = {exam["code"]: exam for exam in data.get("exams", [])}
        self.tasks = [task["key"] for task in data["tasks"]]

    def problems(self) -> Iterator[str]:
        if self.data["role"] not in ("grader", "planner"):
            yield "the scenario: “role” is grader or planner"
        if not self.data["tasks"]:
            yield "the scenario: needs at least one task"
        for name in ("people", "exams", "files", "tasks"):
            yield from self._twice(name, "code" if name == "exams" else "key")
        if TRAINEE in self.people:
            yield "people: “you” is the trainee and can't be somebody else"
        for number, exam in _tables(self.data, "exams"):
            yield from self._exam(exam, f"exams[{number}]")
        for number, act in _tables(self.data, "acts"):
            yield from self._act(act, f"acts[{number}]")
        for number, file in _tables(self.data, "files"):
            yield from self._file(file, f"files[{number}]")
        for number, task in _tables(self.data, "tasks"):
            for place, table in enumerate(task["done"], start=1):
                yield from self._condition(table, f"tasks[{number}].done[{place}]")

    def _twice(self, name: str, field: str) -> Iterator[str]:
        keys = [row[field] for row in self.data.get(name, [])]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{name}: “{key}” is there twice"

    def _word(self, word: str, known: Any, where: str) -> Iterator[str]:
        if word not in known:
            yield f"{where}: “{word}” is unknown; there are {', '.join(map(str, known)) or 'none'}"

    def _numbers(self, text: str, where: str) -> Iterator[str]:
        try:
            numbers_of(text)
        except ValueError as error:
            yield f"{where}: “{error}” is no candidate number nor a range such as 10001-10012"

    def _exam(self, exam: Table, where: str) -> Iterator[str]:
        yield from self._word(exam.get("kind", "oral"), ExamKind.values, f"{where}: “kind”")
        yield from self._word(exam.get("scale", "A-F"), SCALES, f"{where}: “scale”")
        yield from self._word(exam.get("rule", "all"), ConfirmationRule.values, f"{where}: “rule”")
        if exam.get("deadline", 16) < exam.get("date", -5):
            yield f"{where}: the deadline lies before the date"
        yield from self._numbers(exam.get("unplaced", ""), f"{where}: “unplaced”")
        seen: set[str] = set()
        for number, committee in _tables(exam, "committees"):
            here = f"{where}.committees[{number}]"
            wrong = list(self._numbers(committee["candidates"], f"{here}: “candidates”"))
            yield from wrong or self._committee(exam, committee, here)
            numbers = set() if wrong else set(numbers_of(committee["candidates"]))
            if numbers & seen:
                yield f"{here}: {', '.join(sorted(numbers & seen))} are on another committee too"
            seen |= numbers

    def _committee(self, exam: Table, committee: Table, where: str) -> Iterator[str]:
        numbers = numbers_of(committee["candidates"])
        for key in committee.get("seats", []):
            yield from self._word(key, [TRAINEE, *self.people], f"{where}: “seats”")
        for key in committee.get("named", {}).values():
            yield from self._word(key, self.people, f"{where}: “named”")
        for name in ("absent", "named", "notes"):
            for number in committee.get(name, ()):
                yield from self._word(number, numbers, f"{where}: “{name}”")
        for grade in committee.get("notes", {}).values():
            yield from self._word(grade, _grades(exam), f"{where}: “notes”")

    def _act(self, act: Table, where: str) -> Iterator[str]:
        yield from self._word(act["who"], self.people, f"{where}: “who”")
        yield from self._word(act["do"], ROBOT_ACTIONS, f"{where}: “do”")
        moments = [*TRIGGERS, *(f"task:{key}" for key in self.tasks)]
        yield from self._word(act["when"], moments, f"{where}: “when”")
        if act["do"] in ("grade", "upload") and not act.get("grades"):
            yield f"{where}: “{act['do']}” needs “grades”"
        # Exams that the trainee imports are not known before.
        exam = (
            self.exams.get(act.get("exam", "")) if act.get("exam") else next(iter(self.exams.values()), None)
        )
        if exam:
            for grade in act.get("grades", {}).values():
                yield from self._word(grade, ["", *_grades(exam)], f"{where}: “grades”")

    def _file(self, file: Table, where: str) -> Iterator[str]:
        if ("list" in file) == ("text" in file):
            yield f"{where}: needs either “list” or “text”"
        if "list" in file:
            yield from self._place(file, file["list"], where)

    def _place(self, table: Table, committee: int, where: str) -> Iterator[str]:
        """Check that the committee is in the exam that the table names, if that exam exists from the start."""
        code = table.get("exam", "")
        exam = self.exams.get(code) if code else next(iter(self.exams.values()), None)
        if exam is None:
            if not code:
                yield f"{where}: name the “exam”; the scenario has none of its own"
            return
        numbers = [committee["number"] for committee in exam.get("committees", [])]
        if self.data["role"] != "planner":  # a planner may add one
            yield from self._word(str(committee), list(map(str, numbers)), f"{where}: committee")

    def _condition(self, table: Table, where: str) -> Iterator[str]:
        word = condition_of(table)
        checks: dict[str, Callable[[], Iterator[str]]] = {
            "did": lambda: self._word(table["did"], LogAction.values, where),
            "receipts": lambda: self._word(table["receipts"], ("taken", "refused"), where),
            "stage": lambda: self._word(table["is"], Stage.values, f"{where}: “is”"),
            "seen": lambda: self._word(table.get("as", TRAINEE), [TRAINEE, *self.people], f"{where}: “as”"),
        }
        if word in checks:
            yield from checks[word]()
        if word in ("notes", "graded", "confirmed", "stage"):
            yield from self._place(table, table[word], where)
        if word == "notes":
            exam: Table = self.exams.get(table.get("exam", "")) or next(iter(self.exams.values()), {})
            noted = [
                committee["number"] for committee in exam.get("committees", []) if committee.get("notes")
            ]
            if table["notes"] not in noted:
                yield f"{where}: committee {table['notes']} has no “notes”"


def _grades(exam: Table) -> tuple[str, ...]:
    scale = exam.get("scale", "A-F")
    return SCALES[scale].codes if scale in SCALES else ()
