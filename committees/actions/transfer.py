"""Test transfers and transfers of grades to FS, and FS's receipts."""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from committees.actions.log import log
from committees.enums import ChangeCode, LogAction, ReceiptStatus
from committees.errors import Refusal, Refused
from committees.files.fs_style import ResultLine, write_result_lines
from committees.grade_scales import fs_code
from committees.locking import lock_exam, refuse_former_planner
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    LogEntry,
    Reopening,
    Transfer,
    TransferLine,
    TransferSheet,
    User,
)
from committees.models.exams import KEY_FIELDS

logger = logging.getLogger(__name__)


class Receipt(Protocol):
    """FS's answer to one line of a transfer: taken, or refused with a reason for people."""

    @property
    def line(self) -> int: ...
    @property
    def taken(self) -> bool: ...
    @property
    def reason(self) -> str: ...


class FsBackend(Protocol):
    """
    A connection to FS, named by `settings.FS_BACKEND`.

    Delivering the same name and bytes again must return the same receipts and change nothing. Any exception means that
    FS did not answer.
    """

    def deliver(self, name: str, content: bytes) -> list[Receipt]: ...
    def check(self, content: bytes) -> list[Receipt]: ...
    def learn(self, kind: str, content: bytes) -> None:
        """Give an imported file to a simulated FS, as if it had issued the file. A real FS ignores it."""


class PracticeFs(FsBackend, Protocol):
    """The simulated FS of a sandbox, named by `settings.PRACTICE_FS_BACKEND`."""

    def __init__(self, sandbox: int) -> None: ...
    def withdraw(self, key: tuple[str, ...] | str, numbers: Collection[str]) -> None:
        """Make FS refuse these candidates of the exam with this key from now on."""

    @staticmethod
    def forget(sandboxes: Collection[int]) -> None:
        """Delete all data of these sandboxes, in as many statements for all of them as for one."""


def fs_backend(sandbox: int | None) -> FsBackend:
    """Return the FS of the register, or the simulated one of a sandbox."""
    if sandbox is not None:
        return practice_fs()(sandbox)
    backend: FsBackend = import_string(settings.FS_BACKEND)()
    return backend


def practice_fs() -> type[PracticeFs]:
    backend: type[PracticeFs] = import_string(settings.PRACTICE_FS_BACKEND)
    return backend


@dataclass(slots=True)
class TransferCandidate:
    """
    A candidate in a transfer: the grade `at_fs`, whether to `send` a line, and a `problem` for the planner.

    `is_waiting`: the committee is not confirmed, and will be transferred after the others.
    """

    candidate: Candidate
    at_fs: str
    send: bool
    code: str = ""
    problem: str = ""
    is_waiting: bool = False


def plan_transfer(exam: Exam) -> list[TransferCandidate]:
    """Return every candidate of the exam, by committee and number; those without a committee come last."""
    held = grades_at_fs(exam)
    reopenings = list(Reopening.objects.filter(committee__exam=exam).order_by("pk"))
    # Many candidates share an entry, and its `changes` contain all of them.
    entries = Prefetch("grade_entry", LogEntry.objects.defer("changes", "details"))
    candidates = exam.candidates.by_number().prefetch_related("committee", entries)
    open_now = waiting_committees(exam)
    # Sorted here: to sort by a join, PostgreSQL reads all committees of the register.
    ordered = sorted(candidates, key=lambda one: one.committee.number if one.committee else inf)
    return [
        _plan_candidate(
            candidate,
            held.get(candidate.pk, ""),
            reopenings,
            is_waiting=candidate.committee_id in open_now,
        )
        for candidate in ordered
    ]


def waiting_committees(exam: Exam) -> set[int]:
    """Return the pks of the unconfirmed committees that an exam transferred by committee leaves for later."""
    return {one.pk for one in exam.committees.unconfirmed()} if exam.transfer_by_committee else set()


def grades_at_fs(exam: Exam) -> dict[int, str]:
    """Return the grade that FS took last, by the candidate's pk, for candidates who have one."""
    taken = TransferLine.objects.filter(transfer__exam=exam, status=ReceiptStatus.TAKEN).order_by("pk")
    return dict(taken.values_list("candidate", "grade"))


