from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from committees.actions import Refused
from committees.actions.grading import reset_grade
from committees.actions.planning import change_exam, unseat_grader
from committees.actions.uploads import (
    WrongList,
    accept_proposals,
    counts,
    give_back,
    list_id,
    undo_upload,
    upload_grades,
)
from committees.enums import GradeScale
from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.files.workbook import UnreadableFile
from committees.models import Candidate, Committee, Exam, Grader, Upload, User
from tests.conftest import candidate, confirm, confirm_all, grade, seat, stage
from tests.factories import CommitteeFactory


def sheet(*rows: tuple[object, object], list_id: str = "") -> bytes:
    """A workbook as somebody makes it: the two headers, `rows` from row 2, and a list id on a second sheet if given."""
    book = Workbook()
    for row in [("Candidate ID", "Grade"), *rows]:
        book.worksheets[0].append(list(row))
    if list_id:
        book.create_sheet().append(["List ID", list_id])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def downloaded(person: User, committee: Committee, **grades: str) -> bytes:
    """The list that `person` downloads now, with `grades` typed into it (`c10001="A"`)."""
    grader, now = seat(person, committee), timezone.localtime()
    head = SheetHead(
        exam=str(grader.committee.exam),
        committee=str(grader.committee),
        downloaded_by=str(person),
        moment=now,
        list_id=list_id(grader, now),
        scale=grader.committee.exam.grade_scale,
        with_names=False,
    )
    there = committee.candidates.order_by("number")
    return write_grade_sheet(
        head, [(one.number, grades.get(f"c{one.number}", one.grade), "") for one in there]
    )


def upload(person: User, committee: Committee, content: bytes) -> Upload:
    return upload_grades(seat(person, committee), file_name="grades.xlsx", content=content)


def row_of(given: Upload, number: str) -> dict[str, Any]:
    """The row about the candidate with this number, as the upload is kept."""
    rows = Upload.objects.get(pk=given.pk).rows
    return next(row for row in rows if row["candidate"] == number)


def grades_of(committee: Committee) -> dict[str, str]:
    return dict(committee.candidates.order_by("number").values_list("number", "grade"))


def verbs(exam: Exam) -> list[str]:
    return list(exam.log.order_by("pk").values_list("verb", flat=True))


# What becomes of the rows


def test_every_row_and_every_candidate_is_accounted_for(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10002="B")
    rows = [("10001", "A"), ("10002", "B"), ("10001", None), ("10013", "C"), ("10001", "A"), (None, "D")]
    result = upload(cast.kari, cast.one, sheet(*rows))
    assert counts(result) == {"updated": 1, "unchanged": 2, "empty": 1, "rejected": 2, "missing": 1}
    assert [row["row"] for row in result.rows] == [2, 3, 4, 5, 6, 7]
    assert result.missing == ["10003"]
    assert grades_of(cast.one) == {"10001": "A", "10002": "B", "10003": ""}


def test_the_list_as_downloaded_is_filled_in_and_applied(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, downloaded(cast.kari, cast.one, c10001="A", c10003="F"))
    assert counts(result) == {"updated": 2, "unchanged": 0, "empty": 1, "rejected": 0, "missing": 0}
    assert grades_of(cast.one) == {"10001": "A", "10002": "", "10003": "F"}
    assert candidate("10001").is_submitted
    assert candidate("10001").grade_entry.upload == result  # type: ignore[union-attr]


def test_empty_cells_do_not_overwrite_a_grade(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="B")
    result = upload(cast.kari, cast.one, sheet(("10001", None), ("10002", " ")))
    assert counts(result)["empty"] == 2
    assert grades_of(cast.one) == {"10001": "B", "10002": "", "10003": ""}


def test_the_grades_of_the_file_overwrite(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="B", c10002="C")
    result = upload(cast.kari, cast.one, sheet(("10001", "D"), ("10002", "C")))
    assert (row_of(result, "10001")["old"], row_of(result, "10001")["grade"]) == ("B", "D")
    assert grades_of(cast.one) == {"10001": "D", "10002": "C", "10003": ""}


