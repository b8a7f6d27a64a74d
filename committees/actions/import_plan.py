"""The plan of an import of FS's three files, shown as a preview and then written."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.utils.functional import Promise

from committees.actions.effects import Effect
from committees.models import Candidate, Committee, Exam, Grader, User

Key = tuple[str, ...]
T = TypeVar("T")
CHUNK_SIZE = 10_000


def in_chunks(values: Collection[T]) -> Iterator[list[T]]:
    """Yield `values` in chunks: PostgreSQL accepts 65,535 parameters in one statement, and a file can need more."""
    every = list(values)
    for start in range(0, len(every), CHUNK_SIZE):
        yield every[start : start + CHUNK_SIZE]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that is left out, or a candidate who is kept although not in the file (`line` is 0)."""

    file: str
    line: int
    sentence: str | Promise


@dataclass(slots=True)
class ImportPlan:
    """The changes of an import, ready to be written."""

    new_exams: dict[Key, Exam] = field(default_factory=dict)
    changed_exams: dict[Key, Exam] = field(default_factory=dict)
    exams: dict[Key, Exam] = field(default_factory=dict)
    new_committees: dict[tuple[Key, int], Committee] = field(default_factory=dict)
    renamed_committees: dict[tuple[Key, int], Committee] = field(default_factory=dict)
    committees: dict[tuple[Key, int], Committee] = field(default_factory=dict)
    invited: dict[str, User] = field(default_factory=dict)
    new_graders: list[Grader] = field(default_factory=list)
    changed_graders: list[Grader] = field(default_factory=list)
    new_candidates: list[Candidate] = field(default_factory=list)
    changed_candidates: list[Candidate] = field(default_factory=list)
    moves: dict[Key, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    # Other changes as [old, new], for the log. Names of candidates are only counted: the log is anonymous.
    changed: dict[Key, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    renamed_people: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    dropped: list[Candidate] = field(default_factory=list)
    # Date and time of new exams, None without a time. An exam itself has only a date.
    moments: dict[Key, datetime | None] = field(default_factory=dict)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    # Lines that are imported but look wrong.
    warnings: list[Problem] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes of each kind, by the name of the field."""
        names = (
            "new_exams",
            "changed_exams",
            "new_committees",
            "new_graders",
            "new_candidates",
            "changed_candidates",
            "dropped",
        )
        return {name: len(getattr(self, name)) for name in names} | {"unchanged": self.unchanged}

    @property
    def size(self) -> int:
        """The number of changes that the preview lists one by one."""
        counts = self.counts
        return sum(counts.values()) - sum(
            counts[name] for name in ("new_exams", "new_candidates", "unchanged")
        )

    @property
    def fingerprint(self) -> str:
        """A SHA-256 of everything that the import would write."""
        parts = [
            [list(key) for key in sorted(self.new_exams)],
            sorted([*key, str(number), one.name] for (key, number), one in self.new_committees.items()),
            sorted(
                [*_place(one.committee), one.person.feide_name or "", str(one.is_external)]
                for one in self.new_graders
            ),
            sorted([*one.exam.key, one.number, one.feide_name, one.name] for one in self.new_candidates),
            sorted([*one.exam.key, one.number, one.feide_name, one.name] for one in self.changed_candidates),
            sorted([*key, *map(json.dumps, sorted(moves.items()))] for key, moves in self.moves.items()),
            sorted([*key, *map(json.dumps, sorted(each.items()))] for key, each in self.changed.items()),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @property
    def changes_something(self) -> bool:
        return any(
            (
                self.new_exams,
                self.changed_exams,
                self.new_committees,
                self.renamed_committees,
                self.new_graders,
                self.changed_graders,
                self.new_candidates,
                self.changed_candidates,
                self.dropped,
            )
        )


def _place(committee: Committee) -> list[str]:
    return [*committee.exam.key, str(committee.number)]
