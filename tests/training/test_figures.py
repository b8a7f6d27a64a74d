"""Figures across sessions: without names, except those of the trainer's own trainees."""

from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.models import User
from tests.training.rows import FIRST, joined, session_of, tasks_of
from training.actions import end_session
from training.figures import FEWEST, MUCH_HELP, figures, refresher_count, refreshers_of
from training.models import Run

ALL = len(tasks_of(FIRST))


def test_figures_need_enough_runs(accounts: SimpleNamespace) -> None:
    session = session_of(accounts.nina)
    for number in range(1, FEWEST + 1):
        assert figures() == []
        joined(session, f"Trainee {number}", first=ALL)
    assert [(one.started, one.completed) for one in figures()] == [(FEWEST, FEWEST)]


def test_empty_figures_say_when_there_are_some(accounts: SimpleNamespace) -> None:
    nina, session = Client(), session_of(accounts.nina)
    nina.force_login(accounts.nina)
    pages = []
    for number in range(FEWEST + 1):
        pages.append(nina.get(reverse("training-figures")).content.decode())
        joined(session, f"Trainee {number}", first=ALL)
    assert ["data-empty" in page for page in pages] == [True, True, True, False]


def test_refresher_after_much_help_or_without_an_end(accounts: SimpleNamespace) -> None:
    session = session_of(accounts.nina)
    for name, done in (("Eva", ALL), ("Bo", 1), ("Ada", ALL)):
        joined(session, name, first=done)
    Run.objects.filter(trainee__name="Ada").update(helps={"exam": {"step": 3, "count": MUCH_HELP}})
    assert [one.name for one in refreshers_of(accounts.nina)] == ["Ada"]
    end_session(session)
    assert [(one.name, one.is_finished) for one in refreshers_of(accounts.nina)] == [
        ("Ada", True),
        ("Bo", False),
    ]


def test_names_of_other_trainers_are_hidden(accounts: SimpleNamespace) -> None:
    User.objects.filter(pk=accounts.ola.pk).update(is_trainer=True)
    session = session_of(accounts.ola)
    joined(session, "Zebedee", first=1)
    end_session(session)
    nina, ola = Client(), Client()
    nina.force_login(accounts.nina)
    ola.force_login(User.objects.get(pk=accounts.ola.pk))
    pages = [one.get(reverse("training-figures")).content.decode() for one in (nina, ola)]
    assert (refresher_count(), ["Zebedee" in page for page in pages]) == (1, [False, True])


def test_figures_take_a_constant_number_of_queries(accounts: SimpleNamespace) -> None:
    session, counts = session_of(accounts.nina), []
    for number in (1, 3):
        for name in range(number):
            joined(session, f"Trainee {number} {name}", first=2)
        with CaptureQueriesContext(connection) as queries:
            figures()
            refreshers_of(accounts.nina)
            refresher_count()
        counts.append(len(queries))
    assert counts == [5, 5]
