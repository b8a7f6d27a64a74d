"""Distribution of the grades of a set of candidates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeShare:
    """Number and percentage of the candidates with `grade`, or without one for ""."""

    grade: str
    count: int
    percent: int


def grade_distribution(grades: Iterable[str], counts: Mapping[str, int]) -> list[GradeShare]:
    """Return a share for each of `grades`, and one for candidates without a grade. `counts` is by grade."""
    total = sum(counts.values()) or 1
    return [
        # Round halves up, unlike `round`.
        GradeShare(grade, counts.get(grade, 0), (200 * counts.get(grade, 0) + total) // (2 * total))
        for grade in (*grades, "")
    ]
