"""
Bodies of all sizes and forms, against the running server: nothing above the limit is kept, and the sender gets an
answer.
"""

import http.client
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import psutil
import pytest

from tests.site.server import Server, Visitor
from tests.views.html import parse

pytestmark = pytest.mark.db_independent

MB = 1024 * 1024


@pytest.fixture
def kari(demo: Server) -> Visitor:
    kari = Visitor(demo.address)
    assert kari.sign_in("kari", "demo").status == 200
    return kari


def upload_of(kari: Visitor) -> str:
    """Return the address at which kari uploads the list of the first committee, after opening the form."""
    address = "/committees/1/upload/"
    assert kari.get(address).status == 200
    return address


def alerts(answer: object) -> list[str]:
    return parse(getattr(answer, "text", "")).alerts


def test_file_above_the_limit_is_refused(kari: Visitor) -> None:
    answer = kari.upload(upload_of(kari), {"file": ("grades.xlsx", bytes(5 * MB + 1))})
    assert answer.status == 422
    assert alerts(answer) == [
        "This file is larger than 5 MB. Copy the columns with candidate IDs and grades into a new workbook (Paste Special, "
        "Values), and upload that workbook."
    ]


def test_file_at_the_limit_is_read(kari: Visitor) -> None:
    answer = kari.upload(upload_of(kari), {"file": ("grades.xlsx", bytes(5 * MB))})
    assert answer.status == 422
    assert "larger" not in " ".join(alerts(answer))


def test_fields_after_a_truncated_file_are_read(kari: Visitor) -> None:
    address, token = upload_of(kari), kari.token
    kari.token = "not-this-one"
    body = {"file": ("grades.xlsx", bytes(6 * MB)), "csrfmiddlewaretoken": ("", b"")}
    assert kari.upload(address, body).status == 403
    kari.token = token
    assert kari.upload(address, {"file": ("grades.xlsx", bytes(6 * MB))}).status == 422


def send(server: Server, kari: Visitor, length: int, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Upload a body of `length` bytes in pieces; return status and text of the response."""
    address = upload_of(kari)
    with closing(http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)) as connection:
        connection.putrequest("POST", address)
        connection.putheader("Cookie", "; ".join(f"{one.name}={one.value}" for one in kari.cookies))
        connection.putheader("Content-Type", "multipart/form-data; boundary=frontier")
        connection.putheader("Content-Length", str(length))
        connection.endheaders(head_of_file(kari))
        with suppress(OSError):  # it closed, having answered
            for piece in pieces:
                connection.send(piece)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def head_of_file(kari: Visitor) -> bytes:
    return (
        f'--frontier\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{kari.token}\r\n'
        '--frontier\r\nContent-Disposition: form-data; name="file"; filename="grades.xlsx"\r\n\r\n'
    ).encode()


TOO_LARGE = ["The upload is too large: a file can be at most 5 MB. Nothing was saved."]


def test_memory_use_is_bounded(demo: Server, kari: Visitor) -> None:
    # The reading process grows until its first response.
    assert kari.upload("/committees/1/upload/", {"file": ("grades.xlsx", b"no workbook")}).status == 422
    send(demo, kari, 15 * MB + len(head_of_file(kari)), [bytes(MB)] * 15)
    before, most, done = demo.memory, [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            most[0] = max(most[0], demo.memory)

    watcher = threading.Thread(target=watch)
    watcher.start()
    status, text = send(demo, kari, 200 * MB + len(head_of_file(kari)), [bytes(MB)] * 200)
    done.set()
    watcher.join()
    print(f"200 MB sent: {(most[0] - before) / MB:.1f} MB more at most")
    assert (status, parse(text).alerts) == (413, TOO_LARGE)
    assert most[0] - before < 8 * MB


def test_oversized_announced_body_is_not_read_completely(demo: Server, kari: Visitor) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += MB
            yield bytes(MB)

    with suppress(OSError):
        send(demo, kari, 10**12, endless())
    assert sent < 300 * MB


def test_stalled_upload_does_not_block_others(demo: Server, kari: Visitor) -> None:
    with closing(http.client.HTTPConnection(urlsplit(demo.address).netloc, timeout=30)) as slow:
        slow.putrequest("POST", "/sign-in/")
        slow.putheader("Content-Length", "100000")
        slow.endheaders(b"username=")
        begun = time.monotonic()
        assert kari.get("/grade/").status == 200
        assert time.monotonic() - begun < 5


def test_oversized_field_is_refused(kari: Visitor) -> None:
    address = upload_of(kari)
    answers = [kari.post(address, {"file": "x" * 3 * MB}), kari.upload(address, {}, {"file": "x" * 3 * MB})]
    assert [one.status for one in answers] == [413, 413]
    assert [len(alerts(one)) for one in answers] == [1, 1]


def test_too_many_fields_are_refused(kari: Visitor) -> None:
    answer = kari.post(upload_of(kari), {f"field{number}": "" for number in range(1001)})
    assert (answer.status, len(alerts(answer))) == (413, 1)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xe6"]
)
def test_malformed_form_is_refused(kari: Visitor, kind: str) -> None:
    answer = kari.post(upload_of(kari), {}, **{"Content-Type": kind})
    assert answer.status == 400
    assert parse(answer.text).texts("h1") == ["Couldn’t read the request"]
    assert len(alerts(answer)) == 1


def test_uploads_are_not_written_to_disk(demo: Server, kari: Visitor) -> None:
    address = upload_of(kari)
    kari.upload(address, {"file": ("grades.xlsx", bytes(5 * MB))})
    master = psutil.Process(demo.pid)
    files = [one.path for worker in master.children() for one in worker.open_files()]
    assert [path for path in files if ".upload" in path] == []
