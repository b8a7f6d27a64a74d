"""Robots act when an act is due, through the same actions as people."""

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest

from committees.actions.confirmation import reopen_committee
from committees.actions.graders import add_grader
from committees.actions.grading import set_grade
from committees.actions.reminding import remind_graders
from committees.actions.upload_results import undo_upload
from committees.enums import ChangeCode
from committees.files.grade_sheet import UnreadableFile
from committees.models import Exam, LogEntry, Upload, User
from committees.queries.sheets import changes_since
from tests.actions.uploading import replaced_of
from tests.training.conftest import (
    acting_user,
    candidate_of,
    confirm_as,
    grades_of,
    later,
    only_committee,
    seat_of,
)
from training.engine import robots
from training.engine.robots import fire_due_acts
from training.models import Run

StartRun = Callable[..., Run]


def act(do: str, when: str, **more: Any) -> dict[str, Any]:
    return {"who": "ola", "do": do, "when": when, **more}


def give(run: Run, **grades: str) -> None:
    for name, value in grades.items():
        set_grade(seat_of(run), candidate_of(run, name.removeprefix("c")), value)


def give_all(run: Run) -> None:
    give(run, c10001="A", c10002="B", c10004="F")


def test_robot_confirms_after_its_delay(start_run: StartRun) -> None:
    run = start_run(acts=[act("confirm", "confirmed", after=10)])
    give_all(run)
    confirm_as(run)
    assert (fire_due_acts(run, later(9)), only_committee(run).stage) == (False, "waiting")
    assert (fire_due_acts(run, later(11)), only_committee(run).stage) == (True, "confirmed")
    assert LogEntry.objects.filter(action="grading.confirmed").first().by == acting_user(run, "ola")  # type: ignore[union-attr]


def test_robot_confirms_without_delay(start_run: StartRun) -> None:
    run = start_run(acts=[act("confirm", "confirmed")])
    give_all(run)
    confirm_as(run)
    assert (fire_due_acts(run), only_committee(run).stage) == (True, "confirmed")


def test_robots_change_ends_the_confirmation(start_run: StartRun) -> None:
    run = start_run(acts=[act("grade", "confirmed", grades={"10002": "C"}, after=5)])
    give_all(run)
    confirm_as(run)
    seen = seat_of(run).confirmation.entry_id
    fire_due_acts(run, later(6))
    assert (grades_of(run)["10002"], only_committee(run).stage) == ("C", "grading")
    (change,) = changes_since(only_committee(run), seen)
    assert (change.number, change.old, change.new, str(change.by)) == (
        "10002",
        "B",
        "C",
        "Ola Hansen (robot)",
    )


