"""
Locks, and what is checked again under them.

One lock order for all acts: committees by pk, then the exam. On SQLite the transaction itself is the lock (see settings).
"""

from collections.abc import Iterable

from committees.errors import Refusal, Refused
from committees.models import Committee, Exam, Grader, User


def lock_committee(pk: int) -> Committee:
    """
    The committee with its stage, locked until the transaction ends. Read anew after the lock was had.

    Raises Refused when it is gone, as those of practice go.
    """
    found = lock_committees([pk])
    if not found:
        raise Refused(Refusal.COMMITTEE_GONE)
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
        raise Refused(Refusal.NOT_PLANNER)
