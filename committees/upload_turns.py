"""Queue of uploads: a process checks one file at a time, a few more wait, and others are refused."""

# Two files at once would take as long, and occupy threads that other requests need.

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

PLACES = 6
"""Maximum uploads of a process, running or waiting, of its eight threads (gunicorn.conf.py)."""
RETRY_SECONDS = 5

_places, _work = BoundedSemaphore(PLACES), Lock()


class NoPlace(Exception):
    """The queue of uploads is full."""


@contextmanager
def upload_turn() -> Iterator[None]:
    """Wait until no other upload is running. Raises NoPlace if the queue is full."""
    if not _places.acquire(blocking=False):
        raise NoPlace
    try:
        with _work:
            yield
    finally:
        _places.release()
