"""
Request bodies that are not read, end too early or never end: each is answered by the running server, and no thread
is lost.
"""

import http.client
import socket
import time
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from gradereg.bodies import is_utf8
from tests.site.server import Server

pytestmark = pytest.mark.db_independent

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def ask(server: Server, lines: str, body: bytes = b"", *, seconds: float = 30) -> tuple[int, float]:
    """Send these bytes; return the status of the response and the seconds until it came."""
    parts = urlsplit(server.address)
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=seconds)) as connection:
        begun = time.monotonic()
        head = f"{lines.splitlines()[0]} HTTP/1.1\r\nHost: localhost\r\n" + "".join(
            f"{line}\r\n" for line in lines.splitlines()[1:] if line
        )
        connection.sendall(head.encode("latin-1") + b"\r\n" + body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, time.monotonic() - begun


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("POST /nowhere/\nContent-Length: 100", 404),
        ("POST /practice/1/you/grade/\nContent-Length: 100", 404),
        ("GET /sign-in/\nContent-Length: 100", 200),
        ("GET /livez\nContent-Length: 100", 200),
        ("POST /nowhere/\nContent-Length: 100000000000000000000", 413),
        (f"POST /sign-in/\n{FORM}Content-Length: 100000000000000000000", 413),
    ],
)
def test_unread_body_does_not_delay_the_answer(demo: Server, lines: str, status: int) -> None:
    found, seconds = ask(demo, lines, b"abc")
    assert found == status
    assert seconds < 4


@pytest.mark.parametrize("ending", ["closed", pytest.param("silent", marks=pytest.mark.slow)])
def test_truncated_body_is_not_processed(demo: Server, ending: str) -> None:
    parts = urlsplit(demo.address)
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=30)) as connection:
        connection.sendall(
            f"POST /protocol/ HTTP/1.1\r\nHost: localhost\r\n{FORM}Content-Length: 100\r\n\r\ncode=ABC".encode()
        )
        if ending == "closed":
            connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 400


@pytest.mark.slow
def test_slow_senders_do_not_delay_others(demo: Server) -> None:
    parts = urlsplit(demo.address)
    silent = [socket.create_connection((parts.hostname, parts.port), timeout=30) for _one in range(10)]
    for one in silent:
        one.sendall(
            f"POST /protocol/ HTTP/1.1\r\nHost: localhost\r\n{FORM}Content-Length: 9\r\n\r\na".encode()
        )
    status, seconds = ask(demo, "GET /livez", seconds=60)
    for one in silent:
        with suppress(OSError):
            one.close()
    assert (status, seconds < 45) == (200, True)


@pytest.mark.parametrize("body", [b"zz\r\nabc\r\n0\r\n\r\n", b"5\r\nab", b"5;a=\r\r\nabcde\r\n0\r\n\r\n"])
def test_badly_chunked_body_is_a_client_error(demo: Server, body: bytes) -> None:
    for path in ("/nowhere/", "/sign-in/"):
        status, _seconds = ask(demo, f"POST {path}\n{FORM}Transfer-Encoding: chunked", body)
        assert status < 500


TYPES = {
    "text/plain; charset=base64": False,
    "text/plain; charset=none": False,
    "text/plain; charset=utf-16": False,
    "text/plain; title*=none''a": False,
    "text/plain; charset=UTF8": True,
    "multipart/form-data; boundary=x": True,
    "": True,
}


@pytest.mark.parametrize("kind", TYPES)
def test_unknown_charset_is_refused(demo: Server, kind: str) -> None:
    assert is_utf8(kind) == TYPES[kind]
    status, _seconds = ask(demo, f"GET /sign-in/?next=1\nContent-Type: {kind}")
    assert status == (200 if TYPES[kind] else 400)
