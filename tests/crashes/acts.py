"""Requests of clients, recorded before they are sent, and their responses."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path


class Answer(StrEnum):
    NONE = "none"  # the server died first
    OK = "ok"
    REFUSED = "refused"


@dataclass
class Act:
    """
    One request that writes. `log_actions` are its log entries, each in its own transaction; `new` maps the
    candidates that the first of them changes to their possible grades afterwards.

    `certain`: OK means that entries were written; otherwise there may have been nothing to do. `version` is the
    confirmed version; `upload` the pk of the resulting upload. `sent` and `ended` are seconds of the clock that the
    log uses too.
    """

    log_actions: list[str]
    new: dict[str, list[str]] = field(default_factory=dict)
    certain: bool = True
    version: str = ""
    upload: int = 0
    sent: float = 0.0
    ended: float = 0.0
    answer: Answer = Answer.NONE


@dataclass
class Diary:
    """
    All acts of one client in order. Its log entries are those of `exam` (course code) by `person`, or by anyone if
    that is "", after the entry `after`.
    """

    exam: str
    person: str
    after: int
    acts: list[Act] = field(default_factory=list)


def write_diaries(diaries: list[Diary], file: Path) -> None:
    file.write_text(json.dumps([asdict(diary) for diary in diaries]))


def read_diaries(file: Path) -> list[Diary]:
    return [
        Diary(
            one["exam"],
            one["person"],
            one["after"],
            [Act(**act | {"answer": Answer(act["answer"])}) for act in one["acts"]],
        )
        for one in json.loads(file.read_text())
    ]
