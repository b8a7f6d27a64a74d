"""Grades by Excel: the list that is given out, the file that comes back, and everything one may still do to its result."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions import Refused
from committees.actions.sheets import Changes, Standing, open_sheet, standing_grades, write_grades
from committees.enums import Verb
from committees.files.grade_sheet import (
    GradeSheet,
    Outcome,
    SheetHead,
    judge_rows,
    read_grade_sheet,
    write_grade_sheet,
)
from committees.models import Committee, Grader, LogEntry, Upload


class WrongList(Refused):
    """A grade sheet that was not meant for this committee. Refused whole, with nothing changed."""


@dataclass(frozen=True, slots=True)
class IssuedList:
    """What the id of a downloaded list says: whose candidates it holds, and the newest log entry that it knew."""

    committee_id: int
    entry_id: int


def write_list(
    grader: Grader,
    at: datetime,
    *,
    grades: Mapping[str, str] | None = None,
    known: int | None = None,
) -> bytes:
    """
    The list of the grader's committee as an .xlsx file, as it is downloaded `at` this moment, with the grades that are set.

    `grades` (candidate number -> grade) stand over those; `known` is the newest log entry that the list claims to
    know, where it is not the newest there is.
    """
    committee = grader.committee
    exam = committee.exam
    head = SheetHead(
        exam=f"{exam} ({exam.term})",
        committee=str(committee),
        downloaded_by=str(grader.person),
        moment=at,
        list_id=list_id(grader, at, known),
        scale=exam.grade_scale,
        with_names=not exam.is_anonymous,
    )
    filled = grades or {}
    candidates = committee.candidates.by_number()
    rows = [
        (one.number, filled.get(one.number, one.grade), "" if exam.is_anonymous else one.person)
        for one in candidates
    ]
    return write_grade_sheet(head, rows)


def list_id(grader: Grader, at: datetime, known: int | None = None) -> str:
    """The id of a list that `grader` downloads `at` this moment: it says what it is and can't be made elsewhere."""
    newest = LogEntry.objects.touching(grader.committee).newest_id() if known is None else known
    text = f"GR1.{grader.committee_id}.{newest}.{grader.person_id}.{int(at.astimezone(UTC).timestamp())}"
    return f"{text}.{_seal(text)}"


def read_list_id(text: str) -> IssuedList | None:
    """The list with this id, or None where the id is missing or not one of ours."""
    body, _dot, seal = text.rpartition(".")
    if not body or not constant_time_compare(seal, _seal(body)):
        return None
    _version, committee, entry, _person, _at = body.split(".")
    return IssuedList(int(committee), int(entry))


def _seal(text: str) -> str:
    return salted_hmac("gradereg.grade-list", text, algorithm="sha256").hexdigest()[:16]


def upload_grades(grader: Grader, *, file_name: str, content: bytes) -> Upload:
    """
    Apply the good rows of a grade sheet to the grader's committee and account for all of them.

    Raises UnreadableFile when the bytes are no grade sheet, WrongList when they are another committee's, Refused when
    the seat is gone or the grades are locked. Then nothing is changed.
    """
    # Read before the lock, so that nobody waits for that: on SQLite there is one for all committees.
    sheet = read_grade_sheet(content)
    return _take(grader, sheet, file_name=file_name, sha256=hashlib.sha256(content).hexdigest())


@transaction.atomic
def _take(grader: Grader, sheet: GradeSheet, *, file_name: str, sha256: str) -> Upload:
    committee = open_sheet(grader)
    issued = read_list_id(sheet.list_id)
    if issued and issued.committee_id != committee.pk:
        raise WrongList(_whose_list(issued, committee))
    standing = standing_grades(committee)
    current = {number: grade for number, (grade, _entry) in standing.items()}
    judgement = judge_rows(sheet, current=current, scale=committee.exam.grade_scale)
    if sheet.rows and not issued and len(judgement.missing) == len(standing):
        raise WrongList(_nobody_known(sheet, committee))

    known = issued.entry_id if issued else 0
    restored = _restored(standing.values(), grader)
    moved = {number for number, (_grade, entry) in standing.items() if entry and entry.pk > known}
    rows = []
    changes: Changes = {}
    for judged in judgement.rows:
        row = judged.as_json()
        if judged.candidate:
            row["old"] = current[judged.candidate]
        if judged.outcome == Outcome.UPDATED:
            changes[judged.candidate] = [row["old"], judged.grade]
            if judged.candidate in moved:
                row["lost"] = _lost(judged.candidate, standing, grader, known, restored)
        rows.append(row)
    upload = Upload.objects.create(
        committee=committee,
        by=grader.person,
        file_name=file_name[:255],
        sha256=sha256,
        sheet=sheet.sheet,
        ignored_columns=list(sheet.ignored),
        hidden=sheet.hidden.as_json(),
        list_entry_id=issued.entry_id if issued else None,
        rows=rows,
        missing=list(judgement.missing),
    )
    if changes:
        write_grades(committee, changes, Verb.GRADES_UPLOADED, by=grader.person, upload=upload)
    return upload


