"""A file is compared with the grades before the lock; changes until then are seen under the lock."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from committees.actions import uploads
from committees.actions.planning import move_candidates
from committees.actions.sheets import lock_for_grading
from committees.actions.uploads import upload_grades
from committees.files.reading_process import Checked, check_upload
from committees.grade_scales import PASS
from committees.models import Committee, Exam, Grader, Upload
from committees.models.upload_rows import UploadRow
from tests.actions.uploading import downloaded, grades_of, replaced_of, row_of, sheet
from tests.conftest import People, candidate, grade, seat

Meanwhile = Callable[[Callable[[], object]], list[int]]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Run something right before the lock. Return the depth of transactions at each check; 0 is outside."""
    depth, checked = len(connection.savepoint_ids), []

    def checking(content: bytes, **given: Any) -> Checked:
        checked.append(len(connection.savepoint_ids) - depth)
        return check_upload(content, **given)

    def happen(act: Callable[[], object]) -> list[int]:
        def locking(grader: Grader) -> Committee:
            act()
            return lock_for_grading(grader)

        monkeypatch.setattr(uploads, "lock_for_grading", locking)
        return checked

    monkeypatch.setattr(uploads, "check_upload", checking)
    return happen


def test_rows_are_checked_before_the_lock(people: People, meanwhile: Meanwhile) -> None:
    checked = meanwhile(lambda: None)
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=sheet(("10001", "A")))
    assert (result.counts["updated"], checked) == (1, [0])


def test_rows_are_encoded_before_the_lock(people: People, meanwhile: Meanwhile) -> None:
    with pytest.MonkeyPatch.context() as patch:
        meanwhile(lambda: patch.setattr(UploadRow, "to_json", None))
        result = upload_grades(
            seat(people.kari, people.one), file_name="a.xlsx", content=sheet(("10001", "A"))
        )
    assert Upload.objects.get(pk=result.pk).rows == result.rows


def test_grades_set_meanwhile_are_compared_again(people: People, meanwhile: Meanwhile) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B")
    checked = meanwhile(lambda: grade(people.ola, people.one, c10001="A", c10002="C"))
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=content)
    assert checked == [0]
    assert result.counts == {"updated": 1, "unchanged": 1, "empty": 1, "rejected": 0, "missing": 0}
    assert (row_of(result, "10001").old, row_of(result, "10002").old) == ("A", "C")
    assert replaced_of(result, "10002").by == "Ola"
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


def test_grade_changed_back_meanwhile_counts_as_replaced(people: People, meanwhile: Meanwhile) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one, c10001="A")

    def there_and_back() -> None:
        grade(people.ola, people.one, c10001="C")
        grade(people.ola, people.one, c10001="B")

    meanwhile(there_and_back)
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=content)
    assert (replaced_of(result, "10001").grade, replaced_of(result, "10001").by) == (
        "B",
        "Ola",
    )


def test_candidate_moved_meanwhile_is_unknown(people: People, meanwhile: Meanwhile) -> None:
    content = sheet(("10001", "A"), ("10002", "B"))
    checked = meanwhile(lambda: move_candidates([candidate("10002")], to=people.two, by=people.per))
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=content)
    assert [(row.outcome, row.reason) for row in result.rows] == [
        ("updated", ""),
        ("rejected", "unknown-candidate"),
    ]
    assert (result.missing, len(checked)) == (["10003"], 2)


def test_scale_changed_meanwhile_applies(people: People, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: Exam.objects.filter(pk=people.exam.pk).update(scale=PASS.code))
    result = upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=sheet(("10001", "A")))
    assert (result.rows[0].reason, grades_of(people.one)["10001"]) == ("not-in-scale", "")
