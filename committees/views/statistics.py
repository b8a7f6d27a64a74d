"""Distribution of an exam's grades: each committee beside the whole."""

from collections.abc import Collection, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees.access import Request, exam_for, planner_required, seats_for
from committees.models import Committee, Exam
from committees.queries.statistics import distribution


@require_safe
@planner_required
def exam_statistics(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    committees = list(exam.committees.with_stage().order_by("number"))
    unconfirmed = {one.pk for one in committees if one.candidate_count and not one.is_locked}
    hidden = set() if exam.planners_see_grades else unconfirmed
    return _page(request, exam, committees, whole_shown=not hidden, is_planning=True, hidden=hidden)


@require_safe
def statistics(request: Request, pk: int) -> HttpResponse:
    seats = seats_for(request.user, pk)
    mine = [seat.committee_id for seat in seats]
    committees = list(Committee.objects.with_stage().filter(pk__in=mine).order_by("number"))
    grading = [one for one in committees if one.candidate_count]
    # Only after all confirmations, so that the grades of others do not influence the grading.
    whole_shown = bool(grading) and all(one.is_locked for one in grading)
    return _page(request, seats[0].committee.exam, committees, whole_shown=whole_shown, is_planning=False)


def _page(
    request: Request,
    exam: Exam,
    committees: Sequence[Committee],
    *,
    whole_shown: bool,
    is_planning: bool,
    hidden: Collection[int] = (),
) -> HttpResponse:
    shown = [one for one in committees if one.pk not in hidden]
    figures = distribution(exam, shown, whole_shown=whole_shown)
    context = {
        "exam": exam,
        "parts": figures.parts,
        "whole": figures.whole,
        "waits_for": [one for one in committees if one.candidate_count and not one.is_locked],
        "is_planning": is_planning,
        "is_hidden": bool(hidden),
    }
    return render(request, "statistics/exam.html", context)
