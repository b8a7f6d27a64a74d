"""Importing FS's files: given, rehearsed, applied."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from committees.access import Request, import_for, planner_required
from committees.actions.fs_import import apply_import, keep_import, rehearse_import
from committees.forms import ImportForm


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
    return render(request, "planning/import_rehearsal.html", {"given": given, "plan": rehearse_import(given)})


@require_POST
@planner_required
def apply(request: Request, pk: int) -> HttpResponse:
    plan = apply_import(import_for(request.user, pk))
    messages.success(request, _("Imported."))
    exams = list(plan.exams.values())
    return redirect("planned-exam", pk=exams[0].pk) if len(exams) == 1 else redirect("plan")
