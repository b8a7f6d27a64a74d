from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from openpyxl import Workbook

from committees.actions.grade_lists import list_id
from committees.actions.grading import reset_grade
from committees.actions.planning import unseat_grader
from committees.actions.upload_results import restore_replaced
from committees.actions.uploads import upload_grades
from committees.errors import Refusal
from committees.files.xlsx import UnreadableFile
from committees.models import Committee, Upload, User
from committees.models.upload_rows import ReplacedGrade
from tests.actions.uploading import downloaded, grades_of, log_actions, replaced_of, row_of, sheet, upload
from tests.conftest import People, candidate, confirm_all, grade, seat
from tests.factories import CommitteeFactory
from tests.refusals import refused

# Results of rows


def test_rows_and_candidates_are_accounted_for(people: People) -> None:
    grade(people.kari, people.one, c10002="B")
    rows = [("10001", "A"), ("10002", "B"), ("10001", None), ("10013", "C"), ("10001", "A"), (None, "D")]
    result = upload(people.kari, people.one, sheet(*rows))
    assert result.counts == {"updated": 1, "unchanged": 2, "empty": 1, "rejected": 2, "missing": 1}
    assert [row.row for row in result.rows] == [2, 3, 4, 5, 6, 7]
    assert result.missing == ["10003"]
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


def test_downloaded_list_is_filled_in_and_applied(people: People) -> None:
    result = upload(people.kari, people.one, downloaded(people.kari, people.one, c10001="A", c10003="F"))
    assert result.counts == {"updated": 2, "unchanged": 0, "empty": 1, "rejected": 0, "missing": 0}
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": "F"}
    assert candidate("10001").is_submitted
    assert candidate("10001").grade_entry.upload == result  # type: ignore[union-attr]


