"""
The only writers. An act takes the lock, looks again under it, writes, logs, and returns what it made.

One lock order: committee rows by pk, then the exam. On SQLite the transaction itself is the lock (see settings).
"""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from committees.actions.exam_state import RECORDED_BY, states_of
from committees.actions.notifications import notify
from committees.enums import LogAction
from committees.models import Committee, Exam, Grader, LogEntry, Transfer, Upload, User

T = TypeVar("T")


class Progress(Protocol):
    """How something that takes long goes through its parts. A command shows how far it has come: `management.progress`."""

    def __call__(self, parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]: ...


def no_progress(parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
    """The parts, and nothing is shown."""
    return parts


class Refused(Exception):
    """What may not happen, with the sentence that people are told. A page answers it with 409."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StaleVersion(Refused):
    """What the person saw is no longer so. `expected` is the version of the grade sheet that they had before them."""

    def __init__(self, sentence: str | Promise, expected: str) -> None:
        super().__init__(sentence)
        self.expected = expected


def lock_committee(pk: int) -> Committee:
    """
    The committee with its stage, locked until the transaction ends. Read anew after the lock was had.

    Raises Refused when it is gone, as those of practice go.
    """
    found = lock_committees([pk])
    if not found:
        raise Refused(_("This committee is no longer there."))
    return found[0]


def lock_committees(pks: Iterable[int]) -> list[Committee]:
    """These committees with their stages, locked in order of pk until the transaction ends."""
    wanted = sorted(set(pks))
    list(Committee.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",)))
    return list(Committee.objects.filter(pk__in=wanted).order_by("pk").with_stage().select_related("exam"))


def lock_exam(exam: Exam) -> tuple[Exam, list[Committee]]:
    """The exam and all of its committees with their stages, locked until the transaction ends."""
    committees = lock_committees(exam.committees.values_list("pk", flat=True))
    locked = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
    return locked, committees


def lock_exams(pks: Iterable[int]) -> list[Exam]:
    """These exams, locked in order of pk until the transaction ends. Committees, if any, are locked before."""
    return list(Exam.objects.filter(pk__in=set(pks)).order_by("pk").select_for_update(of=("self",)))


def has_active_seat(grader: Grader) -> bool:
    """Whether the seat is still there and its person still active. Asked under the committee's lock."""
    return Grader.objects.filter(pk=grader.pk, person__is_active=True).exists()


def is_active_planner(exam: Exam, person: User) -> bool:
    """Whether the person is still a planner of the exam and active. Asked under the lock of the act."""
    return exam.planners.filter(pk=person.pk, is_active=True).exists()


def refuse_former_planner(exam: Exam, by: User) -> None:
    """
    Raise Refused when `by` no longer plans the exam, or their account is closed. Checked under the lock of the act, because
    the page checked it before.
    """
    if not is_active_planner(exam, by):
        raise Refused(_("You are no longer a planner of this exam."))


def log(
    action: LogAction,
    *,
    by: User,
    exam: Exam,
    committee: Committee | None = None,
    upload: Upload | None = None,
    transfer: Transfer | None = None,
    changes: dict[str, list[str]] | None = None,
    **details: Any,
) -> LogEntry:
    """
    Write the one entry of an act at the end of its chain, and leave notices of it. The caller holds the lock of
    `committee`; the exam, whose chain has the acts that are about no single committee, is locked here.

    Acts on the whole exam record its state, as it is when they are logged, unless `details` has it already.
    """
    if committee is None:
        lock_exams([exam.pk])
    if action in RECORDED_BY and "state" not in details:
        details["state"] = states_of([exam.pk])[exam.pk]
    entry = LogEntry(
        action=action,
        by=by,
        exam=exam,
        committee=committee,
        upload=upload,
        transfer=transfer,
        changes=changes or {},
        details=details,
    )
    entry.append()
    notify(entry)
    return entry
