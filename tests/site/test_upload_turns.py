"""Requests with a file run one after another, before Django handles them."""

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest

from committees.requests import NO_UPLOAD_PLACE
from gradereg import upload_turns
from gradereg.upload_turns import PLACES, with_upload_turns

pytestmark = pytest.mark.db_independent

FORM = "multipart/form-data; boundary=x"


class Site:
    """A WSGI application that waits before it answers, and counts simultaneous requests."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self.refused: list[bool] = []
        self.bodies: list[bytes] = []
        self.may_answer, self.lock = threading.Event(), threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.bodies.append(environ["wsgi.input"].read())
        is_refused = NO_UPLOAD_PLACE in environ
        self.refused.append(is_refused)
        assert is_refused or self.may_answer.wait(30)
        with self.lock:
            self.running -= 1
        return [b""]


def request() -> dict[str, Any]:
    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "4"}
    return environ | {"wsgi.input": BytesIO(b"file")}


def send(site: Site, requests: list[dict[str, Any]]) -> None:
    app = with_upload_turns(site)
    threads = [threading.Thread(target=app, args=(environ, None)) for environ in requests]
    for thread in threads:
        thread.start()
    site.may_answer.set()
    for thread in threads:
        thread.join()


def test_files_run_one_at_a_time() -> None:
    site = Site()
    send(site, [request() for _number in range(PLACES)])
    assert (site.most, site.bodies) == (1, [b"file"] * PLACES)


@pytest.mark.parametrize(
    "other",
    [
        {"CONTENT_TYPE": "application/x-www-form-urlencoded"},
        {"REQUEST_METHOD": "GET"},
        {"CONTENT_LENGTH": "1" + "0" * 20},
    ],
)
def test_other_requests_do_not_wait(other: dict[str, str]) -> None:
    site, meeting = Site(), threading.Barrier(2)

    def together(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        meeting.wait(30)
        return site(environ, start_response)

    app = with_upload_turns(together)
    site.may_answer.set()
    threads = [threading.Thread(target=app, args=(request() | other, None)) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.refused == [False, False]


def test_full_queue_is_refused_and_an_error_frees_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_turns, "_places", places := threading.BoundedSemaphore(1))
    site = Site()
    with places:
        send(site, [request()])

    def fail(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        with_upload_turns(fail)(request(), None)
    send(site, [request()])
    assert site.refused == [True, False]


def test_truncated_body_is_left_to_django() -> None:
    class Broken:
        def read(self) -> bytes:
            raise OSError("broken off")

    site = Site()
    with pytest.raises(OSError, match="broken off"):
        with_upload_turns(site)(request() | {"wsgi.input": Broken()}, None)
    assert site.bodies == []
