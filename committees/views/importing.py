"""Importing FS's files: given, rehearsed, applied."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from committees.access import Request, import_for, planner_required
from committees.actions.effects import NotAgreed, agreement_to, sentences_of
from committees.actions.fs_import import StaleImport, apply_import, keep_import, rehearse_import
from committees.forms import ImportForm
from committees.models import FsImport, LogEntry
from committees.responses.effects import warn_of_ended_passwords


@require_http_methods(["GET", "POST"])
@planner_required
def give_files(request: Request) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        given = keep_import(form.given_by(request.user))
        there = reverse("import-rehearsal", args=[given.pk])
        return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
    return render(request, "planning/import.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@planner_required
def rehearsal(request: Request, pk: int) -> HttpResponse:
    """What the import would do, line by line, before anything is written."""
    given = import_for(request.user, pk)
    if given.applied_at:
        return render(request, "planning/import_done.html", {"given": given})
    return _rehearsal_page(request, given)


def _rehearsal_page(
    request: Request, given: FsImport, *, status: int = 200, sentence: Any = ""
) -> HttpResponse:
    plan = rehearse_import(given)
    context = {
        "given": given,
        "plan": plan,
        "effects": sentences_of(plan.effects),
        "agreement": agreement_to(plan.effects),
        "sentence": sentence,
    }
    return render(request, "planning/import_rehearsal.html", context, status=status)


@require_POST
@planner_required
def apply(request: Request, pk: int) -> HttpResponse:
    """Do what the preview showed; 409 with a new preview when it would be something else by now."""
    given, newest = import_for(request.user, pk), LogEntry.objects.newest_id()
    shown, agreement = request.POST.get("shown"), request.POST.get("agreement", "")
    try:
        plan = apply_import(given, shown=shown, agreement=agreement)
    except StaleImport as stale:
        return _rehearsal_page(request, given, status=409, sentence=stale.sentence)
    except NotAgreed:
        return _rehearsal_page(
            request,
            given,
            status=409,
            sentence=_(
                "Nothing is imported yet, because this import changes confirmations. Check these changes "
                "first."
            ),
        )
    warn_of_ended_passwords(request, newest)
    messages.success(request, _("Imported."))
    exams = list(plan.exams.values())
    return redirect("planned-exam", pk=exams[0].pk) if len(exams) == 1 else redirect("plan")
