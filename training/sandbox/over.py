"""Page instead of a practice copy that can't be used now, or does not exist any more."""

from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from training.models import Run


class Over(StrEnum):
    """Reason why a practice copy can't be used."""

    PAUSED = "paused"
    ENDED = "ended"
    DELETED = "deleted"
    EXPIRED = "expired"
    GONE = "gone"


STATUS = {Over.PAUSED: 409, Over.ENDED: 409, Over.DELETED: 410, Over.EXPIRED: 410, Over.GONE: 404}


def reason_of(run: Run, *, is_trainer: bool) -> Over | None:
    """Return why the run can't be used now, None if it can. A pause and the end don't keep its trainer out."""
    session = run.trainee.session
    if session and session.is_expired:
        return Over.EXPIRED
    if run.sandbox_id is None:
        return Over.DELETED
    if is_trainer or session is None or session.is_open(run.scenario_key):
        return None
    return Over.ENDED if session.ended_at or run.scenario_key not in session.scenarios else Over.PAUSED


def over(request: HttpRequest, reason: Over, run: Run | None = None) -> HttpResponse:
    """Return the page in the language of the run's session. An open page of the copy reloads, and then shows it."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Refresh": "true"})
    session = run.trainee.session if run else None
    with translation.override(session.language if session else translation.get_language()):
        trainee = run.trainee if run else None
        # During a pause the page polls, and a reload must not send a form again.
        is_waiting = reason == Over.PAUSED and request.method == "GET"
        context = {"reason": reason, "run": run, "trainee": trainee, "is_waiting": is_waiting}
        return render(request, "training/over.html", context, status=STATUS[reason])
