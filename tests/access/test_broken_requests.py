"""
No request gets a 500: unreadable bodies, invalid fields, queries, headers, cookies and methods.

Each address gets one of each kind; GRADEREG_BROKEN=100 makes all of them.
"""

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.table import ROWS, expected
from tests.access.targets import Targets, address, client_of, confirm_open, sent
from tests.admin.addresses import EVERY
from tests.admin.addresses import address as address_in_admin
from training.actions import start_scenario

EACH = int(os.environ.get("GRADEREG_BROKEN", "1"))
PART = b'--x\r\nContent-Disposition: form-data; name="text"\r\n'
BODIES = {
    "no boundary": ("multipart/form-data", b"abc"),
    "empty boundary": ("multipart/form-data; boundary=", b"abc"),
    "boundary not in ASCII": ("multipart/form-data; boundary=\u00e6", b"abc"),
    "cut in a header": ("multipart/form-data; boundary=x", PART[:30]),
    "cut in a field": ("multipart/form-data; boundary=x", PART + b"\r\nabc"),
    "bad encoding of a name": (
        "multipart/form-data; boundary=x",
        PART.replace(b"name=", b"name*=x''") + b"\r\na\r\n--x--",
    ),
    "bad base64": (
        "multipart/form-data; boundary=x",
        PART + b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--",
    ),
    "charset unknown": ("multipart/form-data; boundary=x; charset=none", PART + b"\r\n\xff\r\n--x--"),
    "charset of no text": ("multipart/form-data; boundary=x; charset=base64", PART + b"\r\nabc\r\n--x--"),
    "charset idna": ("multipart/form-data; boundary=x; charset=idna", PART + b"\r\n\xff\r\n--x--"),
    "charset UTF-16": ("application/x-www-form-urlencoded; charset=utf-16", b"a=b"),
    "bytes that are no UTF-8": ("application/x-www-form-urlencoded", b"text=%ff%00&\xff=%ed%a0%80"),
    "too many fields": ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 1001)),
    "too large a field": ("application/x-www-form-urlencoded", b"a=" + bytes(3_000_000)),
    "too many files": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na\r\n' * 5 + b"--x--",
    ),
    "another type": ("application/json", b"{"),
}
ODD = [
    "",
    "\0",
    "a\0b",
    "-1",
    "9" * 30,
    "9" * 5000,
    "٣",
    "²",
    "1e400",
    "nan",
    "\ud800",
    "\u202e",
    "%",
    "x" * 3000,
    "[1]",
]
"""Values of fields; `\\ud800` is sent as the bytes of a lone surrogate."""
QUERY = "page q show at since locked of state scenario joined seen task code error o p e all _popup _to_field next"
METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "get"]
HEADERS = [
    {"HX-Request": "true", "HX-Target": "\xff", "HX-Current-URL": "http://[", "HX-Trigger-Name": "\0"},
    {"Accept-Language": "x" * 5000 + ",nb;q=9", "Accept-Encoding": "gzip;q=\xff", "Accept": "\xff"},
    {"Referer": "http://[::1", "Origin": "null", "X-Request-ID": "\xff", "Range": "bytes=9-1"},
    {
        "If-Modified-Since": "never",
        "If-None-Match": "\xff",
        "X-Forwarded-For": "::ffff:999, %",
        "Content-Length": "9" * 5000,
    },
    {"Cookie": "sessionid=\xff; csrftoken=\xff; language=\xff; messages=\xff; =; ;;"},
]


@pytest.fixture
def silent_client() -> Callable[[str], Client]:
    """Return a client with a role signed in, which turns exceptions into 500."""

    signed_in: dict[str, Client] = {}

    def made(role: str) -> Client:
        if role not in signed_in:
            signed_in[role] = client_of(role)
        client = Client(raise_request_exception=False)
        client.cookies = deepcopy(signed_in[role].cookies)
        return client

    return made


def holder(row: list[str]) -> str:
    """Return the role with the most access to the route."""
    answers = expected(row, "committee-1")
    return min(answers, key=lambda role: answers[role] not in ("200", "302"))


