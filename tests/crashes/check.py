"""
Check of the database after a kill, in a separate process: `python -m tests.crashes.check DIARIES` compares responses
with the database and prints a `Finding` as JSON. With `--where` it prints primary keys of the demo data instead.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

import django

django.setup()

from committees.audit.verification import violations  # noqa: E402
from committees.models import Candidate, Committee, Exam, LogEntry, Upload, User  # noqa: E402
from tests.crashes.acts import Act, Answer, Diary, read_diaries  # noqa: E402
from tests.invariants import breaches  # noqa: E402


@dataclass
class Finding:
    """Numbers of acts by result. `half` and `lost` should stay empty."""

    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    whole: int = 0  # not acknowledged, and there
    absent: int = 0  # not acknowledged, and not there
    resumable: int = 0  # a transfer that was made and waits for its receipts: it is sent again
    half: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def check(diaries: list[Diary]) -> Finding:
    """Return the result of every recorded act."""
    found = Finding()
    for diary in diaries:
        entries = LogEntry.objects.filter(exam__emnekode=diary.exam, pk__gt=diary.after).order_by("pk")
        mine = entries.filter(by__username=diary.person) if diary.person else entries
        follow(diary, list(mine), found)
    seen = {
        (pk, int(act.version.split()[0]), act.version.split()[1])
        for diary in diaries
        for pk in User.objects.filter(username=diary.person or "kari").values_list("pk", flat=True)
        for act in diary.acts
        if act.version
    }
    for exam in Exam.objects.filter(emnekode__in={diary.exam for diary in diaries}):
        found.half += breaches(exam, seen)
    found.half += map(str, violations())
    return found


def follow(diary: Diary, entries: list[LogEntry], found: Finding) -> None:
    """Compare the acts of a client with the log entries, in order."""
    place = 0
    confirmed: set[str] = set()
    for number, act in enumerate(diary.acts):
        found.sent += 1
        told = f"{diary.person or diary.exam} act {number} {act}"
        written = entries[place : place + len(act.log_actions)]
        left = 0 if act.answer == Answer.REFUSED else sum(_is(one, act, n) for n, one in enumerate(written))
        whole = left == len(act.log_actions)
        place += left
        match act.answer:
            case Answer.REFUSED:
                found.refused += 1
            case Answer.OK:
                found.acknowledged += 1
                if not whole and (act.certain or left or (act.version and act.version not in confirmed)):
                    found.lost.append(told)
                if act.upload and not Upload.objects.filter(pk=act.upload).exists():
                    found.lost.append(f"{told}: its upload")
            case Answer.NONE if whole:
                found.whole += 1
            case Answer.NONE if left:
                found.resumable += 1
            case Answer.NONE:
                found.absent += 1
        if act.version and whole:
            confirmed.add(act.version)
    found.half += [
        f"{diary.person or diary.exam}: nobody asked for {one.action} {one.changes}"
        for one in entries[place:]
    ]


def _is(entry: LogEntry, act: Act, number: int) -> bool:
    """Return whether `entry` is entry `number` of `act`."""
    if entry.action != act.log_actions[number] or not act.sent <= entry.at.timestamp() <= act.ended:
        return False
    if act.version:
        committee, version = act.version.split()
        return (str(entry.committee_id), f"{entry.details['round']}-{entry.details['digest']}") == (
            committee,
            version,
        )
    if not act.new:
        return True
    changes = {candidate: new for candidate, (_old, new) in entry.changes.items()}
    return changes.keys() == act.new.keys() and all(new in act.new[one] for one, new in changes.items())


def where() -> dict[str, dict[str, dict[str, int]]]:
    """
    Return, by course code, the primary keys of its `exam`, `committees` and `candidates` by number, and the newest
    entry of its `log`.
    """
    return {
        exam.emnekode: {
            "exam": {"": exam.pk},
            "log": {"": exam.log.newest_id()},
            "committees": {
                str(one): pk for one, pk in Committee.objects.filter(exam=exam).values_list("number", "pk")
            },
            "candidates": dict(Candidate.objects.filter(exam=exam).values_list("number", "pk")),
        }
        for exam in Exam.objects.all()
    }


if __name__ == "__main__":
    print(json.dumps(where() if sys.argv[1] == "--where" else asdict(check(read_diaries(Path(sys.argv[1]))))))
