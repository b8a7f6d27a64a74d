"""Variations of scenarios: other candidates and grades per trainee, and everything still matches."""

import copy
from typing import Any

import pytest

from training.scenarios.checker import problems
from training.scenarios.loader import file_blueprints as blueprints
from training.scenarios.schema import Scenario
from training.scenarios.variation import varied

KEYS = sorted(blueprints())


def committee(data: dict[str, Any], number: int = 0) -> Any:
    return data["exams"][0]["committees"][number]


@pytest.mark.parametrize("key", KEYS)
def test_variation_is_a_good_scenario_with_an_assignment(key: str) -> None:
    data = varied(blueprints()[key], "1:first")
    assert (problems(data), bool(Scenario.from_data(key, data).assignment)) == ([], True)


@pytest.mark.parametrize("key", KEYS)
def test_equal_seeds_give_equal_scenarios(key: str) -> None:
    first, again, other = (varied(blueprints()[key], seed) for seed in ("1:a", "1:a", "2:a"))
    assert (first == again, first == other) == (True, False)


def test_scenario_itself_stays_as_it_is() -> None:
    data = copy.deepcopy(blueprints()["bad-sheet"])
    varied(data, "1:a")
    assert data == blueprints()["bad-sheet"]


def test_file_cells_move_with_their_candidate() -> None:
    data, story = varied(blueprints()["bad-sheet"], "1:a"), blueprints()["bad-sheet"]
    tasks = {task["key"]: task["done"][0] for task in data["tasks"]}
    numbers = committee(data)["candidates"].split(", ")
    cells = data["files"][0]["cells"]
    formula = next(int(place[1:]) for place, text in cells.items() if text.startswith("="))
    assert numbers[formula - 2] == tasks["formula"]["grade"]
    assert tasks["shifted"]["grade"] in cells.values()
    assert len(cells) == len(story["files"][0]["cells"])


def test_wrong_number_in_a_file_is_wrong_there_too() -> None:
    data = varied(blueprints()["bad-sheet"], "1:a")
    typed = [text for place, text in data["files"][0]["cells"].items() if place[0] == "A" and text]
    assert [number in committee(data)["candidates"] for number in typed] == [False]


def test_absent_candidates_and_notes_match() -> None:
    part = committee(varied(blueprints()["by-click"], "1:a"))
    assert set(part["candidates"].split(", ")) - set(part["notes"]) == set(part["absent"])


def test_grades_that_only_the_notes_name_are_drawn_anew() -> None:
    grades = [sorted(committee(varied(blueprints()["first-exam"], seed))["notes"].values()) for seed in "abc"]
    assert (grades[0] == grades[1] == grades[2], [found.count("F") for found in grades]) == (False, [1, 1, 1])


def test_grades_that_a_file_names_stay_with_their_candidate() -> None:
    data = varied(blueprints()["wrong-committee"], "1:a")
    assert committee(data, 1)["notes"] == data["files"][0]["grades"]


def test_texts_name_the_candidates_of_the_variation() -> None:
    data = varied(blueprints()["transfer"], "1:a")
    appeal = data["end"][-1]["sent"]
    assert [appeal in text for text in data["assignment"].values()] == [True, True, True]


def test_short_numbers_stay() -> None:
    data = copy.deepcopy(blueprints()["first-exam"])
    committee(data).update({"candidates": "1-3", "notes": {"1": "F"}})
    assert committee(varied(data, "1:a"))["candidates"] == "1, 2, 3"
