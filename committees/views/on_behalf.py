"""Confirmation by a planner on behalf of a grader."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, planned_committee_for, planned_seat_for, planner_required
from committees.actions.on_behalf import confirm_on_behalf, withdraw_on_behalf
from committees.errors import Refused
from committees.forms.committees import OnBehalfForm
from committees.models import Grader
from committees.queries.overview import parts_of
from committees.queries.planned_grades import planned_candidates
from committees.queries.sheets import ungraded_numbers
from committees.responses.forms import exam_url


@require_http_methods(["GET", "POST"])
@planner_required
def confirm_for_grader(request: Request, pk: int) -> HttpResponse:
    seat = planned_seat_for(request.user, pk)
    form = OnBehalfForm(request.POST or None)
    if request.method == "GET":
        return _page(request, seat, form)
    if not form.is_valid():
        return _page(request, seat, form, status=422)
    try:
        confirm_on_behalf(
            seat,
            reason=form.cleaned_data["reason"],
            by=request.user,
            expected_version=form.cleaned_data["version"],
            acknowledged=form.cleaned_data["acknowledged"],
            locks=form.cleaned_data["locks"],
        )
    except Refused as refused:
        return _page(request, seat, form, status=409, sentence=refused.sentence)
    params = {"name": seat, "committee": seat.committee}
    messages.success(request, _("You confirmed %(committee)s on behalf of %(name)s.") % params)
    return redirect(f"{exam_url(seat.committee.exam_id)}#committee-{seat.committee_id}")


def _page(
    request: Request, seat: Grader, form: OnBehalfForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    committee = planned_committee_for(request.user, seat.committee_id)
    exam = committee.exam
    graders = dict(parts_of([exam.pk])[exam.pk])[committee]
    candidates = committee.candidates.by_number()
    context = {
        "seat": seat,
        "exam": exam,
        "committee": committee,
        "graders": graders,
        "rows": planned_candidates(exam, candidates) if exam.planners_see_grades else [],
        "without": ungraded_numbers(committee),
        "locks": exam.rule == "one" or all(one.has_confirmed or one.pk == seat.pk for one in graders),
        "form": form,
        **extra,
    }
    return render(request, "planning/on_behalf.html", context, status=status)


@require_POST
@planner_required
def withdraw_for_grader(request: Request, pk: int) -> HttpResponse:
    seat = planned_seat_for(request.user, pk)
    withdraw_on_behalf(seat, by=request.user)
    params = {"name": seat, "committee": seat.committee}
    messages.success(
        request, _("Your confirmation of %(committee)s on behalf of %(name)s was withdrawn.") % params
    )
    return redirect(f"{exam_url(seat.committee.exam_id)}#committee-{seat.committee_id}")
