"""The list with the results of an upload, which can be corrected and uploaded again."""

from io import BytesIO
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from committees.models import Upload
from tests.conftest import People, grade
from tests.files.build import grade_list
from tests.views.excel import counts, filled, grades_of, press, upload, uploaded
from tests.views.html import page_of
from tests.views.queries import queries_of


def result_list(client: Client) -> Any:
    return client.get(reverse("upload-list", args=[Upload.objects.latest("pk").pk]))


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(min_row=2, values_only=True))


def test_list_has_rejected_cells_and_current_grades(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10003="F")
    uploaded(kari, people.one, ("10001", "A"), ("10002", "b"), ("999", "C"))
    response = result_list(kari)
    assert response.headers["Content-Disposition"].endswith('-result.xlsx"')
    assert rows_of(response.content) == [
        ("10001", "A", "Updated: no grade → A"),
        (
            "10002",
            "b",
            "Rejected: Cell B3 contains “b” in lower case. Accept the proposal B, or correct the cell and upload the "
            "file again.",
        ),
        ("10003", "F", "Missing from the file"),
    ]
    others = load_workbook(BytesIO(response.content)).worksheets[2]
    assert [row[:2] for row in others.values] == [("Cell", "In the cell"), ("A4", "999")]


def test_corrected_list_is_uploaded_again(people: People, kari: Client) -> None:
    uploaded(kari, people.one, ("10001", "A"), ("10002", "b"), ("10003", "Z"))
    file = filled(result_list(kari).content, c10002="B")
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    assert counts(page) == {"updated": 1, "unchanged": 1, "empty": 0, "rejected": 1, "missing": 0}
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


def test_rejected_cell_graded_since_has_the_new_grade(people: People, kari: Client) -> None:
    uploaded(kari, people.one, ("10001", "Z"))
    assert rows_of(result_list(kari).content)[0][1] == "Z"
    grade(people.ola, people.one, c10001="D")
    assert rows_of(result_list(kari).content)[0][1] == "D"


def test_undone_upload_gives_current_grades(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"), ("10002", "b"))
    press(kari, page, "Undo this upload")
    assert [row[:2] for row in rows_of(result_list(kari).content)] == [
        ("10001", None),
        ("10002", None),
        ("10003", None),
    ]


def test_queries_do_not_grow_with_rows(people: People, kari: Client) -> None:
    found = []
    for rows in ([("10001", "b")], [("10001", "b"), ("10002", "A"), ("10003", "Z")]):
        upload(kari, people.one, grade_list(*rows))
        found.append(queries_of(kari, reverse("upload-list", args=[Upload.objects.latest("pk").pk])))
    assert found[0] == found[1]
