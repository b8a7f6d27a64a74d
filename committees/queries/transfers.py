from django.db.models import Count

from committees.enums import ReceiptStatus
from committees.models import Transfer, TransferLine
from committees.queries.overview import Part, parts_of


def parts_with_candidates(exam_pk: int) -> list[Part]:
    """Return the exam's committees that have candidates, each with its graders."""
    return [part for part in parts_of([exam_pk]).get(exam_pk, []) if part[0].candidate_count]


def blockers(parts: list[Part]) -> list[Part]:
    """Return the unconfirmed committees, each with the graders without confirmation; an empty list if it has no
    graders."""
    return [
        (committee, [grader for grader in graders if not grader.has_confirmed])
        for committee, graders in parts
        if not committee.is_locked
    ]


def receipt_counts(transfers: list[Transfer]) -> dict[int, dict[str, int]]:
    """Return the number of lines of each transfer by status. One query."""
    counts = {transfer.pk: {str(status): 0 for status in ReceiptStatus} for transfer in transfers}
    lines = TransferLine.objects.filter(transfer__in=counts).order_by().values_list("transfer", "status")
    for transfer, status, count in lines.annotate(n=Count("pk")):
        counts[transfer][status] = count
    return counts