def test_the_same_file_again_changes_nothing(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A", c10002="B", c10003="C")
    upload(cast.kari, cast.one, content)
    version = Committee.objects.get(pk=cast.one.pk).version
    again = upload(cast.kari, cast.one, content)
    assert counts(again) == {"updated": 0, "unchanged": 3, "empty": 0, "rejected": 0, "missing": 0}
    assert Committee.objects.get(pk=cast.one.pk).version == version
    assert verbs(cast.exam) == ["grades.uploaded"]


def test_good_rows_are_applied_beside_bad_ones(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "a"), ("10002", "B"), ("10003", "=A1")))
    assert [row["outcome"] for row in result.rows] == ["rejected", "updated", "rejected"]
    assert [row.get("proposal", "") for row in result.rows] == ["A", "", ""]
    assert [row.get("reason", "") for row in result.rows] == ["lower-case", "", "formula"]
    assert grades_of(cast.one) == {"10001": "", "10002": "B", "10003": ""}


def test_a_file_of_nothing_but_headers_misses_everybody(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet())
    assert counts(result) == {"updated": 0, "unchanged": 0, "empty": 0, "rejected": 0, "missing": 3}
    assert verbs(cast.exam) == []


def test_an_upload_is_kept_with_its_file_name_hash_and_columns(cast: SimpleNamespace) -> None:
    book = Workbook()
    book.worksheets[0].title = "List"
    for row in [("Karakter", "Remark", "Kandidat-ID"), ("A", "fine", 10001)]:
        book.worksheets[0].append(list(row))
    out = BytesIO()
    book.save(out)
    result = upload_grades(seat(cast.kari, cast.one), file_name="x" * 300, content=out.getvalue())
    assert (len(result.file_name), len(result.sha256), result.sheet) == (255, 64, "List")
    assert (result.ignored_columns, result.list_entry_id) == (["Remark"], None)
    assert grades_of(cast.one)["10001"] == "A"


# Refused whole


def nothing_changed(cast: SimpleNamespace) -> bool:
    uploads, entries = Upload.objects.count(), cast.exam.log.exclude(verb="grading.confirmed").count()
    return (uploads, entries, set(grades_of(cast.one).values())) == (0, 0, {""})


def test_the_list_of_another_exam_is_refused_whole(cast: SimpleNamespace) -> None:
    theirs = list_id(seat(cast.kari, cast.three), timezone.now())
    with pytest.raises(WrongList, match="a list of another exam: LUP1001 Practice, Committee 1"):
        upload(cast.kari, cast.one, sheet(("10001", "A"), list_id=theirs))
    assert nothing_changed(cast)


def test_the_list_of_another_committee_of_the_exam_is_refused_whole(cast: SimpleNamespace) -> None:
    theirs = list_id(seat(cast.ola, cast.two), timezone.now())
    with pytest.raises(WrongList, match="the list of Committee 2, and you are uploading to Committee 1"):
        upload(cast.ola, cast.one, sheet(("10001", "A"), list_id=theirs))
    assert nothing_changed(cast)


def test_a_list_of_a_committee_that_is_gone_is_refused_whole(cast: SimpleNamespace) -> None:
    gone = CommitteeFactory.create(exam=cast.exam, number=3, graders=[cast.ola])
    theirs = list_id(seat(cast.ola, gone), timezone.now())
    gone.delete()
    with pytest.raises(WrongList, match="belongs to a committee that is not here"):
        upload(cast.ola, cast.one, sheet(("10001", "A"), list_id=theirs))
    assert nothing_changed(cast)


def test_a_list_without_id_that_names_only_strangers_is_refused_whole(cast: SimpleNamespace) -> None:
    with pytest.raises(WrongList, match="None of the 2 rows in the sheet “Sheet” names a candidate"):
        upload(cast.ola, cast.one, sheet(("10013", "A"), ("10014", "B")))
    assert nothing_changed(cast)


def test_the_committees_own_list_that_names_only_strangers_is_judged_row_by_row(
    cast: SimpleNamespace,
) -> None:
    own = list_id(seat(cast.kari, cast.one), timezone.now())
    result = upload(cast.kari, cast.one, sheet(("99999", "A"), list_id=own))
    assert counts(result) == {"updated": 0, "unchanged": 0, "empty": 0, "rejected": 1, "missing": 3}
    assert (result.rows[0]["reason"], verbs(cast.exam)) == ("unknown-candidate", [])


