"""Undoing deletions and cancellations. Everything removed is restored unchanged."""

from collections.abc import Callable, Collection

from django.db import IntegrityError, transaction

from committees.actions.effects import agreed_effects, log_of, notify_effects, states_of
from committees.actions.exam_state import digest_before
from committees.actions.graders import give_seat, lock_open_committee
from committees.actions.log import log
from committees.actions.placement import refuse_locked
from committees.actions.planning import key_taken, refuse_similar_key
from committees.actions.sheets import renew_digest
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import lock_exam, lock_removed_exam, refuse_former_planner
from committees.models import Candidate, Committee, DeletedCandidate, Exam, LogEntry, User


def undo_removal(entry: LogEntry, *, by: User, agreement: str = "") -> LogEntry:
    """
    Undo the deletion or cancellation that `entry` records. Return the entry of the undo.

    Raise Refused if the act can't be undone, was undone already, or something else took the place of what it removed;
    NotAgreed if confirmations would change and `agreement` is not to exactly these effects.
    """
    undo = UNDOS.get(LogAction(entry.action))
    if undo is None:
        raise Refused(Refusal.NOT_UNDOABLE)
    return undo(entry, by, agreement)


@transaction.atomic
def _restore_exam(entry: LogEntry, by: User, agreement: str) -> LogEntry:
    exam, _committees = lock_removed_exam(entry.exam)
    refuse_former_planner(exam, by)
    removals = (LogAction.EXAM_DELETED, LogAction.EXAM_CANCELLED)
    if not exam.removal or exam.log.filter(action__in=removals).newest_id() != entry.pk:
        raise Refused(Refusal.UNDONE_ALREADY)
    refuse_similar_key(exam)
    before = digest_before(exam)
    exam.removal = ""
    try:
        with transaction.atomic():
            exam.save(update_fields=["removal"])
    except IntegrityError as error:
        raise key_taken(exam) from error
    people = entry.details["graders"]
    return log(LogAction.EXAM_RESTORED, by=by, exam=exam, before=before, undoes=entry.pk, graders=people)


@transaction.atomic
def _restore_committee(entry: LogEntry, by: User, agreement: str) -> LogEntry:
    exam, committees = lock_exam(entry.exam)
    refuse_former_planner(exam, by)
    committee = Committee.everything.select_related("exam").get(pk=entry.details["deleted"]["pk"])
    if not committee.is_deleted:
        raise Refused(Refusal.UNDONE_ALREADY)
    if any(one.number == committee.number for one in committees):
        raise Refused(Refusal.COMMITTEE_NUMBER_TAKEN, number=committee.number)
    before = digest_before(exam)
    committee.is_deleted = False
    committee.save(update_fields=["is_deleted"])
    candidates = exam.candidates.filter(number__in=list(entry.changes), committee=None)
    numbers = list(candidates.values_list("number", flat=True))
    candidates.update(committee=committee)
    renew_digest(committee)
    return log(
        LogAction.COMMITTEE_RESTORED,
        by=by,
        exam=exam,
        changes={number: ["", str(committee.number)] for number in numbers},
        deleted=entry.details["deleted"],
        graders=entry.details["graders"],
        before=before,
        undoes=entry.pk,
    )


@transaction.atomic
def _restore_candidates(entry: LogEntry, by: User, agreement: str) -> LogEntry:
    exam, locked = lock_exam(entry.exam)
    refuse_former_planner(exam, by)
    kept = list(DeletedCandidate.objects.filter(entry=entry).order_by("pk"))
    if exam.log.filter(action=LogAction.CANDIDATES_RESTORED, details__undoes=entry.pk).exists():
        raise Refused(Refusal.UNDONE_ALREADY)
    if not kept:
        raise Refused(Refusal.NOT_UNDOABLE)
    taken = exam.candidates.filter(number__in=[one.number for one in kept]).by_number()
    if numbers := list(taken.values_list("number", flat=True)):
        raise Refused(Refusal.NUMBERS_TAKEN, numbers=", ".join(numbers))
    committees = {one.pk: one for one in locked}
    wanted = {one.committee_id for one in kept if one.committee_id}
    if not wanted <= committees.keys():
        raise Refused(Refusal.COMMITTEE_GONE)
    touched = [committees[pk] for pk in sorted(wanted)]
    refuse_locked(touched)
    states, before = states_of(touched), digest_before(exam)
    Candidate.objects.bulk_create(
        Candidate(exam=exam, **{name: getattr(one, name) for name in DeletedCandidate.KEPT}) for one in kept
    )
    DeletedCandidate.objects.filter(entry=entry).delete()
    for committee in touched:
        renew_digest(committee)
    effects = agreed_effects(states, agreement)
    places = {one.number: committees[one.committee_id].number if one.committee_id else "" for one in kept}
    restored = log(
        LogAction.CANDIDATES_RESTORED,
        by=by,
        exam=exam,
        changes={number: ["", str(place)] for number, place in places.items()},
        before=before,
        undoes=entry.pk,
        **log_of(effects),
    )
    notify_effects(restored, effects)
    return restored


@transaction.atomic
def _reseat_grader(entry: LogEntry, by: User, agreement: str) -> LogEntry:
    """Give a removed grader the seat again, without a confirmation. Raise Refused like `add_grader`."""
    committee = lock_open_committee(Committee.objects.get(pk=entry.committee_id or 0), by)
    person = User.objects.get(pk=entry.details["person"])
    give_seat(committee, person, is_external=entry.details["external"], by=by, undoes=entry.pk)
    return LogEntry.objects.chain(entry.exam_id, committee.pk).latest("pk")


UNDOS: dict[LogAction, Callable[[LogEntry, User, str], LogEntry]] = {
    LogAction.EXAM_DELETED: _restore_exam,
    LogAction.EXAM_CANCELLED: _restore_exam,
    LogAction.COMMITTEE_DELETED: _restore_committee,
    LogAction.CANDIDATES_DELETED: _restore_candidates,
    LogAction.GRADER_UNSEATED: _reseat_grader,
}
"""How each act is undone."""


def removal_of(exam: Exam) -> LogEntry | None:
    """Return the entry of the act that removed the exam; None if it was not removed."""
    if not exam.removal:
        return None
    entries = exam.log.filter(action__in=(LogAction.EXAM_DELETED, LogAction.EXAM_CANCELLED))
    return entries.select_related("by").order_by("-pk").first()


def undoable_among(entries: Collection[LogEntry]) -> set[int]:
    """Return the pks of those of an exam's entries that can be undone. Queries only for entries that delete."""
    candidates = {one.pk for one in entries if one.action == LogAction.CANDIDATES_DELETED}
    kept = DeletedCandidate.objects.filter(entry__in=candidates).values_list("entry", flat=True)
    found = set(kept) if candidates else set()
    committees = {
        one.details["deleted"]["pk"]: one.pk
        for one in sorted(entries, key=lambda one: one.pk)
        if one.action == LogAction.COMMITTEE_DELETED
    }
    if committees:
        deleted = Committee.everything.filter(pk__in=committees, is_deleted=True)
        found |= {committees[pk] for pk in deleted.values_list("pk", flat=True)}
    removals = [one for one in entries if one.action == LogAction.EXAM_CANCELLED and one.exam.removal]
    return found | {one.pk for one in removals[:1]}
