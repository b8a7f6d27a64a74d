"""Import of FS's files: upload, preview, apply."""

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
from committees.actions.fs_import import StaleImport, apply_import, keep_import, preview_import
from committees.forms import ImportForm
from committees.models import FsImport, LogEntry
from committees.responses.effects import warn_of_ended_passwords


@require_http_methods(["GET", "POST"])
@planner_required
def upload_files(request: Request) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        batch = keep_import(form.build_batch(request.user))
        url = reverse("import-preview", args=[batch.pk])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    return render(request, "planning/import.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@planner_required
def import_preview(request: Request, pk: int) -> HttpResponse:
    batch = import_for(request.user, pk)
    if batch.applied_at:
        return render(request, "planning/import_done.html", {"batch": batch})
    return _preview_page(request, batch)


def _preview_page(
    request: Request, batch: FsImport, *, status: int = 200, sentence: Any = ""
) -> HttpResponse:
    plan = preview_import(batch)
    context = {
        "batch": batch,
        "plan": plan,
        "effects": sentences_of(plan.effects),
        "agreement": agreement_to(plan.effects),
        "sentence": sentence,
    }
    return render(request, "planning/import_preview.html", context, status=status)


@require_POST
@planner_required
def apply(request: Request, pk: int) -> HttpResponse:
    batch, newest = import_for(request.user, pk), LogEntry.objects.newest_id()
    shown, agreement = request.POST.get("shown"), request.POST.get("agreement", "")
    try:
        plan = apply_import(batch, shown=shown, agreement=agreement)
    except StaleImport as stale:
        return _preview_page(request, batch, status=409, sentence=stale.sentence)
    except NotAgreed:
        return _preview_page(
            request,
            batch,
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