def test_bytes_that_are_no_workbook_are_refused_whole(cast: SimpleNamespace) -> None:
    with pytest.raises(UnreadableFile):
        upload(cast.kari, cast.one, b"Candidate ID;Grade\n10001;A\n")
    assert nothing_changed(cast)


def test_a_file_is_read_before_anything_is_locked_or_asked(cast: SimpleNamespace) -> None:
    kari = seat(cast.kari, cast.one)
    with CaptureQueriesContext(connection) as asked, pytest.raises(UnreadableFile):
        upload_grades(kari, file_name="grades.csv", content=b"Candidate ID;Grade\n10001;A\n")
    assert asked.captured_queries == []


def test_a_confirmed_committee_takes_no_file(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    with pytest.raises(Refused, match="the grades are locked"):
        upload(cast.kari, cast.one, sheet(("10001", "A")))
    assert nothing_changed(cast)


def test_somebody_who_lost_the_seat_may_not_upload(cast: SimpleNamespace) -> None:
    grader = seat(cast.kari, cast.one)
    unseat_grader(grader, by=cast.per)
    with pytest.raises(Refused, match="no longer have a seat"):
        upload_grades(grader, file_name="grades.xlsx", content=sheet(("10001", "A")))
    assert (Upload.objects.count(), grades_of(cast.one)["10001"]) == (0, "")


def test_somebody_whose_account_was_closed_may_not_upload(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    with pytest.raises(Refused, match="no longer have a seat"):
        upload(cast.kari, cast.one, sheet(("10001", "A")))
    assert nothing_changed(cast)


# Somebody else's grade, set after the list was downloaded


def test_a_replaced_grade_of_somebody_else_is_named(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A", c10002="B")
    grade(cast.ola, cast.one, c10001="C")
    at = candidate("10001").grade_entry.at.isoformat()  # type: ignore[union-attr]
    result = upload(cast.kari, cast.one, content)
    assert row_of(result, "10001")["lost"] == {"grade": "C", "by": "Ola", "at": at}
    assert row_of(result, "10002").get("lost") is None
    assert candidate("10001").grade == "A"


def test_a_replaced_grade_can_be_given_back(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A", c10002="B")
    grade(cast.ola, cast.one, c10001="C")
    result = upload(cast.kari, cast.one, content)
    entry = give_back(seat(cast.kari, cast.one), result, {row_of(result, "10001")["row"]})
    assert entry is not None
    assert (entry.verb, entry.changes) == ("grades.given-back", {"10001": ["A", "C"]})
    assert grades_of(cast.one) == {"10001": "C", "10002": "B", "10003": ""}
    assert row_of(result, "10001")["became"] == "given-back"


def test_a_grade_is_given_back_once_and_not_over_a_later_click(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A", c10002="B")
    grade(cast.ola, cast.one, c10001="C", c10002="D")
    result = upload(cast.kari, cast.one, content)
    give_back(seat(cast.kari, cast.one), result, {2})
    grade(cast.ola, cast.one, c10002="E")
    assert give_back(seat(cast.kari, cast.one), result, {2}) is None
    for row in (3, 4):
        with pytest.raises(Refused, match="nothing to give back"):
            give_back(seat(cast.kari, cast.one), result, {row})
    assert grades_of(cast.one) == {"10001": "C", "10002": "E", "10003": ""}


def test_a_grade_that_the_list_already_knew_is_not_lost(cast: SimpleNamespace) -> None:
    grade(cast.ola, cast.one, c10001="C")
    content = downloaded(cast.kari, cast.one, c10001="A")
    result = upload(cast.kari, cast.one, content)
    assert (row_of(result, "10001").get("lost"), candidate("10001").grade) == (None, "A")


def test_ones_own_later_click_is_not_lost(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A")
    grade(cast.kari, cast.one, c10001="C")
    result = upload(cast.kari, cast.one, content)
    assert (row_of(result, "10001").get("lost"), candidate("10001").grade) == (None, "A")


def test_a_grade_that_somebody_else_removed_counts_as_theirs(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="B")
    content = downloaded(cast.kari, cast.one)
    entry = reset_grade(seat(cast.ola, cast.one), candidate("10001"))
    result = upload(cast.kari, cast.one, content)
    assert row_of(result, "10001")["lost"] == {"grade": "", "by": "Ola", "at": entry.at.isoformat()}  # type: ignore[union-attr]
    give_back(seat(cast.kari, cast.one), result, {2})
    assert candidate("10001").grade == ""


def test_a_file_without_list_id_may_lose_anybodys_grade(cast: SimpleNamespace) -> None:
    grade(cast.ola, cast.one, c10001="C")
    result = upload(cast.kari, cast.one, sheet(("10001", "A")))
    assert row_of(result, "10001")["lost"]["grade"] == "C"
    assert result.list_entry_id is None


def test_a_forged_list_id_is_not_believed(cast: SimpleNamespace) -> None:
    grade(cast.ola, cast.one, c10001="C")
    body, _dot, seal = list_id(seat(cast.kari, cast.one), timezone.now()).rpartition(".")
    parts = body.split(".")
    forged = ".".join([*parts[:2], "999999999", *parts[3:], seal])
    result = upload(cast.kari, cast.one, sheet(("10001", "A"), list_id=forged))
    assert result.list_entry_id is None
    assert row_of(result, "10001")["lost"]["by"] == "Ola"


# Proposals


def test_one_proposal_is_accepted(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "a"), ("10002", "b")))
    entry = accept_proposals(seat(cast.kari, cast.one), result, {2})
    assert (entry.verb, entry.changes) == ("grades.proposals", {"10001": ["", "A"]})  # type: ignore[union-attr]
    assert grades_of(cast.one) == {"10001": "A", "10002": "", "10003": ""}
    result.refresh_from_db()
    assert counts(result) == {"updated": 1, "unchanged": 0, "empty": 0, "rejected": 1, "missing": 1}
    assert [row.get("became") for row in result.rows] == ["accepted", None]


def test_all_proposals_are_accepted_in_one_act(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10003="C")
    result = upload(
        cast.kari, cast.one, sheet(("10001", "a"), ("10002", "А"), ("10003", "c"), ("10013", "d"))
    )
    accept_proposals(seat(cast.kari, cast.one), result, {2, 3, 4, 5})
    result.refresh_from_db()
    assert counts(result) == {"updated": 2, "unchanged": 1, "empty": 0, "rejected": 1, "missing": 0}
    assert grades_of(cast.one) == {"10001": "A", "10002": "A", "10003": "C"}
    assert verbs(cast.exam) == ["grade.clicked", "grades.proposals"]


def test_a_proposal_is_stale_after_a_click(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "a"), ("10002", "b")))
    grade(cast.ola, cast.one, c10001="D")
    with pytest.raises(Refused, match="the grade was changed after this upload"):
        accept_proposals(seat(cast.kari, cast.one), result, {2})
    accept_proposals(seat(cast.kari, cast.one), result, {2, 3})
    assert grades_of(cast.one) == {"10001": "D", "10002": "B", "10003": ""}


def test_a_row_without_proposal_can_not_be_accepted(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "Z"), ("10002", "B")))
    for rows in ({2}, {3}, {99}, set[int]()):
        with pytest.raises(Refused, match="No proposal can be taken"):
            accept_proposals(seat(cast.kari, cast.one), result, rows)
    assert grades_of(cast.one) == {"10001": "", "10002": "B", "10003": ""}


