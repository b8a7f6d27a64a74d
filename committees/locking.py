"""
Locks, and the checks that acts repeat under them.

All acts lock in the same order: committees by pk, then the exam, then people. On SQLite the transaction itself is the lock.
"""

from collections.abc import Iterable

from committees.enums import ExamRemoval
from committees.errors import Refusal, Refused
from committees.models import Committee, Exam, Grader, User


def lock_committee(pk: int) -> Committee:
    """Lock one committee like `lock_committees`. Raise Refused if it was deleted, or its exam deleted or cancelled."""
    committees = lock_committees([pk])
    if not committees:
        raise Refused(Refusal.COMMITTEE_GONE)
    refuse_removed(committees[0].exam)
    return committees[0]


def lock_committees(pks: Iterable[int]) -> list[Committee]:
    """Lock committees until the transaction ends; return them by pk with their stages, read after locking."""
    wanted = sorted(set(pks))
    list(Committee.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",)))
    return list(Committee.objects.filter(pk__in=wanted).order_by("pk").with_stage().select_related("exam"))


def lock_exam(exam: Exam) -> tuple[Exam, list[Committee]]:
    """
    Lock and return the exam and all of its committees, with their stages, until the transaction ends.

    Raise Refused if the exam was deleted or cancelled.
    """
    locked, committees = lock_removed_exam(exam)
    refuse_removed(locked)
    return locked, committees


def lock_removed_exam(exam: Exam) -> tuple[Exam, list[Committee]]:
    """Like `lock_exam`, but also for deleted and cancelled exams."""
    committees = lock_committees(exam.committees.values_list("pk", flat=True))
    locked = Exam.everything.select_for_update(of=("self",)).get(pk=exam.pk)
    return locked, committees


def refuse_removed(exam: Exam) -> None:
    """Raise Refused if the exam was deleted or cancelled. Call it under the act's lock."""
    if exam.removal == ExamRemoval.DELETED:
        raise Refused(Refusal.EXAM_DELETED, exam=exam)
    if exam.removal:
        raise Refused(Refusal.EXAM_CANCELLED, exam=exam)


def lock_exams(pks: Iterable[int]) -> list[Exam]:
    """Lock exams in order of pk until the transaction ends, and return them. Lock committees before exams."""
    return list(Exam.everything.filter(pk__in=set(pks)).order_by("pk").select_for_update(of=("self",)))


def lock_person(person: User) -> User:
    """Lock and return a person. May raise Refused if the account is closed: support closes it under this lock."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not locked.is_active:
        raise Refused(Refusal.ACCOUNT_CLOSED, name=locked)
    return locked


def lock_new_planner(exam: Exam, person: User) -> User:
    """Lock and return a person who can plan the exam. May raise Refused for a closed account, and for other people."""
    if person.sandbox_id != exam.sandbox_id:
        raise Refused(Refusal.PRACTICE_AND_REAL, names=person)
    locked = lock_person(person)
    if not locked.is_planner:
        raise Refused(Refusal.NOT_PLANNER_ROLE, name=locked)
    return locked


def has_active_seat(grader: Grader) -> bool:
    """Return whether the seat still exists and its person is active. Call it under the committee's lock."""
    return Grader.objects.filter(pk=grader.pk, person__is_active=True).exists()


def is_active_planner(exam: Exam, person: User) -> bool:
    """Return whether the person is still a planner of the exam and active. Call it under the act's lock."""
    return exam.planners.filter(pk=person.pk, is_active=True).exists()


def refuse_former_planner(exam: Exam, by: User) -> None:
    """Raise Refused if `by` no longer plans the exam or has a closed account. Call it under the act's lock."""
    if not is_active_planner(exam, by):
        raise Refused(Refusal.NOT_PLANNER)
