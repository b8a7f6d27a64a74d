"""Progress bars of long commands, on standard error and only in a terminal."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

from committees.progress import Progress

T = TypeVar("T")
DELAY = 0.5
"""Seconds before a bar appears."""


def bars(verbosity: int) -> Progress:
    """Return the progress callback for this `--verbosity`: without bars for 0 or outside a terminal."""

    def shown(parts: Iterable[T], unit: str, total: int | None = None) -> Iterable[T]:
        quiet = None if verbosity else True  # None disables tqdm outside a terminal
        return tqdm(
            parts, total=total, unit=f" {unit}", disable=quiet, delay=DELAY, leave=False, dynamic_ncols=True
        )

    return shown
