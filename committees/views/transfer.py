"""Test transfer to FS and Transfer to FS, with the frozen files and FS's receipts."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, exam_for, planner_required, transfer_for
from committees.actions.transfer import deliver_transfer, plan_transfer, preview_transfer, transfer_grades
from committees.enums import ReceiptStatus
from committees.models import Committee, Grader, Transfer, TransferLine
from committees.views.attachments import attach
from committees.views.planning import parts_of


@require_http_methods(["GET", "POST"])
@planner_required
def transfer_page(request: Request, pk: int) -> HttpResponse:
    """Where the exam stands on its way to FS; POST makes the next transfer, if it is still the one that was seen."""
    exam = exam_for(request.user, pk)
    if request.method == "POST":
        # 0 is the number of no transfer, so a missing or garbled one is refused as an old one is.
        shown = request.POST.get("number", "")
        number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else 0
        return _made(request, transfer_grades(exam, by=request.user, number=number))
    parts = parts_with_candidates(pk)
    rows = plan_transfer(exam)
    transfers = list(exam.transfers.select_related("by").defer("content"))
    counts = receipt_counts(transfers)
    newest = transfers[0] if transfers else None
    context = {
        "exam": exam,
        "parts": parts,
        "blocked": blockers(parts),
        "to_send": sum(row.send for row in rows),
        "problems": [row for row in rows if row.problem],
        "removed": any(row.at_fs and not row.candidate.grade for row in rows),
        "everything_sent": bool(parts) and all(committee.stage == "transferred" for committee, _g in parts),
        "next_number": newest.number + 1 if newest else 1,
        "unanswered": newest if newest and not newest.answered_at else None,
        "transfers": [(transfer, counts[transfer.pk]) for transfer in transfers],
    }
    return render(request, "transfer/exam.html", context)


Part = tuple[Committee, list[Grader]]


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


@require_safe
@planner_required
def test_transfer(request: Request, pk: int) -> HttpResponse:
    """Every candidate with what would be sent, and every problem with candidate and reason. Sends nothing."""
    exam = exam_for(request.user, pk)
    rows = preview_transfer(exam)
    parts = parts_with_candidates(pk)
    context = {
        "exam": exam,
        "rows": rows,
        "problems": [row for row in rows if row.problem],
        "blocked": blockers(parts),
        "to_send": sum(row.send for row in rows),
    }
    return render(request, "transfer/test.html", context)


@require_safe
@planner_required
def transfer_record(request: Request, pk: int) -> HttpResponse:
    """One transfer: its file's SHA-256, and every line with FS's receipt."""
    transfer = transfer_for(request.user, pk)
    lines = transfer.lines.select_related("candidate")
    context = {
        "transfer": transfer,
        "exam": transfer.exam,
        "lines": lines,
        "counts": receipt_counts([transfer])[transfer.pk],
    }
    return render(request, "transfer/record.html", context)


@require_safe
@planner_required
def transfer_file(request: Request, pk: int) -> HttpResponse:
    """The very bytes that were handed to FS."""
    transfer = transfer_for(request.user, pk)
    response = HttpResponse(bytes(transfer.content), content_type="text/plain; charset=utf-8")
    return attach(response, transfer.file_name)


@require_POST
@planner_required
def deliver(request: Request, pk: int) -> HttpResponse:
    """Hand a transfer without receipts to FS once more."""
    return _made(request, deliver_transfer(transfer_for(request.user, pk), by=request.user))


def _made(request: Request, transfer: Transfer) -> HttpResponse:
    counts = receipt_counts([transfer])[transfer.pk]
    if not transfer.answered_at:
        messages.error(request, _("FS did not answer. The transfer is kept; send it again later."))
    elif counts["refused"]:
        told = ngettext("FS refused %(count)s line.", "FS refused %(count)s lines.", counts["refused"])
        messages.warning(request, told % {"count": counts["refused"]})
    else:
        messages.success(request, _("FS has taken every line."))
    return redirect("transfer", pk=transfer.pk)
