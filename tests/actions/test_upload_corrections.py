"""Rejected rows that are corrected on the result, without another upload."""

import pytest

from committees.actions.upload_results import correct_row, note_upload_attendance, undo_upload
from committees.errors import Refusal
from tests.actions.uploading import downloaded, grades_of, log_actions, replaced_of, row_of, sheet, upload
from tests.conftest import People, candidate, confirm_all, grade, seat
from tests.refusals import refused

# A clicked grade


def test_rejected_row_gets_the_clicked_grade(people: People) -> None:
    grade(people.kari, people.one, c10002="B")
    result = upload(people.kari, people.one, sheet(("10001", "Z"), ("10002", "=A1")))
    kari = seat(people.kari, people.one)
    entry = correct_row(kari, result, 2, "C")
    assert entry is not None
    assert (entry.action, entry.changes) == ("grades.corrected", {"10001": ["", "C"]})
    assert correct_row(kari, result, 3, "B") is None
    result.refresh_from_db()
    assert [(row.outcome, row.grade, row.resolution) for row in result.rows] == [
        ("updated", "C", "corrected"),
        ("unchanged", "B", "corrected"),
    ]
    assert result.counts == {"updated": 1, "unchanged": 1, "empty": 0, "rejected": 0, "missing": 1}


def test_repeated_correction_is_harmless_and_another_is_refused(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "Z")))
    kari = seat(people.kari, people.one)
    correct_row(kari, result, 2, "C")
    assert correct_row(kari, result, 2, "C") is None
    with refused(Refusal.ROW_TOO_LATE):
        correct_row(kari, result, 2, "D")
    assert candidate("10001").grade == "C"


def test_only_a_rejected_row_of_a_candidate_with_the_grade_of_then_is_corrected(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "Z"), ("10002", "B"), ("999", "A")))
    grade(people.ola, people.one, c10001="D")
    for row in (2, 3, 4, 99):
        with refused(Refusal.ROW_TOO_LATE):
            correct_row(seat(people.kari, people.one), result, row, "C")
    assert grades_of(people.one) == {"10001": "D", "10002": "B", "10003": ""}


@pytest.mark.parametrize("value", ["", "Pass", "a"])
def test_invalid_grade_corrects_nothing(people: People, value: str) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "Z")))
    with refused(Refusal.UNKNOWN_GRADE):
        correct_row(seat(people.kari, people.one), result, 2, value)
    assert row_of(result, "10001").outcome == "rejected"


def test_correction_names_the_replaced_grade_and_can_be_undone(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="Z")
    grade(people.ola, people.one, c10001="D")
    result = upload(people.kari, people.one, content)
    correct_row(seat(people.kari, people.one), result, 2, "C")
    assert (replaced_of(result, "10001").grade, row_of(result, "10001").original) == ("D", "")
    undo_upload(seat(people.kari, people.one), result)
    assert candidate("10001").grade == "D"


# Attendance


@pytest.mark.parametrize(
    ("text", "attendance"),
    [
        ("ikke møtt", "absent"),
        ("Ikkje møtt", "absent"),
        ("ABSENT", "absent"),
        ("No-show", "absent"),
        ("trukket", "withdrew"),
        ("Trakk seg.", "withdrew"),
        ("withdrew", "withdrew"),
    ],
)
def test_word_for_absence_proposes_attendance(people: People, text: str, attendance: str) -> None:
    result = upload(people.kari, people.one, sheet(("10001", text)))
    row = row_of(result, "10001")
    assert (row.reason, row.proposal, row.proposed_attendance) == ("attendance", "", attendance)
    assert (candidate("10001").attendance, candidate("10001").grade) == ("", "")


def test_proposed_attendance_is_set_once_in_one_act(people: People) -> None:
    result = upload(
        people.kari, people.one, sheet(("10001", "absent"), ("10002", "ikke møtt"), ("10003", "A"))
    )
    kari = seat(people.kari, people.one)
    entry = note_upload_attendance(kari, result, {2, 3})
    assert entry is not None
    assert (entry.action, entry.changes) == (
        "attendance.noted",
        {"10001": ["", "absent"], "10002": ["", "absent"]},
    )
    assert note_upload_attendance(kari, result, {2, 3}) is None
    result.refresh_from_db()
    assert result.counts == {"updated": 1, "unchanged": 0, "empty": 2, "rejected": 0, "missing": 0}
    assert log_actions(people.exam) == ["grades.uploaded", "attendance.noted"]


def test_row_without_a_word_for_absence_sets_no_attendance(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "Z"), ("999", "absent"), ("10002", "B")))
    for row in (2, 3, 4, 99):
        with refused(Refusal.NO_ATTENDANCE_PROPOSED):
            note_upload_attendance(seat(people.kari, people.one), result, {row})
    assert candidate("10001").attendance == ""


def test_corrected_row_proposes_no_attendance(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "absent")))
    kari = seat(people.kari, people.one)
    correct_row(kari, result, 2, "F")
    with refused(Refusal.NO_ATTENDANCE_PROPOSED):
        note_upload_attendance(kari, result, {2})
    assert candidate("10001").attendance == ""


def test_nothing_is_corrected_once_all_have_confirmed(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "absent"), ("10002", "b"), ("10003", "A")))
    kari = seat(people.kari, people.one)
    confirm_all(people.exam)
    for act in (lambda: correct_row(kari, result, 3, "C"), lambda: note_upload_attendance(kari, result, {2})):
        with refused(Refusal.GRADES_LOCKED):
            act()
    assert grades_of(people.one) == {"10001": "", "10002": "", "10003": "A"}
