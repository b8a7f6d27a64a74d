"""Checker of scenario files. It reports each problem with its place in the file."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from training.scenarios.fields import (
    ACT,
    COMMITTEE,
    CONDITIONS,
    EXAM,
    FILE,
    HEAD,
    LANGUAGES,
    PAIRS,
    PERSON,
    POINTS,
    TASK,
    TEXT,
    WORDS,
    Spec,
    Table,
    condition_of,
    languages_of,
    tables,
)
from training.scenarios.limits import beyond_limits
from training.scenarios.references import References
from training.scenarios.story import Story


def problems(data: Table) -> list[str]:
    """Return every problem of a scenario with its place; an empty list for a good one."""
    found = list(_shape(data)) or [
        *beyond_limits(data),
        *References(data).problems(),
        *Story(data).problems(),
    ]
    return list(dict.fromkeys(found))


# Shape: fields and their kinds


def _shape(data: Table) -> Iterator[str]:
    languages = languages_of(data)
    yield from _fields(data, HEAD, "the scenario", languages)
    named = data.get("languages", LANGUAGES)
    if not named or any(one not in LANGUAGES for one in named):
        words = ", ".join(LANGUAGES)
        yield _at("the scenario", _("“languages” should contain one or more of %(words)s") % {"words": words})
    yield from _each(data, "people", PERSON, languages)
    yield from _each(data, "exams", EXAM, languages)
    for number, exam in tables(data, "exams"):
        yield from _each(exam, "committees", COMMITTEE, languages, f"exams[{number}].")
    yield from _each(data, "acts", ACT, languages)
    yield from _each(data, "files", FILE, languages)
    yield from _each(data, "tasks", TASK, languages)
    for number, act in tables(data, "acts"):
        yield from _conditions(act, "needs", f"acts[{number}]")
    for number, task in tables(data, "tasks"):
        yield from _conditions(task, "done", f"tasks[{number}]")
    yield from _conditions(data, "end", "the scenario", POINTS)


def _at(where: str, sentence: str) -> str:
    return f"{where}: {sentence}"


def _each(data: Table, name: str, spec: Spec, languages: tuple[str, ...], at: str = "") -> Iterator[str]:
    for number, row in enumerate(data.get(name, []) if isinstance(data.get(name), list) else [], start=1):
        where = f"{at}{name}[{number}]"
        if isinstance(row, dict):
            yield from _fields(row, spec, where, languages)
        else:
            yield _at(where, _("is not a table; write [[%(name)s]] above it") % {"name": name})


def _fields(table: Table, spec: Spec, where: str, languages: tuple[str, ...] = LANGUAGES) -> Iterator[str]:
    for name in table.keys() - spec.keys():
        there = {"name": name, "known": ", ".join(spec)}
        yield _at(where, _("“%(name)s” is unknown; allowed here: %(known)s") % there)
    for name, (kind, required) in spec.items():
        if name in table:
            for sentence in _kind(table[name], kind, languages):
                yield _at(where, sentence % {"name": name})
        elif required:
            yield _at(where, _("“%(name)s” is missing") % {"name": name})


def _kind(value: Any, kind: type | str, languages: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence with a place for `name` if the value is not of this kind."""
    if kind == TEXT:
        texts = value if isinstance(value, dict) else {}
        missing = [language for language in languages if not str(texts.get(language, "")).strip()]
        if missing:
            yield _("“%(name)s” needs a text in %(missing)s").replace("%(missing)s", ", ".join(missing))
        elif any(not isinstance(text, str) for text in value.values()):
            yield _("“%(name)s” should be a text in each language")
    elif kind == WORDS:
        if not isinstance(value, list) or any(not isinstance(one, str) for one in value):
            yield _("“%(name)s” should be a list of texts in quotes")
    elif kind == PAIRS:
        if not isinstance(value, dict) or any(not isinstance(one, str) for one in value.values()):
            yield _("“%(name)s” should be a table of texts in quotes")
    elif isinstance(kind, type) and (type(value) is not kind):
        sentences = {
            str: _("“%(name)s” should be a text"),
            int: _("“%(name)s” should be a whole number"),
            bool: _("“%(name)s” should be true or false"),
            list: _("“%(name)s” should be a list"),
            dict: _("“%(name)s” should be a table"),
        }
        yield sentences[kind]


def _conditions(table: Table, name: str, where: str, more: Spec | None = None) -> Iterator[str]:
    listed = table.get(name)
    if listed == []:
        yield _at(where, _("“%(name)s” needs at least one condition") % {"name": name})
    for number, condition in enumerate(listed if isinstance(listed, list) else [], start=1):
        here = f"{where}.{name}[{number}]"
        word = condition_of(condition) if isinstance(condition, dict) else None
        if word is None:
            yield _at(here, _("is not a condition; choose from %(words)s") % {"words": ", ".join(CONDITIONS)})
        else:
            yield from _fields(condition, {**CONDITIONS[word], **(more or {})}, here)
