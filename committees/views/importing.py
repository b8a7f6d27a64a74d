"""Import of FS's files: upload, preview, apply."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from committees.access import Request, import_for, planned_exams_in, planner_required, recent_imports
from committees.actions.effects import NotAgreed, agreement_to, sentences_of
from committees.actions.fs_import import StaleImport, apply_import, keep_import, preview_import
from committees.actions.import_choices import keep_choices
from committees.actions.import_placement import misplaced_files, place_files, placement_problem
from committees.actions.import_problems import grouped
from committees.actions.import_undo import plan_undo, undo_import
from committees.errors import Refusal, Refused
from committees.forms.imports import (
    MOST,
    ExamChoiceFormSet,
    ExamChoices,
    ImportForm,
    choice_forms,
    with_exams,
)
from committees.models import FsImport, LogEntry
from committees.responses.effects import warn_of_ended_passwords

LONG, FOLDED = 40, 10
"""Changes, and new exams, that a preview shows without folding them: more hide its button."""


@require_http_methods(["GET", "POST"])
@planner_required
def upload_files(request: Request) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        batch = keep_import(form.build_batch(request.user))
        url = reverse("import-preview", args=[batch.pk])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    context = {"form": form, "recent": recent_imports(request.user)}
    return render(request, "planning/import.html", context, status=422 if form.errors else 200)


@require_safe
@planner_required
def import_preview(request: Request, pk: int) -> HttpResponse:
    batch = import_for(request.user, pk)
    if batch.applied_at:
        exams = planned_exams_in(request.user, batch.result.get("exams", []))
        left_out = [
            {"file": file, "lines": lines, "sentence": sentence}
            for file, lines, sentence in batch.result.get("left_out", [])
        ]
        context = {"batch": batch, "exams": exams, "left_out": left_out}
        return render(request, "planning/import_done.html", context)
    if misplaced := misplaced_files(batch):
        context = {"batch": batch, "misplaced": misplaced, "problem": placement_problem(batch)}
        return render(request, "planning/import_misplaced.html", context)
    return _preview_page(request, batch)


@require_POST
@planner_required
def place(request: Request, pk: int) -> HttpResponse:
    batch = place_files(import_for(request.user, pk))
    return redirect("import-preview", pk=batch.pk)


def _preview_page(
    request: Request,
    batch: FsImport,
    *,
    status: int = 200,
    sentence: Any = "",
    forms: ExamChoices | None = None,
) -> HttpResponse:
    plan = preview_import(batch)
    context = {
        "batch": batch,
        "plan": plan,
        "problems": grouped(plan.problems),
        "warnings": grouped(plan.warnings),
        "forms": with_exams(forms or choice_forms(plan), plan),
        "more": max(0, len(plan.new_exams) - MOST),
        "is_long": plan.size > LONG,
        "is_folded": len(plan.new_exams) > FOLDED and forms is None,
        "effects": sentences_of(plan.effects),
        "agreement": agreement_to(plan.effects),
        "sentence": sentence,
    }
    return render(request, "planning/import_preview.html", context, status=status)


@require_POST
@planner_required
def apply(request: Request, pk: int) -> HttpResponse:
    batch, newest = import_for(request.user, pk), LogEntry.objects.newest_id()
    forms = ExamChoiceFormSet(request.POST) if "exams-TOTAL_FORMS" in request.POST else None
    if forms is not None and not batch.applied_at:
        if not forms.is_valid():
            return _preview_page(request, batch, status=422, forms=forms)
        batch = keep_choices(batch, forms.choices)
    shown, agreement = request.POST.get("shown"), request.POST.get("agreement", "")
    try:
        apply_import(batch, shown=shown, agreement=agreement)
    except StaleImport as stale:
        return _preview_page(request, batch, status=409, sentence=stale.sentence)
    except NotAgreed:
        return _preview_page(
            request,
            batch,
            status=409,
            sentence=_(
                "Nothing has been imported yet, because this import changes confirmations. Check these "
                "changes first."
            ),
        )
    warn_of_ended_passwords(request, newest)
    return _after(request, import_for(request.user, pk))


def _after(request: Request, batch: FsImport) -> HttpResponse:
    """Go to the only imported exam, or else to the list of them."""
    messages.success(request, _("Imported."), extra_tags=reverse("undo-import", args=[batch.pk]))
    exams = batch.result["exams"]
    return (
        redirect("planned-exam", pk=exams[0]) if len(exams) == 1 else redirect("import-preview", pk=batch.pk)
    )


@require_http_methods(["GET", "POST"])
@planner_required
def undo(request: Request, pk: int) -> HttpResponse:
    batch, problem = import_for(request.user, pk), ""
    if request.method == "POST":
        try:
            done = undo_import(batch, by=request.user, shown=request.POST.get("shown"))
        except Refused as refused:
            if refused.code != Refusal.IMPORT_UNDO_STALE:
                raise
            problem = refused.sentence
        else:
            if done.kept or done.remaining:
                messages.warning(request, _("The import was undone, except for what is listed here."))
            else:
                messages.success(request, _("The import was undone."))
            return redirect("import-preview", pk=pk)
    plan = plan_undo(batch, by=request.user)
    context = {"batch": batch, "plan": plan, "problem": problem}
    return render(request, "planning/import_undo.html", context, status=409 if problem else 200)
