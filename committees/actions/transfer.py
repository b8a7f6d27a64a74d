"""Test transfer and transfer: what goes to FS, what it answers, and what is left to send."""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from committees.actions import Refused, lock_exam, log, refuse_former_planner
from committees.enums import ChangeCode, LogAction, ReceiptStatus
from committees.files.fs_style import ResultLine, read_result_lines, write_result_lines
from committees.models import (
    Candidate,
    Committee,
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
    """FS's answer to one line of a transfer: taken, or refused for a reason that people can read."""

    @property
    def line(self) -> int: ...
    @property
    def taken(self) -> bool: ...
    @property
    def reason(self) -> str: ...


class FsBackend(Protocol):
    """
    The way to FS, named by `settings.FS_BACKEND`. Delivering the same name and bytes again must answer the same and
    change nothing. Any exception means that FS did not answer.
    """

    def deliver(self, name: str, content: bytes) -> list[Receipt]: ...
    def check(self, content: bytes) -> list[Receipt]: ...
    def learn(self, kind: str, content: bytes) -> None:
        """A simulated FS learns here what it is said to have issued; a real one has no need to."""


class PracticeFs(FsBackend, Protocol):
    """The own FS of a sandbox, named by `settings.PRACTICE_FS_BACKEND`: simulated, whatever the real one is."""

    def __init__(self, sandbox: int) -> None: ...
    def withdraw(self, key: tuple[str, ...] | str, numbers: Collection[str]) -> None:
        """Let FS refuse these candidates of the exam with this key from now on."""

    @staticmethod
    def forget(sandboxes: Collection[int]) -> None:
        """Nothing of these sandboxes is held any longer, in as many statements for all of them as for one."""


def fs_backend(sandbox: int | None) -> FsBackend:
    """The way to the FS of the register, or to the own one of a sandbox."""
    if sandbox is not None:
        return practice_fs()(sandbox)
    backend: FsBackend = import_string(settings.FS_BACKEND)()
    return backend


def practice_fs() -> type[PracticeFs]:
    """The FS that sandboxes have, each its own."""
    backend: type[PracticeFs] = import_string(settings.PRACTICE_FS_BACKEND)
    return backend


@dataclass(slots=True)
class TransferCandidate:
    """What a transfer now would mean for one candidate: `send` a line, or not, and why; `problem` is for a human."""

    candidate: Candidate
    at_fs: str
    send: bool
    code: str = ""
    problem: str = ""


def plan_transfer(exam: Exam) -> list[TransferCandidate]:
    """Every candidate of the exam with what a transfer now would send, by committee and number; those on none come last."""
    held = grades_at_fs(exam)
    reopenings = list(Reopening.objects.filter(committee__exam=exam).order_by("pk"))
    # Many candidates share an entry, whose changes name all of them.
    entries = Prefetch("grade_entry", LogEntry.objects.defer("changes", "details"))
    candidates = exam.candidates.by_number().prefetch_related("committee", entries)
    # In order here: to do it by a join, PostgreSQL reads all committees that there are.
    ordered = sorted(candidates, key=lambda one: one.committee.number if one.committee else inf)
    return [_plan_candidate(candidate, held.get(candidate.pk, ""), reopenings) for candidate in ordered]


def grades_at_fs(exam: Exam) -> dict[int, str]:
    """The grade that FS took last, by the candidate's pk; candidates of whom it took none are not in it."""
    taken = TransferLine.objects.filter(transfer__exam=exam, status=ReceiptStatus.TAKEN).order_by("pk")
    return dict(taken.values_list("candidate", "grade"))


def _plan_candidate(candidate: Candidate, at_fs: str, reopenings: list[Reopening]) -> TransferCandidate:
    planned = TransferCandidate(candidate, at_fs, send=candidate.grade not in ("", at_fs))
    if planned.send and at_fs:
        planned.code = _change_code(candidate, reopenings)
    if candidate.committee is None:
        planned.problem = _("Is on no committee, so nobody can grade this candidate.")
    elif not candidate.grade and at_fs:
        planned.problem = _(
            "FS holds %(grade)s, and here the grade was removed. A transfer can't say that: tell FS."
        ) % {"grade": at_fs}
    elif candidate.is_doubtful:
        planned.problem = _("Has a grade, but is noted as “%(attendance)s”.") % {
            "attendance": candidate.get_attendance_display()
        }
    return planned


def _change_code(candidate: Candidate, reopenings: list[Reopening]) -> str:
    """
    The code of the reopening under which the grade was changed: the last one before the change, of the committee that
    changed it; the candidate may have been moved to another since.
    """
    change = candidate.grade_entry
    if change is None:
        return ChangeCode.ERROR
    earlier = [one for one in reopenings if one.entry_id < change.pk]
    own = [one for one in earlier if one.committee_id == change.committee_id]
    newest = (own or earlier)[-1:]
    return newest[0].code if newest else ChangeCode.ERROR


def result_file(exam: Exam, rows: list[TransferCandidate]) -> bytes:
    """The FS-style bytes of the lines that are to be sent, in the order of `rows`."""
    return write_result_lines(
        ResultLine(
            **dict(zip(KEY_FIELDS, exam.key, strict=True)),
            kandidatlopenr=row.candidate.number,
            kommislopenr=str(row.candidate.committee.number) if row.candidate.committee else "",
            karakter=exam.grade_scale.to_fs(row.candidate.grade),
            endringsstatus=row.code,
        )
        for row in rows
        if row.send
    )


def preview_transfer(exam: Exam) -> list[TransferCandidate]:
    """
    Test transfer: `plan_transfer`, with FS's own objections to the lines that would be sent. Writes nothing, anywhere.

    FS not answering is an objection like another: it stands at every line.
    """
    rows = plan_transfer(exam)
    sending = [row for row in rows if row.send]
    if not sending:
        return rows
    try:
        receipts = fs_backend(exam.sandbox_id).check(result_file(exam, rows))
    except Exception:  # whatever a wire can throw; the planner sees that FS was not reached
        logger.exception("FS did not answer a check")
        for row in sending:
            row.problem = row.problem or _("FS did not answer, so it could not be asked about this line.")
        return rows
    refused = {receipt.line: receipt.reason for receipt in receipts if not receipt.taken}
    for line, row in enumerate(sending, start=1):
        if line in refused:
            row.problem = _("FS would refuse: %(reason)s") % {"reason": refused[line]}
    return rows


def transfer_grades(exam: Exam, *, by: User, number: int | None = None) -> Transfer:
    """
    Freeze the next transfer and hand it to FS. Where FS does not answer the transfer stays, to be delivered again.

    Raises Refused, with the reason: as `freeze_transfer`.
    """
    transfer = freeze_transfer(exam, by=by, number=number)
    return deliver_transfer(transfer, by=by)


@transaction.atomic
def freeze_transfer(exam: Exam, *, by: User, number: int | None = None) -> Transfer:
    """
    Make the next transfer of the exam: number, bytes, lines and the grade sheets they come from.

    `number` is the number of the transfer that the planner's page offered. Raises Refused when another transfer was made
    since, a committee is not confirmed, an earlier transfer has no receipts, or there is nothing to send.
    """
    exam, committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    newest = exam.transfers.first()
    following = newest.number + 1 if newest else 1
    if number is not None and number != following:
        raise Refused(_("Somebody transferred meanwhile. Look at the page again before you send more."))
    blockers = [str(c) for c in committees if c.candidate_count and not c.is_locked]
    if blockers:
        raise Refused(_("Not confirmed yet: %(committees)s.") % {"committees": ", ".join(blockers)})
    if newest and not newest.answered_at:
        raise Refused(
            _("Transfer %(number)s has no receipts yet. Send it again first.") % {"number": newest.number}
        )
    rows = plan_transfer(exam)
    sending = [row for row in rows if row.send]
    graded = [committee for committee in committees if committee.candidate_count]
    if not sending and all(committee.stage == "transferred" for committee in graded):
        raise Refused(_("There is nothing to send: FS has every grade already."))
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
            transfer=transfer, candidate=row.candidate, line=line, grade=row.candidate.grade, code=row.code
        )
        for line, row in enumerate(sending, start=1)
    )
    # Where nothing is left to send, FS has every grade already, whether or not it answers now.
    sent_by = {row.candidate.committee_id for row in sending}
    TransferSheet.objects.bulk_create(
        TransferSheet(
            transfer=transfer,
            committee=committee,
            digest=committee.digest,
            is_complete=committee.pk not in sent_by,
        )
        for committee in graded
    )
    log(
        LogAction.TRANSFERRED,
        by=by,
        exam=exam,
        transfer=transfer,
        **transfer_details(transfer, len(sending), graded),
    )
    return transfer


