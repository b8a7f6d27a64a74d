"""Reminders to graders: preview and sending, for one exam or several."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from committees.access import Request, exam_for, exams_for, planner_required
from committees.actions.reminding import fingerprint_of, plan_reminders, remind_graders_of
from committees.errors import Refusal, StaleVersion
from committees.models import Exam, LogEntry
from committees.requests import parse_id

MOST = 200
"""Exams at once."""


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def remind(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    return _answer(request, [exam], back=reverse("planned-exam", args=[pk]), exam=exam)


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def remind_exams(request: Request) -> HttpResponse:
    chosen = request.POST if request.method == "POST" else request.GET
    pks = {parse_id(one) or 0 for one in chosen.getlist("exam")[:MOST]}
    if not pks:
        messages.error(request, Refusal.NO_EXAM_CHOSEN.label)
        return redirect("plan")
    return _answer(request, exams_for(request.user, pks), back=reverse("plan"))


def _answer(request: Request, exams: Sequence[Exam], *, back: str, **context: Any) -> HttpResponse:
    """Show the preview, or send the reminders and go `back`; 409 with a new preview if the old one is outdated."""
    if request.method == "POST":
        try:
            entries = remind_graders_of(exams, by=request.user, shown=request.POST.get("shown"))
        except StaleVersion as stale:
            return _preview(request, exams, back=back, sentence=stale.sentence, **context)
        _tell(request, exams, entries)
        return redirect(back)
    return _preview(request, exams, back=back, **context)


def _preview(request: Request, exams: Sequence[Exam], *, sentence: str = "", **context: Any) -> HttpResponse:
    plans = plan_reminders(exams)
    context |= {
        "plans": plans,
        "shown": fingerprint_of(plans),
        "can_send": any(plan.refusal is None for plan in plans),
        "sentence": sentence,
    }
    return render(request, "planning/remind.html", context, status=409 if sentence else 200)


def _tell(request: Request, exams: Sequence[Exam], entries: Sequence[LogEntry]) -> None:
    """Add messages about the people who get a mail, and those who have no address."""
    names = ", ".join(sorted({name for one in entries for name in one.details["people"]}))
    if any(exam.is_practice for exam in exams):
        messages.success(
            request, _("Reminded: %(names)s. E-mail is not sent during practice.") % {"names": names}
        )
    else:
        messages.success(request, _("A reminder will be sent to %(names)s.") % {"names": names})
    without = ", ".join(sorted({name for one in entries for name in one.details["without_address"]}))
    if without:
        messages.warning(
            request,
            _("We have no e-mail address for %(names)s. Add one on the exam’s page.") % {"names": without},
        )
