"""Grades from Excel: the file that comes back, and everything one may still do to its result."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions import Refused
from committees.actions.grade_lists import IssuedList, read_list_id
from committees.actions.sheets import Changes, CurrentGrade, current_grades, lock_for_grading, write_grades
from committees.enums import GradeScale, LogAction
from committees.files.grade_sheet import (
    CheckResult,
    GradeSheet,
    Outcome,
    check_rows,
    read_grade_sheet,
)
from committees.models import Committee, Grader, LogEntry, Upload


class WrongList(Refused):
    """A grade sheet that was not meant for this committee. Refused whole, with nothing changed."""


def upload_grades(grader: Grader, *, file_name: str, content: bytes) -> Upload:
    """
    Apply the good rows of a grade sheet to the grader's committee and account for all of them.

    Raises UnreadableFile when the bytes are no grade sheet, WrongList when they are another committee's, Refused when
    the seat is gone or the grades are locked. Then nothing is changed.
    """
    # Read and compared before the lock, so that nobody waits for that: on SQLite there is one for all committees.
    sheet = read_grade_sheet(content)
    committee = Committee.objects.select_related("exam").filter(pk=grader.committee_id).first()
    compared = _compare(committee, grader, sheet) if committee else None
    return _take(grader, sheet, compared, file_name=file_name, sha256=hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class _Comparison:
    """
    A grade sheet beside the grades of its committee: what becomes of each row, which grades that changes, and what it was
    compared with. `digest`, `scale` and `entry_id`, the newest log entry, are the state of the committee: while all three
    are the same, no candidate, grade or setter of a grade has changed. The newest entry alone does not tell: an entry of
    the whole exam may get a greater number than one that is written at the same time and is seen later.
    """

    digest: str
    scale: GradeScale
    entry_id: int
    issued: IssuedList | None
    candidates: Collection[str]
    result: CheckResult
    rows: list[dict[str, Any]]
    changes: Changes

    def is_of(self, committee: Committee) -> bool:
        """Whether the committee, which is locked, still has the state that the sheet was compared with."""
        newest = LogEntry.objects.affecting(committee).newest_id()
        return (self.digest, self.scale, self.entry_id) == (
            committee.digest,
            committee.exam.grade_scale,
            newest,
        )


def _compare(
    committee: Committee, grader: Grader, sheet: GradeSheet, before: _Comparison | None = None
) -> _Comparison:
    """Compare `sheet` with the committee as it is now. Of a comparison `before`, what is still true is used again."""
    # Read before the grades, as the digest was: what happens from then on is noticed, though it may be seen here already.
    newest = LogEntry.objects.affecting(committee).newest_id()
    stored = current_grades(committee)
    current = {number: grade for number, (grade, _entry) in stored.items()}
    scale = committee.exam.grade_scale
    if before and before.scale == scale and before.candidates == current.keys():
        result = before.result.with_current(current)
    else:
        result = check_rows(sheet, current=current, scale=scale)
    issued = read_list_id(sheet.list_id)
    known = issued.entry_id if issued else 0
    restored = _restored(stored.values(), grader, known)
    moved = {number for number, (_grade, entry) in stored.items() if entry and entry.pk > known}
    rows = []
    changes: Changes = {}
    for checked in result.rows:
        row = checked.as_json()
        if checked.candidate:
            row["old"] = current[checked.candidate]
        if checked.outcome == Outcome.UPDATED:
            changes[checked.candidate] = [row["old"], checked.grade]
            if checked.candidate in moved:
                row["replaced"] = _replaced_grade(checked.candidate, stored, grader, known, restored)
        rows.append(row)
    return _Comparison(committee.digest, scale, newest, issued, current.keys(), result, rows, changes)


@transaction.atomic
def _take(
    grader: Grader, sheet: GradeSheet, compared: _Comparison | None, *, file_name: str, sha256: str
) -> Upload:
    committee = lock_for_grading(grader)
    if compared is None or not compared.is_of(committee):
        compared = _compare(committee, grader, sheet, compared)
    issued = compared.issued
    if issued and issued.committee_id != committee.pk:
        raise WrongList(_whose_list(issued, committee))
    if sheet.rows and not issued and len(compared.result.missing) == len(compared.candidates):
        raise WrongList(_nobody_known(sheet, committee))
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
        missing=list(compared.result.missing),
        counts=compared.result.counts,
    )
    if compared.changes:
        write_grades(committee, compared.changes, LogAction.GRADES_UPLOADED, by=grader.person, upload=upload)
    return upload


ReplacedGrade = dict[str, str]


def _restored(
    stored: Iterable[CurrentGrade], grader: Grader, known: int
) -> dict[tuple[int, str], ReplacedGrade]:
    """
    What uploads had replaced and the grader has since restored, by upload and candidate, after the log entry `known`.
    Restoring the grade of somebody else does not make it one's own.
    """
    own = [
        entry for _grade, entry in stored if entry and entry.pk > known and entry.by_id == grader.person_id
    ]
    undone = {
        one.upload_id for one in own if one.action in (LogAction.UPLOAD_UNDONE, LogAction.GRADES_RESTORED)
    }
    found = Upload.objects.filter(pk__in=[pk for pk in undone if pk])
    return {
        (upload.pk, row["candidate"]): row["replaced"]
        for upload in found.iterator(1)  # one at a time in memory: each has up to ten thousand rows
        for row in upload.rows
        if row.get("replaced")
    }


def _replaced_grade(
    number: str,
    stored: Mapping[str, CurrentGrade],
    grader: Grader,
    known: int,
    restored: Mapping[tuple[int, str], ReplacedGrade],
) -> ReplacedGrade | None:
    """What somebody else did to the candidate's grade after the list was downloaded, and the upload replaced."""
    grade, entry = stored[number]
    if entry is None or entry.pk <= known:
        return None
    if entry.by_id == grader.person_id:
        earlier = restored.get((entry.upload_id or 0, number))
        return earlier if earlier and earlier["grade"] == grade else None
    return {"grade": grade, "by": str(entry.by), "at": entry.at.isoformat()}