def transfer_details(transfer: Transfer, lines: int, committees: Iterable[Committee]) -> dict[str, Any]:
    """What the log entry of a transfer says of it; `committees` are those whose grade sheets it took."""
    return {
        "number": transfer.number,
        "at": transfer.at.isoformat(),
        "sha256": transfer.sha256,
        "lines": lines,
        "sheets": sorted([one.pk, one.digest] for one in committees),
    }


def receipts_digest(lines: Iterable[tuple[int, str, str]]) -> str:
    """The SHA-256 over number, status and FS's reason of each line of a transfer, in any order."""
    text = json.dumps(
        sorted([line, str(status), reason] for line, status, reason in lines), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def deliver_transfer(transfer: Transfer, *, by: User) -> Transfer:
    """Hand the frozen bytes to FS and keep its receipts. Safe to repeat: FS answers the same to the same transfer."""
    if transfer.answered_at:
        return transfer
    receipts: list[Receipt] = []
    if transfer.content:
        try:
            fs = fs_backend(transfer.exam.sandbox_id)
            receipts = fs.deliver(transfer.file_name, bytes(transfer.content))
        except Exception:  # whatever a wire can throw; the transfer waits to be delivered again
            logger.exception("FS did not answer a transfer")
            return transfer
    return keep_receipts(transfer, receipts, by=by)


@transaction.atomic
def keep_receipts(transfer: Transfer, receipts: list[Receipt], *, by: User) -> Transfer:
    """Write down FS's receipts, line by line, and which grade sheets FS now holds whole. Once only."""
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
    # By what was not taken, which is little: a line each would be thousands.
    fresh.lines.exclude(line__in=lines.keys() - taken).update(status=ReceiptStatus.TAKEN)
    for reason, pks in refused.items():
        fresh.lines.filter(pk__in=pks).update(status=ReceiptStatus.REFUSED, reason=reason)
    fresh.answered_at = timezone.now()
    fresh.save(update_fields=["answered_at"])
    _complete_sheets(fresh, taken)
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


def _complete_sheets(transfer: Transfer, taken: Container[int]) -> None:
    """A sheet is complete when, at the time of the transfer, none of its lines was left for FS to take."""
    # As the file says it: a candidate may have been moved to another committee since.
    lines = read_result_lines(bytes(transfer.content)).lines
    incomplete = {int(line.kommislopenr) for number, line in lines if number not in taken}
    transfer.sheets.exclude(committee__number__in=incomplete).update(is_complete=True)
