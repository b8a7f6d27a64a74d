from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committees.actions.planning import change_exam
from committees.actions.sheets import WRITE_GRADES
from committees.actions.upload_results import accept_proposals, restore_replaced, undo_upload
from committees.actions.uploads import upload_grades
from committees.errors import Refusal
from committees.grade_scales import PASS
from committees.models import Candidate, Grader, Upload
from tests.actions.uploading import downloaded, grades_of, log_actions, replaced_of, row_of, sheet, upload
from tests.conftest import People, candidate, confirm, confirm_all, grade, seat, stage
from tests.factories import CommitteeFactory
from tests.refusals import refused

# Proposals


def test_one_proposal_is_accepted(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "a"), ("10002", "b")))
    entry = accept_proposals(seat(people.kari, people.one), result, {2})
    assert (entry.action, entry.changes) == ("grades.proposals", {"10001": ["", "A"]})  # type: ignore[union-attr]
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": ""}
    result.refresh_from_db()
    assert result.counts == {"updated": 1, "unchanged": 0, "empty": 0, "rejected": 1, "missing": 1}
    assert [row.resolution for row in result.rows] == ["accepted", ""]


def test_all_proposals_are_accepted_in_one_act(people: People) -> None:
    grade(people.kari, people.one, c10003="C")
    result = upload(
        people.kari, people.one, sheet(("10001", "a"), ("10002", "А"), ("10003", "c"), ("10013", "d"))
    )
    accept_proposals(seat(people.kari, people.one), result, {2, 3, 4, 5})
    result.refresh_from_db()
    assert result.counts == {"updated": 2, "unchanged": 1, "empty": 0, "rejected": 1, "missing": 0}
    assert grades_of(people.one) == {"10001": "A", "10002": "A", "10003": "C"}
    assert log_actions(people.exam) == ["grade.clicked", "grades.proposals"]


def test_proposal_is_stale_after_a_click(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "a"), ("10002", "b")))
    grade(people.ola, people.one, c10001="D")
    with refused(Refusal.PROPOSAL_TOO_LATE):
        accept_proposals(seat(people.kari, people.one), result, {2})
    accept_proposals(seat(people.kari, people.one), result, {2, 3})
    assert grades_of(people.one) == {"10001": "D", "10002": "B", "10003": ""}


def test_row_without_a_proposal_is_refused(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "Z"), ("10002", "B")))
    for rows in ({2}, {3}, {99}, set[int]()):
        with refused(Refusal.PROPOSAL_TOO_LATE):
            accept_proposals(seat(people.kari, people.one), result, rows)
    assert grades_of(people.one) == {"10001": "", "10002": "B", "10003": ""}


def test_accepted_proposal_names_the_replaced_grade(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="a")
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, content)
    accept_proposals(seat(people.kari, people.one), result, {2})
    assert replaced_of(result, "10001").grade == "C"
    restore_replaced(seat(people.kari, people.one), result, {2})
    assert candidate("10001").grade == "C"


def test_proposal_over_a_grade_in_the_list_replaces_nothing(people: People) -> None:
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, downloaded(people.kari, people.one, c10001="a"))
    accept_proposals(seat(people.kari, people.one), result, {2})
    assert (row_of(result, "10001").replaced, candidate("10001").grade) == (None, "A")


def test_proposal_of_a_former_scale_is_refused(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "a")))
    people.exam.scale = PASS.code
    change_exam(people.exam, planners=[people.per], by=people.per)
    with refused(Refusal.PROPOSAL_TOO_LATE):
        accept_proposals(seat(people.kari, people.one), result, {2})
    assert candidate("10001").grade == ""


# Undo


