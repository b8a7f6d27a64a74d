"""
Pages and tasks that a trainee saw, as far as the scenario asks for them.

A GET writes nothing to the database. It sets a signed cookie per event, which the next POST of that browser turns into an
event of the run. One cookie per event, so that two answers at once can't overwrite each other.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from training.engine.events import seen_event, shown_event
from training.engine.progress import current
from training.models import Run
from training.sandbox.state import SandboxState
from training.scenarios.schema import TRAINEE


def remember_visit(
    response: HttpResponse, run: Run, match: ResolverMatch, persona: str, *, path: str, has_panel: bool
) -> None:
    """
    Set a cookie, for the addresses below `path`, for each event that this page is, and that is not recorded.

    `has_panel`: the text of the current task is on the page.
    """
    events = set(seen_events(run, match, persona))
    if has_panel and (task := current(run)):
        events.add(shown_event(task.key))
    for name, event in _cookies(run).items():
        if event in events and event not in run.events:
            response.set_cookie(
                name,
                _signer(run, event).sign("1"),
                path=path,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )


def seen_events(run: Run, match: ResolverMatch, persona: str) -> Iterator[str]:
    """Yield the seen events that tasks ask for and this page is."""
    for task in run.scenario.tasks:
        for condition in task.done:
            is_page = condition.get("seen") == match.view_name and condition.get("as", TRAINEE) == persona
            since = condition.get("since")
            if (
                is_page
                and (not since or since in run.tasks)
                and is_target(SandboxState(run), condition, match)
            ):
                yield seen_event(condition)


def is_target(state: SandboxState, condition: Mapping[str, Any], match: ResolverMatch) -> bool:
    """Return whether the page at `match` is about the committee, candidate or exam that the condition names, if it does."""
    pk, exam = match.kwargs.get("pk"), state.exam(condition.get("exam", ""))
    if number := condition.get("candidate"):
        return any(one.pk == pk and one.number == number and exam == one.exam for one in state.candidates)
    if "committee" in condition:
        committee = state.committee(condition["committee"], condition.get("exam", ""))
        return committee is not None and committee.pk == pk
    if "exam" in condition and match.route.startswith("plan/exams/"):
        return exam is not None and exam.pk == pk
    return True


def visits(request: HttpRequest, run: Run) -> list[str]:
    """Return the events that the cookies of `request` prove. Those of an earlier attempt or of another run don't count."""
    return [
        event
        for name, event in _cookies(run).items()
        if name in request.COOKIES and _is_signed(request.COOKIES[name], event, run)
    ]


def _cookies(run: Run) -> dict[str, str]:
    """Return the events that tasks ask for, by the name of their cookie."""
    tasks = run.scenario.tasks
    seen = [seen_event(condition) for task in tasks for condition in task.done if "seen" in condition]
    events = dict.fromkeys([*seen, *(shown_event(task.key) for task in tasks)])
    return {f"visit-{number}": event for number, event in enumerate(events)}


def _signer(run: Run, event: str) -> signing.Signer:
    return signing.Signer(salt=f"training.visit:{run.pk}:{run.attempts}:{event}")


def _is_signed(value: str, event: str, run: Run) -> bool:
    try:
        return bool(_signer(run, event).unsign(value))
    except signing.BadSignature:
        return False
