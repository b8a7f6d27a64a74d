"""How a function that takes long reports its progress."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """How something that takes long goes through its parts. A command shows how far it has come: `management.progress`."""

    def __call__(self, parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]: ...


def no_progress(parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
    """The parts, and nothing is shown."""
    return parts
