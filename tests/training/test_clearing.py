"""Expired sessions and unused copies are deleted, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.actions.grading import set_grade
from committees.audit.verification import violations
from committees.models import Sandbox, User
from fs.models import FsExam
from tests.conftest import People
from tests.snapshot import snapshot
from tests.training.conftest import candidate_of, confirm_as, seat_of
from training.actions import clear_expired, create_session, join_session
from training.models import Run, Trainee, TrainingSession


def completed_exam(start_run: Callable[..., Run], trainee: Trainee) -> Run:
    """Return a run with grades and a confirmation."""
    run = start_run(trainee, "first-exam", acts=[{"who": "ola", "do": "notes", "when": "start"}])
    set_grade(seat_of(run), candidate_of(run, "10001"), "E")
    confirm_as(run)
    return run


def expire() -> None:
    TrainingSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_expired_session_is_deleted_without_a_trace(
    people: People, accounts: Any, start_run: Callable[..., Run], hall: TrainingSession
) -> None:
    TrainingSession.objects.all().delete()
    before = snapshot()
    again = create_session(
        TrainingSession(title="x", date=timezone.localdate(), language="en", scenarios=["first-exam"]),
        by=accounts.nina,
    )
    for name in ("Lise", "Mona"):
        completed_exam(start_run, join_session(again, name=name))
    assert snapshot() != before
    expire()
    assert clear_expired() == (1, 2)
    assert snapshot() == before
    assert list(violations()) == []


def test_unexpired_session_stays(start_run: Callable[..., Run], lise: Trainee) -> None:
    completed_exam(start_run, lise)
    assert (clear_expired(), Run.objects.count(), Sandbox.objects.count()) == ((0, 0), 1, 1)


def test_query_count_is_constant_in_trainees(start_run: Callable[..., Run], accounts: Any) -> None:
    def cost(trainees: int) -> int:
        session = TrainingSession(
            title="x", date=timezone.localdate(), language="en", scenarios=["first-exam"]
        )
        create_session(session, by=accounts.nina)
        for number in range(trainees):
            completed_exam(start_run, join_session(session, name=f"Trainee {number}"))
        expire()
        with CaptureQueriesContext(connection) as queries:
            clear_expired()
        return len(queries)

    assert cost(1) == cost(4)


def test_unused_copy_of_self_study_is_deleted_and_progress_stays(start_run: Callable[..., Run]) -> None:
    run = start_run()
    Run.objects.update(
        moved_at=timezone.now() - timedelta(days=61), tasks={"look": "2026-01-01T10:00:00+01:00"}
    )
    assert clear_expired() == (0, 1)
    run.refresh_from_db()
    assert (run.sandbox_id, list(run.tasks), Sandbox.objects.count()) == (None, ["look"], 0)
    assert (User.objects.exclude(sandbox=None).count(), FsExam.objects.count()) == (0, 0)
    assert start_run().sandbox_id is not None


def test_command_prints_what_was_deleted(
    start_run: Callable[..., Run], lise: Trainee, capsys: pytest.CaptureFixture[str]
) -> None:
    completed_exam(start_run, lise)
    expire()
    call_command("clear_training")
    assert capsys.readouterr().out == "Deleted 1 training sessions and 1 practice copies.\n"
