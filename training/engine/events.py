"""Events of a run that leave no row in its sandbox: a page that was seen, and an address that refused something."""

from django.db import transaction
from django.utils import timezone

from training.models import Run, moment_text
from training.scenarios.schema import TRAINEE


def seen_event(route: str, persona: str = TRAINEE) -> str:
    """Return the name of the event that `persona` saw the page of `route`."""
    return f"seen:{route}" if persona == TRAINEE else f"seen:{route}@{persona}"


def refused_event(route: str) -> str:
    """Return the name of the event that `route` refused something."""
    return f"refused:{route}"


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
