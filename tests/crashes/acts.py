"""What clients ask of the server, as they write it down before they ask; and what came of it."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path


class Answer(StrEnum):
    NONE = "none"  # the server died over it
    OK = "ok"
    REFUSED = "refused"


@dataclass
class Act:
    """
    One request that writes. `log_actions` are the log entries that it leaves, each in a transaction of its own; `new` maps the
    candidates whom the first of them changes to what may stand there afterwards.

    `certain`: an OK means that entries were written; otherwise there may have been nothing to do. `version` is what was
    confirmed; `upload` the pk of the upload that came of it. `sent` and `ended` are
    seconds of the clock that the log has too.
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
    All acts of one client in order, and whose entries of which exam (course code) are theirs; all people's if "". They are
    newer than the entry `after`.
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
