"""Progress of long functions."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Callback that iterates over the parts of a long task. Commands show a bar: `management.progress`."""

    def __call__(self, parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]: ...


def no_progress(parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
    """Return the parts without showing progress."""
    return parts