def test_undo_restores_the_grades_before(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    result = upload(people.kari, people.one, sheet(("10001", "A"), ("10002", "C")))
    entry = undo_upload(seat(people.kari, people.one), result)
    assert entry.changes == {"10001": ["A", "B"], "10002": ["C", ""]}
    assert grades_of(people.one) == {"10001": "B", "10002": "", "10003": ""}
    assert [row_of(result, number).resolution for number in ("10001", "10002")] == ["undone", "undone"]


def test_undo_includes_accepted_proposals(people: People) -> None:
    grade(people.kari, people.one, c10002="E")
    result = upload(people.kari, people.one, sheet(("10001", "A"), ("10002", "b")))
    accept_proposals(seat(people.ola, people.one), result, {3})
    undo_upload(seat(people.ola, people.one), result)
    assert grades_of(people.one) == {"10001": "", "10002": "E", "10003": ""}


def test_undo_leaves_grades_changed_since(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    grade(people.ola, people.one, c10003="F")
    result = upload(people.kari, people.one, content)
    grade(people.ola, people.one, c10001="D")
    restore_replaced(seat(people.ola, people.one), result, {4})
    entry = undo_upload(seat(people.kari, people.one), result)
    assert entry.changes == {"10002": ["B", ""]}
    assert grades_of(people.one) == {"10001": "D", "10002": "", "10003": "F"}


def test_undo_leaves_grades_of_a_later_upload(people: People) -> None:
    first = upload(people.kari, people.one, sheet(("10001", "A"), ("10002", "B")))
    upload(people.kari, people.one, sheet(("10001", "D")))
    undo_upload(seat(people.kari, people.one), first)
    assert grades_of(people.one) == {"10001": "D", "10002": "", "10003": ""}


def test_undo_is_refused_if_all_grades_changed(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "A")))
    grade(people.ola, people.one, c10001="D")
    with refused(Refusal.NOTHING_TO_UNDO):
        undo_upload(seat(people.kari, people.one), result)
    assert Upload.objects.get().undone_at is None


def test_acts_on_an_undone_upload_are_refused(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "A"), ("10002", "b")))
    grader = seat(people.kari, people.one)
    undo_upload(grader, result)
    for again in (
        lambda: undo_upload(grader, result),
        lambda: accept_proposals(grader, result, {3}),
        lambda: restore_replaced(grader, result, {2}),
    ):
        with refused(Refusal.UPLOAD_UNDONE):
            again()
    assert log_actions(people.exam) == ["grades.uploaded", "upload.undone"]


def test_undo_is_refused_once_locked(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "A"), ("10002", "b")))
    confirm_all(people.exam)
    grader = seat(people.kari, people.one)
    for act in (
        lambda: undo_upload(grader, result),
        lambda: accept_proposals(grader, result, {3}),
        lambda: restore_replaced(grader, result, {2}),
    ):
        with refused(Refusal.GRADES_LOCKED):
            act()
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": ""}


def test_upload_of_another_committee_is_not_found(people: People) -> None:
    result = upload(people.ola, people.two, sheet(("10013", "A")))
    with pytest.raises(Upload.DoesNotExist):
        undo_upload(seat(people.ola, people.one), result)
    assert grades_of(people.two)["10013"] == "A"


# The log, and confirmations


def test_each_act_has_one_log_entry(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="b", c10003="C")
    grade(people.ola, people.one, c10001="D")
    result = upload(people.kari, people.one, content)
    accept_proposals(seat(people.kari, people.one), result, {3})
    restore_replaced(seat(people.kari, people.one), result, {2})
    undo_upload(seat(people.ola, people.one), result)
    entries = people.exam.log.filter(upload=result).order_by("pk")
    assert list(entries.values_list("action", "by__name", "changes")) == [
        ("grades.uploaded", "Kari", {"10001": ["D", "A"], "10003": ["", "C"]}),
        ("grades.proposals", "Kari", {"10002": ["", "B"]}),
        ("grades.restored", "Kari", {"10001": ["A", "D"]}),
        ("upload.undone", "Ola", {"10002": ["B", ""], "10003": ["C", ""]}),
    ]


def test_undo_makes_confirmations_valid_again(people: People) -> None:
    confirm(people.ola, people.one)
    result = upload(people.kari, people.one, sheet(("10001", "A")))
    assert stage(people.one) == "grading"
    undo_upload(seat(people.kari, people.one), result)
    assert stage(people.one) == "waiting"


# Many rows


