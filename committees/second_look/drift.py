"""Comparison of a distribution of grades with that of earlier terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma, sqrt

MIN_CANDIDATES = 20
MIN_DISTANCE = 0.2
"""The share of candidates who would need another grade."""
MAX_CHANCE = 1e-4
MIN_EXPECTED = 3
"""Grades with a smaller expected number are joined with their neighbours, because the test is inexact there."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A distribution unlike that of earlier terms, as percentages by grade: now and earlier."""

    now: dict[str, int]
    earlier: dict[str, int]


def find_drift(now: Mapping[str, int], earlier: Mapping[str, int], scale: Sequence[str]) -> Drift | None:
    """
    Return the two distributions if a chi-squared test finds less than `MAX_CHANCE` that they are alike.

    None for fewer than 20 graded candidates on either side, or if they are less than 20 percent apart.
    """
    mine, theirs = ([counts.get(grade, 0) for grade in scale] for counts in (now, earlier))
    n, of = sum(mine), sum(theirs)
    if n < MIN_CANDIDATES or of < MIN_CANDIDATES:
        return None
    distance = sum(abs(a / n - b / of) for a, b in zip(mine, theirs, strict=True)) / 2
    if distance < MIN_DISTANCE or chance_of(_joined(mine, theirs)) > MAX_CHANCE:
        return None
    return Drift(_percent(scale, mine), _percent(scale, theirs))


def chance_of(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the probability that two samples of one distribution differ as much as these counts."""
    n, of = (sum(side) for side in zip(*pairs, strict=True))
    statistic = 0.0
    for pair in pairs:
        for found, size in zip(pair, (n, of), strict=True):
            expected = sum(pair) * size / (n + of)
            statistic += (found - expected) ** 2 / expected
    return chi_squared_tail(statistic, len(pairs) - 1)


def chi_squared_tail(x: float, degrees: int) -> float:
    """Return the probability that a chi-squared variable exceeds `x`."""
    if degrees <= 0:
        return 1.0
    first = 2 - degrees % 2
    tail = erfc(sqrt(x / 2)) if first == 1 else exp(-x / 2)
    for one in range(first, degrees, 2):
        tail += (x / 2) ** (one / 2) * exp(-x / 2) / gamma(one / 2 + 1)
    return tail


def _joined(mine: Sequence[int], theirs: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbouring grades until each has the `MIN_EXPECTED` number in the smaller sample."""
    share = min(sum(mine), sum(theirs)) / (sum(mine) + sum(theirs))
    joined: list[tuple[int, int]] = []
    a = b = 0
    for one, other in zip(mine, theirs, strict=True):
        a, b = a + one, b + other
        if (a + b) * share >= MIN_EXPECTED:
            joined.append((a, b))
            a = b = 0
    if joined:
        joined[-1] = joined[-1][0] + a, joined[-1][1] + b
    return joined or [(a, b)]


def _percent(scale: Sequence[str], counts: Sequence[int]) -> dict[str, int]:
    total = sum(counts)
    return {grade: round(100 * count / total) for grade, count in zip(scale, counts, strict=True)}
