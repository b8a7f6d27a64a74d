"""
Deletion of exams, committees and candidates without grades, and cancellation of exams with grades.

Log entries are never deleted, so exams and committees are only marked and left out everywhere. Candidates, which no
entry refers to, are moved to `DeletedCandidate`. `actions.restoring` undoes each of these acts.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from committees.actions import exam_state
from committees.actions.effects import agreed_effects, log_of, notify_effects, states_of
from committees.actions.exam_state import digest_before
from committees.actions.log import log
from committees.actions.placement import refuse_locked
from committees.actions.sheets import renew_digest
from committees.actions.versions import refuse_stale_candidates
from committees.enums import ExamRemoval, LogAction, ReceiptStatus
from committees.errors import Refusal, Refused, StaleVersion
from committees.locking import lock_exam, refuse_former_planner
from committees.models import (
    Candidate,
    Committee,
    DeletedCandidate,
    Exam,
    Grader,
    LogEntry,
    TransferLine,
    User,
)

KEPT_FOR = timedelta(days=30)
"""How long deleted candidates can be restored."""


@transaction.atomic
def delete_exam(exam: Exam, *, by: User, since: int | None = None) -> LogEntry:
    """
    Delete an exam without grades from every list, with its committees, graders and candidates.

    `since` is the newest log entry of the exam that the page showed; None without a page. May raise StaleVersion if there
    is a newer one; Refused if the exam has grades, valid confirmations or transfers.
    """
    exam, committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    _refuse_stale(exam, since)
    refuse_graded_exam(exam, committees)
    return _remove(exam, ExamRemoval.DELETED, LogAction.EXAM_DELETED, by)


def delete_imported(exams: Collection[Exam], *, by: User, undoes: Mapping[int, int]) -> None:
    """
    Delete locked exams in which nothing happened since an import made them.

    `undoes` maps their pks to the import's log entries. For hundreds of exams: their states are read at once.
    """
    pks = [exam.pk for exam in exams]
    before = exam_state.states_of(pks)
    people: dict[int, set[int]] = defaultdict(set)
    seats = Grader.objects.filter(committee__exam__in=pks, committee__is_deleted=False).order_by()
    for exam_pk, person in seats.values_list("committee__exam", "person"):
        people[exam_pk].add(person)
    Exam.objects.filter(pk__in=pks).update(removal=ExamRemoval.DELETED)
    after = exam_state.states_of(pks)
    for exam in exams:
        exam.removal = ExamRemoval.DELETED
        log(
            LogAction.EXAM_DELETED,
            by=by,
            exam=exam,
            before=exam_state.state_digest(before[exam.pk]),
            state=after[exam.pk],
            graders=sorted(people[exam.pk]),
            undoes=undoes[exam.pk],
        )


@transaction.atomic
def cancel_exam(exam: Exam, *, reason: str, by: User) -> LogEntry:
    """
    Cancel an exam: it leaves every list, and its grades, confirmations and log are kept.

    Raise Refused if FS has accepted grades of it, or has not answered yet.
    """
    exam, _committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    refuse_exam_at_fs(exam)
    return _remove(exam, ExamRemoval.CANCELLED, LogAction.EXAM_CANCELLED, by, reason=reason)


def _remove(exam: Exam, removal: ExamRemoval, action: LogAction, by: User, **details: Any) -> LogEntry:
    before = digest_before(exam)
    exam.removal = removal
    exam.save(update_fields=["removal"])
    seats = Grader.objects.filter(committee__exam=exam, committee__is_deleted=False)
    people = sorted(set(seats.values_list("person", flat=True)))
    return log(action, by=by, exam=exam, before=before, graders=people, **details)


def refuse_graded_exam(exam: Exam, committees: Collection[Committee]) -> None:
    """Raise Refused if the exam has grades, valid confirmations or transfers. `committees` have their stages."""
    has_grades = exam.candidates.exclude(grade="").exists()
    if has_grades or exam.transfers.exists() or any(one.valid_count for one in committees):
        raise Refused(Refusal.EXAM_HAS_GRADES, exam=exam)


def refuse_exam_at_fs(exam: Exam) -> None:
    """Raise Refused if FS has accepted grades of the exam, or has not answered a transfer."""
    unanswered = exam.transfers.filter(answered_at=None).exists()
    lines = TransferLine.objects.filter(transfer__exam=exam).exclude(status=ReceiptStatus.REFUSED)
    if unanswered or lines.exists():
        raise Refused(Refusal.EXAM_AT_FS, exam=exam)


@transaction.atomic
def delete_committee(committee: Committee, *, by: User, since: int | None = None) -> LogEntry:
    """
    Delete a committee without grades. Its candidates stay in the exam, without a committee.

    `since` is the newest log entry of the exam that the page showed; None without a page. Raise StaleVersion if there
    is a newer one; Refused if the committee has grades or valid confirmations.
    """
    exam, committees = lock_exam(committee.exam)
    refuse_former_planner(exam, by)
    found = {one.pk: one for one in committees}.get(committee.pk)
    if found is None:
        raise Refused(Refusal.COMMITTEE_GONE)
    _refuse_stale(exam, since)
    refuse_graded_committee(found)
    before = digest_before(exam)
    numbers = list(found.candidates.values_list("number", flat=True))
    found.candidates.update(committee=None)
    found.is_deleted = True
    found.save(update_fields=["is_deleted"])
    renew_digest(found)
    people = sorted(found.graders.values_list("person", flat=True))
    return log(
        LogAction.COMMITTEE_DELETED,
        by=by,
        exam=exam,
        changes={number: [str(found.number), ""] for number in numbers},
        deleted={"pk": found.pk, "number": found.number, "name": found.name},
        graders=people,
        before=before,
    )


def refuse_graded_committee(committee: Committee) -> None:
    """Raise Refused if the committee has grades or valid confirmations. Needs `with_stage()`."""
    if committee.graded_count or committee.valid_count or committee.is_locked:
        raise Refused(Refusal.COMMITTEE_HAS_GRADES, committee=committee)


@transaction.atomic
def delete_candidates(
    candidates: Collection[Candidate], *, exam: Exam, by: User, since: int | None = None, agreement: str = ""
) -> LogEntry:
    """
    Delete these candidates of the exam, who have no grades. They can be restored for `KEPT_FOR`.

    `since` is the newest log entry of the exam that the list showed; None without a list. Raise StaleList if one of
    them was moved after it; Refused if one of them has a grade or is in a confirmed committee; NotAgreed if
    confirmations would change and `agreement` is not to exactly these effects.
    """
    exam, locked = lock_exam(exam)
    refuse_former_planner(exam, by)
    if since is not None:
        refuse_stale_candidates(
            exam, candidates, (LogAction.CANDIDATES_MOVED, LogAction.FILES_IMPORTED), since
        )
    found = list(exam.candidates.filter(pk__in=[one.pk for one in candidates]).by_number())
    if not found:
        raise Refused(Refusal.NO_CANDIDATE_TO_DELETE)
    if graded := [one.number for one in found if one.grade]:
        raise Refused(Refusal.CANDIDATES_GRADED, numbers=", ".join(graded))
    committees = {one.pk: one for one in locked}
    touched = [committees[pk] for pk in sorted({one.committee_id for one in found if one.committee_id})]
    refuse_locked(touched)
    states, before = states_of(touched), digest_before(exam)
    places = {one.number: committees[one.committee_id].number if one.committee_id else "" for one in found}
    exam.candidates.filter(pk__in=[one.pk for one in found]).delete()
    for committee in touched:
        renew_digest(committee)
    effects = agreed_effects(states, agreement)
    changes = {number: [str(place), ""] for number, place in places.items()}
    kept = [DeletedCandidate(**{name: getattr(one, name) for name in DeletedCandidate.KEPT}) for one in found]
    details = {"before": before, "kept": kept_digest(kept)} | log_of(effects)
    entry = log(LogAction.CANDIDATES_DELETED, by=by, exam=exam, changes=changes, **details)
    for row in kept:
        row.entry = entry
    DeletedCandidate.objects.bulk_create(kept)
    notify_effects(entry, effects)
    return entry


def kept_digest(rows: Iterable[DeletedCandidate]) -> str:
    """Return the SHA-256 over what is kept of deleted candidates, in any order."""
    facts = sorted([str(getattr(row, name)) for name in DeletedCandidate.KEPT] for row in rows)
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def forget_deleted() -> None:
    """Delete what is kept of candidates that were deleted longer than `KEPT_FOR` ago."""
    DeletedCandidate.objects.filter(entry__at__lt=timezone.now() - KEPT_FOR).delete()


def _refuse_stale(exam: Exam, since: int | None) -> None:
    if since is not None and exam.log.newest_id() != since:
        raise StaleVersion(Refusal.REMOVAL_STALE)