def queries_of_uploads(people: People, size: int) -> list[int]:
    """Return the queries of two uploads: all grades new, then all changed."""
    numbers = [str(30000 + n) for n in range(size)]
    committee = CommitteeFactory.create(
        exam=people.exam, number=size, graders=[people.kari, people.ola], numbers=numbers
    )
    grader, needed = seat(people.kari, committee), []
    for grades in ("ABC", "BCA"):
        content = sheet(*((number, grades[n % 3]) for n, number in enumerate(numbers)))
        with CaptureQueriesContext(connection) as queries:
            result = upload_grades(grader, file_name="many.xlsx", content=content)
        assert result.counts["updated"] == size
        needed.append(len(queries))
    committee.candidates.update(committee=None)
    Candidate.objects.filter(committee=None).delete()
    return needed


def test_queries_do_not_grow_with_rows(people: People) -> None:
    few = queries_of_uploads(people, 3)
    # One query more for whose grades were replaced.
    assert few[0] + 1 == few[1]
    assert queries_of_uploads(people, 300) == few
    assert queries_of_uploads(people, 1000) == few


if connection.vendor == "sqlite":  # PostgreSQL counts its rows by itself

    def test_grades_are_written_by_index(people: People) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {WRITE_GRADES['sqlite']}", ["{}", 1, 1, 1])
            *given, candidates = [step for *_numbers, step in cursor.fetchall()]
        assert given[0].startswith("MATERIALIZE")
        assert candidates.endswith("(exam_id=? AND number=?)")


# Properties

ids = st.sampled_from(["10001", "10002", "10003", 10001, "10002.0", "10013", "x", "=A1", None])
grades = st.sampled_from([*"ABCDEF", "a", "f ", "А", "Z", 5, True, "=A1", " ", None])
law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def graded_anew(people: People, before: tuple[str, ...]) -> Grader:
    """Reset the sheet, let Ola set the grades `before`, and return Kari's seat."""
    Candidate.objects.filter(committee=people.one).update(grade="", grade_entry=None)
    for number, value in zip(("10001", "10002", "10003"), before, strict=True):
        if value:
            grade(people.ola, people.one, **{f"c{number}": value})
    return seat(people.kari, people.one)


befores = st.tuples(*[st.sampled_from(["", *"ABCDEF"])] * 3)


@law
@given(befores, st.lists(st.tuples(ids, grades), max_size=8))
def test_counts_add_up(people: People, before: tuple[str, ...], rows: list[tuple[Any, Any]]) -> None:
    grader = graded_anew(people, before)
    rows = [("10001", None), *rows]
    result = upload_grades(grader, file_name="any.xlsx", content=sheet(*rows))
    numbers = result.counts
    assert sum(numbers.values()) - numbers["missing"] == sum(
        not (number is None and value in (None, " ")) for number, value in rows
    )
    named = {str(number).removesuffix(".0") for number, _value in rows}
    assert result.missing == sorted({"10001", "10002", "10003"} - named)


@law
@given(befores, st.lists(st.tuples(ids, grades), max_size=8), st.booleans())
def test_undo_after_an_upload_restores_all_grades(
    people: People, before: tuple[str, ...], rows: list[tuple[Any, Any]], accepts: bool
) -> None:
    grader = graded_anew(people, before)
    result = upload_grades(grader, file_name="any.xlsx", content=sheet(("10001", None), *rows))
    if accepts and any(row.proposal for row in result.rows):
        accept_proposals(grader, result, range(99))
    if tuple(grades_of(people.one).values()) != before:
        undo_upload(grader, result)
    assert tuple(grades_of(people.one).values()) == before


def test_restored_grade_still_belongs_to_the_colleague(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A")
    grade(people.ola, people.one, c10001="C")
    undo_upload(seat(people.kari, people.one), upload(people.kari, people.one, content))
    again = replaced_of(upload(people.kari, people.one, content), "10001")
    assert (again.grade, again.by) == ("C", "Ola")


def test_accepting_twice_is_harmless(people: People) -> None:
    result = upload(people.kari, people.one, downloaded(people.kari, people.one, c10001="a"))
    row = row_of(result, "10001").row
    assert accept_proposals(seat(people.kari, people.one), result, {row}) is not None
    assert accept_proposals(seat(people.kari, people.one), result, {row}) is None
    assert candidate("10001").grade == "A"
