from committees.actions.grading import note_attendances, reset_grade, set_grade
from committees.enums import Attendance
from committees.errors import Refusal
from tests.conftest import People, candidate, confirm_all, grade, seat, stage
from tests.refusals import refused


def test_click_sets_the_grade_and_its_author(people: People) -> None:
    entry = set_grade(seat(people.kari, people.one), candidate("10001"), "B")
    row = candidate("10001")
    assert (row.grade, row.grade_entry, row.grade_entry.by) == ("B", entry, people.kari)  # type: ignore[union-attr]
    assert row.is_submitted
    assert stage(people.one) == "grading"


def test_repeated_click_is_one_act(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    assert set_grade(seat(people.kari, people.one), candidate("10001"), "B") is None
    assert people.exam.log.count() == 1


def test_reset_removes_the_grade(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    entry = reset_grade(seat(people.ola, people.one), candidate("10001"))
    assert entry is not None
    assert entry.changes == {"10001": ["B", ""]}
    assert candidate("10001").grade == ""


def test_grade_of_another_scale_is_refused(people: People) -> None:
    with refused(Refusal.UNKNOWN_GRADE):
        set_grade(seat(people.kari, people.one), candidate("10001"), "Pass")
    assert candidate("10001").grade == ""


def test_candidate_of_another_committee_is_refused(people: People) -> None:
    with refused(Refusal.NOT_YOUR_CANDIDATE, candidate=10013):
        set_grade(seat(people.kari, people.one), candidate("10013"), "A")


def test_locked_grade_cannot_be_changed(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    confirm_all(people.exam)
    with refused(Refusal.GRADES_LOCKED):
        set_grade(seat(people.kari, people.one), candidate("10001"), "A")
    with refused(Refusal.GRADES_LOCKED):
        reset_grade(seat(people.kari, people.one), candidate("10001"))
    assert candidate("10001").grade == "B"


def test_click_on_a_changed_grade_is_refused(people: People) -> None:
    grade(people.ola, people.one, c10001="C")
    with refused(Refusal.GRADE_SET_MEANWHILE, who="Ola", candidate="10001", grade="C"):
        set_grade(seat(people.kari, people.one), candidate("10001"), "A", expected_grade="")
    assert candidate("10001").grade == "C"


def test_own_second_click_is_accepted(people: People) -> None:
    grade(people.kari, people.one, c10001="C")
    set_grade(seat(people.kari, people.one), candidate("10001"), "A", expected_grade="")
    assert candidate("10001").grade == "A"


def test_attendance_of_several_is_one_act(people: People) -> None:
    several = [candidate(number) for number in ("10002", "10003", "10013")]
    entry = note_attendances(several, Attendance.ABSENT, by=people.per)
    assert entry is not None
    assert entry.changes == {number: ["", "absent"] for number in ("10002", "10003", "10013")}
    assert (entry.committee, people.exam.log.count()) == (None, 1)
    assert note_attendances(several, Attendance.ABSENT, by=people.per) is None
