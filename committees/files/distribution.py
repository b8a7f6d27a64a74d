"""What the grades of a set of candidates come to, in figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeShare:
    """How many of the candidates have `grade`, and how many per cent of all that is. Grade "": those without."""

    grade: str
    count: int
    percent: int


def grade_distribution(grades: Iterable[str], counts: Mapping[str, int]) -> list[GradeShare]:
    """A share for each of `grades`, and one for those without. `counts` tells how many have which."""
    total = sum(counts.values()) or 1
    return [
        # A half is rounded up, as people do.
        GradeShare(grade, counts.get(grade, 0), (200 * counts.get(grade, 0) + total) // (2 * total))
        for grade in (*grades, "")
    ]
