"""
Invariants of an exam after any act, checked from its rows and its log alone, without the code that keeps them.

`breaches` is used by races, the state machine and crash tests.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator

from committees.enums import LogAction, ReceiptStatus
from committees.grade_scales import fs_code
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    LogEntry,
    Transfer,
    TransferLine,
    TransferSheet,
    Upload,
)
from fs.models import FsExam

Seen = tuple[int, int, str]
"""Person (pk), committee (pk) and version of each confirmation form that was submitted."""


def breaches(exam: Exam, seen: Collection[Seen] | None = None) -> list[str]:
    """
    Return a sentence for each violation in `exam`. With `seen`, every confirmation ever given must be of a version
    in it.
    """
    exam = Exam.everything.get(pk=exam.pk)
    entries = list(exam.log.order_by("pk"))
    return [
        *_grades(exam, entries),
        *_attendance(exam, entries),
        *_uploads(exam, entries),
        *_digests(exam),
        *_confirmations(exam, entries, seen),
        *_rounds(exam, entries),
        *_transfers(exam, entries),
        *_fs(exam),
    ]


def digest_of(committee: Committee) -> str:
    """Return the digest of the current rows of `committee`."""
    exam = committee.exam
    key = [
        exam.institusjonsnr,
        exam.emnekode,
        exam.versjonskode,
        exam.vurdkombkode,
        exam.vurdtidkode,
        str(exam.arstall),
    ]
    rows = sorted(
        Candidate.objects.filter(committee=committee).values_list("number", "grade"),
        key=lambda row: (len(row[0]), row[0]),
    )
    text = json.dumps([*key, committee.number, [list(row) for row in rows]], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _grades(exam: Exam, entries: list[LogEntry]) -> Iterator[str]:
    """Each act starts from the grade that the previous one left, and the last one left the current grade."""
    stands: dict[str, tuple[str, int | None]] = defaultdict(lambda: ("", None))
    for entry in entries:
        if not entry.is_about_grades:
            continue
        for number, (old, new) in entry.changes.items():
            if stands[number][0] != old:
                yield f"entry {entry.pk} found {number} at {old!r}, the log left it at {stands[number][0]!r}"
            stands[number] = new, entry.pk
    for number, grade, entry_id in exam.candidates.values_list("number", "grade", "grade_entry"):
        if (grade, entry_id) != stands[number]:
            yield f"{number} has {grade!r} by entry {entry_id}, the log says {stands[number]}"


def _attendance(exam: Exam, entries: list[LogEntry]) -> Iterator[str]:
    stands: dict[str, str] = defaultdict(str)
    for entry in entries:
        if entry.action == LogAction.ATTENDANCE_NOTED:
            for number, (old, new) in entry.changes.items():
                if stands[number] != old:
                    yield f"entry {entry.pk} found {number} {old!r}, the log left it {stands[number]!r}"
                stands[number] = new
    for number, attendance in exam.candidates.values_list("number", "attendance"):
        if attendance != stands[number]:
            yield f"{number} is noted {attendance!r}, the log says {stands[number]!r}"


def _uploads(exam: Exam, entries: list[LogEntry]) -> Iterator[str]:
    """The rows of an upload match the acts on it in the log."""
    for upload in Upload.objects.filter(committee__exam=exam):
        acts = [entry for entry in entries if entry.upload_id == upload.pk]
        applied = [
            one
            for one in acts
            if one.action
            in (LogAction.GRADES_UPLOADED, LogAction.PROPOSALS_ACCEPTED, LogAction.ROW_CORRECTED)
        ]
        logged = {number: new for one in applied for number, (_old, new) in one.changes.items()}
        if logged != {row.candidate: row.grade for row in upload.rows if row.outcome == "updated"}:
            yield f"upload {upload.pk} does not say what the log says was taken from it"
        for action, became in (
            (LogAction.UPLOAD_UNDONE, {"undone"}),
            (LogAction.GRADES_RESTORED, {"restored", "original"}),
        ):
            logged_numbers = {number for one in acts if one.action == action for number in one.changes}
            told = {row.candidate for row in upload.rows if row.resolution in became}
            if told != logged_numbers:
                yield f"upload {upload.pk} does not say what was {became}"
        if (upload.undone_at is not None) != any(one.action == LogAction.UPLOAD_UNDONE for one in acts):
            yield f"upload {upload.pk} and the log differ on whether it was undone"


def _digests(exam: Exam) -> Iterator[str]:
    for committee in exam.committees.select_related("exam"):
        if committee.digest != digest_of(committee):
            yield f"the digest of committee {committee.number} is not that of its rows"


def _confirmations(exam: Exam, entries: list[LogEntry], seen: Collection[Seen] | None) -> Iterator[str]:
    for entry in entries:
        if entry.action in LogAction.of_confirmation() and seen is not None:
            version = f"{entry.details['round']}-{entry.details['digest']}"
            if (entry.by_id, entry.committee_id or 0, version) not in seen:
                yield f"entry {entry.pk} confirms what its grader did not see"
    confirmations = Confirmation.objects.filter(grader__committee__exam=exam)
    for one in confirmations.select_related("grader", "entry"):
        said = one.entry.details
        same = (said.get("digest"), said.get("round")) == (one.digest, one.round)
        action = LogAction.CONFIRMED_FOR if one.planner_id else LogAction.CONFIRMED
        who = (one.entry.action, one.entry.by_id, said.get("person", one.entry.by_id), one.entry.committee_id)
        grader = one.grader
        if not same or who != (
            action,
            one.planner_id or grader.person_id,
            grader.person_id,
            grader.committee_id,
        ):
            yield f"confirmation {one.pk} is not what entry {one.entry_id} says"


def _rounds(exam: Exam, entries: list[LogEntry]) -> Iterator[str]:
    for committee in exam.committees.all():
        reopened = [
            one.pk for one in entries if one.action == LogAction.REOPENED and one.committee_id == committee.pk
        ]
        kept = list(committee.reopenings.order_by("round").values_list("round", "entry"))
        if kept != list(enumerate(reopened, start=2)) or committee.round != 1 + len(reopened):
            yield f"committee {committee.number} is in round {committee.round} after {len(reopened)} reopenings"


def _transfers(exam: Exam, entries: list[LogEntry]) -> Iterator[str]:
    """Every transfer is logged and was confirmed; every answered one has receipts; nothing is sent without need."""
    transfers = list(exam.transfers.order_by("number"))
    if [one.number for one in transfers] != list(range(1, len(transfers) + 1)):
        yield "the transfers are not numbered one by one"
    made = {one.transfer_id: one for one in entries if one.action == LogAction.TRANSFERRED}
    answered = [one.transfer_id for one in entries if one.action == LogAction.RECEIPTS_RECEIVED]
    if sorted(made, key=lambda pk: pk or 0) != [one.pk for one in transfers]:
        yield "the log has other transfers than there are"
    if sorted(pk or 0 for pk in answered) != [one.pk for one in transfers if one.answered_at]:
        yield "the log has other receipts than there are"
    for transfer in transfers:
        if hashlib.sha256(transfer.content).hexdigest() != transfer.sha256:
            yield f"transfer {transfer.number} is not the same bytes any more"
        if transfer.pk in made:
            yield from _sheets(transfer, made[transfer.pk], entries)


def _sheets(transfer: Transfer, made: LogEntry, entries: list[LogEntry]) -> Iterator[str]:
    """Each sheet of the transfer was confirmed as sent, in its round."""
    for sheet in TransferSheet.objects.filter(transfer=transfer).select_related("committee"):
        earlier = [one for one in entries if one.committee_id == sheet.committee_id and one.pk < made.pk]
        round_then = 1 + sum(one.action == LogAction.REOPENED for one in earlier)
        if not any(
            one.action in LogAction.of_confirmation()
            and (one.details["digest"], one.details["round"]) == (sheet.digest, round_then)
            for one in earlier
        ):
            yield f"transfer {transfer.number} sent a sheet of {sheet.committee} that nobody had confirmed"


def _fs(exam: Exam) -> Iterator[str]:
    """FS accepted nothing twice, and has the last accepted grade of each candidate."""
    lines = TransferLine.objects.filter(transfer__exam=exam, status=ReceiptStatus.TAKEN).order_by("pk")
    held: dict[str, str] = {}
    for number, grade, code in lines.values_list("candidate__number", "grade", "code"):
        before = held.get(number, "")
        if before == grade or bool(before) != bool(code):
            yield f"FS took {grade} {code} for {number}, of whom it held {before!r}"
        held[number] = grade
    known = FsExam.objects.filter(key=";".join(exam.key)).first()
    registered = (
        known.registrations.exclude(karakter="").values_list("kandidatlopenr", "karakter") if known else []
    )
    unanswered = exam.transfers.filter(answered_at=None).exists()
    at_fs = {number: fs_code(grade) for number, grade in held.items()}
    if dict(registered) != at_fs and not unanswered:
        yield f"FS holds {dict(registered)}, and took {at_fs}"
