"""One grade for all candidates without a grade."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, seat_for
from committees.actions.remaining import set_remaining, undo_remaining
from committees.errors import Refused
from committees.grade_scales import grade_label


@require_http_methods(["GET", "POST"])
def remaining(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    if request.method == "GET":
        return _page(request, pk)
    grade = request.POST.get("grade", "")
    if not grade:
        return _page(request, pk, status=422, sentence=_("Choose a grade."))
    try:
        entry = set_remaining(seat, grade, expected=request.POST.get("numbers", "").split())
    except Refused as refused:
        return _page(request, pk, status=409, sentence=refused.sentence)
    count = len(entry.changes)
    sentence = ngettext("%(count)s candidate: %(grade)s.", "%(count)s candidates: %(grade)s.", count)
    messages.success(request, sentence % {"count": count, "grade": grade_label(grade)})
    return redirect("final-grading", pk=pk)


def _page(request: Request, pk: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    committee = seat_for(request.user, pk).committee
    context = {
        "committee": committee,
        "exam": committee.exam,
        "numbers": list(committee.candidates.remaining().by_number().values_list("number", flat=True)),
        "choices": [(grade, grade_label(grade)) for grade in committee.exam.grades],
        **extra,
    }
    return render(request, "grading/remaining.html", context, status=status)


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    count = len(undo_remaining(seat_for(request.user, pk)).changes)
    sentence = ngettext("%(count)s grade removed again.", "%(count)s grades removed again.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("final-grading", pk=pk)