def addresses(targets: Targets) -> Iterator[tuple[str, str, str]]:
    """Return every route's name and address, with a role that has access, including practice pages and the admin."""
    for route, how, *row in ROWS:
        if how != "bad" and route not in ("sign-out", "admin:logout") and not row[-1].startswith("405"):
            yield holder(row), route, address(targets, route)
    run = start_scenario(targets.trainee, "first-exam")
    for inner in ("grade/", "panel/", "nowhere/", "sign-in/"):
        yield "kari", "practice", f"/practice/{run.pk}/you/{inner}"
    yield "kari", "practice", f"/practice/{run.pk}/nobody/grade/"
    yield "kari", "practice", "/practice/999999999999999/you/grade/"
    for model in EVERY:
        yield "admin", "admin", address_in_admin(model, "changelist")
    yield "admin", "admin", reverse("admin:committees_user_add")
    yield "admin", "admin", "/admin/nowhere/"
    for role in ("nobody", "kari"):
        yield role, "nowhere", "/nowhere/"
        yield role, "change-feed", "/changes/"


Request = tuple[object, str, dict[str, Any]]
"""Kind, method, and arguments of `Client.generic`."""


def with_bodies(targets: Targets, route: str) -> Iterator[Request]:
    for what, (kind, body) in BODIES.items():
        yield what, "POST", {"data": body, "content_type": kind}


def with_fields(targets: Targets, route: str) -> Iterator[Request]:
    """Yield forms with all fields invalid, then with each field alone."""
    fields = {name: value for name, value in sent(targets, route).items() if not hasattr(value, "read")}
    names = [*fields, "expected_grade", "expected_version", "newest", "q", "next"]
    for odd in [dict.fromkeys(names, odd) for odd in ODD] + [{name: odd} for name in names for odd in ODD]:
        body = urlencode(fields | odd, doseq=True, errors="surrogatepass")
        yield odd, "POST", {"data": body, "content_type": "application/x-www-form-urlencoded"}


def with_queries(targets: Targets, route: str) -> Iterator[Request]:
    for odd in ODD:
        query = urlencode(dict.fromkeys(QUERY.split(), odd), errors="surrogatepass")
        yield odd, "GET", {"QUERY_STRING": query}


def with_methods(targets: Targets, route: str) -> Iterator[Request]:
    for method in METHODS:
        yield method, method, {"data": b"a=b", "content_type": "text/plain"}


def with_headers(targets: Targets, route: str) -> Iterator[Request]:
    for headers in HEADERS:
        for method in ("GET", "POST"):
            yield headers, method, {"headers": headers}


@pytest.mark.parametrize("odd_requests", [with_bodies, with_fields, with_queries, with_methods, with_headers])
def test_malformed_requests_give_no_500(
    targets: Targets,
    silent_client: Callable[[str], Client],
    odd_requests: Callable[[Targets, str], Iterator[Request]],
) -> None:
    """Send `EACH` malformed requests to each address, different ones each time, from the same state."""
    found, turn = [], 0
    for role, route, url in addresses(targets):
        client, savepoint = silent_client(role), transaction.savepoint()
        if route == "exam-transfer":
            confirm_open(targets)
        requests = list(odd_requests(targets, route))
        for what, method, batch in islice(cycle(requests), turn % len(requests), turn % len(requests) + EACH):
            inner = transaction.savepoint()
            status = client.generic(method, url, **batch).status_code
            transaction.savepoint_rollback(inner)
            if status >= 500:
                found.append((role, url, what, status))
        turn += EACH
        transaction.savepoint_rollback(savepoint)
    assert found == []


def test_unknown_address_does_not_read_the_body(targets: Targets, silent_client: Any) -> None:
    """A browser that has opened a page has a token, which Django's own 404 page checks."""
    client = silent_client("nobody")
    client.handler.enforce_csrf_checks = True
    client.get("/sign-in/")
    answers = {
        what: client.generic("POST", "/nowhere/", body, kind).status_code
        for what, (kind, body) in BODIES.items()
    }
    in_other_charsets = {"charset unknown", "charset of no text", "charset idna", "charset UTF-16"}
    assert answers == {what: 400 if what in in_other_charsets else 404 for what in BODIES}


LONG = "9" * 5000
ADDRESSES = [
    "/%00",
    "/grade/%00/",
    f"/committees/{LONG[:30]}/",
    f"/grade/{LONG}/",
    "/%ff/",
    "//",
    "/\u202e",
    "/x" * 2500,
]


@pytest.mark.parametrize("number", range(len(ADDRESSES)))
def test_malformed_addresses_are_404(targets: Targets, silent_client: Any, number: int) -> None:
    for role in ("nobody", "kari", "admin"):
        for method in ("GET", "POST"):
            assert silent_client(role).generic(method, ADDRESSES[number]).status_code < 500
