"""Checker of scenario files. It reports each problem with its place in the file."""

from collections.abc import Iterator
from typing import Any

from training.scenarios.fields import (
    ACT,
    COMMITTEE,
    CONDITIONS,
    EXAM,
    FILE,
    HEAD,
    PERSON,
    POINTS,
    TASK,
    TEXT,
    Spec,
    Table,
    condition_of,
    tables,
)
from training.scenarios.references import References
from training.scenarios.story import Story

LANGUAGES = ("en", "nb", "nn")


def problems(data: Table) -> list[str]:
    """Return every problem of a scenario with its place; an empty list for a good one."""
    shape = list(_shape(data))
    return shape or [*References(data).problems(), *Story(data).problems()]


# Shape: fields and their kinds


def _shape(data: Table) -> Iterator[str]:
    yield from _fields(data, HEAD, "the scenario")
    yield from _each(data, "people", PERSON)
    yield from _each(data, "exams", EXAM)
    for number, exam in tables(data, "exams"):
        yield from _each(exam, "committees", COMMITTEE, f"exams[{number}].")
    yield from _each(data, "acts", ACT)
    yield from _each(data, "files", FILE)
    yield from _each(data, "tasks", TASK)
    for number, act in tables(data, "acts"):
        yield from _conditions(act, "needs", f"acts[{number}]")
    for number, task in tables(data, "tasks"):
        yield from _conditions(task, "done", f"tasks[{number}]")
    yield from _conditions(data, "end", "the scenario", POINTS)


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


def _conditions(table: Table, name: str, where: str, more: Spec | None = None) -> Iterator[str]:
    listed = table.get(name)
    if listed == []:
        yield f"{where}: “{name}” needs at least one condition"
    for number, condition in enumerate(listed if isinstance(listed, list) else [], start=1):
        here = f"{where}.{name}[{number}]"
        word = condition_of(condition) if isinstance(condition, dict) else None
        if word is None:
            yield f"{here}: is no condition; there are {', '.join(CONDITIONS)}"
        else:
            yield from _fields(condition, {**CONDITIONS[word], **(more or {})}, here)
