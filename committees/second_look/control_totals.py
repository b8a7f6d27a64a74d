"""Comparison with the numbers of each grade that a grader counted on paper."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Difference(NamedTuple):
    """A grade with the number counted on paper, and the number registered."""

    grade: str
    counted: int
    registered: int


def differences(counted: Mapping[str, int], column: Sequence[str]) -> list[Difference]:
    """Return the grades whose numbers differ. Grades that were not counted are not compared."""
    registered = Counter(column)
    return [
        Difference(grade, number, registered[grade])
        for grade, number in counted.items()
        if number != registered[grade]
    ]
