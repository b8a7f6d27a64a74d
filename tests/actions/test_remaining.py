"""One grade for all candidates without a grade, and undoing it."""

import pytest

from committees.actions.grading import note_attendance
from committees.actions.remaining import set_remaining, undo_remaining
from committees.audit.verification import violations
from committees.enums import Attendance, LogAction
from committees.errors import Refusal
from tests.conftest import People, candidate, confirm_all, grade, seat
from tests.refusals import refused
from tests.views.excel import grades_of


def test_all_without_a_grade_get_it_and_others_keep_theirs(people: People) -> None:
    grade(people.ola, people.one, c10002="C")
    entry = set_remaining(seat(people.kari, people.one), "A", expected=["10001", "10003"])
    assert (entry.action, entry.changes) == (
        LogAction.REMAINING_SET,
        {"10001": ["", "A"], "10003": ["", "A"]},
    )
    assert grades_of(people.one) == {"10001": "A", "10002": "C", "10003": "A"}


@pytest.mark.parametrize("attendance", [Attendance.ABSENT, Attendance.WITHDREW])
def test_absent_candidates_are_left_out(people: People, attendance: Attendance) -> None:
    note_attendance(candidate("10003"), attendance, by=people.per)
    set_remaining(seat(people.kari, people.one), "A", expected=["10001", "10002"])
    assert grades_of(people.one) == {"10001": "A", "10002": "A", "10003": ""}


def test_change_after_the_page_was_opened_is_refused(people: People) -> None:
    grade(people.ola, people.one, c10002="C")
    with refused(Refusal.REMAINING_CHANGED):
        set_remaining(seat(people.kari, people.one), "A", expected=["10001", "10002", "10003"])


def test_refusals(people: People) -> None:
    grader = seat(people.kari, people.one)
    with refused(Refusal.UNKNOWN_GRADE):
        set_remaining(grader, "Pass", expected=["10001", "10002", "10003"])
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    with refused(Refusal.NO_GRADES_REMAINING):
        set_remaining(grader, "A", expected=[])
    confirm_all(people.exam)
    for act in (lambda: set_remaining(grader, "A", expected=[]), lambda: undo_remaining(grader)):
        with refused(Refusal.GRADES_LOCKED):
            act()


def test_undo_removes_only_grades_that_nobody_changed_since(people: People) -> None:
    grader = seat(people.kari, people.one)
    set_remaining(grader, "A", expected=["10001", "10002", "10003"])
    grade(people.ola, people.one, c10002="C")
    entry = undo_remaining(grader)
    assert (entry.action, sorted(entry.changes)) == (LogAction.REMAINING_UNDONE, ["10001", "10003"])
    assert grades_of(people.one) == {"10001": "", "10002": "C", "10003": ""}
    with refused(Refusal.REMAINING_GRADED_SINCE):
        undo_remaining(grader)


def test_undo_is_for_the_own_grades_only(people: People) -> None:
    set_remaining(seat(people.ola, people.one), "A", expected=["10001", "10002", "10003"])
    with refused(Refusal.REMAINING_GRADED_SINCE):
        undo_remaining(seat(people.kari, people.one))


def test_log_verifies_after_both(people: People) -> None:
    grader = seat(people.kari, people.one)
    set_remaining(grader, "A", expected=["10001", "10002", "10003"])
    undo_remaining(grader)
    assert list(violations()) == []
