"""What an act checks again once it holds the lock, and the exam's grade scale in whatever act writes grades."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions import Refused
from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.actions.planning import (
    add_committee,
    change_exam,
    move_candidates,
    nudge_graders,
    seat_grader,
    unseat_grader,
)
from committees.actions.sheets import write_grades
from committees.actions.transfer import transfer_grades
from committees.enums import Attendance, ChangeCode, Verb
from committees.grade_scales import PASS
from committees.models import Exam, LogEntry, Transfer, User
from committees.views import transfer as view
from tests.conftest import candidate, confirm_all, grade, seat

PLANNER_ACTS: dict[str, Callable[[SimpleNamespace], object]] = {
    "transfer": lambda cast: transfer_grades(cast.exam, by=cast.per),
    "reopen": lambda cast: reopen_committee(cast.one, reason="A slip", code=ChangeCode.ERROR, by=cast.per),
    "note attendance": lambda cast: note_attendance(candidate("10003"), Attendance.ABSENT, by=cast.per),
    "edit": lambda cast: change_exam(cast.exam, planners=[cast.petra], by=cast.per),
    "add a committee": lambda cast: add_committee(cast.exam, number=7, name="", by=cast.per),
    "seat": lambda cast: seat_grader(cast.two, feide_name="vera@ntnu.no", is_external=False, by=cast.per),
    "unseat": lambda cast: unseat_grader(seat(cast.ola, cast.two), by=cast.per),
    "move": lambda cast: move_candidates([candidate("10013")], to=cast.one, by=cast.per),
    "remind": lambda cast: nudge_graders(cast.exam, by=cast.per),
}


def test_a_transfer_made_between_check_and_lock_refuses_the_second(
    cast: SimpleNamespace, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)

    def transfer_after_another(exam: Exam, **given: Any) -> Transfer:
        transfer_grades(exam, by=cast.per)
        reopen_committee(cast.one, reason="A slip", code=ChangeCode.ERROR, by=cast.per)
        grade(cast.kari, cast.one, c10001="B")
        confirm_all(exam)
        return transfer_grades(exam, **given)

    monkeypatch.setattr(view, "transfer_grades", transfer_after_another)
    response = sign_in(cast.per).post(reverse("exam-transfer", args=[cast.exam.pk]), {"number": "1"})
    assert response.status_code == 409
    assert list(cast.exam.transfers.values_list("number", flat=True)) == [1]


@pytest.mark.parametrize("act", PLANNER_ACTS)
def test_who_is_no_longer_planner_is_refused_under_the_lock(cast: SimpleNamespace, act: str) -> None:
    cast.exam.planners.set([cast.petra])
    with pytest.raises(Refused, match="no longer"):
        PLANNER_ACTS[act](cast)
    assert not LogEntry.objects.filter(exam=cast.exam).exists()


@pytest.mark.parametrize("act", PLANNER_ACTS)
def test_a_planner_whose_account_was_closed_is_refused_under_the_lock(
    cast: SimpleNamespace, act: str
) -> None:
    User.objects.filter(pk=cast.per.pk).update(is_active=False)
    with pytest.raises(Refused, match="no longer"):
        PLANNER_ACTS[act](cast)
    assert not LogEntry.objects.filter(exam=cast.exam).exists()


@pytest.mark.parametrize("verb", Verb.of_grades())
def test_no_act_writes_a_grade_that_the_scale_does_not_have(cast: SimpleNamespace, verb: Verb) -> None:
    with pytest.raises(Refused, match="It gives Pass, NotPass"):
        write_grades(cast.three, {"20001": ["", "Pass"], "20002": ["", "A"]}, verb, by=cast.kari)
    assert [candidate(number).grade for number in ("20001", "20002")] == ["", ""]
    assert not LogEntry.objects.exists()


def test_a_grade_can_be_removed_on_either_scale(cast: SimpleNamespace) -> None:
    assert cast.pass_exam.scale == PASS.code
    write_grades(cast.three, {"20001": ["", "Pass"]}, Verb.GRADE_CLICKED, by=cast.kari)
    write_grades(cast.three, {"20001": ["Pass", ""]}, Verb.GRADE_RESET, by=cast.kari)
    assert candidate("20001").grade == ""


def test_a_grader_notes_attendance_on_their_own_committee_only(cast: SimpleNamespace) -> None:
    assert note_attendance(candidate("10001"), Attendance.ABSENT, by=cast.kari)
    with pytest.raises(Refused, match="no longer"):
        note_attendance(candidate("10013"), Attendance.ABSENT, by=cast.kari)
    unseat_grader(seat(cast.kari, cast.one), by=cast.per)
    with pytest.raises(Refused, match="no longer"):
        note_attendance(candidate("10001"), Attendance.ATTENDED, by=cast.kari)
