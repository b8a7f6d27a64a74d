"""Uploads of grades from Excel, and later changes to their results."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from committees.actions.grade_lists import IssuedList, read_list_id
from committees.actions.sheets import Changes, CurrentGrade, current_grades, lock_for_grading, write_grades
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.files.grade_sheet import (
    CheckResult,
    GradeSheet,
    Outcome,
)
from committees.files.reading_process import check_upload
from committees.grade_scales import GradeScale
from committees.models import Committee, Grader, LogEntry, Upload
from committees.models.upload_rows import ReplacedGrade, Resolution, UploadRow


def upload_grades(grader: Grader, *, file_name: str, content: bytes) -> Upload:
    """
    Apply the valid rows of a grade sheet to the grader's committee, and save the result of all rows.

    Raise UnreadableFile if the bytes are no grade sheet; Refused if they are another committee's list, the grader has
    no active seat or the grades are locked. Then nothing is changed.
    """
    # Read and compare before locking, so that no other act waits: on SQLite, all committees share one lock.
    committee = Committee.objects.select_related("exam").filter(pk=grader.committee_id).first()
    compared = _compare(committee, grader, content) if committee else None
    return _take(grader, content, compared, file_name=file_name, sha256=hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class _Comparison:
    """
    A grade sheet compared with the grades of its committee: the result of each row, and the grades to change.

    `digest`, `scale` and `entry_id`, the newest log entry, are the state of the committee: while all three are the
    same, no candidate, grade or author of a grade has changed. The newest entry alone is not enough: an entry of the
    whole exam may have a greater pk than one that is written at the same time and committed later.
    """

    digest: str
    scale: GradeScale
    entry_id: int
    issued: IssuedList | None
    candidates: Collection[str]
    sheet: GradeSheet
    result: CheckResult
    rows: list[UploadRow]
    changes: Changes

    def is_of(self, committee: Committee) -> bool:
        """Return whether the locked committee still has the state that the sheet was compared with."""
        newest = LogEntry.objects.affecting(committee).newest_id()
        return (self.digest, self.scale, self.entry_id) == (
            committee.digest,
            committee.exam.grade_scale,
            newest,
        )


def _compare(
    committee: Committee, grader: Grader, content: bytes, before: _Comparison | None = None
) -> _Comparison:
    """Read a file and compare it with the committee's current grades, reusing what is still valid of `before`."""
    # Read before the grades, like the digest, so that every later change is noticed.
    newest = LogEntry.objects.affecting(committee).newest_id()
    stored = current_grades(committee)
    current = {number: grade for number, (grade, _entry) in stored.items()}
    scale = committee.exam.grade_scale
    if before and before.scale == scale and before.candidates == current.keys():
        sheet, result = before.sheet, before.result.with_current(current)
    else:
        sheet, result = check_upload(content, current=current, scale=scale)
    issued = read_list_id(sheet.list_id)
    known = issued.entry_id if issued else 0
    restored = _restored(stored.values(), grader, known)
    moved = {number for number, (_grade, entry) in stored.items() if entry and entry.pk > known}
    rows = []
    changes: Changes = {}
    for checked in result.rows:
        row = UploadRow.of(checked, current.get(checked.candidate, ""))
        if checked.outcome == Outcome.UPDATED:
            changes[checked.candidate] = [row.old, checked.grade]
            if checked.candidate in moved:
                row.replaced = _replaced_grade(checked.candidate, stored, grader, known, restored)
        rows.append(row)
    return _Comparison(committee.digest, scale, newest, issued, current.keys(), sheet, result, rows, changes)


@transaction.atomic
def _take(
    grader: Grader, content: bytes, compared: _Comparison | None, *, file_name: str, sha256: str
) -> Upload:
    committee = lock_for_grading(grader)
    if compared is None or not compared.is_of(committee):
        compared = _compare(committee, grader, content, compared)
    issued, sheet, result = compared.issued, compared.sheet, compared.result
    if issued and issued.committee_id != committee.pk:
        raise _wrong_list(issued, committee)
    if result.rows and not issued and len(result.missing) == len(compared.candidates):
        raise Refused(Refusal.LIST_WITHOUT_CANDIDATES, sheet=sheet.sheet, committee=committee)
    upload = Upload.objects.create(
        committee=committee,
        by=grader.person,
        file_name=file_name[:255],
        sha256=sha256,
        sheet=sheet.sheet,
        ignored_columns=list(sheet.ignored),
        hidden=sheet.hidden.as_json(),
        list_entry_id=issued.entry_id if issued else None,
        rows=compared.rows,
        missing=list(result.missing),
        counts=result.counts,
    )
    if compared.changes:
        write_grades(committee, compared.changes, LogAction.GRADES_UPLOADED, by=grader.person, upload=upload)
    return upload


def _restored(
    stored: Iterable[CurrentGrade], grader: Grader, known: int
) -> dict[tuple[int, str], ReplacedGrade]:
    """
    Return what uploads replaced and the grader restored after the log entry `known`, by upload and candidate.

    A restored grade of somebody else does not become the grader's own.
    """
    own = [
        entry for _grade, entry in stored if entry and entry.pk > known and entry.by_id == grader.person_id
    ]
    undone = {
        one.upload_id for one in own if one.action in (LogAction.UPLOAD_UNDONE, LogAction.GRADES_RESTORED)
    }
    found = Upload.objects.filter(pk__in=[pk for pk in undone if pk])
    return {
        (upload.pk, row.candidate): row.replaced
        for upload in found.iterator(1)  # one at a time in memory: each has up to ten thousand rows
        for row in upload.rows
        if row.replaced
    }