def _plan_candidate(
    candidate: Candidate, at_fs: str, reopenings: list[Reopening], *, is_waiting: bool
) -> TransferCandidate:
    differs = candidate.grade not in ("", at_fs)
    planned = TransferCandidate(candidate, at_fs, send=differs and not is_waiting, is_waiting=is_waiting)
    if planned.send and at_fs:
        planned.code = _change_code(candidate, reopenings)
    if candidate.committee is None:
        planned.problem = _(
            "This candidate has no committee, so no one can set a grade. Assign the candidate to a committee."
        )
    elif not candidate.grade and at_fs:
        planned.problem = _(
            "FS has %(grade)s, but the grade was removed here. A transfer can’t remove a grade in FS: "
            "ask the people responsible for FS to do it."
        ) % {"grade": at_fs}
    elif candidate.is_doubtful:
        planned.problem = _("Has a grade, but is marked as “%(attendance)s”.") % {
            "attendance": candidate.get_attendance_display()
        }
    return planned


def _change_code(candidate: Candidate, reopenings: list[Reopening]) -> str:
    """
    Return the code of the last reopening before the grade was changed.

    Reopenings of the committee that changed it come first: the candidate may have been moved since.
    """
    change = candidate.grade_entry
    if change is None:
        return ChangeCode.ERROR
    earlier = [one for one in reopenings if one.entry_id < change.pk]
    own = [one for one in earlier if one.committee_id == change.committee_id]
    newest = (own or earlier)[-1:]
    return newest[0].code if newest else ChangeCode.ERROR


def result_file(exam: Exam, rows: list[TransferCandidate]) -> bytes:
    """Return the FS-style bytes of the lines to be sent, in the order of `rows`."""
    return write_result_lines(
        ResultLine(
            **dict(zip(KEY_FIELDS, exam.key, strict=True)),
            kandidatlopenr=row.candidate.number,
            kommislopenr=str(row.candidate.committee.number) if row.candidate.committee else "",
            karakter=fs_code(row.candidate.grade),
            endringsstatus=row.code,
        )
        for row in rows
        if row.send
    )


def preview_transfer(exam: Exam) -> list[TransferCandidate]:
    """
    Return `plan_transfer` with FS's objections to the lines that would be sent. Writes nothing, here or in FS.

    If FS does not answer, that is the problem of every line.
    """
    rows = plan_transfer(exam)
    sending = [row for row in rows if row.send]
    if not sending:
        return rows
    try:
        receipts = fs_backend(exam.sandbox_id).check(result_file(exam, rows))
    except Exception:  # a backend may raise anything; the planner sees that FS did not answer
        logger.exception("FS did not answer a check")
        for row in sending:
            row.problem = row.problem or _("FS did not answer, so this line could not be checked.")
        return rows
    refused = {receipt.line: receipt.reason for receipt in receipts if not receipt.taken}
    for line, row in enumerate(sending, start=1):
        if line in refused:
            row.problem = _("FS would refuse: %(reason)s") % {"reason": refused[line]}
    return rows


def transfer_grades(exam: Exam, *, by: User, number: int | None = None) -> Transfer:
    """
    Freeze the next transfer and deliver it to FS. If FS does not answer, the transfer is kept and can be sent again.

    Raise Refused like `freeze_transfer`.
    """
    transfer = freeze_transfer(exam, by=by, number=number)
    return deliver_transfer(transfer, by=by)


@transaction.atomic
def freeze_transfer(exam: Exam, *, by: User, number: int | None = None) -> Transfer:
    """
    Create the next transfer of the exam: number, bytes, lines and the grade sheets that they come from.

    `number` is the transfer's number on the planner's page. Raise Refused if another transfer was made since, an
    earlier transfer has no receipts, or there is nothing to send; if a committee is not confirmed, or, where the exam
    is transferred by committee, none is.
    """
    exam, committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    newest = exam.transfers.first()
    following = newest.number + 1 if newest else 1
    if number is not None and number != following:
        raise Refused(Refusal.TRANSFERRED_BY_OTHER)
    graded = [committee for committee in committees if committee.candidate_count]
    ready = [committee for committee in graded if committee.is_locked]
    blockers = [str(committee) for committee in graded if not committee.is_locked]
    if blockers and not (ready and exam.transfer_by_committee):
        raise Refused(Refusal.NOT_ALL_CONFIRMED, committees=", ".join(blockers))
    if newest and not newest.answered_at:
        raise Refused(Refusal.TRANSFER_UNANSWERED, number=newest.number)
    rows = plan_transfer(exam)
    sending = [row for row in rows if row.send]
    if not sending and all(committee.stage == "transferred" for committee in ready):
        raise Refused(Refusal.NOTHING_TO_TRANSFER)
    content = result_file(exam, rows)
    transfer = Transfer.objects.create(
        exam=exam,
        number=following,
        by=by,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=transfer,
            candidate=row.candidate,
            committee_id=row.candidate.committee_id,  # type: ignore[misc]  # a grade needs a committee
            line=line,
            grade=row.candidate.grade,
            code=row.code,
        )
        for line, row in enumerate(sending, start=1)
    )
    # FS already has every grade of a committee without lines, whether or not it answers now.
    sent_by = {row.candidate.committee_id for row in sending}
    TransferSheet.objects.bulk_create(
        TransferSheet(
            transfer=transfer,
            committee=committee,
            digest=committee.digest,
            is_complete=committee.pk not in sent_by,
        )
        for committee in ready
    )
    log(
        LogAction.TRANSFERRED,
        by=by,
        exam=exam,
        transfer=transfer,
        **transfer_details(transfer, len(sending), ready) | _on_behalf(ready),
    )
    return transfer


