"""Joining a training session with its code and a name, without an account."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from committees.errors import Refused
from committees.models import User
from committees.responses.limits import client_address, come_back_later, seconds_to_wait, too_many
from training.access import joined, remember
from training.actions import join_session
from training.forms import JoinForm
from training.models import Trainee, TrainingSession, name_key_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    return _join(request, "")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_with_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form with the code of the link or QR picture filled in."""
    return _join(request, code)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_by_link(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show the form of the join link. Its key can't be guessed, so wrong codes from the same network don't matter."""
    session = TrainingSession.objects.unexpired().filter(code=code).first()
    is_right = session is not None and constant_time_compare(session.link_key, key)
    return _join(request, code, is_limited=not is_right)


def _join(request: HttpRequest, code: str, *, is_limited: bool = True) -> HttpResponse:
    person = request.user if isinstance(request.user, User) else None
    form = JoinForm(request.POST if request.method == "POST" else None, initial={"code": code}, person=person)
    if is_limited and (seconds := seconds_to_wait("join", client_address(request), settings.JOIN_RATE)):
        sentence = _("Too many wrong codes.") + " " + come_back_later(seconds)
        return too_many(render(request, "training/join.html", {"form": form, "sentence": sentence}), seconds)
    if not form.is_valid():
        return _form(request, form)
    session = TrainingSession.objects.unexpired().filter(code=form.cleaned_data["code"]).first()
    if session is None:
        seconds_to_wait("join", client_address(request), settings.JOIN_RATE, counting=True)
        form.add_error("code", _("No training session has this code. Check the code, or ask the trainer."))
        return _form(request, form)
    name = form.cleaned_data["name"]
    # A trainee who comes back by the link continues, if it is the same browser.
    mine = session.trainees.filter(pk__in=joined(request), name_key=name_key_of(name))
    known = mine.first() if not person else None
    try:
        trainee = known or join_session(session, name=name, person=person)
    except Refused as refused:
        form.add_error("name" if "name" in form.fields and not session.is_over else None, refused.sentence)
        return _form(request, form)
    if person is None:
        remember(request, trainee)
    return redirect("trainee", pk=trainee.pk)


def _form(request: HttpRequest, form: JoinForm) -> HttpResponse:
    code = form.data.get("code") or form.initial.get("code", "")
    joined_as = Trainee.objects.filter(pk__in=joined(request), session__code=form.code_of(code)).last()
    context = {"form": form, "joined_as": None if form.person else joined_as}
    return render(request, "training/join.html", context, status=422 if form.errors else 200)
