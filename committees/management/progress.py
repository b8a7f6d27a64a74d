"""The bars of long commands: alike everywhere, on standard error, and only where somebody looks at it."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

from committees.actions import Progress

T = TypeVar("T")
DELAY = 0.5
"""Seconds after which something takes long."""


def bars(verbosity: int) -> Progress:
    """How a command of this `--verbosity` goes through what takes long: without a bar at 0, or where no terminal is."""

    def shown(parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
        quiet = None if verbosity else True  # to tqdm None says: where there is no terminal
        return tqdm(
            parts, total=total, unit=f" {unit}", disable=quiet, delay=DELAY, leave=False, dynamic_ncols=True
        )

    return shown
