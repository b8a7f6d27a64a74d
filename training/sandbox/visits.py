"""
Pages that a trainee opened, as far as a task asks for them.

A GET writes nothing to the database. It sets a signed cookie per page, which the next POST of that browser turns into an
event of the run. One cookie per page, so that two answers at once can't overwrite each other.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from training.engine.events import seen_event
from training.models import Run
from training.scenarios.schema import TRAINEE


def remember_visit(response: HttpResponse, run: Run, event: str, *, path: str) -> None:
    """Set the cookie of `event` for the addresses below `path`, if a task asks for it and it is not recorded."""
    if event in run.events:
        return
    for name, awaited in _cookies(run).items():
        if awaited == event:
            response.set_cookie(
                name,
                _signer(run, event).sign("1"),
                path=path,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )


def visits(request: HttpRequest, run: Run) -> list[str]:
    """Return the events that the cookies of `request` prove. Those of an earlier attempt or of another run don't count."""
    return [
        event
        for name, event in _cookies(run).items()
        if name in request.COOKIES and _is_signed(request.COOKIES[name], event, run)
    ]


def _cookies(run: Run) -> dict[str, str]:
    """Return the seen events that tasks ask for, by the name of their cookie."""
    conditions = [condition for task in run.scenario.tasks for condition in task.done if "seen" in condition]
    events = dict.fromkeys(
        seen_event(condition["seen"], condition.get("as", TRAINEE)) for condition in conditions
    )
    return {f"visit-{number}": event for number, event in enumerate(events)}


def _signer(run: Run, event: str) -> signing.Signer:
    return signing.Signer(salt=f"training.visit:{run.pk}:{run.attempts}:{event}")


def _is_signed(value: str, event: str, run: Run) -> bool:
    try:
        return bool(_signer(run, event).unsign(value))
    except signing.BadSignature:
        return False
