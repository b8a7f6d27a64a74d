"""Uploads of grades from Excel. `upload_results` has the later acts on their rows."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from committees.actions.grade_lists import IssuedList, read_list_id
from committees.actions.replaced_grades import LaterGrades, grades_at
from committees.actions.sheets import Changes, current_grades, lock_for_grading, write_grades
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
from committees.models.sandboxes import ACCOUNT_OWNER, owner_key_of
from committees.models.upload_rows import EncodedRows, UploadRow


def upload_grades(grader: Grader, *, file_name: str, content: bytes, take_as_is: bool = False) -> Upload:
    """
    Apply the valid rows of a grade sheet to the grader's committee, and save the result of all rows.

    A grade that the file contains as it was downloaded does not overwrite what somebody else set since, unless
    `take_as_is`. A file without list ID is always taken as it is.

    Raise UnreadableFile if the bytes are not a grade sheet; Refused if they are another committee's list, the grader has
    no active seat or the grades are locked. Then nothing is changed.
    """
    # Read and compare before locking, so that no other act waits: on SQLite, all committees share one lock.
    committee = Committee.objects.select_related("exam").filter(pk=grader.committee_id).first()
    file = _File(file_name, content, take_as_is)
    return _take(grader, file, _compare(committee, grader, file) if committee else None)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content: bytes
    take_as_is: bool


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
    rows: EncodedRows
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
    committee: Committee, grader: Grader, file: _File, before: _Comparison | None = None
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
        sheet, result = check_upload(file.content, current=current, scale=scale)
    issued = read_list_id(sheet.list_id)
    rows = [UploadRow.of(checked, current.get(checked.candidate, "")) for checked in result.rows]
    _compare_later_grades(rows, LaterGrades(stored, grader, issued.entry_id if issued else 0))
    if issued:
        _merge(rows, committee, issued, take_as_is=file.take_as_is)
    changes: Changes = {row.candidate: [row.old, row.grade] for row in rows if row.outcome == Outcome.UPDATED}
    encoded = EncodedRows(rows)
    return _Comparison(
        committee.digest, scale, newest, issued, current.keys(), sheet, result, encoded, changes
    )


def _compare_later_grades(rows: Iterable[UploadRow], later: LaterGrades) -> None:
    """Record in the rows to apply which grades of somebody else, newer than the list, they replace."""
    for row in rows:
        if row.outcome == Outcome.UPDATED:
            row.replaced = later.of(row.candidate)


def _merge(rows: Iterable[UploadRow], committee: Committee, issued: IssuedList, *, take_as_is: bool) -> None:
    """Compare the rows that replace grades with the list as it was issued, and keep those grades where the cell is
    unchanged. In a list without grades, every filled cell was changed."""
    replacing = {row.candidate: row for row in rows if row.replaced}
    for number, original in grades_at(committee.exam, issued.entry_id, replacing).items():
        row = replacing[number]
        row.original = original
        if row.grade == original and not (take_as_is or issued.is_empty):
            row.outcome, row.kept, row.replaced = Outcome.UNCHANGED, row.replaced, None


@transaction.atomic
def _take(grader: Grader, file: _File, compared: _Comparison | None) -> Upload:
    committee = lock_for_grading(grader)
    if compared is None or not compared.is_of(committee):
        compared = _compare(committee, grader, file, compared)
    issued, sheet, result = compared.issued, compared.sheet, compared.result
    if issued and issued.committee_id != committee.pk:
        raise _wrong_list(issued, committee, grader)
    if result.rows and not issued and len(result.missing) == len(compared.candidates):
        raise Refused(Refusal.LIST_WITHOUT_CANDIDATES, sheet=sheet.sheet, committee=committee)
    upload = Upload.objects.create(
        committee=committee,
        by=grader.person,
        file_name=file.name[:255],
        sha256=hashlib.sha256(file.content).hexdigest(),
        sheet=sheet.sheet,
        ignored_columns=list(sheet.ignored),
        hidden=sheet.hidden.as_json(),
        list_entry_id=issued.entry_id if issued else None,
        take_as_is=file.take_as_is,
        voided=_voided(committee) if compared.changes else [],
        rows=compared.rows,
        missing=list(result.missing),
        counts=count_rows(compared.rows) | {"missing": len(result.missing)},
    )
    Grader.objects.filter(pk=grader.pk, downloaded_at__isnull=False).update(downloaded_at=None)
    if compared.changes:
        write_grades(committee, compared.changes, LogAction.GRADES_UPLOADED, by=grader.person, upload=upload)
    return upload


def _voided(committee: Committee) -> list[str]:
    """Return the names of the graders whose confirmations end with any change; no query without confirmations."""
    if not committee.valid_count:
        return []
    seats = Grader.objects.valid().filter(committee=committee).select_related("person").order_by("pk")
    return [str(seat.person) for seat in seats]


def _wrong_list(issued: IssuedList, here: Committee, grader: Grader) -> Refused:
    if (issued.owner_key is None) != (here.exam.sandbox_id is None):
        return Refused(_practice_refusal(issued, grader), here=here)
    if issued.owner_key is not None and here.exam.sandbox and issued.owner_key != here.exam.sandbox.owner_key:
        return Refused(Refusal.PRACTICE_LIST_OF_COLLEAGUE, here=here)
    other = Committee.objects.select_related("exam").filter(pk=issued.committee_id).first()
    if other is None:
        is_practice = issued.owner_key is not None
        return Refused(
            Refusal.LIST_BEFORE_START_OVER if is_practice else Refusal.LIST_OF_UNKNOWN_COMMITTEE, here=here
        )
    if other.exam_id == here.exam_id:
        return Refused(Refusal.LIST_OF_OTHER_COMMITTEE, other=other, here=here)
    return Refused(Refusal.LIST_OF_OTHER_EXAM, exam=other.exam, other=other, here=here)


def _practice_refusal(issued: IssuedList, grader: Grader) -> Refusal:
    """Return the refusal of a practice list for a real exam, or of a real list in a sandbox."""
    if issued.owner_key is None:
        return Refusal.REAL_LIST_IN_PRACTICE
    if issued.owner_key == owner_key_of(grader.person_id):
        return Refusal.PRACTICE_LIST_OF_YOURS
    has_account = issued.owner_key.startswith(ACCOUNT_OWNER)
    return Refusal.PRACTICE_LIST_OF_COLLEAGUE if has_account else Refusal.PRACTICE_LIST


def count_rows(rows: Iterable[UploadRow]) -> dict[str, int]:
    """Return the number of rows by outcome."""
    numbers = Counter(row.outcome for row in rows)
    return {str(outcome): numbers[outcome] for outcome in Outcome}
