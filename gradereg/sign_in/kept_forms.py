"""
Forms refused because the session ended or another person signed in in another tab: show the input and offer to send it
again.

Only for forms of our own pages, by the Origin header: a form of another site must not be repeated with a valid token.
Passwords and files are not kept.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from committees.forms.committees import CommitteeForm, ReopenForm
from committees.forms.exams import ExamForm
from committees.forms.imports import ImportForm
from committees.forms.people import CorrectionForm, InviteForm, SeatForm
from committees.forms.preferences import SettingsForm
from committees.middleware.session import HEADER
from training.forms import MessageForm, SessionForm

FORMS: tuple[Any, ...] = (
    ExamForm,
    CommitteeForm,
    SeatForm,
    ReopenForm,
    ImportForm,
    SettingsForm,
    InviteForm,
    CorrectionForm,
    SessionForm,
    MessageForm,
)
FIELDS: dict[str, forms.Field] = {
    **{name: field for form in reversed(FORMS) for name, field in form.base_fields.items()},
    "candidates": forms.MultipleChoiceField(label=_("Candidates")),  # to move, or to set their attendance
}
"""Fields that people fill in. A form without any of them is a button, with no input to lose."""


class Kept(NamedTuple):
    """A filled-in field: its label and its value as shown to people."""

    label: str | Promise
    text: str


class KeepingLoginRequired(LoginRequiredMiddleware):
    """Django's LoginRequiredMiddleware, but a filled-in form is shown again instead of the sign-in page."""

    def handle_no_permission(  # type: ignore[override]  # Django takes any response
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        return kept_form(request) or super().handle_no_permission(request, view_func)


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    response = kept_form(request) or HttpResponse(render_to_string("403_csrf.html"), status=403)
    response[HEADER] = "stale"
    return response


def kept_form(request: HttpRequest) -> HttpResponse | None:
    """Return the page that offers to send the form again; None if nothing was filled in or another site sent it."""
    kept = filled_in(request)
    if not kept or getattr(request, "htmx", False) or not is_from_our_page(request):
        return None
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        came_from = ""
    sent = [(name, value) for name, values in request.POST.lists() for value in values if may_be_sent(name)]
    context = {"kept": kept, "sent": sent, "came_from": came_from, "had_files": bool(request.FILES)}
    return render(request, "kept_form.html", context, status=403)


def filled_in(request: HttpRequest) -> list[Kept]:
    if request.method != "POST":
        return []
    return [
        Kept(FIELDS[name].label or name, text_of(FIELDS[name], values))
        for name, values in request.POST.lists()
        if name in FIELDS and not FIELDS[name].widget.is_hidden and any(values)
    ]


def text_of(field: forms.Field, values: list[str]) -> str:
    """Return the text or the label of the choice; for people and candidates their number."""
    if isinstance(field, forms.BooleanField):
        return "✓"
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return str(len(values))
    labels = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    return ", ".join(labels.get(value, value) for value in values)


def may_be_sent(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and "password" not in name


def is_from_our_page(request: HttpRequest) -> bool:
    """Return whether the Origin header is this site."""
    ours: set[Any] = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return request.headers.get("Origin") in ours
