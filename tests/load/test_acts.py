"""Comparison of acknowledged acts with the register."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.deadline.acts import CLICKED, CONFIRMED, Act, Ledger

TOLD = Act("grader", CLICKED, 1, (("1001", "A"),), began=1.0, ended=2.0)
YES = Act("grader", CONFIRMED, 1, (), began=3.0, ended=4.0)
REGISTER: dict[str, list[list[Any]]] = {
    "acts": [["grader", CLICKED, 1, {"1001": "A"}], ["grader", CONFIRMED, 1, {}]],
    "grades": [[1, "1001", "A"], [1, "1002", ""]],
    "confirmed": [["grader", 1]],
}


def differences(folder: Path, *acts: Act, **register: list[list[Any]]) -> list[str]:
    told = folder / "told.json"
    told.write_text(json.dumps(REGISTER | register))
    return Ledger(list(acts)).differences(told)


def test_equal_states_do_not_differ(tmp_path: Path) -> None:
    assert differences(tmp_path, TOLD, YES) == []


@pytest.mark.parametrize(
    ("register", "begins"),
    [
        ({"acts": REGISTER["acts"][1:]}, "acknowledged, but not in the log: ('grader', 'grade.clicked'"),
        ({"acts": [*REGISTER["acts"], REGISTER["acts"][0]]}, "in the log, but not acknowledged: ('grader'"),
        ({"confirmed": []}, "confirmation acknowledged, but not valid: ('grader', 'grading.confirmed'"),
        ({"grades": [[1, "1001", "B"]]}, "1: 1001 has “B”"),
        ({"grades": [[1, "1001", "A"], [1, "1002", "C"]]}, "1: 1002 has “C”"),
    ],
)
def test_lost_and_invented_acts_are_named(
    tmp_path: Path, register: dict[str, list[list[Any]]], begins: str
) -> None:
    (difference,) = differences(tmp_path, TOLD, YES, **register)
    assert difference.startswith(begins)


@pytest.mark.parametrize(("began", "stands"), [(1.5, ["A", "B"]), (2.5, ["B"])])
def test_either_of_simultaneous_acts_may_win_otherwise_the_later(
    tmp_path: Path, began: float, stands: list[str]
) -> None:
    other = Act("colleague", CLICKED, 1, (("1001", "B"),), began, 3.0)
    acts = [*REGISTER["acts"], ["colleague", CLICKED, 1, {"1001": "B"}]]
    for grade in "AB":
        found = differences(tmp_path, TOLD, YES, other, acts=acts, grades=[[1, "1001", grade]])
        assert (not found) == (grade in stands)
