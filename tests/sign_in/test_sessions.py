"""Sessions end when idle, and after a working day."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from committees.models import User
from tests.conftest import People, candidate
from tests.views.html import HTMX, page_of

MINUTE, HOUR = 60, 60 * 60
IDLE = "You were signed out because you had been inactive for a while. Sign in again."
FUTURE = "You were signed out because the server’s clock was wrong when you signed in. Sign in again."
LONG = "You were signed out because you had been signed in for a long time. Sign in again."


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=1_800_000_000.0)
    monkeypatch.setattr("gradereg.sign_in.sessions.time.time", lambda: clock.now)
    return clock


@pytest.fixture
def kari(people: People, clock: SimpleNamespace, sign_in: Any) -> Client:
    client: Client = sign_in(people.kari)
    return client


def test_used_session_continues(kari: Client, clock: SimpleNamespace) -> None:
    for _quarter in range(4 * 11):
        clock.now += 15 * MINUTE
        assert kari.get("/grade/").status_code == 200


def test_idle_session_ends_with_a_reason(kari: Client, clock: SimpleNamespace) -> None:
    clock.now += 60 * MINUTE
    assert kari.get("/grade/").status_code == 200
    clock.now += 60 * MINUTE + 1
    page = kari.get("/grade/", follow=True)
    assert page.redirect_chain == [("/sign-in/?next=/grade/", 302)]
    assert page_of(page).texts(data_message="*") == [IDLE]


def test_post_after_the_end_is_refused(kari: Client, clock: SimpleNamespace, people: People) -> None:
    clock.now += 61 * MINUTE
    kari.post(reverse("set-grade", args=[candidate("10001").pk]), {"grade": "A", "expected_grade": ""})
    assert candidate("10001").grade == ""
    assert Session.objects.count() == 0


def test_polling_does_not_extend_the_session(kari: Client, clock: SimpleNamespace, people: People) -> None:
    live = reverse("live", args=[people.one.pk])
    for _time in range(60):
        clock.now += MINUTE
        assert kari.get(live, headers=HTMX).status_code < 400
        assert "_auth_user_id" in kari.session
    clock.now += 3
    assert kari.get(live, headers=HTMX).headers["Location"].startswith("/sign-in/")


def test_polling_page_reloads_with_the_reason(kari: Client, clock: SimpleNamespace, people: People) -> None:
    clock.now += 61 * MINUTE
    part = kari.get(reverse("live", args=[people.one.pk]), headers=HTMX, follow=True)
    assert (part.headers["HX-Refresh"], part.content) == ("true", b"")
    whole = kari.get(reverse("final-grading", args=[people.one.pk]), follow=True)
    assert page_of(whole).texts(data_message="*") == [IDLE]


def test_session_ends_after_twelve_hours(kari: Client, clock: SimpleNamespace) -> None:
    for _quarter in range(4 * 12):
        clock.now += 15 * MINUTE
        assert kari.get("/grade/").status_code == 200
    clock.now += 1
    assert page_of(kari.get("/grade/", follow=True)).texts(data_message="*") == [LONG]


def test_times_are_settings(kari: Client, clock: SimpleNamespace, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE = 10, 25
    told = []
    for _time in range(4):
        clock.now += 8
        told.append(kari.get("/grade/").status_code)
    assert told == [200, 200, 200, 302]


def test_session_is_written_every_few_minutes_only(
    kari: Client, clock: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    written = []
    for _time in range(20):
        clock.now += MINUTE
        before = dict(Session.objects.values_list("pk", "session_data"))
        kari.get("/grade/")
        written.append(dict(Session.objects.values_list("pk", "session_data")) != before)
    assert written.count(True) == 3


def test_session_without_times_is_invalid(kari: Client) -> None:
    session = kari.session
    del session["began"]
    session.save()
    assert kari.get("/grade/").status_code == 302


@pytest.mark.parametrize("time", ["began", "used"])
def test_session_from_the_future_ends(kari: Client, clock: SimpleNamespace, time: str) -> None:
    session = kari.session
    session[time] = int(clock.now) + 61
    session.save()
    assert page_of(kari.get("/grade/", follow=True)).texts(data_message="*") == [FUTURE]
    assert "_auth_user_id" not in kari.session


def test_small_clock_differences_are_accepted(kari: Client, clock: SimpleNamespace) -> None:
    clock.now -= 60
    assert kari.get("/grade/").status_code == 200


def test_signing_in_again_starts_new_times(people: People, clock: SimpleNamespace, client: Client) -> None:
    client.post("/sign-in/", {"username": "kari", "password": "demo"})
    clock.now += 61 * MINUTE
    assert client.get("/grade/").status_code == 302
    client.post("/sign-in/", {"username": "kari", "password": "demo"})
    assert client.get("/grade/").status_code == 200


def test_deactivated_person_is_out_at_the_next_request(kari: Client) -> None:
    User.objects.filter(username="kari").update(is_active=False)
    assert kari.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"


def test_page_learns_when_the_session_ends(kari: Client, clock: SimpleNamespace) -> None:
    assert page_of(kari.get("/grade/")).one("body")["data-session-ends"] == "3600"
    clock.now += 50 * MINUTE
    assert kari.get("/session/").headers["X-Session-Ends"] == "600"
    continued = kari.post("/session/continue/")
    assert (continued.status_code, continued.headers["X-Session-Ends"]) == (204, "3600")
    clock.now += 50 * MINUTE
    assert kari.get("/grade/").status_code == 200


def test_last_hour_of_a_session_is_final(kari: Client, clock: SimpleNamespace) -> None:
    for _quarter in range(4 * 11 + 2):
        clock.now += 15 * MINUTE
        kari.get("/grade/")
    assert kari.post("/session/continue/").headers["X-Session-Ends"] == "1800 final"
