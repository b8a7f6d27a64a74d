"""Transfers to FS: test, transfer, frozen files and receipts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, exam_for, planner_required, transfer_for
from committees.actions.transfer import deliver_transfer, plan_transfer, preview_transfer, transfer_grades
from committees.models import Transfer
from committees.queries.planned_grades import hidden_committees
from committees.queries.transfers import (
    blockers_of,
    entries_on_behalf,
    grouped_problems,
    parts_with_candidates,
    receipt_counts,
)
from committees.requests import parse_id
from committees.responses.attachments import attach


@require_http_methods(["GET", "POST"])
@planner_required
def transfer_page(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    if request.method == "POST":
        # No transfer has the number 0, so a missing or invalid number is refused like an outdated one.
        number = parse_id(request.POST.get("number", "")) or 0
        return _made(request, transfer_grades(exam, by=request.user, number=number))
    parts = parts_with_candidates(pk)
    rows = plan_transfer(exam)
    transfers = list(exam.transfers.select_related("by").defer("content"))
    counts = receipt_counts(transfers)
    newest = transfers[0] if transfers else None
    unanswered = newest if newest and not newest.answered_at else None
    blocked, later = blockers_of(exam, parts)
    ready = [committee for committee, _graders in parts if committee.is_locked]
    to_send = sum(row.send for row in rows)
    everything_sent = bool(ready) and all(committee.stage == "transferred" for committee in ready)
    context = {
        "exam": exam,
        "parts": parts,
        "blocked": blocked,
        "later": later,
        "to_send": to_send,
        "can_transfer": bool(parts) and not blocked and not unanswered and (to_send or not everything_sent),
        "problems": grouped_problems((row.candidate.number, row.problem) for row in rows),
        "removed": any(row.at_fs and not row.candidate.grade for row in rows),
        "everything_sent": everything_sent,
        "next_number": newest.number + 1 if newest else 1,
        "unanswered": unanswered,
        "transfers": [(transfer, counts[transfer.pk]) for transfer in transfers],
    }
    return render(request, "transfer/exam.html", context)


@require_safe
@planner_required
def test_transfer(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    rows = preview_transfer(exam)
    blocked, later = blockers_of(exam, parts_with_candidates(pk))
    context = {
        "exam": exam,
        "rows": rows,
        "problems": grouped_problems((row.candidate.number, row.problem) for row in rows),
        "nothing_at_fs": not any(row.at_fs for row in rows),
        "blocked": blocked,
        "later": later,
        "hidden": hidden_committees(exam),
        "to_send": sum(row.send for row in rows),
    }
    return render(request, "transfer/test.html", context)


@require_safe
@planner_required
def transfer_record(request: Request, pk: int) -> HttpResponse:
    transfer = transfer_for(request.user, pk)
    lines = transfer.lines.select_related("candidate")
    context = {
        "transfer": transfer,
        "exam": transfer.exam,
        "lines": lines,
        "counts": receipt_counts([transfer])[transfer.pk],
        "on_behalf": entries_on_behalf(transfer),
    }
    return render(request, "transfer/record.html", context)


@require_safe
@planner_required
def transfer_file(request: Request, pk: int) -> HttpResponse:
    transfer = transfer_for(request.user, pk)
    response = HttpResponse(bytes(transfer.content), content_type="text/plain; charset=utf-8")
    return attach(response, transfer.file_name)


@require_POST
@planner_required
def deliver(request: Request, pk: int) -> HttpResponse:
    return _made(request, deliver_transfer(transfer_for(request.user, pk), by=request.user))


def _made(request: Request, transfer: Transfer) -> HttpResponse:
    counts = receipt_counts([transfer])[transfer.pk]
    if not transfer.answered_at:
        messages.error(request, _("FS did not answer. The transfer is saved. Send it again later."))
    elif counts["refused"]:
        message = ngettext("FS refused %(count)s line.", "FS refused %(count)s lines.", counts["refused"])
        messages.warning(request, message % {"count": counts["refused"]})
    else:
        messages.success(request, _("FS accepted all grades."))
    return redirect("transfer", pk=transfer.pk)
