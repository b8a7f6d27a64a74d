"""Adding candidates by hand, and splitting them between committees."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, exam_for, planner_required
from committees.actions.candidates import add_candidates, plan_candidates
from committees.actions.effects import NotAgreed
from committees.actions.placement import split_evenly
from committees.errors import Refusal, Refused
from committees.files.candidate_list import read_candidate_list
from committees.forms.candidates import CandidatesForm, SplitForm
from committees.models import Exam
from committees.requests import parse_id
from committees.responses.effects import ask_for_agreement
from committees.responses.forms import exam_url, form_page

SHOWN_AT_MOST = 500
"""Candidates that a preview lists."""


@require_http_methods(["GET", "POST"])
@planner_required
def add(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    if request.method != "POST":
        return _form_page(request, exam, CandidatesForm(exam=exam))
    if "back" in request.POST:
        return _form_page(request, exam, CandidatesForm(initial=request.POST.dict(), exam=exam))
    form = CandidatesForm(request.POST, request.FILES, exam=exam)
    if not form.is_valid():
        return _form_page(request, exam, form)
    return _preview_page(request, exam, form.listed, parse_id(form.cleaned_data["committee"]))


def _form_page(request: Request, exam: Exam, form: CandidatesForm) -> HttpResponse:
    before = (exam, exam_url(exam.pk)), (_("Candidates"), reverse("planned-candidates", args=[exam.pk]))
    lead = _("You see what each line will change before anything is saved.")
    return form_page(request, form, *before, title=_("Add candidates"), lead=lead)


def _preview_page(
    request: Request, exam: Exam, text: str, default: int | None, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    plan = plan_candidates(exam, read_candidate_list(text), default)
    rows = [*plan.new, *plan.completed][:SHOWN_AT_MOST]
    lines = {one.number: plan.lines[one.number] for one in rows}
    context = {
        "exam": exam,
        "plan": plan,
        "text": text,
        "default": "" if default is None else default,
        "sentence": sentence,
        "rows": [(one, lines[one.number]) for one in sorted(rows, key=lambda one: lines[one.number])],
        "has_lines": len(set(lines.values())) > 1,
        "more": max(0, len(plan.new) + len(plan.completed) - SHOWN_AT_MOST),
        "completed": {candidate.number for candidate in plan.completed},
    }
    return render(request, "planning/candidates_preview.html", context, status=status)


@require_POST
@planner_required
def apply(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    text, default = request.POST.get("text", ""), parse_id(request.POST.get("committee", ""))
    shown, agreement = request.POST.get("shown", ""), request.POST.get("agreement", "")
    listed = read_candidate_list(text)
    try:
        plan = add_candidates(
            exam, listed, by=request.user, default=default, shown=shown, agreement=agreement
        )
    except NotAgreed as asked:
        back = reverse("add-candidates", args=[pk])
        return ask_for_agreement(
            request, asked, exam, title=_("Add these candidates?"), yes=_("Add"), back=back
        )
    except Refused as refused:
        if refused.code != Refusal.CANDIDATE_LIST_STALE:
            raise
        return _preview_page(request, exam, text, default, sentence=refused.sentence, status=409)
    if plan.new:
        added = ngettext("%(count)s candidate added.", "%(count)s candidates added.", len(plan.new))
        messages.success(request, added % {"count": len(plan.new)})
    if plan.completed:
        count = len(plan.completed)
        completed = ngettext("%(count)s candidate completed.", "%(count)s candidates completed.", count)
        messages.success(request, completed % {"count": count})
    return redirect("planned-candidates", pk=pk)


@require_POST
@planner_required
def split(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    form = SplitForm(request.POST, exam=exam)
    if not form.is_valid():
        return _not_split(request, pk, Refused(Refusal.NOTHING_TO_SPLIT).sentence)
    committees = list(exam.committees.filter(number__in=form.cleaned_data["committees"]))
    everybody, agreement = form.cleaned_data["everybody"] == "on", request.POST.get("agreement", "")
    try:
        moved = split_evenly(exam, committees, everybody=everybody, by=request.user, agreement=agreement)
    except NotAgreed as asked:
        back = reverse("planned-candidates", args=[pk])
        return ask_for_agreement(
            request, asked, exam, title=_("Split the candidates evenly?"), yes=_("Split evenly"), back=back
        )
    except Refused as refused:
        return _not_split(request, pk, refused.sentence)
    done = ngettext("%(count)s candidate moved.", "%(count)s candidates moved.", moved)
    messages.success(request, done % {"count": moved})
    return redirect("planned-candidates", pk=pk)


def _not_split(request: Request, pk: int, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("planned-candidates", pk=pk)
