"""Rehearsal of a real exam in a practice copy."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from committees.access import Request, exam_for, seats_for
from training.actions import begin, clear_expired, self_study
from training.sandbox.practice_copy import copy_key, grader_copy, planner_copy
from training.views.trainees import practice_url


@require_POST
def rehearse(request: Request, pk: int) -> HttpResponse:
    """Build the practice copy, as planner or as grader, and open it."""
    if request.POST.get("role") == "planner":
        blueprint = planner_copy(exam_for(request.user, pk))
        role = "planner"
    else:
        seats = seats_for(request.user, pk)
        blueprint, role = grader_copy(seats[0].committee.exam, request.user), "grader"
    clear_expired()
    run = begin(self_study(request.user), copy_key(pk, role), blueprint)
    return redirect(practice_url(request, run))
