"""Fixtures: kari in self-study, Lise who joined nina's session without an account, and runs of theirs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from committees.actions.confirmation import confirm_grades
from committees.models import Candidate, Committee, Grader, User
from tests.factories import UserFactory
from training.actions import begin, create_session, join_session, self_study
from training.engine.events import record_events, shown_event
from training.engine.progress import advance
from training.models import Run, Trainee, TrainingSession
from training.scenarios.schema import TRAINEE

Capture = Callable[..., AbstractContextManager[list[Any]]]

TEXTS = {"en": "Text", "nb": "Tekst", "nn": "Tekst"}
STORY: dict[str, Any] = {
    "title": {"en": "A story", "nb": "En historie", "nn": "Ei historie"},
    "about": TEXTS,
    "role": "grader",
    "people": [
        {"key": "ola", "name": "Ola Hansen", "feide": "ola@uio.no", "external": True},
        {"key": "sofie", "name": "Sofie Berg", "feide": "sofie@ntnu.no", "student": True},
    ],
    "exams": [
        {
            "code": "TDT4100",
            "name": TEXTS,
            "committees": [
                {
                    "number": 1,
                    "name": "Oral A",
                    "seats": [TRAINEE, "ola"],
                    "candidates": "10001-10004",
                    "absent": ["10003"],
                    "named": {"10001": "sofie"},
                    "notes": {"10001": "A", "10002": "B", "10004": "F"},
                },
            ],
        }
    ],
    "acts": [],
    "tasks": [
        {"key": "look", "title": TEXTS, "text": TEXTS, "hint": TEXTS, "done": [{"seen": "final-grading"}]},
        {"key": "grade", "title": TEXTS, "text": TEXTS, "hint": TEXTS, "done": [{"notes": 1}]},
        {"key": "confirm", "title": TEXTS, "text": TEXTS, "hint": TEXTS, "done": [{"confirmed": 1}]},
    ],
    "end": [{"notes": 1}, {"confirmed": 1}],
}
"""A scenario of one exam, one committee and three tasks."""


@pytest.fixture
def accounts(db: None) -> SimpleNamespace:
    """Real people; ola and sofie share names and Feide names with people of the scenario. With `people` they are its own."""

    def person(username: str, name: str, feide_name: str, **more: Any) -> User:
        there = User.objects.filter(feide_name=feide_name, sandbox=None).first()
        return there or UserFactory.create(username=username, name=name, feide_name=feide_name, **more)

    return SimpleNamespace(
        kari=person("kari", "Kari Nordmann", "kari@ntnu.no"),
        nina=person("nina", "Nina Vik", "nina@ntnu.no", is_trainer=True),
        ola=person("olas", "Ola Hansen", "ola@uio.no"),
        sofie=person("sofie", "Sofie Berg", "sofie@ntnu.no"),
    )


@pytest.fixture
def hall(accounts: SimpleNamespace) -> TrainingSession:
    """A training session held by nina with the scenario "first-exam"."""
    session = TrainingSession(
        title="Autumn training", date=timezone.localdate(), language="en", scenarios=["first-exam"]
    )
    return create_session(session, by=accounts.nina)


@pytest.fixture
def start_run(accounts: SimpleNamespace, django_capture_on_commit_callbacks: Capture) -> Callable[..., Run]:
    """Start a run: `start_run()`, `start_run(trainee, acts=[...])`. FS has its candidates afterwards."""

    def begun(trainee: Trainee | None = None, key: str = "story", **other: Any) -> Run:
        with django_capture_on_commit_callbacks(execute=True):
            return begin(trainee or self_study(accounts.kari), key, STORY | other)

    return begun


@pytest.fixture
def lise(hall: TrainingSession) -> Trainee:
    """A trainee of the session without an account."""
    return join_session(hall, name="Lise")


def client_of(trainee: Trainee) -> Client:
    """Return the browser of a trainee."""
    client = Client()
    if trainee.person:
        client.force_login(trainee.person)
    else:
        session = client.session
        session["trainees"] = [trainee.pk]
        session.save()
    return client


def poll(client: Client, run: Run, persona: str = TRAINEE) -> Any:
    """Poll the panel, as an open page does."""
    return client.post(f"/practice/{run.pk}/{persona}/panel/")


def advance_all(run: Run) -> None:
    """Show and tick every task that is done, as polls of an open page do."""
    for task in run.scenario.tasks:
        record_events(run, shown_event(task.key))
        advance(run)


def acting_user(run: Run, key: str = TRAINEE) -> User:
    return User.objects.get(pk=run.people[key])


def only_committee(run: Run) -> Committee:
    return Committee.objects.with_stage().select_related("exam").get(exam__sandbox=run.sandbox_id)


def seat_of(run: Run, key: str = TRAINEE) -> Grader:
    return Grader.objects.select_related("committee__exam", "person").get(person=acting_user(run, key))


def grades_of(run: Run) -> dict[str, str]:
    return dict(
        Candidate.objects.filter(exam__sandbox=run.sandbox_id).by_number().values_list("number", "grade")
    )


def candidate_of(run: Run, number: str) -> Candidate:
    return Candidate.objects.select_related("exam").get(exam__sandbox=run.sandbox_id, number=number)


def confirm_as(run: Run, key: str = TRAINEE) -> None:
    confirm_grades(seat_of(run, key), expected_version=only_committee(run).version, acknowledged=True)


def later(seconds: float) -> Any:
    return timezone.now() + timedelta(seconds=seconds)
