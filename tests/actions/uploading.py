"""Filled-in grade sheets, and results of their uploads."""

from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook

from committees.actions.grade_lists import list_id
from committees.actions.uploads import upload_grades
from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.models import Committee, Exam, Upload, User
from committees.models.upload_rows import ReplacedGrade, UploadRow
from tests.conftest import seat


def sheet(*rows: tuple[object, object], list_id: str = "") -> bytes:
    """Return a hand-made workbook: the two headers, `rows` from row 2, and a list ID on a second sheet if given."""
    book = Workbook()
    for row in [("Candidate ID", "Grade"), *rows]:
        book.worksheets[0].append(list(row))
    if list_id:
        book.create_sheet().append(["List ID", list_id])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def downloaded(person: User, committee: Committee, **grades: str) -> bytes:
    """Return the list that `person` downloads now, with `grades` filled in (`c10001="A"`)."""
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


def row_of(given: Upload, number: str) -> UploadRow:
    """Return the stored row of the candidate with this number."""
    rows = Upload.objects.get(pk=given.pk).rows
    return next(row for row in rows if row.candidate == number)


def replaced_of(given: Upload, number: str) -> ReplacedGrade:
    """Return the grade that the row of this candidate replaced."""
    replaced = row_of(given, number).replaced
    assert replaced is not None
    return replaced


def grades_of(committee: Committee) -> dict[str, str]:
    return dict(committee.candidates.order_by("number").values_list("number", "grade"))


def log_actions(exam: Exam) -> list[str]:
    return list(exam.log.order_by("pk").values_list("action", flat=True))
