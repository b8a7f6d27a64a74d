"""Form pages of planners."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from committees.access import Request


def exam_url(pk: int) -> str:
    return reverse("planned-exam", args=[pk])


def form_page(
    request: Request, form: Any, *trail: tuple[Any, str], title: str, status: int = 0, **extra: Any
) -> HttpResponse:
    """Return a page with a form, whose breadcrumbs are Plan and `trail`; 422 if the form has errors."""
    context = {"form": form, "title": title, "trail": [(_("Plan"), reverse("plan")), *trail], **extra}
    return render(request, "form.html", context, status=status or (422 if form.errors else 200))
