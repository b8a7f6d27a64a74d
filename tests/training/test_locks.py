"""The locks of robots, tasks and the end of a sandbox; tasks read only their own sandbox."""

from collections.abc import Callable

import pytest

from committees.actions.sandboxes import delete_sandboxes
from tests.conftest import People
from tests.locking import locks_taken
from tests.training.conftest import TEXTS, confirm_as, grades_of, later
from training.engine.conditions import unmet
from training.engine.events import record_events
from training.engine.progress import advance
from training.engine.robots import fire_due_acts
from training.models import Run
from training.sandbox.state import SandboxState

StartRun = Callable[..., Run]


def task(**done: object) -> dict[str, object]:
    return {"key": "only", "title": TEXTS, "text": TEXTS, "hint": TEXTS, "done": [done]}


def test_robots_act_under_the_lock_of_their_run(start_run: StartRun, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start_run(acts=[{"who": "ola", "do": "notes", "when": "start", "after": 5}])
    locked = locks_taken(monkeypatch)
    assert fire_due_acts(run, later(6))
    assert (locked[:1], grades_of(run)["10001"]) == (["Run"], "A")


def test_a_task_is_done_under_the_lock_of_its_run(
    start_run: StartRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(tasks=[task(confirmed=1)])
    confirm_as(run)
    record_events(run, "shown:only")
    locked = locks_taken(monkeypatch)
    advance(run)
    assert (locked, list(run.tasks)) == (["Run"], ["only"])


def test_what_is_seen_is_noted_under_the_lock_of_its_run(
    start_run: StartRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run()
    locked = locks_taken(monkeypatch)
    record_events(run, "seen:final-grading")
    assert locked == ["Run"]


def test_a_sandbox_ends_under_the_locks_of_all_that_is_in_it(
    start_run: StartRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run()
    assert run.sandbox_id
    locked = locks_taken(monkeypatch)
    delete_sandboxes([run.sandbox_id])
    assert locked == ["Committee", "Exam", "Sandbox"]


def test_a_receipt_of_another_exam_does_no_task(completed_exam: People, start_run: StartRun) -> None:
    run = start_run(tasks=[task(receipts="taken")])
    assert completed_exam.exam.transfers.get().lines.filter(status="taken").exists()
    assert [lack.sentence for lack in unmet(SandboxState(run), run.scenario.tasks[0].done)] == [
        "FS has not accepted a line yet."
    ]
