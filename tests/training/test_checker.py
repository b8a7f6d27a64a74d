"""Problems of a scenario are named with their place."""

import copy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.training.conftest import STORY
from training.scenarios.checker import problems
from training.scenarios.loader import OURS, file_blueprints, file_scenarios, files, read
from training.scenarios.schema import numbers_of

pytestmark = pytest.mark.db_independent


def broken(way: str, value: Any) -> list[str]:
    """Return the problems with `value` at `way`, such as "tasks.0.done"; None deletes the field."""
    story: Any = copy.deepcopy(STORY)
    *steps, last = [int(step) if step.isdigit() else step for step in way.split(".")]
    place = story
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return problems(story)


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_our_scenarios_have_no_problems(file: Path) -> None:
    assert read(file)[1] == []


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    ours = OURS / "first-exam.toml"
    marked = tmp_path / "first-exam.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + ours.read_bytes())
    assert read(marked) == read(ours)
    assert read(marked)[1] == []


def test_our_twelve_scenarios_are_in_order() -> None:
    orders = [scenario.order for scenario in file_scenarios().values()]
    assert (
        len(file_scenarios()) >= 12,
        orders,
        len(list(OURS.glob("*.toml"))) == len(file_blueprints()),
    ) == (
        True,
        sorted(orders),
        True,
    )


def test_good_scenario_has_no_problems() -> None:
    assert problems(STORY) == []


@pytest.mark.parametrize(
    ("way", "value", "sentence"),
    [
        ("title", None, "the scenario: “title” is missing"),
        ("title", {"en": "A"}, "the scenario: “title” needs a text in nb, nn"),
        ("role", "boss", "the scenario: “role” should be grader or planner"),
        ("minutes", "ten", "the scenario: “minutes” should be a whole number"),
        ("people.0.key", "you", "people: “you” is the trainee and can’t be somebody else"),
        ("people.0.feide", None, "people[1]: needs either “feide” or “email”"),
        ("people.0.email", "ola@uio.no", "people[1]: needs either “feide” or “email”"),
        ("exams.0.scale", "1-6", "exams[1]: “scale”: “1-6” is unknown; choose from A-F, PASS"),
        ("exams.0.date", 20, "exams[1]: the deadline is before the date"),
        (
            "exams.0.committees.0.candidates",
            "ten",
            "exams[1].committees[1]: “candidates”: “ten” is neither a candidate number",
        ),
        (
            "exams.0.committees.0.seats",
            ["eva"],
            "exams[1].committees[1]: “seats”: “eva” is unknown; choose from you, ola",
        ),
        (
            "exams.0.committees.0.absent",
            ["1"],
            "exams[1].committees[1]: “absent”: “1” is unknown; choose from 10001",
        ),
        (
            "exams.0.committees.0.notes",
            {"10001": "a"},
            "exams[1].committees[1]: “notes”: “a” is unknown; choose from A, B",
        ),
        ("exams.0.committees.0.extra", 1, "exams[1].committees[1]: “extra” is unknown; allowed here: number"),
        ("acts", [{"who": "eva", "do": "confirm", "when": "start"}], "acts[1]: “who”: “eva” is unknown"),
        (
            "acts",
            [{"who": "ola", "do": "sing", "when": "start"}],
            "acts[1]: “do”: “sing” is unknown; choose from confirm",
        ),
        ("acts", [{"who": "ola", "do": "grade", "when": "start"}], "acts[1]: “grade” needs “grades”"),
        ("acts", [{"who": "ola", "do": "confirm", "when": "task:x"}], "acts[1]: “when”: “task:x” is unknown"),
        ("files", [{"key": "a", "name": STORY["title"]}], "files[1]: needs either “list” or “text”"),
        (
            "files",
            [{"key": "a", "name": STORY["title"], "list": 1, "paste": True}],
            "files[1]: “paste” needs “text”",
        ),
        ("files", [{"key": "a", "name": STORY["title"], "list": 7}], "files[1]: committee: “7” is unknown"),
        ("tasks", [], "the scenario: needs at least one task"),
        ("tasks.0", {"key": "a"}, "tasks[1]: “title” is missing"),
        ("tasks.1.key", "look", "tasks: “look” is used twice"),
        ("tasks.0.done", [], "tasks[1]: “done” needs at least one condition"),
        ("tasks.0.done", [{"ticked": True}], "tasks[1].done[1]: is not a condition; choose from seen"),
        ("tasks.0.done", [{"did": "sing"}], "tasks[1].done[1]: “sing” is unknown; choose from exam.created"),
        (
            "tasks.0.done",
            [{"stage": 1, "is": "x"}],
            "tasks[1].done[1]: “is”: “x” is unknown; choose from not-started",
        ),
        ("tasks.0.done", [{"removed": "TDT4100", "is": "x"}], "tasks[1].done[1]: “is”: “x” is unknown"),
        ("tasks.0.done", [{"placed": "ten"}], "tasks[1].done[1]: “ten” is neither a candidate number"),
        ("tasks.0.done", [{"notes": 2}], "tasks[1].done[1]: committee: “2” is unknown"),
        ("tasks.0.done", ["seen"], "tasks[1].done[1]: is not a condition"),
        ("tasks.0", "look", "tasks[1]: is not a table; write [[tasks]] above it"),
    ],
)
def test_problem_is_named_with_its_place(way: str, value: Any, sentence: str) -> None:
    found = broken(way, value)
    assert [one for one in found if one.startswith(sentence)], found


def test_command_lists_problems_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, worse = tmp_path / "bad.toml", tmp_path / "worse.toml"
    bad.write_text('role = "grader"\n')
    worse.write_text("role = \n")
    with pytest.raises(CommandError, match="2 of the scenarios have problems"):
        call_command("check_scenarios", str(bad), str(worse))
    told = capsys.readouterr().out
    assert (f"{bad}: the scenario: “title” is missing" in told, f"{worse}: is not TOML" in told) == (
        True,
        True,
    )


def test_command_fails_without_the_scenarios_folder(settings: Any) -> None:
    settings.SCENARIOS = "/nowhere/at/all"
    with pytest.raises(CommandError, match="SCENARIOS names /nowhere/at/all, which is no folder"):
        call_command("check_scenarios")


def test_command_accepts_our_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_scenarios")
    assert capsys.readouterr().out.count(": good") == len(files())


def test_own_scenarios_are_added_to_ours(tmp_path: Path, settings: Any) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes((OURS / "first-exam.toml").read_bytes())
    (tmp_path / "by-click.toml").write_text("nothing = 1")
    settings.SCENARIOS = str(tmp_path)
    assert own in files()
    assert OURS / "by-click.toml" not in files()
    file_blueprints.cache_clear()
    try:
        assert ("own" in file_blueprints(), "by-click" in file_blueprints()) == (True, False)
    finally:
        file_blueprints.cache_clear()


@pytest.mark.parametrize(("text", "numbers"), [("", []), ("7", ["7"]), ("8-10, 12", ["8", "9", "10", "12"])])
def test_candidate_ranges(text: str, numbers: list[str]) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize("text", ["a", "1-", "5-3", "1-99999999", "١-٣"])
def test_invalid_range_raises(text: str) -> None:
    with pytest.raises(ValueError, match=text[:1]):
        numbers_of(text)