Lost = dict[str, str]


def _restored(standing: Iterable[Standing], grader: Grader) -> dict[tuple[int, str], Lost]:
    """
    What uploads had replaced and the grader has since restored, by upload and candidate. Restoring the grade of somebody
    else does not make it one's own.
    """
    own = [entry for _grade, entry in standing if entry and entry.by_id == grader.person_id]
    undone = {one.upload_id for one in own if one.verb in (Verb.UPLOAD_UNDONE, Verb.GRADES_GIVEN_BACK)}
    found = Upload.objects.filter(pk__in=[pk for pk in undone if pk]) if undone else []
    return {
        (upload.pk, row["candidate"]): row["lost"]
        for upload in found
        for row in upload.rows
        if row.get("lost")
    }


def _lost(
    number: str,
    standing: Mapping[str, Standing],
    grader: Grader,
    known: int,
    restored: Mapping[tuple[int, str], Lost],
) -> Lost | None:
    """What somebody else did to the candidate's grade after the list was downloaded, and the upload replaced."""
    grade, entry = standing[number]
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
    told = {"other": other, "here": here, "exam": other.exam if other else ""}
    return (
        text % told + " " + _("Nothing was changed. Download the list of this committee and use that file.")
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
    if proposed and all(row.get("became") == "accepted" for row in proposed):
        return None
    standing = standing_grades(committee)
    restored = _restored(standing.values(), grader)
    changes: Changes = {}
    taken = 0
    for row in upload.rows:
        if row["row"] not in rows or row["outcome"] != Outcome.REJECTED:
            continue
        # The planner may have changed the scale since, while nobody had a grade.
        if row.get("proposal") not in committee.exam.grades:
            continue
        number = row["candidate"]
        if number not in standing or standing[number].grade != row["old"]:
            continue
        taken += 1
        same = row["old"] == row["proposal"]
        row |= {
            "outcome": str(Outcome.UNCHANGED if same else Outcome.UPDATED),
            "grade": row["proposal"],
            "became": "accepted",
        }
        if not same:
            row["lost"] = _lost(number, standing, grader, upload.list_entry_id or 0, restored)
            changes[number] = [row["old"], row.get("proposal")]
    if not taken:
        raise Refused(
            _("No proposal can be taken: the grade was changed after this upload. Set it by click.")
        )
    upload.save(update_fields=["rows"])
    if not changes:
        return None
    return write_grades(committee, changes, Verb.PROPOSALS_ACCEPTED, by=grader.person, upload=upload)


@transaction.atomic
def give_back(grader: Grader, upload: Upload, rows: Collection[int]) -> LogEntry | None:
    """
    Give back the grades that somebody else had set after the list was downloaded and that these rows replaced.

    Giving back twice is harmless. Raises Refused when nothing can be given back: the row replaced nobody's grade, or it
    was changed since.
    """
    committee, upload = _open_upload(grader, upload)
    if {row["row"] for row in upload.rows if row.get("became") == "given-back"} >= set(rows):
        return None
    here = _of_upload(committee, upload)
    changes: Changes = {}
    for row in upload.rows:
        if row["row"] in rows and row.get("lost") and row["candidate"] in here:
            changes[row["candidate"]] = [here[row["candidate"]], row["lost"]["grade"]]
            row["became"] = "given-back"
    if not changes:
        raise Refused(_("There is nothing to give back here: the grade was changed after this upload."))
    upload.save(update_fields=["rows"])
    return write_grades(committee, changes, Verb.GRADES_GIVEN_BACK, by=grader.person, upload=upload)


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
            row["became"] = "undone"
    upload.undone_at = timezone.now()
    upload.save(update_fields=["undone_at", "rows"])
    return write_grades(committee, changes, Verb.UPLOAD_UNDONE, by=grader.person, upload=upload)


def _open_upload(grader: Grader, upload: Upload) -> tuple[Committee, Upload]:
    committee = open_sheet(grader)
    fresh = Upload.objects.get(pk=upload.pk, committee=committee)
    if fresh.undone_at:
        raise Refused(_("This upload was undone already."))
    return committee, fresh


def _of_upload(committee: Committee, upload: Upload) -> dict[str, str]:
    """The grades that still stand as the upload set them, by candidate number."""
    mine = committee.candidates.filter(
        grade_entry__upload=upload, grade_entry__verb__in=[Verb.GRADES_UPLOADED, Verb.PROPOSALS_ACCEPTED]
    )
    return dict(mine.values_list("number", "grade"))


def counts(upload: Upload) -> dict[str, int]:
    """How many rows are updated, unchanged, empty and rejected now, and how many candidates are missing."""
    numbers: dict[str, Any] = {str(outcome): 0 for outcome in Outcome}
    for row in upload.rows:
        numbers[row["outcome"]] += 1
    return {**numbers, "missing": len(upload.missing)}
