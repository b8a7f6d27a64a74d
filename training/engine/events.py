"""Events of a run that leave no row in its sandbox: a page or a task that was shown, and a refusal."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from training.models import Run, moment_text
from training.scenarios.schema import TRAINEE

SHOWN = "shown:"
"""Start of the names of events that a task was shown."""
DEAD_END = "dead-end"
"""Event of a run that can't be finished any more."""


def seen_event(condition: Mapping[str, Any]) -> str:
    """Return the name of the event that the page of a `seen` condition was opened."""
    persona = condition.get("as", TRAINEE)
    name = f"seen:{condition['seen']}" + ("" if persona == TRAINEE else f"@{persona}")
    return name + _details(condition, "exam", "committee", "candidate", "since")


def refused_event(condition: Mapping[str, Any]) -> str:
    """Return the name of the event that a `refused` condition is about."""
    return f"refused:{condition['refused']}" + _details(condition, "exam", "committee", "code")


def shown_event(task: str) -> str:
    """Return the name of the event that the text of this task was on a page."""
    return SHOWN + task


def _details(condition: Mapping[str, Any], *names: str) -> str:
    return "".join(f",{name}={condition[name]}" for name in names if name in condition)


def record_events(run: Run, *names: str) -> None:
    """Record each event with the moment when it first happened. Locks the run, unless all are recorded already."""
    if set(names) <= run.events.keys():
        return
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        now = moment_text(timezone.now())
        fresh.events = {**dict.fromkeys(names, now), **fresh.events}
        fresh.save(update_fields=["events"])
    run.events = fresh.events
