"""Each condition of a task: what it still sees, and that it holds when the register says so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from committees.actions.confirmation import reopen_committee, withdraw_confirmation
from committees.actions.grading import set_grade
from committees.actions.planning import add_committee, seat_grader
from committees.actions.transfer import practice_fs, transfer_grades
from committees.enums import ChangeCode
from committees.models import Candidate, Exam
from fs.models import Registration
from tests.training.conftest import (
    TEXTS,
    acting_user,
    candidate_of,
    client_of,
    confirm_as,
    only_committee,
    seat_of,
)
from training.engine.conditions import CONDITIONS as ANSWERS
from training.engine.conditions import advance, current, record_event, unmet
from training.models import Run
from training.sandbox.state import SandboxState
from training.scenarios.checker import CONDITIONS
from training.scenarios.schema import Task, Text

StartRun = Callable[..., Run]


def still(run: Run, **condition: Any) -> list[str]:
    """What `condition` still sees of the run now; `is_` and `as_` stand for "is" and "as"."""
    table = {
        ("is" if name == "is_" else "as" if name == "as_" else name): value
        for name, value in condition.items()
    }
    task = Task("x", Text(TEXTS), Text(TEXTS), Text(TEXTS), (table,))
    return unmet(SandboxState(Run.objects.get(pk=run.pk)), task)


def give(run: Run, **grades: str) -> None:
    for name, value in grades.items():
        set_grade(seat_of(run), candidate_of(run, name.removeprefix("c")), value)


def test_every_condition_that_a_file_may_name_is_answered() -> None:
    assert list(ANSWERS) == list(CONDITIONS)


def test_seen(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, seen="final-grading") == ["You have not been on the page that this task is about."]
    record_event(run, "seen:final-grading")
    assert still(run, seen="final-grading") == []
    assert len(still(run, seen="final-grading", as_="sofie")) == 1


def test_refused(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, refused="upload-sheet") == ["The register has not refused anything of the kind yet."]
    upload = f"/practice/{run.pk}/you/committees/{only_committee(run).pk}/upload/"
    client_of(run.trainee).post(upload)
    assert still(run, refused="upload-sheet") == []


def test_did_counts_a_typed_grade_as_a_clicked_one(start_run: StartRun) -> None:
    run = start_run()
    sheet = f"/practice/{run.pk}/you/candidates"
    pk = Candidate.objects.get(number="10001", exam__sandbox=run.sandbox).pk
    client_of(run.trainee).post(f"{sheet}/{pk}/grade/", {"grade": "A", "typed": "1"})
    assert still(run, did="grade.typed") == []
    assert still(run, did="grade.clicked") == []


def test_did_counts_what_i_did_and_nobody_else(start_run: StartRun) -> None:
    run = start_run(acts=[{"who": "ola", "do": "grade", "when": "start", "grades": {"10002": "C"}}])
    assert still(run, did="grade.clicked") == ["The log does not show yet that you did this."]
    give(run, c10001="A")
    assert still(run, did="grade.clicked", committee=1, candidate="10001") == []
    assert still(run, did="grade.clicked", candidate="10002") != []
    assert still(run, did="grade.clicked", times=3) == [
        "The log shows that you did this; do it 2 times more."
    ]


def test_notes(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="B", c10003="C")
    assert still(run, notes=1) == [
        "2 candidates have no grade: 10002, 10004.",
        "10001 has B, and your notes say A.",
        "10003 did not attend and should stay empty, but has C.",
    ]


def test_notes_hold_when_all_is_as_noted(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B", c10004="F")
    assert still(run, notes=1) == []


def test_graded_names_who_is_missing_and_who_should_stay_empty(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="C")
    assert still(run, graded=1) == [
        "2 candidates have no grade: 10002, 10004. 10003 did not attend and should stay empty."
    ]
    give(run, c10002="C", c10004="C")
    assert still(run, graded=1) == []


def test_grade(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, grade="10001", is_="C") == ["10001 has no grade; it should be C."]
    give(run, c10001="D")
    assert still(run, grade="10001", is_="C") == ["10001 has D; it should be C."]
    assert still(run, grade="10001", is_="") == ["10001 has D; there should be no grade."]
    assert still(run, grade="10001", is_="D") == []
    assert still(run, grade="90001", is_="D") == ["Candidate 90001 is not there."]


def test_confirmed_falls_with_the_confirmation(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, confirmed=1) == ["Your confirmation on Committee 1 – Oral A does not stand."]
    confirm_as(run)
    assert still(run, confirmed=1) == []
    withdraw_confirmation(seat_of(run))
    assert len(still(run, confirmed=1)) == 1


def test_stage(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, stage=1, is_="confirmed") == [
        "Committee 1 – Oral A is at “Not started”; it should come to “Confirmed”."
    ]
    for key in ("you", "ola"):
        confirm_as(run, key)
    assert still(run, stage=1, is_="confirmed") == still(run, stage=1, is_="grading") == []


def test_exam_and_committee(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, exam="KULT1102") == ["The exam KULT1102 is not there yet."]
    assert still(run, committee=2) == ["Committee 2 is not there yet."]
    add_committee(Exam.objects.get(), number=2, name="", by=acting_user(run))
    assert (
        still(run, committee=2) == still(run, exam="TDT4100") == still(run, committee=2, exam="TDT4100") == []
    )


def test_ready(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, ready="TDT4100") == []
    seat_of(run).delete()
    seat_of(run, "ola").delete()
    Exam.objects.get().candidates.filter(number="10004").update(committee=None)
    assert still(run, ready="TDT4100") == [
        "On no committee yet: 10004.",
        "Committee 1 – Oral A has no graders.",
    ]


def test_seated(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, seated="late@uio.no", committee=1, external=True) == [
        "late@uio.no has no seat on Committee 1 – Oral A."
    ]
    seat_grader(only_committee(run), feide_name="late@uio.no", is_external=False, by=acting_user(run))
    assert still(run, seated="late@uio.no", committee=1, external=True) == [
        "late@uio.no sits on Committee 1 – Oral A, but should be external."
    ]
    assert still(run, seated="late@uio.no", committee=1) == []


def test_receipts_and_what_fs_holds(start_run: StartRun) -> None:
    run = start_run(role="planner")
    exam = Exam.objects.get()
    fs = practice_fs()(run.sandbox_id or 0)
    fs.withdraw(exam.key, ["10002"])
    give(run, c10001="A", c10002="B")
    for key in ("you", "ola"):
        confirm_as(run, key)
    assert still(run, receipts="refused") == ["FS has not refused a line yet."]
    transfer_grades(exam, by=acting_user(run))
    assert still(run, receipts="refused") == still(run, receipts="taken") == []
    assert still(run, at_fs="TDT4100") == ["FS does not hold these grades as they stand here: 10002."]
    Registration.objects.filter(exam__sandbox=run.sandbox_id).update(is_withdrawn=False)
    transfer_grades(exam, by=acting_user(run))
    assert still(run, at_fs="TDT4100") == []
    reopen_committee(only_committee(run), reason="x", code=ChangeCode.APPEAL, by=acting_user(run))
    assert still(run, at_fs="TDT4100") == [
        "Committee 1 – Oral A is at “Grading”; it should come to “Confirmed”."
    ]


# From task to task


def test_tasks_are_done_in_order_and_stay_done(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B", c10004="F")
    advance(run)
    assert run.tasks == {}
    record_event(run, "seen:final-grading")
    advance(run)
    assert (list(run.tasks), str(current(run) and current(run).key)) == (["look", "grade"], "confirm")  # type: ignore[union-attr]
    give(run, c10001="B")
    advance(run)
    assert list(run.tasks) == ["look", "grade"]


def test_the_last_task_ends_the_run(start_run: StartRun) -> None:
    run = start_run()
    record_event(run, "seen:final-grading")
    give(run, c10001="A", c10002="B", c10004="F")
    confirm_as(run)
    advance(run)
    run.refresh_from_db()
    assert (current(run), run.done_at is not None, run.is_stuck) == (None, True, False)


def test_who_does_not_move_for_a_while_is_stuck(start_run: StartRun) -> None:
    run = start_run()
    assert run.is_stuck is False
    run.moved_at -= timedelta(minutes=6)
    assert run.is_stuck is True


# The panel


def panel(run: Run) -> Any:
    return client_of(run.trainee).get(f"/practice/{run.pk}/you/panel/")


def check(run: Run, task: str, **headers: str) -> Any:
    url = f"/practice/{run.pk}/you/panel/check/"
    return client_of(run.trainee).post(url, {"task": task}, headers=headers)


def test_check_says_what_the_register_still_sees(start_run: StartRun) -> None:
    run = start_run()
    record_event(run, "seen:final-grading")
    give(run, c10001="A")
    page = check(run, "grade", hx_request="true").content.decode()
    assert "2 candidates have no grade: 10002, 10004. 10003 did not attend and should stay empty." in page


def test_check_without_script_tells_it_on_the_page_one_came_from(start_run: StartRun) -> None:
    run = start_run()
    answer = check(run, "look", referer=f"http://testserver/practice/{run.pk}/you/grade/")
    assert answer.headers["Location"].endswith(f"/practice/{run.pk}/you/grade/")
    assert check(run, "look").headers["Location"] == f"/practice/{run.pk}/you/"


def test_a_panel_that_shows_what_is_asks_for_nothing(start_run: StartRun) -> None:
    run = start_run()
    page = panel(run).content.decode()
    state = page.split("?state=")[1].split('"')[0]
    again = client_of(run.trainee).get(f"/practice/{run.pk}/you/panel/?state={state}")
    record_event(run, "seen:final-grading")
    then = client_of(run.trainee).get(f"/practice/{run.pk}/you/panel/?state={state}")
    assert (again.status_code, then.status_code) == (204, 200)


def test_the_hint_comes_after_a_while(start_run: StartRun) -> None:
    tasks = [
        {
            "key": "a",
            "title": TEXTS,
            "text": TEXTS,
            "hint": TEXTS | {"en": "Look left"},
            "done": [{"graded": 1}],
        }
    ]
    run = start_run(tasks=tasks)
    assert "Look left" not in panel(run).content.decode()
    Run.objects.update(moved_at=run.moved_at - timedelta(seconds=61))
    assert "Look left" in panel(run).content.decode()


def test_the_page_itself_is_what_a_task_is_about(start_run: StartRun) -> None:
    run = start_run()
    page = client_of(run.trainee).get(f"/practice/{run.pk}/you/committees/{only_committee(run).pk}/")
    assert 'data-task="grade"' in page.content.decode()


def test_a_page_that_is_not_there_was_not_seen(start_run: StartRun) -> None:
    run = start_run()
    answer = client_of(run.trainee).get(f"/practice/{run.pk}/you/committees/99999/")
    run.refresh_from_db()
    assert (answer.status_code, run.events, run.tasks) == (404, {}, {})


@pytest.mark.parametrize("key", ["ours", "nowhere"])
def test_files_are_given_behind_the_door_alone(start_run: StartRun, key: str) -> None:
    file = {
        "key": "ours",
        "name": TEXTS | {"en": "From Ola.xlsx"},
        "list": 1,
        "cells": {"B2": "a", "B3": "=B2"},
    }
    run = start_run(files=[file])
    answer = client_of(run.trainee).get(f"/practice/{run.pk}/you/panel/files/{key}/")
    assert answer.status_code == (200 if key == "ours" else 404)
