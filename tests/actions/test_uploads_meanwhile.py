"""A file is compared with the grades before the lock; what somebody does until the lock is had is seen under it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from committees.actions import uploads
from committees.actions.planning import move_candidates
from committees.actions.sheets import lock_for_grading
from committees.actions.uploads import upload_grades
from committees.enums import GradeScale
from committees.files.grade_sheet import CheckResult, GradeSheet, check_rows
from committees.models import Committee, Exam, Grader
from tests.actions.uploading import downloaded, grades_of, row_of, sheet
from tests.conftest import People, candidate, grade, seat

Meanwhile = Callable[[Callable[[], object]], list[int]]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets something happen right before the lock. Returns how deep in transactions each checking was; 0 is in none."""
    depth, checked = len(connection.savepoint_ids), []

    def checking(rows: GradeSheet, **given: Any) -> CheckResult:
        checked.append(len(connection.savepoint_ids) - depth)
        return check_rows(rows, **given)

    def happen(act: Callable[[], object]) -> list[int]:
        def locking(grader: Grader) -> Committee:
            act()
            return lock_for_grading(grader)

        monkeypatch.setattr(uploads, "lock_for_grading", locking)
        return checked

    monkeypatch.setattr(uploads, "check_rows", checking)
    return happen


def test_rows_are_checked_before_the_lock(people: People, meanwhile: Meanwhile) -> None:
    checked = meanwhile(lambda: None)
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=sheet(("10001", "A")))
    assert (result.counts["updated"], checked) == (1, [0])


def test_a_grade_that_was_set_meanwhile_is_compared_again_and_nothing_else(
    people: People, meanwhile: Meanwhile
) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B")
    checked = meanwhile(lambda: grade(people.ola, people.one, c10001="A", c10002="C"))
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=content)
    assert checked == [0]
    assert result.counts == {"updated": 1, "unchanged": 1, "empty": 1, "rejected": 0, "missing": 0}
    assert (row_of(result, "10001")["old"], row_of(result, "10002")["old"]) == ("A", "C")
    assert row_of(result, "10002")["replaced"]["by"] == "Ola"
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


def test_a_grade_that_moved_there_and_back_meanwhile_is_known_to_be_somebody_elses(
    people: People, meanwhile: Meanwhile
) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one, c10001="A")

    def there_and_back() -> None:
        grade(people.ola, people.one, c10001="C")
        grade(people.ola, people.one, c10001="B")

    meanwhile(there_and_back)
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=content)
    assert (row_of(result, "10001")["replaced"]["grade"], row_of(result, "10001")["replaced"]["by"]) == (
        "B",
        "Ola",
    )


def test_a_candidate_who_was_moved_away_meanwhile_is_unknown(people: People, meanwhile: Meanwhile) -> None:
    content = sheet(("10001", "A"), ("10002", "B"))
    checked = meanwhile(lambda: move_candidates([candidate("10002")], to=people.two, by=people.per))
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=content)
    assert [(row["outcome"], row.get("reason")) for row in result.rows] == [
        ("updated", None),
        ("rejected", "unknown-candidate"),
    ]
    assert (result.missing, len(checked)) == (["10003"], 2)


def test_the_scale_that_was_changed_meanwhile_is_the_one_that_counts(
    people: People, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda: Exam.objects.filter(pk=people.exam.pk).update(scale=GradeScale.PASS))
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=sheet(("10001", "A")))
    assert (result.rows[0]["reason"], grades_of(people.one)["10001"]) == ("not-in-scale", "")
