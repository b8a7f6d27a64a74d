"""Progress of a run: which task is current, and which are done by now."""

from django.db import transaction
from django.utils import timezone

from training.certificates import issue
from training.engine.conditions import unmet
from training.models import Run, moment_text
from training.sandbox.state import SandboxState
from training.scenarios.schema import Task


def current(run: Run) -> Task | None:
    """Return the first task that is not done; None when all are."""
    return next((task for task in run.scenario.tasks if task.key not in run.tasks), None)


def advance(run: Run) -> None:
    """
    Record every task that is done by now, in order, and the end of the run after the last. A done task stays done.

    Locks the run, but only where there is something to record: most calls come from a panel that polls.
    """
    task = current(run)
    if task is None or unmet(SandboxState(run), task):
        return
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        state, now = SandboxState(fresh), timezone.now()
        while (task := current(fresh)) and not unmet(state, task):
            fresh.tasks[task.key] = moment_text(now)
            fresh.moved_at = now
            if current(fresh) is None:
                fresh.done_at = now
                fresh.completed_at = fresh.completed_at or now
        fresh.save(update_fields=["tasks", "moved_at", "done_at", "completed_at"])
        if fresh.done_at:
            issue(fresh.trainee)
    run.tasks, run.moved_at, run.done_at = fresh.tasks, fresh.moved_at, fresh.done_at
