"""Columns of grades, and how surprising it is that two of them agree."""

from collections import Counter
from collections.abc import Sequence
from math import comb, log2
from typing import NamedTuple

MIN_ROWS = 8
"""Fewer rows agree by chance too often."""
MIN_BITS = 20
"""Agreement with less information than this happens by chance more often than once in a million columns."""


class Row(NamedTuple):
    """A candidate's grade before and after; "" for none."""

    number: str
    before: str
    after: str


def information(grades: Sequence[str]) -> float:
    """Return the bits of information in a column, where each grade is as probable as its share of the column."""
    counts = Counter(grades)
    return sum(-count * log2(count / len(grades)) for count in counts.values())


def binomial_tail(n: int, least: int, chance: float) -> float:
    """Return the probability of `least` or more successes in `n` independent trials."""
    return sum(comb(n, x) * chance**x * (1 - chance) ** (n - x) for x in range(least, n + 1))
