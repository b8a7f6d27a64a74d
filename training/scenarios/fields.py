"""Fields of scenario files and their kinds: of the scenario, its tables, and each condition."""

from collections.abc import Mapping
from typing import Any

ROBOT_ACTIONS = ("confirm", "grade", "notes", "upload", "sign-in")
TRIGGERS = ("start", "graded", "confirmed", "uploaded", "reminded", "reopened", "seated")
Table = Mapping[str, Any]

Spec = Mapping[str, tuple[type | str, bool]]
TEXT = "text"
"""A text in every language of the scenario."""
WORDS = "words"
"""A list of texts."""
PAIRS = "pairs"
"""A table of texts, such as the grade of each candidate."""
LANGUAGES = ("en", "nb", "nn")
HEAD: Spec = {
    "order": (int, False),
    "role": (str, True),
    "minutes": (int, False),
    "languages": (WORDS, False),
    "title": (TEXT, True),
    "about": (TEXT, True),
    "assignment": (TEXT, False),
    "keep_order": (bool, False),
    "end": (list, True),
    "people": (list, False),
    "exams": (list, False),
    "files": (list, False),
    "acts": (list, False),
    "tasks": (list, True),
}
PERSON: Spec = {
    "key": (str, True),
    "name": (str, True),
    "feide": (str, False),
    "email": (str, False),
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
    "withdrawn": (WORDS, False),
}
COMMITTEE: Spec = {
    "number": (int, True),
    "candidates": (str, True),
    "name": (str, False),
    "seats": (WORDS, False),
    "absent": (WORDS, False),
    "named": (PAIRS, False),
    "notes": (PAIRS, False),
}
ACT: Spec = {
    "who": (str, True),
    "do": (str, True),
    "when": (str, True),
    "exam": (str, False),
    "committee": (int, False),
    "grades": (PAIRS, False),
    "after": (int, False),
    "times": (int, False),
    "again": (bool, False),
    "needs": (list, False),
}
FILE: Spec = {
    "key": (str, True),
    "name": (TEXT, True),
    "list": (int, False),
    "text": (str, False),
    "exam": (str, False),
    "grades": (PAIRS, False),
    "cells": (PAIRS, False),
    "paste": (bool, False),
}
TASK: Spec = {
    "key": (str, True),
    "title": (TEXT, True),
    "text": (TEXT, True),
    "hint": (TEXT, True),
    "hint_after": (int, False),
    "done": (list, True),
}
PLACE: Spec = {"exam": (str, False)}
CONDITIONS: Mapping[str, Spec] = {
    "seen": {
        "seen": (str, True),
        "as": (str, False),
        "committee": (int, False),
        "candidate": (str, False),
        "since": (str, False),
        **PLACE,
    },
    "refused": {"refused": (str, True), "committee": (int, False), "code": (str, False), **PLACE},
    "did": {
        "did": (str, True),
        "times": (int, False),
        "committee": (int, False),
        "candidate": (str, False),
        "code": (str, False),
        "since": (str, False),
        **PLACE,
    },
    "attendance": {"attendance": (str, True), "is": (str, True), **PLACE},
    "notes": {"notes": (int, True), **PLACE},
    "graded": {"graded": (int, True), **PLACE},
    "grades": {"grades": (PAIRS, True), "committee": (int, True), **PLACE},
    "grade": {"grade": (str, True), "is": (str, True), **PLACE},
    "confirmed": {"confirmed": (int, True), **PLACE},
    "stage": {"stage": (int, True), "is": (str, True), **PLACE},
    "settings": {
        "settings": (str, True),
        "scale": (str, False),
        "rule": (str, False),
        "kind": (str, False),
        "anonymous": (bool, False),
    },
    "ready": {"ready": (str, True)},
    "removed": {"removed": (str, True), "is": (str, True)},
    "placed": {"placed": (str, True), "committee": (int, False), **PLACE},
    "candidates": {"candidates": (str, True), "committee": (int, True), "present": (bool, False), **PLACE},
    "graders": {"graders": (WORDS, True), "committee": (int, True), **PLACE},
    "seated": {"seated": (str, True), "committee": (int, True), "external": (bool, False), **PLACE},
    "receipts": {"receipts": (str, True), **PLACE},
    "sent": {"sent": (str, True), "is": (str, True), "code": (str, False), **PLACE},
    "at_fs": {"at_fs": (str, True)},
    "committee": {"committee": (int, True), **PLACE},
    "exam": {"exam": (str, True)},
}
"""Fields of each condition, by the word that names it. The first word found in a table decides."""
POINTS: Spec = {"points": (int, False)}
"""Further fields of the conditions in `end`."""


def languages_of(data: Table) -> tuple[str, ...]:
    """Return the languages that a scenario is written in; all without a valid `languages`."""
    named = data.get("languages")
    return tuple(one for one in LANGUAGES if one in named) if isinstance(named, list) and named else LANGUAGES


def condition_of(table: Table) -> str | None:
    """Return the word that names the condition in `table`; None for none."""
    return next((word for word in CONDITIONS if word in table), None)


def tables(data: Table, name: str) -> list[tuple[int, Table]]:
    """Return the tables in the list `name` with their numbers, from 1."""
    listed = data.get(name, [])
    rows = enumerate(listed if isinstance(listed, list) else [], start=1)
    return [(number, row) for number, row in rows if isinstance(row, dict)]


def conditions(data: Table) -> list[tuple[str, Table]]:
    """Return every condition with its place in the file."""
    found = [
        (f"tasks[{number}].done[{place}]", table)
        for number, task in tables(data, "tasks")
        for place, table in tables(task, "done")
    ]
    found += [
        (f"acts[{number}].needs[{place}]", table)
        for number, act in tables(data, "acts")
        for place, table in tables(act, "needs")
    ]
    return found + [(f"end[{place}]", table) for place, table in tables(data, "end")]
