"""Log lines quote no values."""

import json
import logging
import re
import smtplib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from committees.models import Candidate
from gradereg.errors import crashed
from gradereg.logs import JsonLines, Lines, formatter, safe_path
from tests.browser.demo_site import ROOT
from tests.conftest import People, candidate

pytestmark = pytest.mark.db_independent


def line_of(
    name: str, message: object, *args: object, error: BaseException | None = None, **extra: Any
) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.getLogger(name).makeRecord(
        name,
        logging.ERROR,
        __file__,
        1,
        message,
        args,
        info,
        extra=extra,
    )
    return JsonLines().format(record) + Lines().format(record)


def raised(act: Callable[[], object]) -> BaseException:
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_database_detail_with_row_values_is_removed(people: People) -> None:
    twin = candidate("10001")
    twin.pk = None
    with transaction.atomic():
        error = raised(lambda: save(twin))
    line = line_of("django.request", "Internal Server Error: %s", "/x", error=error, status_code=500)
    assert "10001" in str(error) + str(error.__cause__) or "UNIQUE" in str(error)
    assert "10001" not in line
    assert "django.db.utils.IntegrityError" in line
    assert re.search(r"sqlstate=23505 constraint=\w+|sqlite_errorname=SQLITE_CONSTRAINT_UNIQUE", line)
    assert f"{ROOT}/tests/site/test_logs.py:" in line


def save(row: Candidate) -> None:
    with transaction.atomic():
        row.save()


def test_exception_messages_are_removed(people: People) -> None:
    error = raised(lambda: int("Kari Nordmann"))
    lines = [
        line_of("a", "It failed", error=error),
        line_of("a", "It failed: %s", error, error=error),
        line_of("a", f"It failed: {error}", error=error),
        line_of("a", error),
    ]
    assert [one for one in lines if "Nordmann" in one] == []
    assert all("ValueError" in one for one in lines)


def test_chained_exceptions_are_logged_by_type() -> None:
    def fail() -> None:
        try:
            int("Kari")
        except ValueError as error:
            raise KeyError("Nordmann") from error

    line = line_of("a", "It failed", error=raised(fail))
    assert "builtins.KeyError" in line
    assert "builtins.ValueError" in line
    assert not re.search("Kari|Nordmann", line)


def test_refused_mail_address_is_not_logged() -> None:
    refused = smtplib.SMTPRecipientsRefused({"kari@ntnu.no": (550, b"no such user Kari Nordmann")})
    line = line_of("django.db", "Error calling nudge in on_commit() (%s).", refused, error=refused)
    assert "smtplib.SMTPRecipientsRefused" in line
    assert not re.search("(?i)kari", line)


@pytest.mark.parametrize(
    ("logger", "message"),
    [
        ("django.request", "Not Found: /kari/"),
        ("django.security.SuspiciousOperation", "Kari sent this"),
        ("gunicorn.error", "Invalid request from ip=127.0.0.1: Invalid Request Line 'GET /kari'"),
        ("gunicorn.error", "Error handling request GET /?q=kari"),
    ],
)
def test_quoted_request_data_is_removed(logger: str, message: str) -> None:
    request = RequestFactory().get("/kari/?q=kari")
    assert not re.search("(?i)kari", line_of(logger, message, request=request, status_code=404))


def test_extra_fields_are_removed_except_those_of_requests() -> None:
    line = JsonLines().format(
        logging.makeLogRecord({"name": "a", "msg": "Hello", "person": "Kari", "status": 200})
    )
    assert set(json.loads(line)) == {"level", "logger", "message", "request_id", "status", "time"}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/candidates/7/grade/?q=10001", "/candidates/7/grade/"),
        ("/grade/?q=Kari", "/grade/"),
        ("/admin/committees/user/7/change/", "/admin/committees/user/7/change/"),
        ("/admin/committees/user/Kari/change/", "/admin/committees/user/<path:object_id>/change/"),
    ],
)
def test_logged_path_has_ids_only(url: str, path: str) -> None:
    request = RequestFactory().get(url)
    request.resolver_match = resolve(request.path)
    assert safe_path(request) == path


def test_unresolved_path_is_not_logged() -> None:
    assert safe_path(RequestFactory().get("/kari-nordmann/")) == "-"


def test_request_has_one_log_line(
    people: People, sign_in: Callable[[Any], Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gradereg.request")
    url = reverse("set-grade", args=[candidate("10001").pk])
    answer = sign_in(people.kari).post(url + "?q=10001", {"grade": "B"})
    (record,) = [one for one in caplog.records if one.name == "gradereg.request"]
    line = json.loads(formatter("json").format(record))
    assert (line["method"], line["path"], line["status"], line["user"]) == ("POST", url, 302, people.kari.pk)
    assert 0 <= line["ms"] < 60_000
    assert len(answer.headers["X-Request-ID"]) == 32


def test_error_page_shows_the_id_in_the_log(
    people: People, sign_in: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    kari = sign_in(people.kari)
    kari.raise_request_exception = False
    monkeypatch.setattr("committees.views.grading.needs", lambda *_: int("Kari"))
    answer = kari.get("/grade/")
    assert answer.status_code == 500
    assert f"give them this number: {answer.headers['X-Request-ID']}" in answer.content.decode()
    assert answer.content.count(b'rel="stylesheet"') == 2


def test_error_page_works_without_collected_static_files(
    rf: RequestFactory, settings: Any, tmp_path: Path
) -> None:
    manifest = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": manifest}}
    settings.STATIC_ROOT = tmp_path
    with translation.override("en"):
        page = crashed(rf.get("/grade/")).content.decode()
    assert ("stylesheet" in page, "Something went wrong" in page) == (False, True)


def test_formats_have_names() -> None:
    kinds = [type(formatter(name)) for name in ("json", "lines", "warnings")]
    assert kinds == [JsonLines, Lines, Lines]


@pytest.mark.parametrize(
    ("headers", "form", "reason"),
    [
        ({}, {}, "CSRF cookie not set"),
        ({"Origin": "https://evil.example"}, {}, "Origin checking failed"),
        ({"Cookie": "csrftoken=" + "a" * 32}, {}, "CSRF token missing"),
        ({"Cookie": "csrftoken=" + "a" * 32}, {"csrfmiddlewaretoken": "secret"}, "CSRF token"),
    ],
)
def test_refused_form_has_its_reason_without_values(
    headers: dict[str, str],
    form: dict[str, str],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    Client(enforce_csrf_checks=True).post(reverse("sign-in"), form, headers=headers)
    (record,) = [one for one in caplog.records if one.name == "django.security.csrf"]
    assert f"Form refused: {reason}\n" in JsonLines().format(record) + Lines().format(record) + "\n"
    assert "evil" not in Lines().format(record) + JsonLines().format(record)
