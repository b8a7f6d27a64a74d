"""Rows of sessions and of trainees with given progress, without walking through a scenario."""

from datetime import timedelta

from django.utils import timezone

from committees.models import User
from training.actions import create_session, join_session
from training.models import Run, Trainee, TrainingSession, moment_text
from training.scenarios.loader import file_blueprints as blueprints
from training.scenarios.loader import file_scenarios as scenarios

FIRST, SECOND = list(scenarios())[:2]
"""The keys of the two scenarios of these sessions."""


def tasks_of(key: str) -> list[str]:
    """Return the titles of a scenario's tasks."""
    return [str(task.title) for task in scenarios()[key].tasks]


def session_of(trainer: User, **other: object) -> TrainingSession:
    """Create a training session with two scenarios."""
    told = {"title": "Autumn", "date": timezone.localdate(), "language": "en", "scenarios": [FIRST, SECOND]}
    return create_session(TrainingSession(**(told | other)), by=trainer)


def run_of(trainee: Trainee, key: str = FIRST, *, done: int, ago: float = 0) -> Run:
    """Create a run with its first `done` tasks finished, the last of them (or the start) `ago` minutes ago."""
    tasks = [task.key for task in scenarios()[key].tasks]
    moved = timezone.now() - timedelta(minutes=ago)
    return trainee.runs.create(
        scenario_key=key,
        blueprint=blueprints()[key],
        day=timezone.localdate(),
        started_at=moved - timedelta(minutes=done),
        moved_at=moved,
        done_at=moved if done == len(tasks) else None,
        completed_at=moved if done == len(tasks) else None,
        tasks={
            task: moment_text(moved - timedelta(minutes=done - n)) for n, task in enumerate(tasks[:done], 1)
        },
    )


def joined(session: TrainingSession, name: str, *, ago: float = 0, **done: int) -> Trainee:
    """Create a trainee: `joined(session, "Bo", first=3, second=0)`, with the last progress `ago` minutes ago."""
    trainee = join_session(session, name=name)
    for nth, (place, key) in enumerate((("first", FIRST), ("second", SECOND)), start=1):
        if place in done:
            run_of(trainee, key, done=done[place], ago=ago if nth == len(done) else ago + 30)
    return trainee
