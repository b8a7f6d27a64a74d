"""
Uploads one at a time: a process works on one file, a few more wait, and the rest are asked to come back. Two files at
once would take as long, and their threads would be missing for the clicks of others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

PLACES = 6
"""Uploads of a process at most, in work or waiting: so many of its eight threads (gunicorn.conf.py)."""
RETRY_SECONDS = 5

_places, _work = BoundedSemaphore(PLACES), Lock()


class NoPlace(Exception):
    """As many uploads as may wait are waiting."""


@contextmanager
def upload_turn() -> Iterator[None]:
    """Wait until no other upload is in work. Raises NoPlace where too many wait already."""
    if not _places.acquire(blocking=False):
        raise NoPlace
    try:
        with _work:
            yield
    finally:
        _places.release()
