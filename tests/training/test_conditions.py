"""Conditions of tasks, progress, and the task panel."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from committees.actions.confirmation import reopen_committee, withdraw_confirmation
from committees.actions.graders import invite_grader
from committees.actions.grading import note_attendance, set_grade
from committees.actions.planning import add_committee, move_candidates
from committees.actions.transfer import practice_fs, transfer_grades
from committees.enums import Attendance, ChangeCode
from committees.models import Candidate, Exam
from fs.models import Registration
from tests.training.conftest import (
    TEXTS,
    acting_user,
    advance_all,
    candidate_of,
    client_of,
    confirm_as,
    only_committee,
    poll,
    seat_of,
)
from training.engine.conditions import CONDITIONS as ANSWERS
from training.engine.conditions import unmet
from training.engine.events import record_events
from training.engine.progress import advance, current, lacks_of, notice_dead_end
from training.models import Run
from training.sandbox.state import SandboxState
from training.scenarios.fields import CONDITIONS

pytestmark = pytest.mark.db_independent

StartRun = Callable[..., Run]


def still(run: Run, **condition: Any) -> list[str]:
    """Return what `condition` lacks now; `is_` and `as_` mean "is" and "as"."""
    table = {
        ("is" if name == "is_" else "as" if name == "as_" else name): value
        for name, value in condition.items()
    }
    return [lack.sentence for lack in unmet(SandboxState(Run.objects.get(pk=run.pk)), [table])]


def task(*done: dict[str, Any], key: str = "a") -> dict[str, Any]:
    return {"key": key, "title": TEXTS, "text": TEXTS, "hint": TEXTS, "done": list(done)}


def give(run: Run, **grades: str) -> None:
    for name, value in grades.items():
        set_grade(seat_of(run), candidate_of(run, name.removeprefix("c")), value)


def test_every_condition_is_implemented() -> None:
    assert list(ANSWERS) == list(CONDITIONS)


def test_messages_name_grades_by_their_labels(start_run: StartRun) -> None:
    run = start_run()
    number = SandboxState(run).candidates[0].number
    with translation.override("nb"):
        assert "Bestått" in still(run, grade=number, is_="Pass")[0]


def test_seen(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, seen="final-grading") == ["You haven’t opened the page for this task yet."]
    record_events(run, "seen:final-grading")
    assert still(run, seen="final-grading") == []
    assert len(still(run, seen="final-grading", as_="sofie")) == 1


def test_refused(start_run: StartRun) -> None:
    conditions = [{"refused": "upload-sheet"}, {"refused": "upload-sheet", "code": "list-of-other-committee"}]
    run = start_run(tasks=[task(*conditions)])
    assert still(run, **conditions[0]) == ["The error message that this task is about has not appeared yet."]
    upload = f"/practice/{run.pk}/you/committees/{only_committee(run).pk}/upload/"
    client_of(run.trainee).post(upload)
    assert still(run, **conditions[0]) == []
    assert len(still(run, **conditions[1])) == 1


def test_refused_with_a_code(start_run: StartRun) -> None:
    reset = {"refused": "confirm", "code": "ungraded-not-acknowledged"}
    run = start_run(tasks=[task({"refused": "set-attendance", "code": "no-attendance-chosen"}, reset)])
    pk = candidate_of(run, "10001").pk
    client_of(run.trainee).post(f"/practice/{run.pk}/you/candidates/{pk}/attendance/")
    assert still(run, refused="set-attendance", code="no-attendance-chosen") == []
    assert len(still(run, **reset)) == 1


def test_did_counts_a_typed_grade_as_a_clicked_one(start_run: StartRun) -> None:
    run = start_run()
    sheet = f"/practice/{run.pk}/you/candidates"
    pk = Candidate.objects.get(number="10001", exam__sandbox=run.sandbox).pk
    client_of(run.trainee).post(f"{sheet}/{pk}/grade/", {"grade": "A", "typed": "1"})
    assert still(run, did="grade.typed") == []
    assert still(run, did="grade.clicked") == []


def test_did_counts_only_the_trainees_acts(start_run: StartRun) -> None:
    run = start_run(acts=[{"who": "ola", "do": "grade", "when": "start", "grades": {"10002": "C"}}])
    assert still(run, did="grade.clicked") == ["You haven’t done this yet."]
    give(run, c10001="A")
    assert still(run, did="grade.clicked", committee=1, candidate="10001") == []
    assert still(run, did="grade.clicked", candidate="10002") != []
    assert still(run, did="grade.clicked", times=3) == ["You have done this. Do it 2 more times."]


def test_notes(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="B", c10003="C")
    assert still(run, notes=1) == [
        "2 candidates have no grade: 10002, 10004. 10003 did not attend and should have no grade.",
        "10001 has B, but it is A in your notes.",
        "10003 did not attend and should have no grade, but has C.",
    ]


def test_notes_hold_when_all_is_as_noted(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B", c10004="F")
    assert still(run, notes=1) == []


def test_notes_compare_attendance_by_value(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B")
    note_attendance(candidate_of(run, "10004"), Attendance.ABSENT, by=acting_user(run))
    note_attendance(candidate_of(run, "10003"), Attendance.ATTENDED, by=acting_user(run))
    assert still(run, notes=1) == [
        "1 candidate has no grade: 10004. 10003 did not attend and should have no grade.",
        "10003 did not attend. Register that under “Attendance”.",
        "10004 attended, but is registered as “Did not attend”.",
    ]


def test_attendance(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, attendance="10003", is_="absent") == []
    assert still(run, attendance="10001", is_="absent") == [
        "The attendance of 10001 should be “Did not attend”."
    ]


def test_grades_of_a_committee_are_exact(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="C")
    wanted = {"10001": "A", "10002": "B", "10003": "", "10005": "C"}
    assert still(run, grades=wanted, committee=1) == [
        "10005 should be in Committee 1 – Oral A.",
        "10004 should not be in Committee 1 – Oral A.",
        "10002 has C, but should have B.",
    ]
    wanted = {"10001": "A", "10002": "C", "10003": "", "10004": ""}
    assert still(run, grades=wanted, committee=1) == [
        "10004 did not attend. Register that under “Attendance”."
    ]


def test_emptied_committee_is_not_graded(start_run: StartRun) -> None:
    run = start_run(role="planner")
    other = add_committee(Exam.objects.get(), number=2, name="", by=acting_user(run))
    move_candidates(list(Candidate.objects.all()), to=other, by=acting_user(run))
    assert still(run, graded=1) == ["10001, 10002, 10003, 10004 should be in Committee 1 – Oral A."]
    assert still(run, candidates="10001-10004", committee=2) == []


def test_settings(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, settings="TDT4100") == []
    Exam.objects.update(rule="one")
    assert still(run, settings="TDT4100") == [
        "TDT4100: “confirmation” should be “All graders must confirm”. Change it with “Edit”."
    ]
    assert still(run, settings="TDT4100", rule="one") == []


def test_graders(start_run: StartRun) -> None:
    run = start_run()
    mine = acting_user(run).feide_name
    assert still(run, graders=[mine, "ola@uio.no"], committee=1) == []
    assert still(run, graders=[mine, "eva@uio.no"], committee=1) == [
        "eva@uio.no is not a grader in Committee 1 – Oral A.",
        "ola@uio.no should not be a grader in Committee 1 – Oral A. Remove this grader.",
    ]


def test_graded_names_missing_and_absent_candidates(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="C")
    assert still(run, graded=1) == [
        "2 candidates have no grade: 10002, 10004. 10003 did not attend and should have no grade."
    ]
    give(run, c10002="C", c10004="C")
    assert still(run, graded=1) == []


def test_grade(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, grade="10001", is_="C") == ["10001 has no grade, but should have C."]
    give(run, c10001="D")
    assert still(run, grade="10001", is_="C") == ["10001 has D, but should have C."]
    assert still(run, grade="10001", is_="") == ["10001 has D, but should have no grade."]
    assert still(run, grade="10001", is_="D") == []
    assert still(run, grade="90001", is_="D") == ["Candidate 90001 is missing."]


def test_confirmed_ends_with_the_confirmation(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, confirmed=1) == ["Your confirmation of Committee 1 – Oral A is not valid."]
    confirm_as(run)
    assert still(run, confirmed=1) == []
    withdraw_confirmation(seat_of(run))
    assert len(still(run, confirmed=1)) == 1


def test_stage(start_run: StartRun) -> None:
    run = start_run()
    assert still(run, stage=1, is_="confirmed") == [
        "Committee 1 – Oral A has the status “Not started”, but should have “Confirmed”."
    ]
    for key in ("you", "ola"):
        confirm_as(run, key)
    assert still(run, stage=1, is_="confirmed") == still(run, stage=1, is_="grading") == []


def test_exam_and_committee(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, exam="KULT1102") == ["The exam KULT1102 has not been created yet."]
    assert still(run, committee=2) == ["Committee 2 has not been created yet."]
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
        "Not in a committee yet: 10004.",
        "Committee 1 – Oral A has no graders.",
    ]


def test_seated(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, seated="late@uio.no", committee=1, external=True) == [
        "late@uio.no is not a grader in Committee 1 – Oral A."
    ]
    invite_grader(
        only_committee(run), name="", feide_name="late@uio.no", is_external=False, by=acting_user(run)
    )
    assert still(run, seated="late@uio.no", committee=1, external=True) == [
        "late@uio.no is a grader in Committee 1 – Oral A, but should be external."
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
    assert still(run, at_fs="TDT4100") == ["The grades of these candidates are not the same in FS: 10002."]
    Registration.objects.filter(exam__sandbox=run.sandbox_id).update(is_withdrawn=False)
    transfer_grades(exam, by=acting_user(run))
    assert still(run, at_fs="TDT4100") == []
    reopen_committee(only_committee(run), reason="x", code=ChangeCode.APPEAL, by=acting_user(run))
    assert still(run, at_fs="TDT4100") == [
        "Committee 1 – Oral A has the status “Grading”, but should have “Confirmed”."
    ]


# From task to task


def test_tasks_are_done_in_order_and_stay_done(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B", c10004="F")
    advance_all(run)
    assert run.tasks == {}
    record_events(run, "seen:final-grading")
    advance_all(run)
    task = current(run)
    assert (list(run.tasks), task and task.key) == (["look", "grade"], "confirm")
    give(run, c10001="B")
    advance_all(run)
    assert list(run.tasks) == ["look", "grade"]


def test_task_is_not_ticked_before_it_was_shown(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B", c10004="F")
    record_events(run, "seen:final-grading", "shown:look")
    advance(run)
    advance(run)
    assert list(run.tasks) == ["look"]


def test_ticked_tasks_do_not_finish_a_run_with_wrong_grades(start_run: StartRun) -> None:
    run = start_run()
    record_events(run, "seen:final-grading", "shown:look", "shown:grade", "shown:confirm")
    give(run, c10001="A", c10002="B", c10004="F")
    advance(run)
    advance(run)
    give(run, c10001="C")
    confirm_as(run)
    advance(run)
    assert (current(run), run.done_at, [lack.places for lack in lacks_of(run)]) == (None, None, [("10001",)])
    give(run, c10001="A")
    confirm_as(run)
    advance(run)
    assert run.done_at is not None


def test_confirming_wrong_grades_as_the_last_is_a_dead_end(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="B")
    for key in ("ola", "you"):
        confirm_as(run, key)
    notice_dead_end(run)
    assert "dead-end" in run.events
    page = poll(client_of(run.trainee), run).content.decode()
    assert ("data-dead-end" in page, "practice-check" in page) == (True, False)


def test_confirmed_right_grades_are_no_dead_end(start_run: StartRun) -> None:
    run = start_run()
    give(run, c10001="A", c10002="B", c10004="F")
    for key in ("ola", "you"):
        confirm_as(run, key)
    notice_dead_end(run)
    assert run.events == {}


def test_the_last_task_ends_the_run(start_run: StartRun) -> None:
    run = start_run()
    record_events(run, "seen:final-grading")
    give(run, c10001="A", c10002="B", c10004="F")
    confirm_as(run)
    advance_all(run)
    run.refresh_from_db()
    assert (current(run), run.done_at is not None, run.is_stuck) == (None, True, False)


def test_run_without_progress_is_stuck(start_run: StartRun) -> None:
    run = start_run()
    assert run.is_stuck is False
    run.moved_at -= timedelta(minutes=6)
    assert run.is_stuck is True


# The panel


def check(run: Run, task: str, **headers: str) -> Any:
    url = f"/practice/{run.pk}/you/panel/check/"
    return client_of(run.trainee).post(url, {"task": task}, headers=headers)


def test_check_helps_step_by_step(start_run: StartRun) -> None:
    run = start_run()
    record_events(run, "seen:final-grading", "shown:look")
    advance(run)
    give(run, c10001="A")
    steps = [check(run, "grade", hx_request="true").content.decode() for _step in range(3)]
    assert "2 things are not right yet." in steps[0]
    assert "Check these: 10002, 10004." in steps[1]
    assert "2 candidates have no grade: 10002, 10004. 10003 did not attend and" in steps[2]
    assert ["10002, 10004" in step for step in steps] == [False, True, True]


def test_steps_of_help_are_counted(start_run: StartRun) -> None:
    run = start_run()
    record_events(run, "seen:final-grading", "shown:look")
    advance(run)
    for _check in range(4):
        check(run, "grade")
    give(run, c10001="A")
    check(run, "grade")
    run.refresh_from_db()
    assert (run.help_with("grade"), run.help_with("look"), run.help_count) == (4, 0, 4)


def test_check_without_htmx_redirects_back(start_run: StartRun) -> None:
    run = start_run()
    answer = check(run, "look", referer=f"http://testserver/practice/{run.pk}/you/grade/")
    assert answer.headers["Location"].endswith(f"/practice/{run.pk}/you/grade/")
    assert check(run, "look").headers["Location"] == f"/practice/{run.pk}/you/"


def test_an_unchanged_panel_is_204(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    state = poll(kari, run).content.decode().split("?state=")[1].split('"')[0]
    url = f"/practice/{run.pk}/you/panel/?state={state}"
    again = kari.post(url)
    record_events(run, "seen:final-grading")
    then = kari.post(url)
    assert (again.status_code, then.status_code) == (204, 200)


def test_ticked_tasks_are_named(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    before = poll(kari, run).content.decode()
    record_events(run, "seen:final-grading")
    after = poll(kari, run).content.decode()
    assert [before.count(" data-done="), after.count(" data-done=")] == [0, 1]
    assert 'data-next="1 of 3 tasks done. Next task: ' in after


def test_hint_appears_after_its_delay(start_run: StartRun) -> None:
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
    kari = client_of(run.trainee)
    assert "Look left" not in poll(kari, run).content.decode()
    Run.objects.update(moved_at=run.moved_at - timedelta(seconds=61))
    assert "Look left" in poll(kari, run).content.decode()


def sheet_of(run: Run) -> str:
    return f"/practice/{run.pk}/you/committees/{only_committee(run).pk}/"


def test_an_opened_page_counts_from_the_next_poll(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    assert 'data-task="look"' in kari.get(sheet_of(run)).content.decode()
    assert 'data-task="look"' in poll(kari, run).content.decode()
    assert 'data-task="grade"' in poll(kari, run).content.decode()


def test_an_opened_page_counts_for_check(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    kari.get(sheet_of(run))
    kari.post(f"/practice/{run.pk}/you/panel/check/", {"task": "look"})
    run.refresh_from_db()
    assert list(run.tasks) == ["look"]


def test_an_act_advances_the_tasks(start_run: StartRun) -> None:
    run = start_run(tasks=[task({"did": "grade.clicked"})])
    kari = client_of(run.trainee)
    kari.get(sheet_of(run))  # without JavaScript, the page itself shows the task
    pk = Candidate.objects.get(number="10001", exam__sandbox=run.sandbox).pk
    kari.post(f"/practice/{run.pk}/you/candidates/{pk}/grade/", {"grade": "A"})
    run.refresh_from_db()
    assert list(run.tasks) == ["a"]


def test_a_page_of_another_committee_does_not_count(start_run: StartRun) -> None:
    run = start_run(tasks=[task({"seen": "candidate", "candidate": "10002"}, key="look")])
    kari = client_of(run.trainee)
    for number, seen in (("10001", 1), ("10002", 0)):
        kari.get(f"/practice/{run.pk}/you/candidates/{candidate_of(run, number).pk}/")
        poll(kari, run)
        assert len(still(run, seen="candidate", candidate="10002")) == seen


def test_done_tasks_can_be_read_again(start_run: StartRun) -> None:
    run = start_run()
    record_events(run, "seen:final-grading", "shown:look")
    page = poll(client_of(run.trainee), run).content.decode()
    assert ('data-task="grade"' in page, page.count("practice-read-again")) == (True, 1)


def test_the_cookie_of_a_visit_is_for_its_run_and_no_script(start_run: StartRun) -> None:
    run = start_run()
    cookie = client_of(run.trainee).get(sheet_of(run)).cookies["visit-0"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (f"/practice/{run.pk}/", True, "Lax")


def test_a_forged_visit_does_not_count(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    kari.get(sheet_of(run))
    kari.cookies["visit-0"] = str(kari.cookies["visit-0"].value)[:-1]
    poll(kari, run)
    run.refresh_from_db()
    assert list(run.events) == ["shown:look"]


def test_a_visit_of_an_earlier_attempt_does_not_count(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    kari.get(sheet_of(run))
    Run.objects.update(attempts=2)
    poll(kari, run)
    run.refresh_from_db()
    assert list(run.events) == ["shown:look"]


def test_a_missing_page_was_not_seen(start_run: StartRun) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    answer = kari.get(f"/practice/{run.pk}/you/committees/99999/")
    poll(kari, run)
    run.refresh_from_db()
    assert (answer.status_code, list(run.events), run.tasks) == (404, ["shown:look"], {})


@pytest.mark.parametrize("key", ["ours", "nowhere"])
def test_file_download(start_run: StartRun, key: str) -> None:
    file = {
        "key": "ours",
        "name": TEXTS | {"en": "From Ola.xlsx"},
        "list": 1,
        "cells": {"B2": "a", "B3": "=B2"},
    }
    run = start_run(files=[file])
    answer = client_of(run.trainee).get(f"/practice/{run.pk}/you/panel/files/{key}/")
    assert answer.status_code == (200 if key == "ours" else 404)
