import random

import pytest

from committees.second_look.attendance_shift import Presence, find_attendance_shift
from committees.second_look.column_order import (
    are_grades_sorted,
    is_only_numbers_sorted,
    is_same_column,
    one_grade,
)
from committees.second_look.control_totals import Difference, differences
from committees.second_look.drift import chi_squared_tail, find_drift
from committees.second_look.overhang import FileRow, find_overhang
from committees.second_look.spot_check import choose

LETTERS = ("A", "B", "C", "D", "E", "F")
MIXED = "CABDBECFABDCADEB"


def presences(grades: str, absent: set[int], attended: bool | None) -> list[Presence]:
    return [
        Presence(str(place), grade != ".", False if place in absent else attended)
        for place, grade in enumerate(grades)
    ]


# Attendance


@pytest.mark.parametrize(("grades", "rows"), [("AB.CD.AB", 1), (".BC.DABC", -1), ("ABC.DA.B", 2)])
def test_rows_without_grade_beside_absent_candidates_are_a_shift(grades: str, rows: int) -> None:
    absent = {place - rows for place, grade in enumerate(grades) if grade == "."}
    found = find_attendance_shift(presences(grades, absent, None))
    assert found is not None
    assert (found.rows, found.absent) == (rows, 2)


def test_one_absent_candidate_is_enough_where_the_other_attended() -> None:
    assert find_attendance_shift(presences("AB.CDAB", {1}, None)) is None
    found = find_attendance_shift(presences("AB.CDAB", {1}, True))
    assert (found.pairs if found else ()) == (("1", "2"),)


@pytest.mark.parametrize("grades", ["AB.CD.AB", "AB.....B", "ABACDAAB"])
def test_absent_candidates_without_grade_and_unfinished_sheets_are_no_shift(grades: str) -> None:
    assert find_attendance_shift(presences(grades, {2, 5}, True)) is None


# Columns


def test_equal_columns_are_found_unless_by_chance() -> None:
    assert is_same_column(MIXED, MIXED + "AB")
    assert not is_same_column(MIXED, "A" + MIXED[1:])
    assert not is_same_column("A" * 40, "A" * 40)
    assert not is_same_column(MIXED[:7], MIXED[:7])


def test_candidates_that_were_sorted_without_their_grades_are_found() -> None:
    numbers = random.Random(1).sample(range(100, 116), 16)
    before = [(str(number), grade) for number, grade in zip(numbers, MIXED, strict=True)]
    after = [(str(number), grade) for number, grade in zip(sorted(numbers), MIXED, strict=True)]
    assert is_only_numbers_sorted(before, after)
    assert not is_only_numbers_sorted(before, sorted(before))
    assert not is_only_numbers_sorted(before, before)


@pytest.mark.parametrize(
    ("column", "is_sorted"),
    [("".join(sorted(MIXED)), True), ("".join(sorted(MIXED))[::-1], True), (MIXED, False), ("A" * 30, False)],
)
def test_grades_in_order_are_found_only_if_it_is_no_chance(column: str, is_sorted: bool) -> None:
    assert are_grades_sorted(list(column), LETTERS) == is_sorted


def test_one_grade_for_all_is_unusual_except_pass() -> None:
    assert one_grade(["C"] * 8 + [""], LETTERS) == "C"
    assert one_grade(["C"] * 7, LETTERS) is None
    assert one_grade(["Pass"] * 8, ("Pass", "NotPass")) is None
    assert one_grade(["NotPass"] * 8, ("Pass", "NotPass")) == "NotPass"


# Control totals, drift, spot check


def test_only_counted_grades_that_differ_are_named() -> None:
    column = ["A", "A", "B", "", "C"]
    assert differences({"A": 2, "B": 2, "": 0}, column) == [Difference("B", 2, 1), Difference("", 0, 1)]


def test_chi_squared_tail_matches_tables() -> None:
    tails = [chi_squared_tail(*one) for one in ((3.841, 1), (5.991, 2), (7.815, 3), (11.07, 5))]
    assert [round(tail, 4) for tail in tails] == [0.05] * 4


def test_another_distribution_than_earlier_is_found_from_20_candidates_on() -> None:
    earlier = {"A": 20, "B": 40, "C": 60, "D": 40, "E": 20, "F": 20}
    found = find_drift({"A": 20}, earlier, LETTERS)
    assert (found.now["A"] if found else 0, found.earlier["A"] if found else 0) == (100, 10)
    assert find_drift({"A": 19}, earlier, LETTERS) is None
    assert find_drift({"A": 20}, {"C": 19}, LETTERS) is None


def test_same_distribution_is_no_drift() -> None:
    draw = random.Random(1)
    for _sample in range(300):
        now, before = (dict.fromkeys(LETTERS, 0) for _side in range(2))
        for _one in range(40):
            now[draw.choice(LETTERS)] += 1
            before[draw.choice(LETTERS)] += 1
        assert find_drift(now, before, LETTERS) is None


def test_spot_check_keeps_its_candidates_until_grades_change() -> None:
    numbers = [str(number) for number in range(100, 160)]
    chosen = choose(numbers, seed="1-abc")
    assert (len(chosen), chosen == choose(numbers, seed="1-abc")) == (5, True)
    assert chosen == sorted(chosen)
    assert chosen != choose(numbers, seed="1-abd")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("1. 2g 3g 4-", 1),
        ("1. 2. 3g 4- 5-", 2),
        ("1. 2g 3g 5-", 0),  # a note further down
        ("1g 2g 3g 4-", 0),
        ("1. 2. 3g 4-", 0),
        ("1. 2- 3g", 0),
        ("1. 2. 3. 4-", 0),
        ("1. 2g 3g", 0),
        ("1- 2-", 0),
        ("", 0),
    ],
)
def test_grades_below_the_last_candidate(rows: str, found: int) -> None:
    """Rows are numbers, followed by "g" with a candidate and grade, "." with a candidate only, "-" with a grade only."""
    file = [FileRow(int(one[0]), one[1] != "-", one[1] == "g") for one in rows.split()]
    assert find_overhang(file) == found
