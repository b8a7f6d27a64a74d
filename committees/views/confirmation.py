"""Confirm Final Grading, and withdraw a confirmation."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, seat_for
from committees.actions.confirmation import confirm_grades, withdraw_confirmation
from committees.charts import chart
from committees.errors import Refused, StaleVersion
from committees.grade_scales import grade_label
from committees.queries.history import newest_entry
from committees.queries.sheets import changes_since, ungraded_numbers
from committees.requests import parse_id


@require_http_methods(["GET", "POST"])
def confirm(request: Request, pk: int) -> HttpResponse:
    if request.method == "GET":
        return _page(request, pk)
    seat = seat_for(request.user, pk)
    try:
        confirm_grades(
            seat,
            expected_version=request.POST.get("expected_version", ""),
            acknowledged="acknowledged" in request.POST,
        )
    except StaleVersion as moved:
        since = parse_id(request.POST.get("newest", ""))
        moves = changes_since(seat.committee, since) if since is not None else []
        return _page(request, pk, status=409, sentence=moved.sentence, moved=moves)
    except Refused as refused:
        return _page(request, pk, status=409, sentence=refused.sentence)
    messages.success(request, _("You have confirmed the final grading."))
    return redirect("final-grading", pk=pk)


def _page(request: Request, pk: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    # Read first, so that later changes are shown instead of confirmed unseen.
    newest = newest_entry(pk)
    seat = seat_for(request.user, pk)
    committee = seat.committee
    candidates = list(committee.candidates.by_number())
    grades = [candidate.grade for candidate in candidates]
    per_grade = [(grade, grades.count(grade)) for grade in committee.exam.grades]
    context = {
        "seat": seat,
        "committee": committee,
        "exam": committee.exam,
        "newest": newest,
        "per_grade": per_grade,
        "chart": chart([(grade_label(grade), count, str(count)) for grade, count in per_grade]),
        "without": ungraded_numbers(committee),
        "doubtful": [candidate for candidate in candidates if candidate.is_doubtful],
        **extra,
    }
    return render(request, "grading/confirm.html", context, status=status)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    withdraw_confirmation(seat)
    messages.success(request, _("You have withdrawn your confirmation."))
    return redirect("final-grading", pk=pk)
