"""Planners of an exam, and the hand-over of all exams of a planner."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, exam_for, planner_required
from committees.actions.planners import add_planner, hand_over, possible_planners, remove_planner
from committees.errors import Refused
from committees.forms.people import PlannerForm
from committees.models import Exam, LogEntry, User
from committees.responses.effects import warn_of_ended_passwords
from committees.responses.forms import form_page


@require_http_methods(["GET", "POST"])
@planner_required
def planners(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    others = possible_planners(exam.sandbox_id).exclude(planned_exams=exam)
    form = PlannerForm(
        request.POST if request.method == "POST" else None, people=others, submit=_("Add planner")
    )
    newest, status = LogEntry.objects.newest_id(), 422
    if form.is_valid():
        try:
            add_planner(exam, form.cleaned_data["person"], by=request.user)
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 409
    if form.is_valid():
        person = form.cleaned_data["person"]
        messages.success(request, _("%(name)s is now a planner of this exam.") % {"name": person})
        warn_of_ended_passwords(request, newest)
        return redirect("planners", pk=pk)
    people = exam.planners.order_by("name", "pk")
    context = {"exam": exam, "people": people, "form": form}
    return render(request, "planning/planners.html", context, status=status if form.errors else 200)


@require_POST
@planner_required
def remove(request: Request, pk: int, person: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    planner = get_object_or_404(User.objects.filter(sandbox=exam.sandbox_id), pk=person)
    try:
        removed = remove_planner(exam, planner, by=request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("planners", pk=pk)
    if removed:
        messages.success(request, _("%(name)s is no longer a planner of this exam.") % {"name": planner})
    else:
        messages.success(request, _("%(name)s was not a planner of this exam.") % {"name": planner})
    return redirect("plan") if planner == request.user else redirect("planners", pk=pk)


@require_http_methods(["GET", "POST"])
@planner_required
def hand_over_all(request: Request) -> HttpResponse:
    user = request.user
    others = possible_planners(user.sandbox_id).exclude(pk=user.pk)
    form = PlannerForm(
        request.POST if request.method == "POST" else None, people=others, submit=_("Hand over all my exams")
    )
    newest, status = LogEntry.objects.newest_id(), 0
    if form.is_valid():
        try:
            done = len(hand_over(user, form.cleaned_data["person"], by=user))
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 409
    if form.is_valid():
        receiver = form.cleaned_data["person"]
        sentence = ngettext(
            "%(count)s exam was handed over to %(name)s.",
            "%(count)s exams were handed over to %(name)s.",
            done,
        )
        messages.success(request, sentence % {"count": done, "name": receiver})
        warn_of_ended_passwords(request, newest)
        return redirect("plan")
    count = Exam.objects.planned_by(user).count()
    lead = ngettext(
        "You plan %(count)s exam, archived ones included. You will no longer see it after this.",
        "You plan %(count)s exams, archived ones included. You will no longer see them after this.",
        count,
    ) % {"count": count}
    return form_page(request, form, title=_("Hand over all my exams"), lead=lead, status=status)
