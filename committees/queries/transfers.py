import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from committees.enums import LogAction, ReceiptStatus
from committees.models import Exam, LogEntry, Transfer, TransferLine
from committees.queries.overview import Part, parts_of


def parts_with_candidates(exam_pk: int) -> list[Part]:
    """Return the exam's committees that have candidates, each with its graders."""
    return [part for part in parts_of([exam_pk]).get(exam_pk, []) if part[0].candidate_count]


def blockers_of(exam: Exam, parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """
    Return the unconfirmed committees that block a transfer, and those that are transferred later.

    Each comes with the graders without a confirmation; an empty list if it has no graders. Where the exam is transferred
    by committee, the unconfirmed ones block only if no committee is confirmed.
    """
    unconfirmed = [
        (committee, [grader for grader in graders if not grader.has_confirmed])
        for committee, graders in parts
        if not committee.is_locked
    ]
    if exam.transfer_by_committee and len(unconfirmed) < len(parts):
        return [], unconfirmed
    return unconfirmed, []


@dataclass(slots=True)
class ProblemGroup:
    """A problem, and the numbers of the candidates who have it."""

    sentence: str
    numbers: list[str] = field(default_factory=list)


def grouped_problems(problems: Iterable[tuple[str, str]]) -> list[ProblemGroup]:
    """
    Return each problem once, in the order of its first candidate.

    `problems` are candidate numbers with a sentence, "" for none. FS's reasons may name the candidate.
    """
    found: dict[str, ProblemGroup] = {}
    for number, sentence in problems:
        if sentence:
            cause = re.sub(rf"\s*\b{number}\b", "", sentence)
            found.setdefault(cause, ProblemGroup(sentence)).numbers.append(number)
    for cause, group in found.items():
        if len(group.numbers) > 1:
            group.sentence = cause
    return list(found.values())


def entries_on_behalf(transfer: Transfer) -> list[LogEntry]:
    """Return the log entries of confirmations on behalf of graders that the transfer relied on. Two queries at most."""
    made = LogEntry.objects.filter(transfer=transfer, action=LogAction.TRANSFERRED).first()
    pks = made.details.get("on_behalf", []) if made else []
    return list(LogEntry.objects.filter(pk__in=pks).select_related("by", "committee")) if pks else []


def receipt_counts(transfers: list[Transfer]) -> dict[int, dict[str, int]]:
    """Return the number of lines of each transfer by status. One query."""
    counts = {transfer.pk: {str(status): 0 for status in ReceiptStatus} for transfer in transfers}
    lines = TransferLine.objects.filter(transfer__in=counts).order_by().values_list("transfer", "status")
    for transfer, status, count in lines.annotate(n=Count("pk")):
        counts[transfer][status] = count
    return counts
