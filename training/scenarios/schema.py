"""
Schema of a scenario: its sandbox, the acts of robots, and the tasks, made from a TOML table.

docs/reference/scenarios.md documents the format; `checker` reports problems.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, Self

from django.utils.translation import get_language

MOST_NUMBERS = 10_000
TRAINEE = "you"
"""Key of the trainee among the people of a scenario."""


class Text(dict[str, str]):
    """A text in three languages; `str()` returns that of the active language."""

    def __str__(self) -> str:
        return self.get(get_language() or "en") or self.get("en") or next(iter(self.values()), "")


@dataclass(frozen=True, slots=True)
class Person:
    """
    Another person in the sandbox: a robot, or a student whose pages the trainee can see.

    Somebody with an `email` instead of a Feide name is not there until the trainee invites them.
    """

    key: str
    name: str
    feide: str = ""
    email: str = ""
    external: bool = False
    student: bool = False


@dataclass(frozen=True, slots=True)
class Committee:
    """A committee at the start. `notes` is the paper list: the grade of each candidate."""

    number: int
    candidates: str
    name: str = ""
    seats: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    named: Mapping[str, str] | None = None
    notes: Mapping[str, str] | None = None

    @property
    def numbers(self) -> list[str]:
        return numbers_of(self.candidates)


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam at the start. Dates are days from today."""

    code: str
    name: Text
    kind: str = "oral"
    scale: str = "A-F"
    rule: str = "all"
    anonymous: bool = True
    date: int = -5
    deadline: int = 16
    committees: tuple[Committee, ...] = ()
    unplaced: str = ""
    withdrawn: tuple[str, ...] = ()

    def committee(self, number: int | None = None) -> Committee | None:
        """Return the committee with this number; the first one without a number."""
        return next((committee for committee in self.committees if number in (None, committee.number)), None)


@dataclass(frozen=True, slots=True)
class Act:
    """
    An act of a robot and its trigger. An empty `exam` or `committee` is the first of the scenario.

    An act with `needs` is standing: from its trigger on, the robot does it whenever these conditions are met and there is
    something to do.
    """

    who: str
    do: str
    when: str
    exam: str = ""
    committee: int | None = None
    grades: Mapping[str, str] | None = None
    after: int = 0
    times: int = 1
    again: bool = False
    needs: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """
    A file that the panel offers: the grade list of a committee with cells typed over, or a text. With `paste`, the panel
    shows the text too.
    """

    key: str
    name: Text
    list: int | None = None
    text: str = ""
    exam: str = ""
    grades: Mapping[str, str] | None = None
    cells: Mapping[str, str] | None = None
    paste: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A task; it is done when all conditions in `done` are met."""

    key: str
    title: Text
    text: Text
    hint: Text
    done: tuple[Mapping[str, Any], ...]
    hint_after: int = 60


@dataclass(frozen=True, slots=True)
class Scenario:
    """
    A short story with tasks, in its own sandbox. It is finished when every task is done and `end` is met as a whole.

    `points` has the points of each condition in `end`, for assessment. Without an `assignment`, the text that replaces the
    tasks then, the scenario can't be assessed. With `keep_order`, variations only move candidate numbers.
    """

    key: str
    title: Text
    about: Text
    role: str
    order: int
    minutes: int
    people: tuple[Person, ...]
    exams: tuple[Exam, ...]
    acts: tuple[Act, ...]
    files: tuple[File, ...]
    tasks: tuple[Task, ...]
    end: tuple[Mapping[str, Any], ...]
    points: tuple[int, ...]
    assignment: Text
    keep_order: bool = False

    @classmethod
    def from_data(cls, key: str, data: Mapping[str, Any]) -> Self:
        """Return the scenario in `data`, which must be without problems."""
        return cls(
            key=key,
            title=Text(data["title"]),
            about=Text(data["about"]),
            role=data["role"],
            order=data.get("order", 1000),
            minutes=data.get("minutes", 10),
            people=tuple(Person(**person) for person in data.get("people", ())),
            exams=tuple(_exam(exam) for exam in data.get("exams", ())),
            acts=tuple(_made(Act, act) for act in data.get("acts", ())),
            files=tuple(_made(File, file) for file in data.get("files", ())),
            tasks=tuple(_made(Task, task) for task in data["tasks"]),
            end=tuple(
                {name: value for name, value in condition.items() if name != "points"}
                for condition in data["end"]
            ),
            points=tuple(condition.get("points", 1) for condition in data["end"]),
            assignment=Text(data.get("assignment", {})),
            keep_order=data.get("keep_order", False),
        )

    def exam(self, code: str = "") -> Exam | None:
        """Return the exam with this code; the first one without a code."""
        return next((exam for exam in self.exams if code in ("", exam.code)), None)

    def task(self, key: str) -> Task | None:
        return next((task for task in self.tasks if task.key == key), None)

    @property
    def total(self) -> int:
        """Return the points of all conditions in `end`."""
        return sum(self.points)

    @property
    def students(self) -> list[Person]:
        """Return the people whose pages the trainee can see."""
        return [person for person in self.people if person.student]


def _made(kind: type[Any], data: Mapping[str, Any]) -> Any:
    """Return a `kind` from its table, with texts as Text and lists as tuples."""
    texts = {field.name for field in fields(kind) if field.type is Text}
    return kind(**{name: _kept(value, name in texts) for name, value in data.items()})


def _kept(value: Any, is_text: bool) -> Any:
    if is_text:
        return Text(value)
    return tuple(value) if isinstance(value, list) else value


def _exam(data: Mapping[str, Any]) -> Exam:
    committees = tuple(_made(Committee, committee) for committee in data.get("committees", ()))
    exam: Exam = _made(Exam, {**data, "committees": list(committees)})
    return exam


def numbers_of(text: str) -> list[str]:
    """
    Return the candidate numbers in `text`, such as "10001-10012, 10020". Raises ValueError otherwise, and for more than
    `MOST_NUMBERS`.
    """
    found = list(islice(_numbers(text), MOST_NUMBERS + 1))
    if len(found) > MOST_NUMBERS:
        raise ValueError(text[:40])
    return found


def _numbers(text: str) -> Iterator[str]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", part, re.ASCII)
        if not match or int(match[2] or match[1]) - int(match[1]) not in range(10_000):
            raise ValueError(part)
        yield from (str(number) for number in range(int(match[1]), int(match[2] or match[1]) + 1))