def test_empty_cell_keeps_the_grade(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    result = upload(people.kari, people.one, sheet(("10001", None), ("10002", " ")))
    assert result.counts["empty"] == 2
    assert grades_of(people.one) == {"10001": "B", "10002": "", "10003": ""}


def test_file_overwrites_grades(people: People) -> None:
    grade(people.kari, people.one, c10001="B", c10002="C")
    result = upload(people.kari, people.one, sheet(("10001", "D"), ("10002", "C")))
    assert (row_of(result, "10001").old, row_of(result, "10001").grade) == ("B", "D")
    assert grades_of(people.one) == {"10001": "D", "10002": "C", "10003": ""}


def test_repeated_file_changes_nothing(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    upload(people.kari, people.one, content)
    version = Committee.objects.get(pk=people.one.pk).version
    again = upload(people.kari, people.one, content)
    assert again.counts == {"updated": 0, "unchanged": 3, "empty": 0, "rejected": 0, "missing": 0}
    assert Committee.objects.get(pk=people.one.pk).version == version
    assert log_actions(people.exam) == ["grades.uploaded"]


def test_good_rows_are_applied_beside_bad_ones(people: People) -> None:
    result = upload(people.kari, people.one, sheet(("10001", "a"), ("10002", "B"), ("10003", "=A1")))
    assert [row.outcome for row in result.rows] == ["rejected", "updated", "rejected"]
    assert [row.proposal for row in result.rows] == ["A", "", ""]
    assert [row.reason for row in result.rows] == ["lower-case", "", "formula"]
    assert grades_of(people.one) == {"10001": "", "10002": "B", "10003": ""}


def test_file_with_headers_only_lists_all_as_missing(people: People) -> None:
    result = upload(people.kari, people.one, sheet())
    assert result.counts == {"updated": 0, "unchanged": 0, "empty": 0, "rejected": 0, "missing": 3}
    assert log_actions(people.exam) == []


def test_upload_is_stored_with_name_hash_and_columns(people: People) -> None:
    book = Workbook()
    book.worksheets[0].title = "List"
    for row in [("Karakter", "Remark", "Kandidat-ID"), ("A", "fine", 10001)]:
        book.worksheets[0].append(list(row))
    out = BytesIO()
    book.save(out)
    result = upload_grades(seat(people.kari, people.one), file_name="x" * 300, content=out.getvalue())
    assert (len(result.file_name), len(result.sha256), result.sheet) == (255, 64, "List")
    assert (result.ignored_columns, result.list_entry_id) == (["Remark"], None)
    assert grades_of(people.one)["10001"] == "A"


# Refused files


def nothing_changed(people: People) -> bool:
    uploads, entries = Upload.objects.count(), people.exam.log.exclude(action="grading.confirmed").count()
    return (uploads, entries, set(grades_of(people.one).values())) == (0, 0, {""})


def test_list_of_another_exam_is_refused(people: People) -> None:
    theirs = list_id(seat(people.kari, people.three), timezone.now())
    with refused(Refusal.LIST_OF_OTHER_EXAM, exam="LUP1001 Practice", other="Committee 1"):
        upload(people.kari, people.one, sheet(("10001", "A"), list_id=theirs))
    assert nothing_changed(people)


def test_list_of_another_committee_is_refused(people: People) -> None:
    theirs = list_id(seat(people.ola, people.two), timezone.now())
    with refused(Refusal.LIST_OF_OTHER_COMMITTEE, other="Committee 2", here="Committee 1"):
        upload(people.ola, people.one, sheet(("10001", "A"), list_id=theirs))
    assert nothing_changed(people)


def test_list_of_a_deleted_committee_is_refused(people: People) -> None:
    gone = CommitteeFactory.create(exam=people.exam, number=3, graders=[people.ola])
    theirs = list_id(seat(people.ola, gone), timezone.now())
    gone.delete()
    with refused(Refusal.LIST_OF_UNKNOWN_COMMITTEE):
        upload(people.ola, people.one, sheet(("10001", "A"), list_id=theirs))
    assert nothing_changed(people)


def test_list_of_unknown_candidates_without_id_is_refused(people: People) -> None:
    with refused(Refusal.LIST_WITHOUT_CANDIDATES, sheet="Sheet"):
        upload(people.ola, people.one, sheet(("10013", "A"), ("10014", "B")))
    assert nothing_changed(people)


def test_own_list_of_unknown_candidates_is_checked_row_by_row(people: People) -> None:
    own = list_id(seat(people.kari, people.one), timezone.now())
    result = upload(people.kari, people.one, sheet(("99999", "A"), list_id=own))
    assert result.counts == {"updated": 0, "unchanged": 0, "empty": 0, "rejected": 1, "missing": 3}
    assert (result.rows[0].reason, log_actions(people.exam)) == ("unknown-candidate", [])


def test_other_file_types_are_refused(people: People) -> None:
    with pytest.raises(UnreadableFile):
        upload(people.kari, people.one, b"Candidate ID;Grade\n10001;A\n")
    assert nothing_changed(people)


def test_file_is_read_before_the_lock(people: People) -> None:
    kari = seat(people.kari, people.one)
    with CaptureQueriesContext(connection) as asked, pytest.raises(UnreadableFile):
        upload_grades(kari, file_name="grades.csv", content=b"Candidate ID;Grade\n10001;A\n")
    statements = [query["sql"] for query in asked.captured_queries]
    assert [sql for sql in statements if not sql.startswith("SELECT") or "FOR UPDATE" in sql] == []
    assert 0 < len(statements) <= 5


def test_confirmed_committee_refuses_files(people: People) -> None:
    confirm_all(people.exam)
    with refused(Refusal.GRADES_LOCKED):
        upload(people.kari, people.one, sheet(("10001", "A")))
    assert nothing_changed(people)


def test_former_grader_cannot_upload(people: People) -> None:
    grader = seat(people.kari, people.one)
    unseat_grader(grader, by=people.per)
    with refused(Refusal.NOT_GRADER):
        upload_grades(grader, file_name="grades.xlsx", content=sheet(("10001", "A")))
    assert (Upload.objects.count(), grades_of(people.one)["10001"]) == (0, "")


def test_inactive_grader_cannot_upload(people: People) -> None:
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    with refused(Refusal.NOT_GRADER):
        upload(people.kari, people.one, sheet(("10001", "A")))
    assert nothing_changed(people)


# Grades of others, set after the download


def test_replaced_grade_of_a_colleague_is_named(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.one, c10001="C")
    at = candidate("10001").grade_entry.at  # type: ignore[union-attr]
    result = upload(people.kari, people.one, content)
    assert replaced_of(result, "10001") == ReplacedGrade("C", "Ola", at)
    assert row_of(result, "10002").replaced is None
    assert candidate("10001").grade == "A"


def test_replaced_grade_can_be_restored(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, content)
    entry = restore_replaced(seat(people.kari, people.one), result, {row_of(result, "10001").row})
    assert entry is not None
    assert (entry.action, entry.changes) == ("grades.restored", {"10001": ["A", "C"]})
    assert grades_of(people.one) == {"10001": "C", "10002": "B", "10003": ""}
    assert row_of(result, "10001").resolution == "restored"


def test_grade_is_restored_once_and_not_over_a_later_click(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.one, c10001="C", c10002="D")
    result = upload(people.kari, people.one, content)
    restore_replaced(seat(people.kari, people.one), result, {2})
    grade(people.ola, people.one, c10002="E")
    assert restore_replaced(seat(people.kari, people.one), result, {2}) is None
    for row in (3, 4):
        with refused(Refusal.NOTHING_TO_RESTORE):
            restore_replaced(seat(people.kari, people.one), result, {row})
    assert grades_of(people.one) == {"10001": "C", "10002": "E", "10003": ""}


def test_grade_known_to_the_list_is_not_replaced(people: People) -> None:
    grade(people.ola, people.one, c10001="C")
    content = downloaded(people.kari, people.one, c10001="A")
    result = upload(people.kari, people.one, content)
    assert (row_of(result, "10001").replaced, candidate("10001").grade) == (None, "A")


def test_own_later_click_is_not_replaced(people: People) -> None:
    content = downloaded(people.kari, people.one, c10001="A")
    grade(people.kari, people.one, c10001="C")
    result = upload(people.kari, people.one, content)
    assert (row_of(result, "10001").replaced, candidate("10001").grade) == (None, "A")


def test_grade_removed_by_a_colleague_counts_as_replaced(people: People) -> None:
    grade(people.kari, people.one, c10001="B")
    content = downloaded(people.kari, people.one, c10001="A")
    entry = reset_grade(seat(people.ola, people.one), candidate("10001"))
    result = upload(people.kari, people.one, content)
    assert replaced_of(result, "10001") == ReplacedGrade("", "Ola", entry.at)  # type: ignore[union-attr]
    restore_replaced(seat(people.kari, people.one), result, {2})
    assert candidate("10001").grade == ""


def test_file_without_list_id_replaces_any_grade(people: People) -> None:
    grade(people.ola, people.one, c10001="C")
    result = upload(people.kari, people.one, sheet(("10001", "A")))
    assert replaced_of(result, "10001").grade == "C"
    assert result.list_entry_id is None


@pytest.mark.parametrize("place", [1, 2, 5])
def test_invalid_list_id_is_ignored(people: People, place: int) -> None:
    grade(people.ola, people.one, c10001="C")
    parts = list_id(seat(people.kari, people.one), timezone.now()).split(".")
    parts[place] = "999999999"
    result = upload(people.kari, people.one, sheet(("10001", "A"), list_id=".".join(parts)))
    assert (result.list_entry_id, replaced_of(result, "10001").grade) == (None, "C")


def test_list_id_is_valid_under_fallback_keys(people: People) -> None:
    with override_settings(SECRET_KEY="the-former-one"):
        own = list_id(seat(people.ola, people.one), timezone.now())
        others = list_id(seat(people.ola, people.two), timezone.now())
    with override_settings(SECRET_KEY_FALLBACKS=["the-former-one"]):
        with refused(Refusal.LIST_OF_OTHER_COMMITTEE, other="Committee 2"):
            upload(people.ola, people.one, sheet(("10001", "A"), list_id=others))
        assert upload(people.ola, people.one, sheet(("10001", "A"), list_id=own)).list_entry_id is not None
    assert upload(people.ola, people.one, sheet(("10001", "A"), list_id=own)).list_entry_id is None
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": ""}
