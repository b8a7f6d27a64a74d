"""The form of a scenario: what goes in comes out, and rows are added, removed and moved."""

import copy
from typing import Any

import pytest
from django.http import QueryDict

from tests.training.conftest import STORY
from training.play.play import ASSESSED
from training.play.turns import TURNS
from training.scenario_editor import Row, form_of, missing_texts, posted_form, table_of
from training.scenario_fields import ACTIONS, WORDS
from training.scenarios.faults import TURN_LABELS
from training.scenarios.fields import CONDITIONS, ROBOT_ACTIONS
from training.scenarios.loader import file_blueprints, read_text
from training.scenarios.writer import write_toml

pytestmark = pytest.mark.db_independent


def sent(form: Row) -> QueryDict:
    """Return what a browser sends for this form: line breaks as browsers write them, unticked boxes not at all."""
    data = QueryDict(mutable=True)
    rows = [form, *(row for rows in form.all_lists() for row in rows.rows)]
    for row in rows:
        data[f"{row.name}-of"] = row.origin
        for value in row.values:
            if value.kind != "flag" or value.text == "true":
                data[value.name] = value.text.replace("\n", "\r\n")
    return data


@pytest.mark.parametrize("language", ["en", "nn"])
@pytest.mark.parametrize("key", file_blueprints())
def test_our_scenarios_pass_through_the_form_unchanged(key: str, language: str) -> None:
    data = file_blueprints()[key]
    table = table_of(posted_form(sent(form_of(data, language))), data, language)
    assert read_text(write_toml(table)) == (data, [])


def edited(change: Any, story: dict[str, Any] | None = None, language: str = "en") -> dict[str, Any]:
    """Return the table after `change` of what the browser sends."""
    story = story or copy.deepcopy(STORY)
    data = sent(form_of(story, language))
    change(data)
    return table_of(posted_form(data), story, language)


def test_text_is_changed_in_one_language_only() -> None:
    table = edited(lambda data: data.__setitem__("title", "Ny"), language="nn")
    assert table == STORY | {"title": STORY["title"] | {"nn": "Ny"}}


def test_rows_are_added_removed_and_moved_with_their_other_languages() -> None:
    story = copy.deepcopy(STORY)
    story["tasks"][1]["text"] = {"en": "Two", "nb": "To"}
    form = posted_form(sent(form_of(story, "en")))
    form.move_up("tasks-1")
    form.remove("tasks-2")
    form.add("tasks")
    form.add("tasks-0-done")
    table = table_of(posted_form(sent(form)), story, "en")
    assert [task.get("key") for task in table["tasks"]] == ["grade", "look", None]
    assert table["tasks"][0] == story["tasks"][1]
    assert table["tasks"][2] == {"done": []}


@pytest.mark.parametrize(
    ("texts", "condition"),
    [
        ({"word": "notes", "value": "2"}, {"notes": 2}),
        ({"word": "stage", "value": "1", "is": "confirmed"}, {"stage": 1, "is": "confirmed"}),
        ({"word": "grade", "value": "10001"}, {"grade": "10001", "is": ""}),
        (
            {"word": "grades", "value": "10001 A, 10003", "committee": "1"},
            {"grades": {"10001": "A", "10003": ""}, "committee": 1},
        ),
        ({"word": "graders", "value": "a@b.no, c@d.no"}, {"graders": ["a@b.no", "c@d.no"]}),
        ({"word": "did", "value": "x", "more": "times = 2"}, {"did": "x", "times": 2}),
        ({"word": "notes", "value": "one", "more": "times = "}, {"notes": "one", "more": "times ="}),
    ],
)
def test_conditions(texts: dict[str, str], condition: dict[str, Any]) -> None:
    def change(data: QueryDict) -> None:
        for name in ("word", "value", "is", "committee", "exam", "more"):
            data[f"end-0-{name}"] = texts.get(name, "")

    table = edited(change)
    assert table["end"][0] == condition
    assert edited(lambda data: None, table)["end"][0] == condition


def test_numbers_that_are_none_are_kept_for_the_checker() -> None:
    def change(data: QueryDict) -> None:
        data["minutes"] = "ten"
        data["exams-0-committees-0-notes"] = "10001 A\r\n10002"

    table = edited(change)
    assert (table["minutes"], table["exams"][0]["committees"][0]["notes"]) == (
        "ten",
        {"10001": "A", "10002": ""},
    )
    assert "the scenario: “minutes” should be a whole number" in read_text(write_toml(table))[1]


def test_form_has_every_condition_act_and_turn() -> None:
    assert set(WORDS) == set(CONDITIONS)
    assert set(ACTIONS) == set(ROBOT_ACTIONS)
    assert set(TURN_LABELS) == {"", ASSESSED, *(turn.name for turn in TURNS)}


def test_unknown_choice_is_kept() -> None:
    form = form_of(STORY | {"role": "boss"}, "en")
    role = next(value for value in form.values if value.name == "role")
    assert [code for code, _label in role.choices] == ["boss", "grader", "planner"]


def test_missing_texts_are_counted_by_language() -> None:
    story = copy.deepcopy(STORY)
    del story["title"]["nn"]
    story["tasks"][0]["hint"] = {"en": "Only"}
    assert missing_texts(story) == {"nb": 1, "nn": 2}
