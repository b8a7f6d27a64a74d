"""Nothing that a trainer writes may be too much for a page, a sandbox or an address; and the checker never fails."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.conftest import STORY, TEXTS
from training.scenarios.checker import problems
from training.scenarios.limits import MOST_BYTES
from training.scenarios.loader import parse, read_text
from training.scenarios.writer import write_toml

pytestmark = pytest.mark.db_independent

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from(["10001", "ola", "10001-10009"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["en", "key", "notes", "seen", "candidates"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def steps(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to every value within a scenario."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return (
        [way, *(found for key, one in inner for found in steps(one, (*way, key)))]
        if way
        else [found for key, one in inner for found in steps(one, (key,))]
    )


@given(st.sampled_from(steps(STORY)), VALUES)
def test_checker_reads_anything_anywhere(way: tuple[Any, ...], value: Any) -> None:
    story: Any = copy.deepcopy(STORY)
    place = story
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    assert all(": " in problem for problem in problems(story))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"minutes": 0}, "the scenario: “minutes” must be from 1 to 600"),
        ({"title": dict.fromkeys(TEXTS, "x" * 121)}, "the scenario: “title” has more than 120 characters"),
        ({"title": TEXTS | {"en": "a\u202eb"}}, "the scenario: “title” contains invisible characters"),
        ({"tasks": STORY["tasks"] * 11}, "the scenario: “tasks” has more than 30 entries"),
        ({"people": [STORY["people"][0] | {"feide": "ola"}]}, "people[1]: “feide” is not an address such as"),
        ({"people": [STORY["people"][0] | {"key": "o la"}]}, "people[1]: “key” can have up to 40 characters"),
        ({"exams": [STORY["exams"][0] | {"code": "A;B"}]}, "exams[1]: “code” is not a course code"),
        (
            {"exams": [STORY["exams"][0] | {"unplaced": "1-400"}]},
            "the scenario: the exams have 404 candidates",
        ),
        ({"exams": [STORY["exams"][0] | {"unplaced": "1-9999," * 9}]}, "exams[1]: “unplaced”: “1-9999"),
        (
            {"files": [{"key": "a", "name": dict.fromkeys(TEXTS, "../a.xlsx"), "text": ""}]},
            "files[1]: “name” is not a file name",
        ),
        (
            {
                "files": [
                    {"key": "a", "name": dict.fromkeys(TEXTS, "a.xlsx"), "list": 1, "cells": {"AAA1": "x"}}
                ]
            },
            "files[1]: “cells” should be a cell such as B9",
        ),
        ({"languages": ["de"]}, "the scenario: “languages” should contain one or more of en, nb, nn"),
        ({"languages": []}, "the scenario: “languages” should contain one or more of en, nb, nn"),
    ],
)
def test_too_much_is_named(changes: dict[str, Any], sentence: str) -> None:
    found = problems(STORY | changes)
    assert [one for one in found if one.startswith(sentence)], found


def test_scenario_in_one_language_is_enough() -> None:
    def only(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: only(one) for key, one in value.items() if key not in ("nb", "nn")}
        return [only(one) for one in value] if isinstance(value, list) else value

    assert problems(only(STORY) | {"languages": ["en"]}) == []
    assert problems(only(STORY))[0] == "the scenario: “title” needs a text in nb, nn"


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 3000, "a = " + "[" * 9 + "]" * 9, "x" * (MOST_BYTES + 1), "a = " + "9" * 5000, "a = "],
)
def test_text_that_cannot_be_read_is_refused(text: str) -> None:
    data, wrong = parse(text)
    assert (data, len(wrong)) == ({}, 1)


def test_written_story_has_no_problems() -> None:
    assert read_text(write_toml(STORY)) == (STORY, [])
