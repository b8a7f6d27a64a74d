"""Checks that acts repeat under the lock, and the grade scale in all acts that write grades."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.graders import add_grader
from committees.actions.grading import note_attendance, reset_grade, set_grade
from committees.actions.planners import add_planner, hand_over
from committees.actions.planning import (
    add_committee,
    change_exam,
    move_candidates,
    unseat_grader,
)
from committees.actions.reminding import remind_graders
from committees.actions.sheets import write_grades
from committees.actions.transfer import transfer_grades
from committees.enums import Attendance, ChangeCode, LogAction
from committees.errors import Refusal
from committees.grade_scales import PASS
from committees.models import Exam, Grader, LogEntry, Transfer, User
from committees.views import transfer as view
from tests.conftest import People, candidate, confirm_all, grade, seat
from tests.refusals import refused

PLANNER_ACTS: dict[str, Callable[[People], object]] = {
    "transfer": lambda people: transfer_grades(people.exam, by=people.per),
    "reopen": lambda people: reopen_committee(
        people.one, reason="A slip", code=ChangeCode.ERROR, by=people.per
    ),
    "note attendance": lambda people: note_attendance(candidate("10003"), Attendance.ABSENT, by=people.per),
    "edit": lambda people: change_exam(people.exam, planners=[people.petra], by=people.per),
    "add a committee": lambda people: add_committee(people.exam, number=7, name="", by=people.per),
    "seat": lambda people: add_grader(people.two, people.vera, is_external=False, by=people.per),
    "unseat": lambda people: unseat_grader(seat(people.ola, people.two), by=people.per),
    "move": lambda people: move_candidates([candidate("10013")], to=people.one, by=people.per),
    "remind": lambda people: remind_graders(people.exam, by=people.per),
}
LATE = {"note attendance": Refusal.ATTENDANCE_NOT_YOURS}
GRADER_ACTS: dict[str, Callable[[Grader], object]] = {
    "set": lambda grader: set_grade(grader, candidate("10001"), "A"),
    "reset": lambda grader: reset_grade(grader, candidate("10001")),
}


def test_transfer_between_check_and_lock_is_detected(
    people: People, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)

    def transfer_after_another(exam: Exam, **given: Any) -> Transfer:
        transfer_grades(exam, by=people.per)
        reopen_committee(people.one, reason="A slip", code=ChangeCode.ERROR, by=people.per)
        grade(people.kari, people.one, c10001="B")
        confirm_all(exam)
        return transfer_grades(exam, **given)

    monkeypatch.setattr(view, "transfer_grades", transfer_after_another)
    response = sign_in(people.per).post(reverse("exam-transfer", args=[people.exam.pk]), {"number": "1"})
    assert response.status_code == 409
    assert list(people.exam.transfers.values_list("number", flat=True)) == [1]


@pytest.mark.parametrize("act", PLANNER_ACTS)
def test_former_planner_is_refused_under_the_lock(people: People, act: str) -> None:
    people.exam.planners.set([people.petra])
    with refused(LATE.get(act, Refusal.NOT_PLANNER)):
        PLANNER_ACTS[act](people)
    assert not LogEntry.objects.filter(exam=people.exam).exists()


@pytest.mark.parametrize("act", PLANNER_ACTS)
def test_inactive_planner_is_refused_under_the_lock(people: People, act: str) -> None:
    User.objects.filter(pk=people.per.pk).update(is_active=False)
    with refused(LATE.get(act, Refusal.NOT_PLANNER)):
        PLANNER_ACTS[act](people)
    assert not LogEntry.objects.filter(exam=people.exam).exists()


@pytest.mark.parametrize("act", GRADER_ACTS)
def test_former_grader_is_refused_under_the_lock(people: People, act: str) -> None:
    grade(people.ola, people.one, c10001="B")
    grader = seat(people.kari, people.one)
    unseat_grader(grader, by=people.per)
    with refused(Refusal.NOT_GRADER):
        GRADER_ACTS[act](grader)
    assert candidate("10001").grade == "B"


@pytest.mark.parametrize("act", GRADER_ACTS)
def test_inactive_grader_is_refused_under_the_lock(people: People, act: str) -> None:
    grade(people.ola, people.one, c10001="B")
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    with refused(Refusal.NOT_GRADER):
        GRADER_ACTS[act](seat(people.kari, people.one))
    assert candidate("10001").grade == "B"


@pytest.mark.parametrize("action", LogAction.of_grades())
def test_grade_outside_the_scale_is_never_written(people: People, action: LogAction) -> None:
    with refused(Refusal.UNKNOWN_GRADE, grades="Pass, NotPass"):
        write_grades(people.three, {"20001": ["", "Pass"], "20002": ["", "A"]}, action, by=people.kari)
    assert [candidate(number).grade for number in ("20001", "20002")] == ["", ""]
    assert not LogEntry.objects.exists()


def test_grade_can_be_removed_on_either_scale(people: People) -> None:
    assert people.pass_exam.scale == PASS.code
    write_grades(people.three, {"20001": ["", "Pass"]}, LogAction.GRADE_CLICKED, by=people.kari)
    write_grades(people.three, {"20001": ["Pass", ""]}, LogAction.GRADE_RESET, by=people.kari)
    assert candidate("20001").grade == ""


def test_attendance_needs_a_seat_on_the_committee(people: People) -> None:
    assert note_attendance(candidate("10001"), Attendance.ABSENT, by=people.kari)
    with refused(Refusal.ATTENDANCE_NOT_YOURS):
        note_attendance(candidate("10013"), Attendance.ABSENT, by=people.kari)
    unseat_grader(seat(people.kari, people.one), by=people.per)
    with refused(Refusal.ATTENDANCE_NOT_YOURS):
        note_attendance(candidate("10001"), Attendance.ATTENDED, by=people.kari)


JOINING: dict[str, Callable[[People, User], object]] = {
    "grader": lambda people, new: add_grader(people.two, new, is_external=False, by=people.per),
    "planner": lambda people, new: add_planner(people.exam, new, by=people.per),
    "new planner": lambda people, new: change_exam(people.exam, planners=[people.per, new], by=people.per),
    "hand over": lambda people, new: hand_over(people.per, new, by=people.per),
}


@pytest.mark.parametrize("act", JOINING)
def test_account_closed_before_the_lock_gets_no_part(people: People, act: str) -> None:
    User.objects.filter(pk=people.petra.pk).update(is_active=False)
    assert people.petra.is_active  # as read before the lock
    with refused(Refusal.ACCOUNT_CLOSED):
        JOINING[act](people, people.petra)