def test_an_accepted_proposal_names_the_grade_of_somebody_else_that_it_replaced(
    cast: SimpleNamespace,
) -> None:
    content = downloaded(cast.kari, cast.one, c10001="a")
    grade(cast.ola, cast.one, c10001="C")
    result = upload(cast.kari, cast.one, content)
    accept_proposals(seat(cast.kari, cast.one), result, {2})
    assert row_of(result, "10001")["lost"]["grade"] == "C"
    give_back(seat(cast.kari, cast.one), result, {2})
    assert candidate("10001").grade == "C"


def test_a_proposal_of_the_scale_before_is_refused(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "a")))
    cast.exam.scale = GradeScale.PASS
    change_exam(cast.exam, planners=[cast.per], by=cast.per)
    with pytest.raises(Refused, match="No proposal can be taken"):
        accept_proposals(seat(cast.kari, cast.one), result, {2})
    assert candidate("10001").grade == ""


# Undo


def test_undo_restores_what_was_there_before(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="B")
    result = upload(cast.kari, cast.one, sheet(("10001", "A"), ("10002", "C")))
    entry = undo_upload(seat(cast.kari, cast.one), result)
    assert entry.changes == {"10001": ["A", "B"], "10002": ["C", ""]}
    assert grades_of(cast.one) == {"10001": "B", "10002": "", "10003": ""}
    assert [row_of(result, number)["became"] for number in ("10001", "10002")] == ["undone", "undone"]


