"""Every 500 and 503 is logged once with its cause; which exceptions count as an outage."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from committees.models import Committee, User
from gradereg import errors, outages
from gradereg.outages import is_outage, limit_waits
from tests.conftest import People, candidate
from tests.views.html import HTMX, page_of

pytestmark = pytest.mark.db_independent


@pytest.fixture
def quiet(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def entries(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return the logged errors: message, and type of the cause."""
    return [
        (one.getMessage(), one.exc_info[0].__name__ if one.exc_info and one.exc_info[0] else "")
        for one in caplog.records
        if one.levelname == "ERROR"
    ]


def fail(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("path", "handler"), [("/nowhere/", "404.html"), ("/plan/", "403.html"), ("/sign-in/", "400.html")]
)
def test_failing_error_page_logs_its_cause(
    quiet: Client,
    people: People,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    handler: str,
) -> None:
    monkeypatch.setattr(errors, "render", fail)
    quiet.force_login(people.kari)
    answer = quiet.generic("POST" if handler == "400.html" else "GET", path, b"abc", "multipart/form-data")
    assert (answer.status_code, entries(caplog)) == (500, [("Internal Server Error", "ZeroDivisionError")])


def test_failing_view_logs_its_cause_once(
    quiet: Client, db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradereg.home.render", fail)
    assert quiet.get("/accessibility/").status_code == 500
    assert entries(caplog) == [("Internal Server Error", "ZeroDivisionError")]


def test_failing_middleware_logs_its_cause_once(
    quiet: Client, db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.sandbox.middleware.run_at", fail)
    assert quiet.get("/practice/1/you/grade/").status_code == 500
    assert entries(caplog) == [("Internal Server Error", "ZeroDivisionError")]


def raised(act: Callable[[], object]) -> BaseException:
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("sql", ["SELECT * FROM nowhere", "SELECT nothing FROM committees_exam", "SELEC"])
def test_invalid_sql_is_no_outage(db: None, sql: str) -> None:
    assert not is_outage(raised(lambda: connection.cursor().execute(sql)))


def test_integrity_error_is_no_outage(people: People) -> None:
    assert not is_outage(raised(lambda: User.objects.create(username="kari")))


def test_wrapped_outage_is_an_outage() -> None:
    made = ValueError("no exam")
    made.__context__ = OperationalError("refused")
    assert is_outage(made)
    assert not is_outage(ValueError("no exam"))
    assert not is_outage(InternalError("cache lookup failed"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ConnectionError", True), ("TimeoutError", True), ("ReadOnlyError", True), ("ResponseError", False)],
)
def test_cache_failure_is_an_outage(name: str, expected: bool) -> None:
    error = type(name, (Exception,), {"__module__": "redis.exceptions"})
    assert is_outage(error()) is expected


def test_read_only_database_is_an_outage(people: People) -> None:
    is_sqlite = connection.vendor == "sqlite"

    def write() -> None:
        connection.cursor().execute("PRAGMA query_only = 1" if is_sqlite else "SET TRANSACTION READ ONLY")
        User.objects.update(name="")

    try:
        assert is_outage(raised(write))
    finally:
        if is_sqlite:
            connection.cursor().execute("PRAGMA query_only = 0")
    assert User.objects.exclude(name="").exists()


@contextmanager
def locked(committee: Committee) -> Iterator[None]:
    """Hold the lock of `committee` in another connection."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Committee.objects.select_for_update().filter(pk=committee.pk))
            taken.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    try:
        yield
    finally:
        done.set()
        holder.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_held_lock_is_an_outage_and_nothing_is_written(
    quiet: Client, people: People, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    quiet.force_login(people.kari)
    short = "PRAGMA busy_timeout = 200" if connection.vendor == "sqlite" else "SET lock_timeout = 200"
    with locked(people.one):
        connection.cursor().execute(short)
        url = reverse("set-grade", args=[candidate("10001").pk])
        answer = quiet.post(url, {"grade": "A", "expected_grade": ""}, headers=headers)
        connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert page_of(answer).texts(role="alert") != []
    assert entries(caplog) == [("Database or cache unavailable", "OperationalError")]
    assert candidate("10001").grade == ""


@pytest.mark.django_db(transaction=True)
def test_lock_and_statement_timeouts_are_seconds() -> None:
    limit_waits()
    try:
        connection.close()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
                assert cursor.fetchone() == ("15s", "30s")
            else:
                cursor.execute("PRAGMA busy_timeout")
                assert cursor.fetchone() == (15000,)
    finally:
        connection_created.disconnect(outages._set_timeouts)
        connection.close()