def _replaced_grade(
    number: str,
    stored: Mapping[str, CurrentGrade],
    grader: Grader,
    known: int,
    restored: Mapping[tuple[int, str], ReplacedGrade],
) -> ReplacedGrade | None:
    """Return the grade that somebody else set after the list was downloaded and that the upload replaced."""
    grade, entry = stored[number]
    if entry is None or entry.pk <= known:
        return None
    if entry.by_id == grader.person_id:
        earlier = restored.get((entry.upload_id or 0, number))
        return earlier if earlier and earlier.grade == grade else None
    return ReplacedGrade(grade, str(entry.by), entry.at)


def _wrong_list(issued: IssuedList, here: Committee) -> Refused:
    other = Committee.objects.select_related("exam").filter(pk=issued.committee_id).first()
    if other is None:
        return Refused(Refusal.LIST_OF_UNKNOWN_COMMITTEE)
    if other.exam_id == here.exam_id:
        return Refused(Refusal.LIST_OF_OTHER_COMMITTEE, other=other, here=here)
    return Refused(Refusal.LIST_OF_OTHER_EXAM, exam=other.exam, other=other, here=here)


@transaction.atomic
def accept_proposals(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Accept the proposed grades of these rejected rows (row numbers of the file), and record what they replace.

    Return None if no grade changes, also on repetition. Raise Refused if none can be accepted: there is no proposal in
    the exam's scale, or the candidate's grade was changed after the upload.
    """
    committee, upload = _open_upload(grader, upload)
    proposed = [row for row in upload.rows if row.row in rows and row.proposal]
    if proposed and all(row.resolution == Resolution.ACCEPTED for row in proposed):
        return None
    stored = current_grades(committee)
    restored = _restored(stored.values(), grader, upload.list_entry_id or 0)
    changes: Changes = {}
    taken = 0
    for row in upload.rows:
        if row.row not in rows or not row.is_rejected:
            continue
        # The planner may have changed the scale since, while nobody had a grade.
        if row.proposal not in committee.exam.grades:
            continue
        number = row.candidate
        if number not in stored or stored[number].grade != row.old:
            continue
        taken += 1
        row.grade, row.resolution = row.proposal, Resolution.ACCEPTED
        row.outcome = Outcome.UNCHANGED if row.grade == row.old else Outcome.UPDATED
        if row.outcome == Outcome.UPDATED:
            row.replaced = _replaced_grade(number, stored, grader, upload.list_entry_id or 0, restored)
            changes[number] = [row.old, row.grade]
    if not taken:
        raise Refused(Refusal.PROPOSAL_TOO_LATE)
    upload.counts |= count_rows(upload.rows)
    upload.save(update_fields=["rows", "counts"])
    if not changes:
        return None
    return write_grades(committee, changes, LogAction.PROPOSALS_ACCEPTED, by=grader.person, upload=upload)


@transaction.atomic
def restore_replaced(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Restore the grades that somebody else had set after the list was downloaded and that these rows replaced.

    Return None on repetition. Raise Refused if nothing can be restored: the rows replaced no such grade, or it was
    changed since.
    """
    committee, upload = _open_upload(grader, upload)
    if {row.row for row in upload.rows if row.resolution == Resolution.RESTORED} >= set(rows):
        return None
    here = _of_upload(committee, upload)
    changes: Changes = {}
    for row in upload.rows:
        if row.row in rows and row.replaced and row.candidate in here:
            changes[row.candidate] = [here[row.candidate], row.replaced.grade]
            row.resolution = Resolution.RESTORED
    if not changes:
        raise Refused(Refusal.NOTHING_TO_RESTORE)
    upload.save(update_fields=["rows"])
    return write_grades(committee, changes, LogAction.GRADES_RESTORED, by=grader.person, upload=upload)


@transaction.atomic
def undo_upload(grader: Grader, upload: Upload) -> LogEntry:
    """
    Restore every grade that the upload set and nobody changed since, including accepted proposals.

    Raise Refused if the upload was already undone, or all of its grades were changed since.
    """
    committee, upload = _open_upload(grader, upload)
    here = _of_upload(committee, upload)
    changes: Changes = {
        row.candidate: [here[row.candidate], row.old]
        for row in upload.rows
        if row.outcome == Outcome.UPDATED and row.candidate in here
    }
    if not changes:
        raise Refused(Refusal.NOTHING_TO_UNDO)
    for row in upload.rows:
        if row.outcome == Outcome.UPDATED and row.candidate in changes:
            row.resolution = Resolution.UNDONE
    upload.undone_at = timezone.now()
    upload.save(update_fields=["undone_at", "rows"])
    return write_grades(committee, changes, LogAction.UPLOAD_UNDONE, by=grader.person, upload=upload)


def _open_upload(grader: Grader, upload: Upload) -> tuple[Committee, Upload]:
    committee = lock_for_grading(grader)
    fresh = Upload.objects.get(pk=upload.pk, committee=committee)
    if fresh.undone_at:
        raise Refused(Refusal.UPLOAD_UNDONE)
    return committee, fresh


def _of_upload(committee: Committee, upload: Upload) -> dict[str, str]:
    """Return the grades that are still as the upload set them, by candidate number."""
    mine = committee.candidates.filter(
        grade_entry__upload=upload,
        grade_entry__action__in=[LogAction.GRADES_UPLOADED, LogAction.PROPOSALS_ACCEPTED],
    )
    return dict(mine.values_list("number", "grade"))


def count_rows(rows: Iterable[UploadRow]) -> dict[str, int]:
    """Return the number of rows by outcome."""
    numbers = Counter(row.outcome for row in rows)
    return {str(outcome): numbers[outcome] for outcome in Outcome}