def test_list_that_was_not_read_in_time_is_uploaded_later(
    start_run: StartRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(acts=[])
    run.blueprint["acts"] = [act("upload", "start", grades={"10001": "B"})]
    run.save()
    run = Run.objects.get(pk=run.pk)
    with monkeypatch.context() as patch:
        patch.setattr(robots, "upload_grades", Mock(side_effect=UnreadableFile("too-slow")))
        assert (fire_due_acts(run), run.fired, grades_of(run)["10001"]) == (False, {}, "")
    assert (fire_due_acts(run), grades_of(run)["10001"]) == (True, "B")


def test_robot_acts_once_unless_again_is_set(start_run: StartRun) -> None:
    once, again = (
        act("grade", "confirmed", grades={"10002": "C"}),
        act("confirm", "confirmed", times=2, again=True),
    )
    run = start_run(acts=[once, again])
    give_all(run)
    for _time in range(2):
        confirm_as(run)
        fire_due_acts(run)
    assert (only_committee(run).stage, fire_due_acts(run, later(60))) == ("confirmed", False)
    assert LogEntry.objects.filter(by=acting_user(run, "ola"), action="grade.clicked").count() == 1


def test_robot_uploads_an_old_list_that_can_be_undone(start_run: StartRun) -> None:
    run = start_run(acts=[act("upload", "graded", grades={"10001": "E", "10002": "B"})])
    give_all(run)
    fire_due_acts(run)
    upload = Upload.objects.get()
    lost = replaced_of(upload, "10001")
    assert (grades_of(run)["10001"], lost.grade, lost.by) == ("E", "A", "Kari Nordmann")
    undo_upload(seat_of(run), upload)
    assert grades_of(run) == {"10001": "A", "10002": "B", "10003": "", "10004": "F"}


def test_robot_confirms_after_a_reminder(start_run: StartRun, mailoutbox: list[Any]) -> None:
    run = start_run(role="planner", acts=[act("confirm", "reminded", after=3)])
    give_all(run)
    fire_due_acts(run, later(3600))
    assert only_committee(run).stage == "grading"
    remind_graders(only_committee(run).exam, by=acting_user(run))
    fire_due_acts(run, later(4))
    assert (only_committee(run).stage, mailoutbox) == ("waiting", [])


def test_robot_sets_the_grades_of_the_notes_in_one_act(start_run: StartRun) -> None:
    run = start_run(acts=[act("notes", "start")])
    assert grades_of(run) == {"10001": "A", "10002": "B", "10003": "", "10004": "F"}
    assert LogEntry.objects.filter(action="grade.clicked").count() == 1


def test_robot_corrects_after_reopening(start_run: StartRun) -> None:
    run = start_run(
        role="planner", acts=[act("grade", "reopened", grades={"10001": "B"}), act("confirm", "reopened")]
    )
    give_all(run)
    confirm_as(run)
    confirm_as(run, "ola")
    reopen_committee(only_committee(run), reason="Appeal", code=ChangeCode.APPEAL, by=acting_user(run))
    fire_due_acts(run)
    assert (grades_of(run)["10001"], only_committee(run).stage) == ("B", "waiting")


def test_robot_acts_when_it_is_added(start_run: StartRun) -> None:
    late = {"key": "eva", "name": "Eva Lie", "feide": "eva@uio.no"}
    story_people = [
        {"key": "ola", "name": "Ola", "feide": "ola@uio.no"},
        late,
        {"key": "sofie", "name": "Sofie", "feide": "sofie@ntnu.no"},
    ]
    run = start_run(role="planner", people=story_people, acts=[act("notes", "seated") | {"who": "eva"}])
    assert fire_due_acts(run, later(60)) is False
    eva = User.objects.get(pk=run.people["eva"])
    seated = add_grader(only_committee(run), eva, is_external=True, by=acting_user(run))
    assert (seated.person_id, fire_due_acts(run)) == (run.people["eva"], True)
    assert grades_of(run)["10004"] == "F"


def test_finished_task_triggers_an_act(start_run: StartRun) -> None:
    run = start_run(acts=[act("notes", "task:look", after=2)])
    assert fire_due_acts(run, later(60)) is False
    Run.objects.update(tasks={"look": later(0).isoformat()})
    run.refresh_from_db()
    assert fire_due_acts(run, later(3)) is True


def test_refused_act_is_not_repeated(start_run: StartRun) -> None:
    run = start_run(acts=[act("grade", "confirmed", grades={"10001": "E"}, after=5)])
    give_all(run)
    confirm_as(run)
    confirm_as(run, "ola")
    assert fire_due_acts(run, later(6)) is True
    assert (grades_of(run)["10001"], fire_due_acts(run, later(60))) == ("A", False)


def test_concurrent_requests_fire_an_act_once(start_run: StartRun) -> None:
    run = start_run(acts=[act("notes", "confirmed")])
    confirm_as(run)
    other = Run.objects.get(pk=run.pk)
    assert (fire_due_acts(run), fire_due_acts(other)) == (True, False)
    assert LogEntry.objects.filter(action="grade.clicked").count() == 1


def test_robots_are_people_of_the_sandbox(start_run: StartRun) -> None:
    run = start_run(acts=[act("notes", "start")])
    accounts = User.objects.filter(pk__in=LogEntry.objects.values("by"))
    assert set(accounts.values_list("sandbox", flat=True)) == {run.sandbox_id}


@pytest.mark.parametrize("grades", [{"10001": ""}, {"10001": "B"}])
def test_robot_removes_and_repeats_a_grade(start_run: StartRun, grades: dict[str, str]) -> None:
    run = start_run(acts=[act("grade", "graded", grades=grades)])
    give_all(run)
    fire_due_acts(run)
    assert grades_of(run)["10001"] == grades["10001"]


@pytest.mark.parametrize("do", ["grade", "notes"])
def test_grades_of_another_scale_are_refused_and_logged(
    start_run: StartRun, do: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = start_run(acts=[act(do, "start", grades={"10002": "C"}, after=5)])
    Exam.objects.filter(sandbox=run.sandbox_id).update(scale="PASS")
    fire_due_acts(run, later(6))
    assert set(grades_of(run).values()) == {""}
    assert "is not a grade in this exam. Choose one of Pass, NotPass." in caplog.text
