"""
Queue of uploads, before Django: one request with a file runs at a time, a few more wait, and others are refused.

Requests that run together take as long as one after another, and delay the clicks of other people more. A machine with
many cores runs one upload on every second core.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from django.conf import settings

from committees.requests import NO_UPLOAD_PLACE
from gradereg.bodies import content_length

App = Callable[[dict[str, Any], Any], Iterable[bytes]]

PLACES = 6
"""Maximum requests with files in a process, running or waiting, of its eight threads (gunicorn.conf.py)."""
FORM_BYTES = 64 * 1024
"""Room for the other fields of a form with a file."""

_places, _work = BoundedSemaphore(PLACES), Lock()


def with_upload_turns(app: App) -> App:
    """Wrap a WSGI application: a request with a file waits for its turn, after its body has been read."""
    lock = _open_lock()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _waits(environ):
            return app(environ, start_response)
        if not _places.acquire(blocking=False):
            environ[NO_UPLOAD_PLACE] = True
            return app(environ, start_response)
        try:
            # A slow client must not hold up others. Django refuses a body that can't be read.
            with suppress(OSError):
                environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read())
            with _work, _locked(lock):
                return app(environ, start_response)
        finally:
            _places.release()

    return answer


def _waits(environ: dict[str, Any]) -> bool:
    """Return whether the body may hold a file. Larger bodies are several files of an import, or are refused."""
    has_file = environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE", "").startswith(
        "multipart/"
    )
    return has_file and content_length(environ) <= settings.UPLOAD_LIMIT + FORM_BYTES


@contextmanager
def _locked(lock: int) -> Iterator[None]:
    """Hold the lock that the server processes of this machine share; the system releases that of a killed process."""
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _open_lock() -> int:
    """Open the lock file of this process: processes with the same one take turns."""
    slot = os.getpid() % max(1, (os.cpu_count() or 1) // 2)
    site = hashlib.sha256(f"{settings.DATA_DIR} {os.getuid()}".encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir(), f"gradereg-uploads-{site}-{slot}.lock")
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
