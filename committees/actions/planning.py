"""Acts of planners: exams, committees, seats, candidates."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import IntegrityError, transaction

from committees.actions.accounts import end_support_passwords, log_of_ended
from committees.actions.committee_copies import copy_committees, log_of_copy
from committees.actions.effects import agreed_effects, log_of, notify_effects, states_of
from committees.actions.exam_state import SETTINGS
from committees.actions.graders import (
    who_of,
)
from committees.actions.log import log
from committees.actions.placement import place_candidates
from committees.actions.sheets import renew_digest
from committees.actions.versions import Shown, refuse_stale
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import lock_committee, lock_exam, lock_new_planner, refuse_former_planner
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User
from committees.models.exams import KEY_FIELDS, default_deadline

EXAM_FIELDS = (*KEY_FIELDS, *SETTINGS, "planners")
"""The fields of the exam form, which `change_exam` writes."""


@transaction.atomic
def create_exam(exam: Exam, *, planners: Iterable[User], by: User, like: Exam | None = None) -> Exam:
    """
    Create a placeholder exam in the sandbox of `by`, who becomes one of its planners.

    The committees and graders of `like`, another exam of this planner, are copied; closed accounts are left out.
    Raise Refused if the FS key is taken, a planner belongs to another sandbox, or `by` no longer plans `like`.
    """
    planners = {*planners, by}
    exam.sandbox_id = by.sandbox_id
    _refuse_strangers(exam, planners)
    refuse_similar_key(exam)
    exam.deadline = exam.deadline or default_deadline(exam.date)
    try:
        with transaction.atomic():
            exam.save()
    except IntegrityError as error:
        raise key_taken(exam) from error
    exam.planners.set(planners)
    seats = copy_committees(like, to=exam, by=by) if like else []
    ended = end_support_passwords(planners | {seat.person for seat in seats}, by=by)
    details = log_of_copy(like, exam, seats) | log_of_ended(ended)
    log(LogAction.EXAM_CREATED, by=by, exam=exam, key=";".join(exam.key), by_hand=True, **details)
    return exam


@transaction.atomic
def change_exam(
    exam: Exam, *, planners: Iterable[User], by: User, shown: Shown | None = None, agreement: str = ""
) -> Exam:
    """
    Write the changed fields and the planners of the exam.

    `shown` are the texts of `EXAM_FIELDS` that the form showed; None without a form. Raise StaleForm if one of them has
    changed; NotAgreed if confirmations would change and `agreement` is not to exactly these effects; Refused for
    another scale once a grade is set, for another scale, rule or FS key once a committee is confirmed, for another FS
    key once grades were transferred, for one that is taken, and without planners or with one of another sandbox.
    """
    before, committees = lock_exam(exam)
    refuse_former_planner(before, by)
    if shown is not None:
        refuse_stale(before, EXAM_FIELDS, shown)
    states = states_of(committees)
    exam.deadline = exam.deadline or default_deadline(exam.date)
    planners = set(planners)
    if not planners:
        raise Refused(Refusal.NO_PLANNER)
    _refuse_strangers(before, planners)
    _refuse_settled(before, exam, is_confirmed=any(committee.is_locked for committee in committees))
    changed = {
        field: [str(getattr(before, field)), str(getattr(exam, field))]
        for field in (*KEY_FIELDS, *SETTINGS)
        if getattr(before, field) != getattr(exam, field)
    }
    old_planners = set(before.planners.all())
    for person in sorted(planners - old_planners, key=lambda one: one.pk):
        lock_new_planner(before, person)
    if not changed and planners == old_planners:
        return exam
    exam.save(update_fields=list(changed))
    if planners != old_planners:
        changed["planners"] = planners_changed(old_planners, planners)
        exam.planners.set(planners)
    for committee in exam.committees.all() if exam.key != before.key else []:
        renew_digest(committee)
    effects = agreed_effects(states, agreement)
    ended = end_support_passwords(planners - old_planners, by=by)
    entry = log(
        LogAction.EXAM_CHANGED,
        by=by,
        exam=exam,
        changed=changed,
        **log_of_added(planners - old_planners),
        **log_of(effects),
        **log_of_ended(ended),
    )
    notify_effects(entry, effects)
    return exam


def log_of_added(planners: Iterable[User]) -> dict[str, Any]:
    """Return the `added_planners` of a log entry's details; {} if nobody was added."""
    added = sorted(person.pk for person in planners)
    return {"added_planners": added} if added else {}


def planners_changed(old: Iterable[User], new: Iterable[User]) -> list[str]:
    """Return the names of the old and of the new planners, for the log."""
    return [", ".join(sorted(map(str, people))) for people in (old, new)]


