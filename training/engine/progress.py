"""Progress of a run: which task is current, which are done by now, whether the whole is right, and help that was taken."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.utils import timezone

from training.certificates import issue
from training.engine.conditions import unmet, unmet_condition
from training.engine.events import DEAD_END, record_events, shown_event
from training.engine.lacks import SENTENCES, Lack, first_step
from training.models import Run, moment_text
from training.sandbox.state import SandboxState
from training.scenarios.fields import condition_of
from training.scenarios.schema import Task

END = "end"
"""Key of the end among the tasks for which help is counted."""
LOCKED_WORDS = ("notes", "graded", "grades")
"""Conditions that a grader can't meet any more in a confirmed committee."""


def current(run: Run) -> Task | None:
    """Return the first task that is not done; None when all are."""
    return next((task for task in run.scenario.tasks if task.key not in run.tasks), None)


def lacks_of(run: Run) -> list[Lack]:
    """Return what the current task lacks; after the last task, what the end lacks."""
    task = current(run)
    return unmet(SandboxState(run), task.done if task else run.scenario.end)


def advance(run: Run) -> None:
    """
    Record the current task if it is done and its text was shown, and the end of the run if everything is right.

    A done task stays done; the next one is shown before it is recorded. The end is checked as a whole. An assessed run shows
    no tasks, so they are recorded in any order, for its robots, and its end is judged by `training.assessment`.

    Locks the run, but only where there is something to record: most calls come from a panel that polls.
    """
    if run.done_at or not _can_advance(run):
        return
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if fresh.done_at is None and _can_advance(fresh):
            _record(fresh)
    run.tasks, run.moved_at, run.done_at = fresh.tasks, fresh.moved_at, fresh.done_at


def _can_advance(run: Run) -> bool:
    if run.is_assessed:
        return bool(_met(run))
    task = current(run)
    return (task is None or shown_event(task.key) in run.events) and not lacks_of(run)


def _met(run: Run) -> list[Task]:
    """Return every open task whose conditions are met."""
    state = SandboxState(run)
    return [task for task in run.scenario.tasks if task.key not in run.tasks and not unmet(state, task.done)]


def _record(run: Run) -> None:
    task, now = current(run), timezone.now()
    done = _met(run) if run.is_assessed else [task] if task else []
    run.tasks |= {task.key: moment_text(now) for task in done}
    if not run.is_assessed and current(run) is None and not unmet(SandboxState(run), run.scenario.end):
        run.done_at = now
        run.completed_at = run.completed_at or now
    run.moved_at = now
    run.save(update_fields=["tasks", "moved_at", "done_at", "completed_at"])
    if run.done_at:
        issue(run.trainee)


def take_help(run: Run, lacks: Sequence[Lack]) -> int:
    """
    Return the next step of help with `lacks`, and count it. Locks the run.

    Each step shows more than the one before: how many, which, what. It begins anew when something else is lacking.
    """
    task = current(run)
    key, about = task.key if task else END, _digest(lacks)
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        known = fresh.helps.get(key, {})
        again = known.get("about") == about
        step = min(known["step"] + 1, SENTENCES) if again else first_step(lacks)
        is_new = not again or step != known["step"]
        fresh.helps[key] = {"step": step, "about": about, "count": known.get("count", 0) + is_new}
        fresh.save(update_fields=["helps"])
    run.helps = fresh.helps
    return step


def _digest(lacks: Sequence[Lack]) -> str:
    return blake2b(repr(lacks).encode(), digest_size=6).hexdigest()


def notice_dead_end(run: Run) -> None:
    """Record that the run can't be finished any more: a committee of a grader is confirmed with wrong grades."""
    if run.done_at is None and not run.is_assessed and DEAD_END not in run.events and _is_dead_end(run):
        record_events(run, DEAD_END)


def _is_dead_end(run: Run) -> bool:
    if run.scenario.role == "planner":  # reopens
        return False
    state = SandboxState(run)
    return any(
        lack.is_grade
        for condition in run.scenario.end
        if condition_of(condition) in LOCKED_WORDS and _is_locked(state, condition)
        for lack in unmet_condition(state, condition)
    )


def _is_locked(state: SandboxState, condition: Mapping[str, Any]) -> bool:
    number = condition.get("notes") or condition.get("graded") or condition.get("committee")
    committee = state.committee(number, condition.get("exam", ""))
    return committee is not None and state.staged[committee.pk].is_locked