def test_undo_takes_accepted_proposals_back_too(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10002="E")
    result = upload(cast.kari, cast.one, sheet(("10001", "A"), ("10002", "b")))
    accept_proposals(seat(cast.ola, cast.one), result, {3})
    undo_upload(seat(cast.ola, cast.one), result)
    assert grades_of(cast.one) == {"10001": "", "10002": "E", "10003": ""}


def test_undo_leaves_grades_that_were_changed_since(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A", c10002="B", c10003="C")
    grade(cast.ola, cast.one, c10003="F")
    result = upload(cast.kari, cast.one, content)
    grade(cast.ola, cast.one, c10001="D")
    give_back(seat(cast.ola, cast.one), result, {4})
    entry = undo_upload(seat(cast.kari, cast.one), result)
    assert entry.changes == {"10002": ["B", ""]}
    assert grades_of(cast.one) == {"10001": "D", "10002": "", "10003": "F"}


def test_undo_is_refused_when_nothing_of_the_upload_stands(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "A")))
    grade(cast.ola, cast.one, c10001="D")
    with pytest.raises(Refused, match="nothing to undo"):
        undo_upload(seat(cast.kari, cast.one), result)
    assert Upload.objects.get().undone_at is None


def test_what_was_undone_is_done_with(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "A"), ("10002", "b")))
    grader = seat(cast.kari, cast.one)
    undo_upload(grader, result)
    for again in (
        lambda: undo_upload(grader, result),
        lambda: accept_proposals(grader, result, {3}),
        lambda: give_back(grader, result, {2}),
    ):
        with pytest.raises(Refused, match="undone already"):
            again()
    assert verbs(cast.exam) == ["grades.uploaded", "upload.undone"]


def test_nothing_is_undone_once_all_have_confirmed(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, sheet(("10001", "A"), ("10002", "b")))
    confirm_all(cast.exam)
    grader = seat(cast.kari, cast.one)
    for act in (
        lambda: undo_upload(grader, result),
        lambda: accept_proposals(grader, result, {3}),
        lambda: give_back(grader, result, {2}),
    ):
        with pytest.raises(Refused, match="the grades are locked"):
            act()
    assert grades_of(cast.one) == {"10001": "A", "10002": "", "10003": ""}


def test_the_upload_of_another_committee_is_out_of_reach(cast: SimpleNamespace) -> None:
    result = upload(cast.ola, cast.two, sheet(("10013", "A")))
    with pytest.raises(Upload.DoesNotExist):
        undo_upload(seat(cast.ola, cast.one), result)
    assert grades_of(cast.two)["10013"] == "A"


# The log, and confirmations


