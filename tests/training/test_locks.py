"""The locks of robots, tasks and the end of a sandbox, and that a task sees its own sandbox alone."""

from collections.abc import Callable

import pytest

from committees.actions.sandboxes import delete_sandboxes
from tests.conftest import People
from tests.locking import locks_taken
from tests.training.conftest import TEXTS, confirm_as, grades_of, later
from training.looking import Look
from training.models import Run
from training.robots import play_due
from training.tasks import advance, note, unmet

Play = Callable[..., Run]


def task(**done: object) -> dict[str, object]:
    return {"key": "only", "title": TEXTS, "text": TEXTS, "hint": TEXTS, "done": [done]}


def test_robots_act_under_the_lock_of_their_run(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    run = play(acts=[{"who": "ola", "do": "notes", "when": "start", "after": 5}])
    locked = locks_taken(monkeypatch)
    assert play_due(run, later(6))
    assert (locked[:1], grades_of(run)["10001"]) == (["Run"], "A")


def test_a_task_is_done_under_the_lock_of_its_run(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    run = play(tasks=[task(confirmed=1)])
    confirm_as(run)
    locked = locks_taken(monkeypatch)
    advance(run)
    assert (locked, list(run.tasks)) == (["Run"], ["only"])


def test_what_is_seen_is_noted_under_the_lock_of_its_run(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    run = play()
    locked = locks_taken(monkeypatch)
    note(run, "seen:final-grading")
    assert locked == ["Run"]


def test_a_sandbox_ends_under_the_locks_of_all_that_is_in_it(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = play()
    assert run.sandbox_id
    locked = locks_taken(monkeypatch)
    delete_sandboxes([run.sandbox_id])
    assert locked == ["Committee", "Exam", "World"]


def test_a_receipt_of_another_exam_does_no_task(completed_exam: People, play: Play) -> None:
    run = play(tasks=[task(receipts="taken")])
    assert completed_exam.exam.transfers.get().lines.filter(status="taken").exists()
    assert unmet(Look(run), run.plot.tasks[0]) == ["FS has not taken a line yet."]
