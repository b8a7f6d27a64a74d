"""Columns of grades that are in a suspicious order, or the same as another one."""

from collections import Counter
from collections.abc import Sequence
from math import lgamma, log

from committees.second_look.columns import MIN_BITS, MIN_ROWS, information


def is_same_column(mine: Sequence[str], other: Sequence[str]) -> bool:
    """
    Return whether the shorter column is the beginning of the other, and hardly by chance.

    Both are in order of candidate number, "" for no grade.
    """
    length = min(len(mine), len(other))
    graded = [grade for grade in mine[:length] if grade]
    if len(graded) < MIN_ROWS or list(mine[:length]) != list(other[:length]):
        return False
    return information(graded) >= MIN_BITS


def is_only_numbers_sorted(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> bool:
    """
    Return whether two files have the same grades from top to bottom, but the same candidates in another order.

    Then one column was sorted without the other. Rows are number and grade, from top to bottom.
    """
    if [grade for _number, grade in before] != [grade for _number, grade in after]:
        return False
    moved = [(old, new) for (old, _grade), (new, _same) in zip(before, after, strict=True) if old != new]
    if len(moved) < MIN_ROWS or {old for old, _new in moved} != {new for _old, new in moved}:
        return False
    return information([grade for _number, grade in after if grade] or [""]) >= MIN_BITS


def are_grades_sorted(column: Sequence[str], scale: Sequence[str]) -> bool:
    """Return whether the grades, in order of candidate number, run from best to worst or back, and hardly by chance."""
    places = [scale.index(grade) for grade in column if grade in scale]
    if len(places) < MIN_ROWS or sorted(places) not in (places, places[::-1]):
        return False
    arrangements = lgamma(len(places) + 1) - sum(lgamma(count + 1) for count in Counter(places).values())
    return arrangements / log(2) >= MIN_BITS


def one_grade(column: Sequence[str], scale: Sequence[str]) -> str | None:
    """Return the grade that all graded candidates have, if that is unusual: not the best of a scale of two."""
    graded = [grade for grade in column if grade]
    if len(graded) < MIN_ROWS or len(set(graded)) > 1:
        return None
    is_usual = len(scale) == 2 and graded[0] == scale[0]
    return None if is_usual else graded[0]
