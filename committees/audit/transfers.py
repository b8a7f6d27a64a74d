"""Verification of transfers against the log: bytes, lines, receipts and grade sheets."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from committees.actions.transfer import receipts_digest
from committees.enums import ReceiptStatus
from committees.files.fs_style import read_result_lines
from committees.grade_scales import fs_code
from committees.models import Exam, LogEntry, Transfer, TransferLine


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that the log does not explain: the chain or object, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Sent:
    """
    A transfer according to the log.

    `grades` and confirmed `sheets` (committee and digest) are those at that time; `unconfirmed` are committees that
    were sent without enough confirmations; `on_behalf` are the entries of the confirmations that planners made.
    """

    entry: LogEntry
    grades: Mapping[str, str]
    sheets: set[tuple[int, str]]
    unconfirmed: set[int]
    on_behalf: list[int]
    receipts: LogEntry | None = None


def transfer_violations(exam: Exam, sent: Mapping[int, Sent]) -> Iterator[Violation]:
    """Yield what the log does not explain in the exam's transfers; `sent` has the logged ones by pk."""
    there = set()
    for transfer in exam.transfers.order_by("number").iterator(chunk_size=10):
        there.add(transfer.pk)
        if transfer.pk in sent:
            yield from (
                Violation(f"transfer {transfer.pk}", what)
                for what in _transfer(exam, transfer, sent[transfer.pk])
            )
        else:
            yield Violation(f"transfer {transfer.pk}", "is not in the log")
    for pk in sorted(sent.keys() - there):
        yield Violation(f"transfer {pk}", "is in the log but does not exist")


def _transfer(exam: Exam, transfer: Transfer, sent: Sent) -> Iterator[str]:
    details, content = sent.entry.details, bytes(transfer.content)
    if not details.get("sha256") == transfer.sha256 == hashlib.sha256(content).hexdigest():
        yield "its bytes differ from the log"
    # Entries of older versions have neither number nor time.
    found = (transfer.by_id, transfer.number, transfer.at.isoformat())
    if found != (
        sent.entry.by_id,
        details.get("number", transfer.number),
        details.get("at", transfer.at.isoformat()),
    ):
        yield "its number, time or planner differs from the log"
    read = read_result_lines(content).lines
    lines = list(transfer.lines.select_related("candidate", "committee").order_by("line"))
    in_file = [
        (number, line.kandidatlopenr, line.kommislopenr, line.karakter, line.endringsstatus or "")
        for number, line in read
    ]
    in_table = [
        (
            line.line,
            line.candidate.number,
            str(line.committee.number),
            fs_code(line.grade),
            str(line.code),
        )
        for line in lines
    ]
    if in_file != in_table:
        yield "its lines differ from its bytes"
    for line in lines:
        logged = sent.grades.get(line.candidate.number, "")
        if line.grade != logged or line.candidate.exam_id != exam.pk:
            yield f"line {line.line} sent “{line.grade}” when the grade was “{logged}”"
    yield from _answered(transfer, sent.receipts, lines)
    incomplete = {line.committee_id for line in lines if line.status != ReceiptStatus.TAKEN}
    yield from _sheets(transfer, sent, incomplete)


def _sheets(transfer: Transfer, sent: Sent, incomplete: set[int]) -> Iterator[str]:
    sheets = list(transfer.sheets.all())
    for sheet in sheets:
        if (sheet.committee_id, sheet.digest) not in sent.sheets:
            yield f"sent a grade sheet of committee {sheet.committee_id} that nobody had confirmed"
        whole = sheet.committee_id not in incomplete
        if sheet.is_complete != whole and (sheet.is_complete or transfer.answered_at):
            yield f"whether FS has all grades of committee {sheet.committee_id} differs from its receipts"
    for committee in sorted(sent.unconfirmed):
        yield f"sent committee {committee} without enough confirmations for the rule in the log"
    logged = sent.entry.details.get("sheets")
    if logged is not None and sorted([sheet.committee_id, sheet.digest] for sheet in sheets) != logged:
        yield "its grade sheets differ from the log"
    if sent.entry.details.get("on_behalf", []) != sent.on_behalf:
        yield "its confirmations on behalf of graders differ from the log"


def _answered(transfer: Transfer, entry: LogEntry | None, lines: list[TransferLine]) -> Iterator[str]:
    if (entry is None) != (transfer.answered_at is None):
        yield "whether FS answered differs from the log"
        return
    count = Counter(line.status for line in lines)
    details = entry.details if entry else {"taken": 0, "refused": 0}
    if any(count[word] != details.get(word) for word in (ReceiptStatus.TAKEN, ReceiptStatus.REFUSED)):
        yield "its receipts differ from the log"
    # Entries from before the log was chained have no line numbers.
    not_taken = details.get("not_taken")
    open_lines = [line.line for line in lines if line.status != ReceiptStatus.TAKEN]
    if not_taken is not None and sorted(open_lines) != not_taken:
        yield "its accepted lines differ from the log"
    if (
        entry
        and transfer.answered_at
        and details.get("at", transfer.answered_at.isoformat()) != transfer.answered_at.isoformat()
    ):
        yield "the time of FS's answer differs from the log"
    digest = receipts_digest((line.line, line.status, line.reason) for line in lines)
    unanswered = receipts_digest((line.line, ReceiptStatus.PENDING, "") for line in lines)
    # Entries of older versions have no digest.
    if (details.get("receipts", digest) if entry else unanswered) != digest:
        yield "FS's reasons differ from the log"