def _refuse_settled(before: Exam, exam: Exam, *, is_confirmed: bool) -> None:
    """Raise Refused if `exam` differs from `before` in something that graders or FS already rely on."""
    if exam.scale != before.scale and before.candidates.exclude(grade="").exists():
        raise Refused(Refusal.SCALE_IN_USE)
    if exam.scale != before.scale and is_confirmed:
        raise Refused(Refusal.SCALE_CONFIRMED)
    if exam.rule != before.rule and is_confirmed:
        raise Refused(Refusal.RULE_CONFIRMED)
    if exam.key != before.key and before.transfers.exists():
        raise Refused(Refusal.FS_KEY_TRANSFERRED)
    if exam.key != before.key and is_confirmed:
        raise Refused(Refusal.FS_KEY_CONFIRMED)
    refuse_similar_key(exam, own=before.key)
    if Exam.objects.by_key(exam.key, before.sandbox_id).exclude(pk=exam.pk).exists():
        raise key_taken(exam)


def key_taken(exam: Exam) -> Refused:
    """Return the refusal that names the other exam with the FS key of this one."""
    other = Exam.objects.by_key(exam.key, exam.sandbox_id).exclude(pk=exam.pk).first()
    return Refused(Refusal.FS_KEY_TAKEN, exam=other)


def refuse_similar_key(exam: Exam, own: tuple[str, ...] = ()) -> None:
    """Raise Refused if another exam's FS key differs only by case, unless the exam keeps its `own` key."""
    if exam.key == own:
        return
    for other in Exam.objects.exclude(pk=exam.pk).like_keys([exam.key], exam.sandbox_id).values():
        if other.key != exam.key:
            raise Refused(Refusal.FS_KEY_SIMILAR, key=";".join(other.key))


def _refuse_strangers(exam: Exam, planners: Iterable[User]) -> None:
    """Raise Refused if a planner belongs to another sandbox than the exam."""
    strangers = sorted(str(person) for person in planners if person.sandbox_id != exam.sandbox_id)
    if strangers:
        raise Refused(Refusal.PRACTICE_AND_REAL, names=", ".join(strangers))


@transaction.atomic
def add_committee(exam: Exam, *, number: int, name: str, by: User) -> Committee:
    """Add an empty committee. Raise Refused if the number is taken."""
    exam, committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    if any(committee.number == number for committee in committees):
        raise Refused(Refusal.COMMITTEE_NUMBER_TAKEN, number=number)
    committee = Committee.objects.create(exam=exam, number=number, name=name)
    renew_digest(committee)
    log(
        LogAction.EXAM_CHANGED,
        by=by,
        exam=exam,
        committee=committee,
        changed={"committee": ["", str(number)]},
    )
    return committee


@transaction.atomic
def unseat_grader(grader: Grader, *, by: User, agreement: str = "") -> LogEntry:
    """
    Delete a seat and its confirmation. Return the entry, with which `undo_removal` gives the seat back.

    Raise Refused if the committee is confirmed or the seat is gone; NotAgreed if confirmations would change, or the
    remaining ones would lock the committee, and `agreement` is not to exactly these effects.
    """
    committee = lock_committee(grader.committee_id)
    refuse_former_planner(committee.exam, by)
    if committee.is_locked:
        raise Refused(Refusal.GRADERS_CONFIRMED, committee=committee)
    states = states_of([committee])
    deleted, _models = Grader.objects.filter(pk=grader.pk).delete()
    if not deleted:
        raise Refused(Refusal.SEAT_GONE)
    effects = agreed_effects(states, agreement)
    details = who_of(grader) | {"seat": grader.pk} | log_of(effects)
    entry = log(LogAction.GRADER_UNSEATED, by=by, exam=committee.exam, committee=committee, **details)
    notify_effects(entry, effects)
    return entry


@transaction.atomic
def move_candidates(
    candidates: Collection[Candidate],
    *,
    to: Committee,
    by: User,
    since: int | None = None,
    agreement: str = "",
) -> int:
    """
    Move these candidates of one exam to the committee `to`, with their grades. Return how many were moved.

    `since` is the newest log entry of the exam that the list showed; None without a list. Raise StaleList if one of
    them was moved after it; Refused if a committee that would lose or gain candidates is confirmed; NotAgreed if
    confirmations would change and `agreement` is not to exactly these effects.
    """
    places = {candidate.pk: to.pk for candidate in candidates}
    seen = {candidate.committee_id for candidate in candidates if candidate.committee_id} | {to.pk}
    return place_candidates(to.exam, places, by=by, seen=seen, since=since, agreement=agreement)


def missing_graders(exam: Exam) -> list[Grader]:
    """Return the seats without a confirmation on the exam's unconfirmed committees, by committee number."""
    waiting = [committee.pk for committee in exam.committees.unconfirmed()]
    seats = (
        Grader.objects.with_confirmed().filter(committee__in=waiting).select_related("person", "committee")
    )
    return [seat for seat in seats.order_by("committee__number", "pk") if not seat.has_confirmed]
