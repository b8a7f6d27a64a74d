"""Rehearse this exam: a practice copy of a real one."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from committees.access import Request, exam_for, seats_for
from training.actions import begin, self_study
from training.sandbox.practice_copy import copy_key, grader_copy, planner_copy
from training.views.trainees import practice_url


@require_POST
def rehearse(request: Request, pk: int) -> HttpResponse:
    """Make the twin, and go there: as its planner when asked so from the Plan tab, else as one of its graders."""
    if request.POST.get("role") == "planner":
        blueprint = planner_copy(exam_for(request.user, pk))
        role = "planner"
    else:
        seats = seats_for(request.user, pk)
        blueprint, role = grader_copy(seats[0].committee.exam, request.user), "grader"
    run = begin(self_study(request.user), copy_key(pk, role), blueprint)
    return redirect(practice_url(request, run))
