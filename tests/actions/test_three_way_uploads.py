"""Uploads of a list after a colleague changed grades that it contains: three versions of each grade."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.actions.grade_lists import list_id
from committees.actions.grading import reset_grade
from committees.actions.upload_results import restore_original, restore_replaced, undo_upload
from committees.actions.uploads import upload_grades
from committees.errors import Refusal
from committees.models import Upload
from tests.actions.uploading import downloaded, grades_of, log_actions, row_of, sheet, upload
from tests.conftest import People, candidate, confirm, grade, seat
from tests.factories import CommitteeFactory
from tests.refusals import refused


def taken_as_is(people: People, content: bytes) -> Upload:
    grader = seat(people.kari, people.one)
    return upload_grades(grader, file_name="grades.xlsx", content=content, take_as_is=True)


# A cell as it was downloaded


def test_untouched_cell_keeps_what_a_colleague_changed(people: People) -> None:
    grade(people.kari, people.one, c10001="B", c10002="B")
    content = downloaded(people.kari, people.one, c10002="D")
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, content)
    row = row_of(result, "10001")
    assert (row.outcome, row.grade, row.original, row.replaced) == ("unchanged", "B", "B", None)
    assert row.kept is not None
    assert (row.kept.grade, row.kept.by) == ("C", "Ola")
    assert result.counts == {"updated": 1, "unchanged": 1, "empty": 1, "rejected": 0, "missing": 0}
    assert grades_of(people.one) == {"10001": "C", "10002": "D", "10003": ""}


def test_untouched_cell_keeps_a_colleagues_removal(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one)
    reset_grade(seat(people.ola, people.one), candidate("10001"))
    result = upload(people.kari, people.one, content)
    assert (row_of(result, "10001").kept.grade, candidate("10001").grade) == ("", "")  # type: ignore[union-attr]
    assert log_actions(people.exam) == ["grade.clicked", "grade.reset"]


def test_file_replaces_everything_on_request(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one)
    grade(people.ola, people.one, c10001="C")
    row = row_of(taken_as_is(people, content), "10001")
    assert (row.outcome, row.kept, row.original, candidate("10001").grade) == ("updated", None, "B", "B")
    assert row.replaced is not None
    assert row.replaced.grade == "C"


def test_list_without_id_replaces_everything(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    grade(people.ola, people.one, c10001="C")
    row = row_of(upload(people.kari, people.one, sheet(("10001", "B"))), "10001")
    assert (row.outcome, row.kept, row.original, candidate("10001").grade) == ("updated", None, None, "B")


def test_filled_cell_of_an_empty_list_is_never_untouched(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    kari = seat(people.kari, people.one)
    empty = list_id(kari, timezone.now(), is_empty=True)
    grade(people.ola, people.one, c10001="C")
    row = row_of(upload(people.kari, people.one, sheet(("10001", "B"), list_id=empty)), "10001")
    assert (row.outcome, row.kept, row.original, candidate("10001").grade) == ("updated", None, "B", "B")


def test_untouched_cell_overwrites_the_own_newer_grade(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one)
    grade(people.kari, people.one, c10001="C")
    assert row_of(upload(people.kari, people.one, content), "10001").outcome == "updated"
    assert candidate("10001").grade == "B"


def test_original_grade_is_that_of_the_download(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one)
    for value in ("C", "D", "E"):
        grade(people.ola, people.one, c10001=value)
    row = row_of(upload(people.kari, people.one, content), "10001")
    assert (row.original, row.kept and row.kept.grade, candidate("10001").grade) == ("B", "E", "E")


# Both changed the grade


@pytest.mark.parametrize("before", ["", "B"])
def test_conflict_offers_three_grades(people: People, before: str) -> None:
    if before:
        grade(people.kari, people.one, c10001=before)
    content = downloaded(people.kari, people.one, c10001="A")
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, content)
    row = row_of(result, "10001")
    assert (row.grade, row.replaced and row.replaced.grade, row.original) == ("A", "C", before)
    assert candidate("10001").grade == "A"
    entry = restore_original(seat(people.kari, people.one), result, row.row)
    assert entry is not None
    assert (entry.action, entry.changes) == ("grades.restored", {"10001": ["A", before]})
    assert (candidate("10001").grade, row_of(result, "10001").resolution) == (before, "original")


def test_original_is_restored_once_and_not_over_another_choice(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, content)
    kari = seat(people.kari, people.one)
    restore_original(kari, result, 2)
    assert restore_original(kari, result, 2) is None
    with refused(Refusal.NOTHING_TO_RESTORE):
        restore_replaced(kari, result, {2})
    with refused(Refusal.NOTHING_TO_RESTORE):  # nobody else had set it
        restore_original(kari, result, 3)
    assert grades_of(people.one) == {"10001": "", "10002": "B", "10003": ""}


def test_undo_restores_the_colleagues_grade(people: People) -> None:
    grade(people.kari, people.one, c10001="B", c10002="B")
    content = downloaded(people.kari, people.one, c10001="A")
    grade(people.ola, people.one, c10001="C", c10002="D")
    undo_upload(seat(people.kari, people.one), upload(people.kari, people.one, content))
    assert grades_of(people.one) == {"10001": "C", "10002": "D", "10003": ""}


# What is kept of an upload


def test_invalidated_confirmations_are_named(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A")
    confirm(people.ola, people.one)
    assert upload(people.kari, people.one, content).voided == ["Ola"]
    assert upload(people.kari, people.one, content).voided == []


def queries_of_merging(people: People, size: int) -> int:
    numbers = [str(1000 * size + n) for n in range(size)]
    committee = CommitteeFactory.create(
        exam=people.exam, number=100 + size, graders=[people.kari, people.ola], numbers=numbers
    )
    upload(people.kari, committee, sheet(*((number, "B") for number in numbers)))
    content = downloaded(people.kari, committee, **{f"c{numbers[0]}": "A"})
    upload(people.ola, committee, sheet(*((number, "C") for number in numbers)))
    with CaptureQueriesContext(connection) as queries:
        result = upload(people.kari, committee, content)
    assert [row.outcome for row in result.rows] == ["updated", *["unchanged"] * (size - 1)]
    return len(queries)


def test_merging_takes_the_same_queries_with_more_rows(people: People) -> None:
    assert queries_of_merging(people, 2) == queries_of_merging(people, 200)
