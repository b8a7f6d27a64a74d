"""A log line quotes no value, whoever wrote it."""

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


def test_a_databases_detail_with_the_values_of_a_row_is_left_out(people: People) -> None:
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


def test_the_words_of_an_exception_are_left_out_wherever_they_were_put(people: People) -> None:
    error = raised(lambda: int("Kari Nordmann"))
    lines = [
        line_of("a", "It failed", error=error),
        line_of("a", "It failed: %s", error, error=error),
        line_of("a", f"It failed: {error}", error=error),
        line_of("a", error),
    ]
    assert [one for one in lines if "Nordmann" in one] == []
    assert all("ValueError" in one for one in lines)


def test_what_led_to_an_exception_is_told_by_type_too() -> None:
    def fail() -> None:
        try:
            int("Kari")
        except ValueError as error:
            raise KeyError("Nordmann") from error

    line = line_of("a", "It failed", error=raised(fail))
    assert "builtins.KeyError" in line
    assert "builtins.ValueError" in line
    assert not re.search("Kari|Nordmann", line)


def test_a_mail_server_that_refuses_somebody_is_told_without_whom() -> None:
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
def test_what_others_quote_of_a_request_is_left_out(logger: str, message: str) -> None:
    request = RequestFactory().get("/kari/?q=kari")
    assert not re.search("(?i)kari", line_of(logger, message, request=request, status_code=404))


def test_what_anybody_adds_to_a_line_is_left_out_but_for_a_requests_own_fields() -> None:
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
def test_a_path_is_logged_with_ids_alone(url: str, path: str) -> None:
    request = RequestFactory().get(url)
    request.resolver_match = resolve(request.path)
    assert safe_path(request) == path


def test_a_path_that_leads_nowhere_is_not_logged() -> None:
    assert safe_path(RequestFactory().get("/kari-nordmann/")) == "-"


def test_a_request_has_one_line_that_tells_who_did_what_by_number(
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


def test_a_crash_shows_the_number_under_which_it_stands_in_the_log(
    people: People, sign_in: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    kari = sign_in(people.kari)
    kari.raise_request_exception = False
    monkeypatch.setattr("committees.views.grading.needs", lambda *_: int("Kari"))
    answer = kari.get("/grade/")
    assert answer.status_code == 500
    assert f"give them this number: {answer.headers['X-Request-ID']}" in answer.content.decode()
    assert answer.content.count(b'rel="stylesheet"') == 2


def test_the_page_of_a_crash_comes_without_its_looks_where_no_static_file_was_collected(
    rf: RequestFactory, settings: Any, tmp_path: Path
) -> None:
    manifest = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": manifest}}
    settings.STATIC_ROOT = tmp_path
    with translation.override("en"):
        page = crashed(rf.get("/grade/")).content.decode()
    assert ("stylesheet" in page, "Something went wrong" in page) == (False, True)


def test_the_formats_have_their_names() -> None:
    kinds = [type(formatter(name)) for name in ("json", "lines", "warnings")]
    assert kinds == [JsonLines, Lines, Lines]
