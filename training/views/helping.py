"""A trainer's page about one trainee: progress, name, and help."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request
from committees.errors import Refused
from training.access import trainee_of, trainer_required
from training.actions import remove_trainee, rename_trainee
from training.forms import RenameForm
from training.models import Trainee


@require_safe
@trainer_required
def trainee_desk(request: Request, pk: int, trainee: int) -> HttpResponse:
    return desk(request, trainee_of(request.user, pk, trainee))


def desk(request: Request, trainee: Trainee, **forms: Any) -> HttpResponse:
    """Render the page; 422 if one of `forms` has errors."""
    context = {
        "trainee": trainee,
        "session": trainee.session,
        "runs": trainee.runs.order_by("started_at"),
        "rename_form": forms.get("rename_form") or RenameForm(initial={"name": trainee.name}),
    }
    has_errors = any(form.errors for form in forms.values())
    return render(request, "training/desk.html", context, status=422 if has_errors else 200)


@require_POST
@trainer_required
def rename(request: Request, pk: int, trainee: int) -> HttpResponse:
    renamed = trainee_of(request.user, pk, trainee)
    form = RenameForm(request.POST)
    if form.is_valid():
        try:
            rename_trainee(renamed, form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("training-trainee", pk=pk, trainee=trainee)
    return desk(request, renamed, rename_form=form)


@require_http_methods(["GET", "POST"])
@trainer_required
def remove(request: Request, pk: int, trainee: int) -> HttpResponse:
    removed = trainee_of(request.user, pk, trainee)
    if request.method == "GET":
        return render(request, "training/remove.html", {"trainee": removed, "session": removed.session})
    remove_trainee(removed)
    messages.success(request, _("%(name)s has been removed.") % {"name": removed.name})
    return redirect("training-session", pk=pk)