def test_each_act_writes_one_entry_with_its_changes_and_its_upload(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A", c10002="b", c10003="C")
    grade(cast.ola, cast.one, c10001="D")
    result = upload(cast.kari, cast.one, content)
    accept_proposals(seat(cast.kari, cast.one), result, {3})
    give_back(seat(cast.kari, cast.one), result, {2})
    undo_upload(seat(cast.ola, cast.one), result)
    entries = cast.exam.log.filter(upload=result).order_by("pk")
    assert list(entries.values_list("verb", "by__name", "changes")) == [
        ("grades.uploaded", "Kari", {"10001": ["D", "A"], "10003": ["", "C"]}),
        ("grades.proposals", "Kari", {"10002": ["", "B"]}),
        ("grades.given-back", "Kari", {"10001": ["A", "D"]}),
        ("upload.undone", "Ola", {"10002": ["B", ""], "10003": ["C", ""]}),
    ]


def test_a_confirmation_falls_with_an_upload_and_stands_again_after_its_undo(cast: SimpleNamespace) -> None:
    confirm(cast.ola, cast.one)
    result = upload(cast.kari, cast.one, sheet(("10001", "A")))
    assert stage(cast.one) == "grading"
    undo_upload(seat(cast.kari, cast.one), result)
    assert stage(cast.one) == "waiting"


# However many rows


def queries_of_uploads(cast: SimpleNamespace, size: int) -> list[int]:
    """The queries of two uploads: all grades new, then all changed."""
    numbers = [str(30000 + n) for n in range(size)]
    committee = CommitteeFactory.create(
        exam=cast.exam, number=size, graders=[cast.kari, cast.ola], numbers=numbers
    )
    grader, needed = seat(cast.kari, committee), []
    for grades in ("ABC", "BCA"):
        content = sheet(*((number, grades[n % 3]) for n, number in enumerate(numbers)))
        with CaptureQueriesContext(connection) as queries:
            result = upload_grades(grader, file_name="many.xlsx", content=content)
        assert counts(result)["updated"] == size
        needed.append(len(queries))
    committee.candidates.update(committee=None)
    Candidate.objects.filter(committee=None).delete()
    return needed


def test_an_upload_takes_the_same_queries_for_3_300_and_1000_rows(cast: SimpleNamespace) -> None:
    few = queries_of_uploads(cast, 3)
    assert few[0] == few[1]
    assert queries_of_uploads(cast, 300) == few
    assert queries_of_uploads(cast, 1000) == few


# Laws

ids = st.sampled_from(["10001", "10002", "10003", 10001, "10002.0", "10013", "x", "=A1", None])
grades = st.sampled_from([*"ABCDEF", "a", "f ", "А", "Z", 5, True, "=A1", " ", None])
law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def graded_anew(cast: SimpleNamespace, before: tuple[str, ...]) -> Grader:
    """Kari's seat, after Ola set the grades `before` on an empty sheet."""
    Candidate.objects.filter(committee=cast.one).update(grade="", grade_entry=None)
    for number, value in zip(("10001", "10002", "10003"), before, strict=True):
        if value:
            grade(cast.ola, cast.one, **{f"c{number}": value})
    return seat(cast.kari, cast.one)


befores = st.tuples(*[st.sampled_from(["", *"ABCDEF"])] * 3)


@law
@given(befores, st.lists(st.tuples(ids, grades), max_size=8))
def test_the_numbers_always_add_up(
    cast: SimpleNamespace, before: tuple[str, ...], rows: list[tuple[Any, Any]]
) -> None:
    grader = graded_anew(cast, before)
    rows = [("10001", None), *rows]
    result = upload_grades(grader, file_name="any.xlsx", content=sheet(*rows))
    numbers = counts(result)
    assert sum(numbers.values()) - numbers["missing"] == sum(
        not (number is None and value in (None, " ")) for number, value in rows
    )
    named = {str(number).removesuffix(".0") for number, _value in rows}
    assert result.missing == sorted({"10001", "10002", "10003"} - named)


@law
@given(befores, st.lists(st.tuples(ids, grades), max_size=8), st.booleans())
def test_undo_right_after_an_upload_restores_exactly_the_grades_before(
    cast: SimpleNamespace, before: tuple[str, ...], rows: list[tuple[Any, Any]], accepts: bool
) -> None:
    grader = graded_anew(cast, before)
    result = upload_grades(grader, file_name="any.xlsx", content=sheet(("10001", None), *rows))
    if accepts and any(row.get("proposal") for row in result.rows):
        accept_proposals(grader, result, range(99))
    if tuple(grades_of(cast.one).values()) != before:
        undo_upload(grader, result)
    assert tuple(grades_of(cast.one).values()) == before


def test_restoring_a_colleagues_grade_does_not_make_it_ones_own(cast: SimpleNamespace) -> None:
    content = downloaded(cast.kari, cast.one, c10001="A")
    grade(cast.ola, cast.one, c10001="C")
    undo_upload(seat(cast.kari, cast.one), upload(cast.kari, cast.one, content))
    again = row_of(upload(cast.kari, cast.one, content), "10001")
    assert (again["lost"]["grade"], again["lost"]["by"]) == ("C", "Ola")


def test_accepting_the_same_proposal_twice_is_harmless(cast: SimpleNamespace) -> None:
    result = upload(cast.kari, cast.one, downloaded(cast.kari, cast.one, c10001="a"))
    row = row_of(result, "10001")["row"]
    assert accept_proposals(seat(cast.kari, cast.one), result, {row}) is not None
    assert accept_proposals(seat(cast.kari, cast.one), result, {row}) is None
    assert candidate("10001").grade == "A"
