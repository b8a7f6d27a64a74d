from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from committees.second_look.columns import Row
from committees.second_look.row_shift import Pair, RowShift, find_row_shift

pytestmark = pytest.mark.db_independent

SCALES = (("A", "B", "C", "D", "E", "F"), ("Pass", "NotPass"))
Drawn = tuple[list[str], list[str], int]


def rows_of(before: Sequence[str], after: Sequence[str]) -> list[Row]:
    return [Row(str(10001 + place), *pair) for place, pair in enumerate(zip(before, after, strict=True))]


@st.composite
def shifted(draw: st.DrawFn) -> Drawn:
    """A column of 20 rows or more, the same one some rows down (or up) with any grades at its end, and the shift."""
    grade = st.sampled_from(draw(st.sampled_from(SCALES)))
    before = draw(st.lists(grade, min_size=20, max_size=120))
    shift = draw(st.sampled_from([-3, -2, -1, 1, 2, 3]))
    ends = draw(st.lists(grade, min_size=abs(shift), max_size=abs(shift)))
    after = ends + before[:-shift] if shift > 0 else before[-shift:] + ends
    return before, after, shift


def changed_places(before: Sequence[str], after: Sequence[str]) -> list[int]:
    return [place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]


@given(shifted())
def test_every_shift_is_found(drawn: Drawn) -> None:
    """In every column with at least two changed grades, one of them not at the end that was filled."""
    before, after, shift = drawn
    changed = changed_places(before, after)
    assume(len(changed) >= 2 and any(0 <= place - shift < len(before) for place in changed))
    found = find_row_shift(rows_of(before, after))
    assert found is not None
    assert found.explained >= sum(1 for place in changed if 0 <= place - shift < len(before))


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(shifted(), st.sets(st.integers(0, 119), max_size=20))
def test_every_shift_is_found_where_empty_cells_keep_the_grade(drawn: Drawn, empty: set[int]) -> None:
    """An upload leaves the grades of its empty cells, here as many as four fifths allow."""
    before, after, shift = drawn
    kept = [before[place] if place in empty else grade for place, grade in enumerate(after)]
    moved = [place for place in changed_places(before, kept) if 0 <= place - shift < len(before)]
    assume(len(moved) >= 20 and not empty & set(range(moved[0], moved[-1])))
    assert find_row_shift(rows_of(before, kept)) is not None


def test_shift_has_rows_and_five_pairs() -> None:
    before = list("ABCDEFABCDEF")
    found = find_row_shift(rows_of(before, ["F", *before[:-1]]))
    pairs = tuple(Pair(str(10002 + n), "ABCDE"[n], str(10001 + n)) for n in range(5))
    assert found == RowShift(rows=1, changed=12, explained=11, pairs=pairs)


def test_shifted_block_in_a_long_column_is_found() -> None:
    before = list("ABCADCFBBEACDDBACEBFACBDEACBDA") * 3
    after = [*before[:40], "A", *before[40:59], *before[60:]]
    found = find_row_shift(rows_of(before, after))
    assert (found.rows if found else 0) == 1


@pytest.mark.parametrize("swapped", [0, 1, 2])
def test_four_fifths_are_enough(swapped: int) -> None:
    before = list("ABCDEFBADCFE")
    after = ["F", *before[:-1]]
    for place in range(3, 3 + swapped):
        after[place] = "A" if after[place] != "A" and before[place] != "A" else "F"
    found = find_row_shift(rows_of(before, after))
    assert (found.rows if found else 0) == 1


@pytest.mark.parametrize(
    ("before", "after", "is_weak"),
    [
        ("ABCDEFAB", "FABCDEFA", False),  # eight changed
        ("ABCDEFA", "FABCDEF", True),
        ("AABCDEFB", "AAABCDEF", True),  # seven of eight
        ("BCACDBFCBADC", "BCACDBFCCBAD", True),  # the last four of twelve
        ("ABCD", "FABC", None),  # three explained
        ("ABC", "FAB", None),
        ("ABCDEFA", "FABCDCF", None),  # one not explained
        ("PNPPNPN", "NPNPPNP", None),  # two grades
    ],
)
def test_shift_of_few_grades_is_a_weak_one(before: str, after: str, is_weak: bool | None) -> None:
    found = find_row_shift(rows_of(before, after))
    assert (found.is_weak if found else None) == is_weak


def test_candidates_without_grade_before_are_not_compared() -> None:
    before = ["", *"ABCDEFABCDEF"]
    assert find_row_shift(rows_of(before, ["A", *before[1:]])) is None
    assert find_row_shift(rows_of([""] * 30, list("ABCDEF") * 5)) is None


def test_weak_hints_are_rare_without_a_shift() -> None:
    """At most one in 100 pairs of columns without relation."""
    draw = Random(2026)
    columns = [draw.choices("ABCDEF", (12, 24, 28, 18, 9, 9), k=8) for _column in range(1000)]
    found = [find_row_shift(rows_of(*pair)) for pair in zip(columns[::2], columns[1::2], strict=True)]
    assert all(one.is_weak for one in found if one)
    assert sum(1 for one in found if one) <= 5
