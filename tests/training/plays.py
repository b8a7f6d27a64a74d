"""Plays of all scenarios and of practice copies, and the page that lists their results."""

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from committees.enums import ConfirmationRule
from tests.docs.generated import write_page
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from training.play.database import play_database
from training.play.play import Report, play_scenario
from training.play.table import lines_of
from training.sandbox.copy_keys import COPY_PREFIX
from training.sandbox.practice_copy import grader_copy, planner_copy
from training.scenarios.loader import OURS, read

PAGE = "scenario-plays"
ABOUT = """
Every scenario is played through its pages: the straight path, and wrong turns, each where it does most harm. A play that
ends with “Well done” must end exactly like the straight path. *Start over* counts plays that nothing can correct, where the
panel says so and offers to start over. Findings are tasks that can't be reached, that are done at the start or before
their text was shown, dead ends, and wrong ends. *Rules* is a digest of the scenario without its texts.
[How a scenario is played](../scenarios.md#how-a-scenario-is-played)
"""
TEXTS = {"title", "about", "assignment", "text", "hint", "name"}
KEYS = sorted(file.stem for file in OURS.glob("*.toml"))
COPIES = ("grader-all", "planner-all", "grader-one", "planner-one")
"""Practice copies by role and confirmation rule of their exam."""


def blueprint(key: str) -> dict[str, Any]:
    data, _problems = read(OURS / f"{key}.toml")
    return data


def practice_copy(name: str) -> dict[str, Any]:
    """Make an exam of two committees, and return the practice copy of it."""
    role, rule = name.split("-")
    me, colleague = UserFactory.create(is_planner=True), UserFactory.create()
    exam = ExamFactory.create(rule=ConfirmationRule(rule), planners=[me])
    for number in (1, 2):
        numbers = range(number * 1000, number * 1000 + 6)
        CommitteeFactory.create(exam=exam, number=number, graders=[me, colleague], numbers=numbers)
    return planner_copy(exam) if role == "planner" else grader_copy(exam, me)


def rules(data: Any) -> str:
    """Return a digest of a scenario without its texts."""
    return blake2b(json.dumps(_without_texts(data), sort_keys=True).encode(), digest_size=4).hexdigest()


def _without_texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_texts(inner) for key, inner in value.items() if key not in TEXTS}
    return [_without_texts(inner) for inner in value] if isinstance(value, list) else value


def reports() -> Iterator[tuple[str, Report]]:
    for key in KEYS:
        yield f"`{key}`", play_scenario(key, blueprint(key))
    for name in COPIES:
        data = practice_copy(name)
        yield f"practice copy, {name.replace('-', ', ')}", play_scenario(COPY_PREFIX + name, data)


def write() -> None:
    """Play everything, and write the page. Print what was found."""
    rows = []
    with play_database():
        for name, report in reports():
            print(*lines_of(report), sep="\n", flush=True)
            digest = rules(report.data) if report.key in KEYS else ""
            counts = f"{report.plays} | {report.restarts} | {len(report.findings)}"
            rows.append(f"| {name} | {digest} | {counts} |")
    head = "| scenario | rules | plays | start over | findings |\n|---|---|---|---|---|\n"
    write_page(PAGE, "Plays of the scenarios", "python -m tests.training", ABOUT, head + "\n".join(rows))
