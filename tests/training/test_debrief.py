"""Debrief of a run and of a session, read from log and events."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.actions.grading import set_grade
from tests.training.conftest import candidate_of, client_of, confirm_as, seat_of
from tests.training.rows import FIRST, joined, session_of, tasks_of
from training.debrief import Kind, room_of, sheet_at, task_times, timeline_of
from training.engine.events import record_events
from training.live_help import hand_over_hint
from training.models import Run, Trainee, moment_text


def click(run: Run, number: str, grade: str, before: str = "") -> None:
    set_grade(seat_of(run), candidate_of(run, number), grade, expected_grade=before)


@pytest.fixture
def run(start_run: Callable[..., Run], lise: Trainee) -> Run:
    """Lise's run: a wrong grade, corrected; a hint."""
    started = start_run(lise, "first-exam")
    hand_over_hint(started, "look")
    click(started, "10001", "B")
    click(started, "10001", "A", "B")
    return Run.objects.select_related("trainee").get()


def test_timeline_has_acts_wrong_turns_and_help(run: Run) -> None:
    confirm_as(run, "ola")
    record_events(run, "refused:upload-sheet")
    kinds = [(moment.kind, moment.who) for moment in timeline_of(run)]
    assert kinds == [
        (Kind.HELP, "Lise"),
        (Kind.WRONG, "Lise"),
        (Kind.ACT, "Lise"),
        (Kind.ACT, "Ola Hansen (robot)"),
        (Kind.WRONG, "Lise"),
    ]


def test_each_step_can_be_replayed(run: Run) -> None:
    shown = [next(row[:3] for row in sheet_at(run, step).rows) for step in (0, 1, 2)]
    assert shown == [("10001", "", ""), ("10001", "", "B"), ("10001", "B", "A")]


def test_replay_names_what_is_not_as_noted(run: Run, lise: Trainee) -> None:
    address = reverse("debrief", args=[lise.pk, run.pk])
    pages = [client_of(lise).get(address, {"step": step}).content.decode() for step in ("1", "2", "x", "99")]
    assert ["differs from the notes" in page for page in pages] == [True, False, False, False]


def test_minutes_count_from_the_task_before(run: Run) -> None:
    at = [moment_text(run.started_at + timedelta(minutes=minutes)) for minutes in (2, 7)]
    run.tasks = {"look": at[0], "grade": at[1]}
    times = task_times(run, run.scenario)
    assert [(one.minutes, one.is_longest) for one in times] == [(2.0, False), (5.0, True), (None, False)]


def test_debrief_is_for_trainee_and_trainer(run: Run, lise: Trainee, accounts: object) -> None:
    address, nina, kari = reverse("debrief", args=[lise.pk, run.pk]), Client(), Client()
    nina.force_login(vars(accounts)["nina"])
    kari.force_login(vars(accounts)["kari"])
    assert [one.get(address).status_code for one in (client_of(lise), nina, kari, Client())] == [
        200,
        200,
        404,
        404,
    ]


def test_room_has_figures_without_names(accounts: object) -> None:
    session = session_of(vars(accounts)["nina"])
    joined(session, "Zebedee", first=2)
    joined(session, "Eva", first=len(tasks_of(FIRST)))
    first = room_of(session)[0]
    assert (first.started, first.completed) == (2, 1)
    assert [(task.finished, task.hung) for task in first.tasks[:4]] == [(2, 0), (2, 0), (1, 1), (1, 0)]
    nina = Client()
    nina.force_login(vars(accounts)["nina"])
    page = nina.get(reverse("training-debrief", args=[session.pk])).content.decode()
    assert (tasks_of(FIRST)[0] in page, "Zebedee" in page) == (True, False)


def test_room_has_a_constant_number_of_queries(accounts: object) -> None:
    session, counts = session_of(vars(accounts)["nina"]), []
    for number in (1, 3):
        for name in range(number):
            joined(session, f"Trainee {number} {name}", first=2)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            room_of(session)
        counts.append(len(queries))
    assert counts[0] == counts[1]
