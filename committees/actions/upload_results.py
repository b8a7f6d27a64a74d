"""Acts on the result of an upload: rejected rows, replaced grades, and undo."""

from collections.abc import Callable, Collection, Mapping

from django.db import transaction
from django.utils import timezone

from committees.actions.grading import note_attendances
from committees.actions.replaced_grades import LaterGrades, grades_at
from committees.actions.sheets import Changes, current_grades, lock_for_grading, unknown_grade, write_grades
from committees.actions.uploads import count_rows
from committees.enums import Attendance, LogAction
from committees.errors import Refusal, Refused
from committees.files.grade_sheet import Outcome
from committees.locking import lock_exam
from committees.models import Committee, Grader, LogEntry, Upload
from committees.models.upload_rows import Resolution, UploadRow

APPLIED = (LogAction.GRADES_UPLOADED, LogAction.PROPOSALS_ACCEPTED, LogAction.ROW_CORRECTED)
"""Acts that set the grades of an upload's rows."""


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
    # The planner may have changed the scale since, while nobody had a grade.
    grades = {row.row: row.proposal for row in proposed if row.proposal in committee.exam.grades}
    action = LogAction.PROPOSALS_ACCEPTED
    return _apply(committee, grader, upload, grades, action, Resolution.ACCEPTED, Refusal.PROPOSAL_TOO_LATE)


@transaction.atomic
def correct_row(grader: Grader, upload: Upload, row: int, grade: str) -> LogEntry | None:
    """
    Set the grade that the grader clicked for a rejected row of a candidate, and record what it replaces.

    Return None if no grade changes, also on repetition. Raise Refused if the scale has no such grade, the row names no
    candidate or is not rejected, or the candidate's grade was changed after the upload.
    """
    committee, upload = _open_upload(grader, upload)
    if grade not in committee.exam.grades:
        raise unknown_grade(committee, grade)
    found = next((one for one in upload.rows if one.row == row), None)
    if found and (found.resolution, found.grade) == (Resolution.CORRECTED, grade):
        return None
    action = LogAction.ROW_CORRECTED
    return _apply(committee, grader, upload, {row: grade}, action, Resolution.CORRECTED, Refusal.ROW_TOO_LATE)


def _apply(
    committee: Committee,
    grader: Grader,
    upload: Upload,
    grades: Mapping[int, str],
    action: LogAction,
    resolution: Resolution,
    too_late: Refusal,
) -> LogEntry | None:
    """Set `grades` (row number -> grade) of rejected rows whose candidates still have the grade of the upload."""
    stored = current_grades(committee)
    now = {number: grade for number, (grade, _entry) in stored.items()}
    fits = [row for row in upload.rows if row.row in grades and row.is_open(now)]
    if not fits:
        raise Refused(too_late)
    later = LaterGrades(stored, grader, upload.list_entry_id or 0)
    for row in fits:
        row.grade, row.resolution = grades[row.row], resolution
        row.outcome = Outcome.UNCHANGED if row.grade == row.old else Outcome.UPDATED
        if row.outcome == Outcome.UPDATED:
            row.replaced = later.of(row.candidate)
    replacing = {row.candidate: row for row in fits if row.replaced}
    if upload.list_entry_id is not None:
        for number, original in grades_at(committee.exam, upload.list_entry_id, replacing).items():
            replacing[number].original = original
    upload.counts |= count_rows(upload.rows)
    upload.save(update_fields=["rows", "counts"])
    changes: Changes = {row.candidate: [row.old, row.grade] for row in fits if row.outcome == Outcome.UPDATED}
    return write_grades(committee, changes, action, by=grader.person, upload=upload) if changes else None


@transaction.atomic
def note_upload_attendance(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Record the attendance that these rejected rows propose, the same for all. Then they count as rows without a grade.

    Return None if nothing changes, also on repetition. Raise Refused if none of the rows proposes an attendance.
    """
    lock_exam(grader.committee.exam)  # attendance locks the whole exam, and committees are locked in order
    committee, upload = _open_upload(grader, upload)
    chosen = [row for row in upload.rows if row.row in rows]
    is_done = any(row.resolution == Resolution.ATTENDANCE for row in chosen)
    if is_done and not any(row.is_rejected for row in chosen):
        return None
    proposing = {row.candidate: row for row in chosen if row.proposed_attendance}
    candidates = list(committee.candidates.filter(number__in=proposing).select_related("exam"))
    if not candidates:
        raise Refused(Refusal.NO_ATTENDANCE_PROPOSED)
    (attendance,) = {proposing[one.number].proposed_attendance for one in candidates}
    for candidate in candidates:
        row = proposing[candidate.number]
        row.outcome, row.resolution = Outcome.EMPTY, Resolution.ATTENDANCE
    upload.counts |= count_rows(upload.rows)
    upload.save(update_fields=["rows", "counts"])
    return note_attendances(candidates, Attendance(attendance), by=grader.person)


def restore_replaced(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Restore the grades that somebody else had set after the list was downloaded and that these rows replaced.

    Return None on repetition. Raise Refused if nothing can be restored: the rows replaced no such grade, or it was
    changed since.
    """

    def theirs(row: UploadRow) -> str | None:
        return row.replaced.grade if row.replaced else None

    return _restore(grader, upload, rows, theirs, Resolution.RESTORED)


def restore_original(grader: Grader, upload: Upload, row: int) -> LogEntry | None:
    """Restore the grade of the downloaded list, where the row and somebody else changed it. Like `restore_replaced`."""

    def original(row: UploadRow) -> str | None:
        return row.original if row.replaced else None

    return _restore(grader, upload, {row}, original, Resolution.ORIGINAL)


@transaction.atomic
def _restore(
    grader: Grader,
    upload: Upload,
    rows: Collection[int],
    earlier: Callable[[UploadRow], str | None],
    resolution: Resolution,
) -> LogEntry | None:
    committee, upload = _open_upload(grader, upload)
    if {row.row for row in upload.rows if row.resolution == resolution} >= set(rows):
        return None
    here = _of_upload(committee, upload)
    changes: Changes = {}
    for row in upload.rows:
        grade = earlier(row)
        if row.row in rows and grade is not None and row.candidate in here:
            changes[row.candidate] = [here[row.candidate], grade]
            row.resolution = resolution
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
        grade_entry__action__in=APPLIED,
    )
    return dict(mine.values_list("number", "grade"))
