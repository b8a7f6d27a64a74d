"""How an exam's grades are distributed: each committee beside the whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees.access import Request, exam_for, planner_required, seats_for
from committees.enums import grade_label
from committees.files.distribution import GradeShare, grade_distribution
from committees.models import Committee, Exam
from committees.views.drawing import Chart, chart


@dataclass(frozen=True, slots=True)
class Figures:
    """The distribution of a committee's grades, or with None of all; `rows` has the whole's share beside each."""

    committee: Committee | None
    total: int
    graded: int
    rows: list[tuple[GradeShare, GradeShare | None]]
    chart: Chart

    @property
    def without(self) -> GradeShare:
        return self.rows[-1][0]


@require_safe
@planner_required
def exam_statistics(request: Request, pk: int) -> HttpResponse:
    """Every committee of the exam, and the whole."""
    exam = exam_for(request.user, pk)
    committees = list(exam.committees.with_stage().order_by("number"))
    return _page(request, exam, committees, whole_shown=True, is_planning=True)


@require_safe
def statistics(request: Request, pk: int) -> HttpResponse:
    """
    The committees where I have a seat. The whole only when all of them are confirmed: till then nobody's grading is to lean
    on that of others.
    """
    seats = seats_for(request.user, pk)
    mine = [seat.committee_id for seat in seats]
    committees = list(Committee.objects.with_stage().filter(pk__in=mine).order_by("number"))
    grading = [one for one in committees if one.candidate_count]
    whole_shown = bool(grading) and all(one.is_locked for one in grading)
    return _page(request, seats[0].committee.exam, committees, whole_shown=whole_shown, is_planning=False)


def _page(
    request: Request, exam: Exam, committees: Sequence[Committee], *, whole_shown: bool, is_planning: bool
) -> HttpResponse:
    counts = exam.candidates.count_by_grade()
    total = sum(counts.values(), Counter[str]())
    everything = grade_distribution(exam.grades, total) if whole_shown else []
    parts = [_figures(exam, one, counts[one.pk], everything) for one in committees if one.pk in counts]
    context = {
        "exam": exam,
        "parts": parts,
        "whole": _figures(exam, None, total, []) if whole_shown and total else None,
        "waits_for": [one for one in committees if one.candidate_count and not one.is_locked],
        "is_planning": is_planning,
    }
    return render(request, "statistics/exam.html", context)


def _figures(
    exam: Exam, committee: Committee | None, counts: Counter[str], whole: Sequence[GradeShare]
) -> Figures:
    distribution = grade_distribution(exam.grades, counts)
    values = [
        (grade_label(one.grade) or "–", one.percent, _("%(n)s%%") % {"n": one.percent})
        for one in distribution
    ]
    beside: Sequence[GradeShare | None] = whole or [None] * len(distribution)
    return Figures(
        committee,
        total=sum(counts.values()),
        graded=sum(counts.values()) - counts[""],
        rows=list(zip(distribution, beside, strict=True)),
        chart=chart(values, [one.percent for one in whole]),
    )
