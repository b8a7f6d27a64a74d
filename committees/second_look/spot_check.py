"""The few candidates whose grades are compared with a grader's own notes."""

import hashlib
from collections.abc import Sequence

SIZE = 5


def choose(numbers: Sequence[str], *, seed: str) -> list[str]:
    """Return five of the numbers, in their order: the same ones for one seed, unpredictable otherwise."""
    drawn = sorted(numbers, key=lambda number: hashlib.sha256(f"{seed} {number}".encode()).digest())[:SIZE]
    return [number for number in numbers if number in drawn]
