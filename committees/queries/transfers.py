from django.db.models import Count

from committees.enums import ReceiptStatus
from committees.models import Transfer, TransferLine
from committees.queries.overview import Part, parts_of


def parts_with_candidates(exam_pk: int) -> list[Part]:
    """The exam's committees that matter to a transfer, each with its graders."""
    return [part for part in parts_of([exam_pk]).get(exam_pk, []) if part[0].candidate_count]


def blockers(parts: list[Part]) -> list[Part]:
    """The committees that are not confirmed, each with the graders it waits for; none of them if it has no graders."""
    return [
        (committee, [grader for grader in graders if not grader.has_confirmed])
        for committee, graders in parts
        if not committee.is_locked
    ]


def receipt_counts(transfers: list[Transfer]) -> dict[int, dict[str, int]]:
    """How many lines of each transfer FS took, refused, and has not answered: one query for any number."""
    counts = {transfer.pk: {str(status): 0 for status in ReceiptStatus} for transfer in transfers}
    lines = TransferLine.objects.filter(transfer__in=counts).order_by().values_list("transfer", "status")
    for transfer, status, count in lines.annotate(n=Count("pk")):
        counts[transfer][status] = count
    return counts
