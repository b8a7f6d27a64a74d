"""
Assessment: the state of a copy at its end is judged by the end of its scenario, with points per condition.

A run is judged once: when its trainee hands it in, when they act after the time is up, or when the session ends.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.enums import Stage
from training.certificates import issue
from training.engine.conditions import unmet_condition
from training.engine.progress import advance
from training.engine.robots import fire_due_acts
from training.errors import TrainingRefusal
from training.models import Run
from training.sandbox.state import SandboxState
from training.scenarios.fields import condition_of

PATIENCE = timedelta(days=1)
"""Time that robots get before a run is judged, so that nobody loses points because a colleague was about to act."""
ROUNDS = 20
"""How often robots act before a run is judged: an act can cause another."""


def judge(run: Run) -> None:
    """
    Judge the run as it is, once, and write it on the certificate. Robots first do what they are waiting to do.

    Locks the run. Sets `points`, `done_at` and `completed_at` of `run` too.
    """
    with transaction.atomic():
        fresh = (
            Run.objects.select_for_update(of=("self",)).select_related("trainee__session__by").get(pk=run.pk)
        )
        if fresh.done_at is None:
            _let_robots_act(fresh)
            fresh.points = list(_points(fresh))
            fresh.done_at = min(timezone.now(), fresh.ends_at or timezone.now())
            fresh.completed_at = fresh.moved_at = fresh.done_at
            fresh.save(update_fields=["points", "done_at", "completed_at", "moved_at"])
            issue(fresh.trainee)
    run.points, run.done_at, run.completed_at = fresh.points, fresh.done_at, fresh.completed_at


def _let_robots_act(run: Run) -> None:
    for _round in range(ROUNDS):
        advance(run)
        if not fire_due_acts(run, timezone.now() + PATIENCE):
            return


def _points(run: Run) -> Iterator[int]:
    state = SandboxState(run)
    for condition, points in zip(run.scenario.end, run.scenario.points, strict=True):
        yield 0 if unmet_condition(state, condition) else points


def closed_by(run: Run) -> TrainingRefusal | None:
    """Return why nothing can be changed in this run any more; None if it can. Judges the run when its time is up."""
    if run.is_overdue:
        judge(run)
        return TrainingRefusal.TIME_UP
    return TrainingRefusal.HANDED_IN if run.is_handed_in else None


def judge_open_runs(session: int) -> None:
    """Judge every assessed run of the session that is not handed in, each in a transaction of its own."""
    for run in Run.objects.of_sessions([session]).filter(is_assessed=True, done_at=None):
        judge(run)


def label_of(condition: Mapping[str, Any]) -> str:
    """Return what a condition is about, without candidate numbers, since each trainee has others."""
    word = condition_of(condition) or ""
    number = {"number": condition.get("committee", condition.get(word))}
    labels = {
        "seen": _("A page was opened"),
        "refused": _("A refusal was seen"),
        "did": _("An act was done"),
        "attendance": _("Attendance of one candidate"),
        "notes": _("Committee %(number)s: grades and attendance as in the notes"),
        "graded": _("Committee %(number)s: every candidate who attended has a grade"),
        "grades": _("Committee %(number)s: grades and attendance"),
        "grade": _("Grade of one candidate"),
        "confirmed": _("Committee %(number)s: own confirmation"),
        "stage": _("Committee %(number)s: status “%(stage)s”"),
        "settings": _("Settings of the exam"),
        "ready": _("Exam ready for grading"),
        "removed": _("Exam removed"),
        "placed": _("Committee of one candidate"),
        "candidates": _("Committee %(number)s: candidates"),
        "graders": _("Committee %(number)s: graders"),
        "seated": _("Committee %(number)s: one grader, internal or external"),
        "receipts": _("Receipts from FS"),
        "sent": _("One result in FS, with its change code"),
        "at_fs": _("All grades in FS"),
        "committee": _("Committee %(number)s: created"),
        "exam": _("Exam created"),
    }
    stage = Stage(condition["is"]).label if word == "stage" else ""
    return labels[word] % {**number, "stage": stage}
