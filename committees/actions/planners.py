"""Planners of exams: added, removed, and all exams of one planner handed over to another."""

from django.db import transaction
from django.db.models import QuerySet

from committees.actions.accounts import end_support_passwords, log_of_ended
from committees.actions.log import log
from committees.actions.notifications import notify_handed_over
from committees.actions.planning import log_of_added, planners_changed
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import lock_exam, lock_new_planner, lock_removed_exam, refuse_former_planner
from committees.models import Exam, LogEntry, User


@transaction.atomic
def add_planner(exam: Exam, person: User, *, by: User) -> LogEntry:
    """Add a planner. Raise Refused for people who plan the exam already, or can't plan it."""
    exam, _committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    person = lock_new_planner(exam, person)
    old = set(exam.planners.all())
    if person in old:
        raise Refused(Refusal.ALREADY_PLANNER, name=person)
    exam.planners.add(person)
    ended = end_support_passwords([person], by=by)
    return log(
        LogAction.EXAM_CHANGED,
        by=by,
        exam=exam,
        changed={"planners": planners_changed(old, old | {person})},
        **log_of_added([person]),
        **log_of_ended(ended),
    )


@transaction.atomic
def remove_planner(exam: Exam, person: User, *, by: User) -> LogEntry | None:
    """Remove a planner; None if the person does not plan the exam. Raise Refused for its last active planner."""
    exam, _committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    old = set(exam.planners.all())
    if person not in old:
        return None
    if not any(one.is_active for one in old - {person}):
        raise Refused(Refusal.NO_PLANNER)
    exam.planners.remove(person)
    changed = {"planners": planners_changed(old, old - {person})}
    return log(LogAction.EXAM_CHANGED, by=by, exam=exam, changed=changed)


def hand_over(giver: User, receiver: User, *, by: User) -> list[LogEntry]:
    """
    Make `receiver` a planner of every exam of `giver`, who no longer plans them. Return an entry for each exam.

    `by` is the giver, or support for somebody who left. Exams are handed over one by one, so that no act waits for
    hundreds of locks; if it stops halfway, the same act again does the rest. Raise Refused if the receiver can't plan
    them, or there is no exam.
    """
    if giver == receiver:
        raise Refused(Refusal.SAME_PERSON)
    exams = list(Exam.everything.planned_by(giver).order_by("pk"))
    if not exams:
        raise Refused(Refusal.NOTHING_TO_HAND_OVER, name=giver)
    found = [_hand_over(exam, giver, receiver, by) for exam in exams]
    entries = [entry for entry in found if entry]
    if current := [entry for entry in entries if not entry.exam.removal]:
        notify_handed_over(current[0], receiver, count=len(current))
    return entries


@transaction.atomic
def _hand_over(exam: Exam, giver: User, receiver: User, by: User) -> LogEntry | None:
    """Hand over one exam, also a removed one. Return None if the giver no longer plans it."""
    exam, _committees = lock_removed_exam(exam)
    receiver = lock_new_planner(exam, receiver)
    old = set(exam.planners.all())
    if giver not in old:
        return None
    exam.planners.remove(giver)
    exam.planners.add(receiver)
    ended = end_support_passwords([receiver], by=by)
    return log(
        LogAction.HANDED_OVER,
        by=by,
        exam=exam,
        changed={"planners": planners_changed(old, (old - {giver}) | {receiver})},
        to=receiver.pk,
        **log_of_ended(ended),
    )


def possible_planners(sandbox: int | None) -> QuerySet[User]:
    """Return the people who can plan exams of this sandbox, or of the register."""
    people = User.objects.filter(sandbox=sandbox, is_planner=True, is_active=True)
    return people.order_by("name", "username")
