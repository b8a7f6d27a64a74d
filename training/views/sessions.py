"""Training sessions of a trainer: setup, board, poster, messages, end and summary."""

from io import BytesIO
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request
from committees.actions.versions import StaleForm, texts_of
from committees.errors import Refused
from committees.responses.attachments import XLSX, attach, file_name
from training.access import session_for, trainer_required
from training.actions import (
    SESSION_FIELDS,
    change_session,
    clear_expired,
    create_session,
    end_session,
    open_scenario,
    send_message,
)
from training.board import board_of
from training.errors import TrainingRefusal
from training.forms import MessageForm, SessionForm
from training.models import STUCK_AFTER, TrainingSession
from training.summary import write_summary


def _open_session(request: Request, pk: int) -> TrainingSession:
    """Return the session to change it. Raises Refused when it has ended."""
    session = session_for(request.user, pk)
    if session.is_over:
        raise Refused(TrainingRefusal.SESSION_OVER)
    return session


# Setup


@require_http_methods(["GET", "POST"])
@trainer_required
def new_session(request: Request) -> HttpResponse:
    initial = {"language": translation.get_language()}
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        submit=_("Create training session"),
    )
    if form.is_valid():
        session = create_session(form.save(commit=False), by=request.user)
        clear_expired()
        messages.success(request, _("The training session is open. Show the code so that trainees can join."))
        return redirect("training-session", pk=session.pk)
    lead = _(
        "Each trainee gets a private copy of every scenario you choose, with robots as colleagues. "
        "Nothing they do there is real."
    )
    return _form(request, form, title=_("New training session"), lead=lead)


@require_http_methods(["GET", "POST"])
@trainer_required
def edit_session(request: Request, pk: int) -> HttpResponse:
    """Edit a session; 409 when it changed since the form was shown, with the input kept."""
    session = _open_session(request, pk)
    form = _session_form(session, request.POST if request.method == "POST" else None)
    said: dict[str, Any] = {}
    if form.is_valid():
        typed = texts_of(form.instance, SESSION_FIELDS)
        try:
            change_session(form.save(commit=False), shown=form.cleaned_data["shown"])
        except StaleForm as stale:
            data = form.merged(typed, stale.now)
            said = {"sentence": stale.sentence, "moved": form.described(stale.moved), "status": 409}
            form = _session_form(_open_session(request, pk), data)
        except Refused as refused:
            form.add_error("is_assessed", refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("training-session", pk=pk)
    before = session_for(request.user, pk), reverse("training-session", args=[pk])
    return _form(request, form, before, title=_("Edit the training session"), **said)


def _session_form(session: TrainingSession, data: Any) -> SessionForm:
    form = SessionForm(data, instance=session, submit=_("Save"))
    form.show(texts_of(session, SESSION_FIELDS))
    return form


def _form(
    request: Request, form: SessionForm, *trail: tuple[Any, str], status: int = 0, **extra: Any
) -> HttpResponse:
    """Render the form page with its trail; 422 with errors."""
    context = {"form": form, "trail": [(_("Training"), reverse("training")), *trail], **extra}
    return render(request, "form.html", context, status=status or (422 if form.errors else 200))


# The board


@require_safe
@trainer_required
def board_page(request: Request, pk: int) -> HttpResponse:
    return _page(request, session_for(request.user, pk), MessageForm())


def _page(request: Request, session: TrainingSession, form: MessageForm) -> HttpResponse:
    context = {
        **board_context(request, session),
        "form": form,
        "last": session.messages.filter(trainee=None).first(),
    }
    return render(request, "training/session.html", context, status=422 if form.errors else 200)


def board_context(request: Request, session: TrainingSession) -> dict[str, Any]:
    """Return the context of the board, for the page and for polls."""
    return {
        "session": session,
        "board": board_of(session, request.GET.get("scenario", "")),
        "code": code_of(session),
        "join_url": join_url(request, session),
        "join_at": f"{request.get_host()}{reverse('join')}",
        "practice": f"{get_script_prefix()}practice/",
        # On the day itself, show only the time.
        "moment_format": "TIME_FORMAT" if session.date == timezone.localdate() else "SHORT_DATETIME_FORMAT",
        "stuck_after": int(STUCK_AFTER.total_seconds()) // 60,
    }


def code_of(session: TrainingSession) -> str:
    """Return the join code in two halves, as people read it aloud; both forms are accepted."""
    half = len(session.code) // 2
    return f"{session.code[:half]} {session.code[half:]}"


def join_url(request: Request, session: TrainingSession) -> str:
    """Return the join link with the code filled in."""
    return request.build_absolute_uri(reverse("join-link", args=[session.code, session.link_key]))


@require_safe
@trainer_required
def board(request: Request, pk: int) -> HttpResponse:
    """
    Poll of an open board: 204 while its digest is `seen`. With `joined`, the poll of the poster: the number of trainees.

    After the end of the session the page reloads.
    """
    session = session_for(request.user, pk)
    if not request.htmx:
        page = reverse("training-session", args=[pk])
        return redirect(f"{page}?{request.GET.urlencode()}" if request.GET else page)
    if session.is_over:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if "joined" in request.GET:
        count = session.trainees.count()
        if request.GET["joined"] == str(count):
            return HttpResponse(status=204)
        with translation.override(session.language):
            return render(request, "training/_joined.html", {"session": session, "count": count})
    context = board_context(request, session)
    if request.GET.get("seen") == context["board"].digest:
        return HttpResponse(status=204)
    return render(request, "training/_board.html", context)


@require_safe
@trainer_required
def poster(request: Request, pk: int) -> HttpResponse:
    session = _open_session(request, pk)
    with translation.override(session.language):
        context = {
            "session": session,
            "code": code_of(session),
            "join_url": join_url(request, session),
            "join_at": f"{request.get_host()}{reverse('join')}",
            "count": session.trainees.count(),
        }
        return render(request, "training/poster.html", context)


@require_safe
@trainer_required
def qr(request: Request, pk: int) -> HttpResponse:
    picture = BytesIO()
    code = segno.make(join_url(request, session_for(request.user, pk)), error="m", micro=False)
    code.save(picture, kind="svg", light="#fff", border=2, omitsize=True, svgclass=None, lineclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


# During the session


@require_POST
@trainer_required
def message(request: Request, pk: int) -> HttpResponse:
    session = _open_session(request, pk)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, session, form)
    send_message(session, form.cleaned_data["text"])
    messages.success(request, _("Sent. Trainees see the message above their tasks within seconds."))
    return redirect("training-session", pk=pk)


@require_POST
@trainer_required
def open_or_end(request: Request, pk: int, key: str) -> HttpResponse:
    session = _open_session(request, pk)
    is_open = request.POST.get("act") == "open"
    open_scenario(session, key, is_open=is_open)
    messages.success(
        request,
        _("The scenario is open for everyone.") if is_open else _("The scenario is paused for everyone."),
    )
    return redirect("training-session", pk=pk)


@require_http_methods(["GET", "POST"])
@trainer_required
def end(request: Request, pk: int) -> HttpResponse:
    session = session_for(request.user, pk)
    if request.method == "GET":
        return render(request, "training/end.html", {"session": session})
    end_session(session)
    messages.success(request, _("The training session has ended."))
    return redirect("training-session", pk=pk)


@require_safe
@trainer_required
def summary(request: Request, pk: int) -> HttpResponse:
    session = session_for(request.user, pk)
    response = HttpResponse(write_summary(session), content_type=XLSX)
    return attach(response, file_name(session.title, f"{session.date:%Y-%m-%d}", ending="xlsx"))
