"""Debrief of a run and of a session, read from log and events."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.actions.grading import set_grade
from committees.errors import Refusal
from tests.training.conftest import candidate_of, client_of, confirm_as, only_committee, seat_of
from tests.training.rows import FIRST, joined, session_of, tasks_of
from training.debrief import Kind, room_of, sheet_at, task_times, timeline_of
from training.engine.progress import END
from training.engine.refusals import KEPT, record_refusal, refusals_of
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
    upload = f"/practice/{run.pk}/you/committees/{only_committee(run).pk}/upload/"
    client_of(run.trainee).post(upload)
    kinds = [(moment.kind, moment.who) for moment in timeline_of(Run.objects.get(pk=run.pk))]
    assert kinds == [
        (Kind.HELP, "Lise"),
        (Kind.WRONG, "Lise"),
        (Kind.ACT, "Lise"),
        (Kind.ACT, "Ola Hansen (robot)"),
        (Kind.WRONG, "Lise"),
    ]


def refused_in(run: Run) -> list[str]:
    return [moment.text for moment in timeline_of(Run.objects.get(pk=run.pk)) if "refused" in moment.text]


def test_refusal_has_what_and_why(run: Run) -> None:
    client, sheet = client_of(run.trainee), f"/practice/{run.pk}/you/committees/{only_committee(run).pk}"
    client.post(f"{sheet}/upload/", {"file": SimpleUploadedFile("a.xlsx", b"no list")})
    client.post(
        f"{sheet}/upload/", {"file": SimpleUploadedFile("a.xlsx", b"no list")}, headers={"HX-Request": "true"}
    )
    client.post(f"/practice/{run.pk}/you/candidates/{candidate_of(run, '10001').pk}/attendance/")
    upload, fragment, attendance = refused_in(run)
    assert upload.startswith("“Upload” was refused. ")
    assert (len(upload) > 50, upload == fragment) == (True, True)
    assert attendance == f"“Attendance” was refused. {Refusal.NO_ATTENDANCE_CHOSEN.label}"


def test_refusals_are_kept_up_to_a_number(run: Run) -> None:
    for number in range(KEPT + 2):
        record_refusal(
            run, "confirm", HttpResponse(f'<p role="alert"><b>{number}</b> <button>x</button></p> more')
        )
    assert [one.sentence for one in refusals_of(run)] == [str(number) for number in range(2, KEPT + 2)]


def test_steps_of_help_are_counted(run: Run, lise: Trainee) -> None:
    Run.objects.update(helps={"look": {"step": 2, "count": 2}, END: {"step": 1, "count": 1}})
    found = Run.objects.get(pk=run.pk)
    times = [(one.title, one.helps) for one in task_times(found, found.scenario) if one.helps]
    page = client_of(lise).get(reverse("debrief", args=[lise.pk, run.pk]))
    assert (times, dict(page.context["counts"])[Kind.HELP]) == (
        [("Text", 2), ("The result as a whole", 1)],
        4,  # with the hint
    )


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