def _whose_list(issued: IssuedList, here: Committee) -> str:
    other = Committee.objects.select_related("exam").filter(pk=issued.committee_id).first()
    if other is not None and other.exam_id == here.exam_id:
        text = _("This is the list of %(other)s, and you are uploading to %(here)s of the same exam.")
    elif other is not None:
        text = _("This is a list of another exam: %(exam)s, %(other)s. You are uploading to %(here)s.")
    else:
        text = _("This list belongs to a committee that is not here.")
    params = {"other": other, "here": here, "exam": other.exam if other else ""}
    return (
        text % params + " " + _("Nothing was changed. Download the list of this committee and use that file.")
    )


def _nobody_known(sheet: GradeSheet, committee: Committee) -> str:
    return ngettext(
        "The only row in the sheet “%(sheet)s” names no candidate of %(committee)s, so this looks like a "
        "list of another exam or committee. Nothing was changed. Download the list of this committee and use that file.",
        "None of the %(count)s rows in the sheet “%(sheet)s” names a candidate of %(committee)s, so this looks like a "
        "list of another exam or committee. Nothing was changed. Download the list of this committee and use that file.",
        len(sheet.rows),
    ) % {"count": len(sheet.rows), "sheet": sheet.sheet, "committee": committee}


@transaction.atomic
def accept_proposals(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Take the proposed grades of these rejected rows (row numbers of the file), and name what they replace of others.

    Taking them twice is harmless. Raises Refused when none can be taken: no proposal of the exam's scale stands there, or
    the candidate's grade was changed after the upload.
    """
    committee, upload = _open_upload(grader, upload)
    proposed = [row for row in upload.rows if row["row"] in rows and row.get("proposal")]
    if proposed and all(row.get("resolution") == "accepted" for row in proposed):
        return None
    stored = current_grades(committee)
    restored = _restored(stored.values(), grader, upload.list_entry_id or 0)
    changes: Changes = {}
    taken = 0
    for row in upload.rows:
        if row["row"] not in rows or row["outcome"] != Outcome.REJECTED:
            continue
        # The planner may have changed the scale since, while nobody had a grade.
        if row.get("proposal") not in committee.exam.grades:
            continue
        number = row["candidate"]
        if number not in stored or stored[number].grade != row["old"]:
            continue
        taken += 1
        same = row["old"] == row["proposal"]
        row |= {
            "outcome": str(Outcome.UNCHANGED if same else Outcome.UPDATED),
            "grade": row["proposal"],
            "resolution": "accepted",
        }
        if not same:
            row["replaced"] = _replaced_grade(number, stored, grader, upload.list_entry_id or 0, restored)
            changes[number] = [row["old"], row.get("proposal")]
    if not taken:
        raise Refused(
            _("No proposal can be taken: the grade was changed after this upload. Set it by click.")
        )
    upload.counts |= count_rows(upload.rows)
    upload.save(update_fields=["rows", "counts"])
    if not changes:
        return None
    return write_grades(committee, changes, LogAction.PROPOSALS_ACCEPTED, by=grader.person, upload=upload)


@transaction.atomic
def restore_replaced(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Give back the grades that somebody else had set after the list was downloaded and that these rows replaced.

    Giving back twice is harmless. Raises Refused when nothing can be given back: the row replaced nobody's grade, or it
    was changed since.
    """
    committee, upload = _open_upload(grader, upload)
    if {row["row"] for row in upload.rows if row.get("resolution") == "restored"} >= set(rows):
        return None
    here = _of_upload(committee, upload)
    changes: Changes = {}
    for row in upload.rows:
        if row["row"] in rows and row.get("replaced") and row["candidate"] in here:
            changes[row["candidate"]] = [here[row["candidate"]], row["replaced"]["grade"]]
            row["resolution"] = "restored"
    if not changes:
        raise Refused(_("There is nothing to give back here: the grade was changed after this upload."))
    upload.save(update_fields=["rows"])
    return write_grades(committee, changes, LogAction.GRADES_RESTORED, by=grader.person, upload=upload)


@transaction.atomic
def undo_upload(grader: Grader, upload: Upload) -> LogEntry:
    """
    Restore every grade that the upload set and nobody changed since, accepted proposals included.

    Raises Refused when it was undone already, or no grade of it stands any more.
    """
    committee, upload = _open_upload(grader, upload)
    here = _of_upload(committee, upload)
    changes: Changes = {
        row["candidate"]: [here[row["candidate"]], row["old"]]
        for row in upload.rows
        if row["outcome"] == Outcome.UPDATED and row["candidate"] in here
    }
    if not changes:
        raise Refused(_("There is nothing to undo: no grade stands any more as this upload set it."))
    for row in upload.rows:
        if row["outcome"] == Outcome.UPDATED and row["candidate"] in changes:
            row["resolution"] = "undone"
    upload.undone_at = timezone.now()
    upload.save(update_fields=["undone_at", "rows"])
    return write_grades(committee, changes, LogAction.UPLOAD_UNDONE, by=grader.person, upload=upload)


def _open_upload(grader: Grader, upload: Upload) -> tuple[Committee, Upload]:
    committee = lock_for_grading(grader)
    fresh = Upload.objects.get(pk=upload.pk, committee=committee)
    if fresh.undone_at:
        raise Refused(_("This upload was undone already."))
    return committee, fresh


def _of_upload(committee: Committee, upload: Upload) -> dict[str, str]:
    """The grades that still stand as the upload set them, by candidate number."""
    mine = committee.candidates.filter(
        grade_entry__upload=upload,
        grade_entry__action__in=[LogAction.GRADES_UPLOADED, LogAction.PROPOSALS_ACCEPTED],
    )
    return dict(mine.values_list("number", "grade"))


def count_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many of these rows of an upload have each outcome."""
    numbers = Counter(row["outcome"] for row in rows)
    return {str(outcome): numbers[outcome] for outcome in Outcome}