def _on_behalf(committees: list[Committee]) -> dict[str, Any]:
    """Return the log entries of valid confirmations on behalf of graders, as details of a log entry; {} for none."""
    current = Confirmation.objects.filter(
        digest=F("grader__committee__digest"), round=F("grader__committee__round")
    )
    made = current.filter(grader__committee__in=committees, planner__isnull=False)
    entries = sorted(made.values_list("entry", flat=True))
    return {"on_behalf": entries} if entries else {}


def transfer_details(transfer: Transfer, lines: int, committees: Iterable[Committee]) -> dict[str, Any]:
    """Return the details of a transfer's log entry; `committees` are those whose grade sheets it contains."""
    return {
        "number": transfer.number,
        "at": transfer.at.isoformat(),
        "sha256": transfer.sha256,
        "lines": lines,
        "sheets": sorted([one.pk, one.digest] for one in committees),
    }


def receipts_digest(lines: Iterable[tuple[int, str, str]]) -> str:
    """Return the SHA-256 over number, status and FS's reason of each line of a transfer, in any order."""
    text = json.dumps(
        sorted([line, str(status), reason] for line, status, reason in lines), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def deliver_transfer(transfer: Transfer, *, by: User) -> Transfer:
    """Send the frozen bytes to FS and keep its receipts. Safe to repeat: FS answers the same to the same transfer."""
    if transfer.answered_at:
        return transfer
    receipts: list[Receipt] = []
    if transfer.content:
        try:
            fs = fs_backend(transfer.exam.sandbox_id)
            receipts = fs.deliver(transfer.file_name, bytes(transfer.content))
        except Exception:  # a backend may raise anything; the transfer can be delivered again
            logger.exception("FS did not answer a transfer")
            return transfer
    return keep_receipts(transfer, receipts, by=by)


@transaction.atomic
def keep_receipts(transfer: Transfer, receipts: list[Receipt], *, by: User) -> Transfer:
    """Save FS's receipts of the lines, and mark complete grade sheets. Does nothing the second time."""
    exam, _committees = lock_exam(transfer.exam)
    fresh = Transfer.objects.get(pk=transfer.pk)
    if fresh.answered_at:
        return fresh
    lines = {line.line: line for line in fresh.lines.all()}
    refused: dict[str, list[int]] = defaultdict(list)
    receipts = [receipt for receipt in receipts if receipt.line in lines]
    for receipt in receipts:
        if not receipt.taken:
            refused[receipt.reason[:500]].append(lines[receipt.line].pk)
    taken = {receipt.line for receipt in receipts if receipt.taken}
    # Select by the few lines that were not taken, since thousands may have been.
    fresh.lines.exclude(line__in=lines.keys() - taken).update(status=ReceiptStatus.TAKEN)
    for reason, pks in refused.items():
        fresh.lines.filter(pk__in=pks).update(status=ReceiptStatus.REFUSED, reason=reason)
    fresh.answered_at = timezone.now()
    fresh.save(update_fields=["answered_at"])
    _complete_sheets(fresh)
    log(
        LogAction.RECEIPTS_RECEIVED,
        by=by,
        exam=exam,
        transfer=fresh,
        taken=len(taken),
        refused=len(receipts) - len(taken),
        not_taken=sorted(lines.keys() - taken),
        at=fresh.answered_at.isoformat(),
        receipts=receipts_digest(fresh.lines.values_list("line", "status", "reason")),
    )
    return fresh


def _complete_sheets(transfer: Transfer) -> None:
    """Mark the grade sheets of which FS has taken every line."""
    left = transfer.lines.exclude(status=ReceiptStatus.TAKEN).values("committee")
    transfer.sheets.exclude(committee__in=left).update(is_complete=True)
