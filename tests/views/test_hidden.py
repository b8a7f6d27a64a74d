"""Results of uploads with hidden rows, columns and sheets."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook

from committees.models import Upload
from tests.conftest import People
from tests.views.excel import counts, grades_of, upload
from tests.views.html import Element, page_of

pytestmark = pytest.mark.db_independent


def hidden_list(*, sheet: bool = False) -> bytes:
    """Return a list with row 3 and column B hidden; or (`sheet`) on a hidden sheet, beside one without grades."""
    made = Workbook()
    list_ = made.worksheets[0]
    for row in (("Candidate ID", "Grade"), (10001, "A"), (10002, "B"), (10003, "")):
        list_.append(row)
    if sheet:
        list_.sheet_state = "hidden"
        made.create_sheet("Points").append(("Candidate", "Points"))
        made.active = 1
    else:
        list_.row_dimensions[3].hidden = True
        list_.column_dimensions["B"].hidden = True
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def said(page: Element) -> list[str]:
    return page.one("div", data_hidden="*").texts("p")


SAID = [
    "1 row in the file is hidden: row 3 (10002). It was read like the others, so check its grade.",
    "Column B (Grade) is hidden in the file, but was read. Check that it is the right one.",
]


@pytest.mark.parametrize("htmx", [False, True])
def test_result_names_hidden_rows_and_columns(people: People, kari: Client, htmx: bool) -> None:
    response = upload(kari, people.one, hidden_list(), htmx=htmx)
    later = page_of(kari.get(reverse("upload", args=[Upload.objects.get().pk])))
    pages = [page_of(response), later] if htmx else [later]
    assert [(said(page), counts(page)["updated"]) for page in pages] == [(SAID, 2)] * len(pages)
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "1 rad i filen er skjult"), ("nn", "1 rad i fila er skjult")]
)
def test_hidden_parts_are_named_in_the_language_of_the_page(
    people: People, kari: Client, language: str, words: str
) -> None:
    upload(kari, people.one, hidden_list())
    with translation.override(language):
        page = page_of(
            kari.get(reverse("upload", args=[Upload.objects.get().pk]), headers={"Accept-Language": language})
        )
    assert said(page)[0].startswith(words)


def test_nothing_hidden_gives_no_warning(people: People, kari: Client) -> None:
    upload(kari, people.one, hidden_list())
    Upload.objects.update(hidden={})
    page = page_of(kari.get(reverse("upload", args=[Upload.objects.get().pk])))
    assert (page.all("div", data_hidden="*"), counts(page)["updated"]) == ([], 2)


def test_list_on_a_hidden_sheet_is_refused(people: People, kari: Client) -> None:
    response = upload(kari, people.one, hidden_list(sheet=True))
    (alert,) = page_of(response).alerts
    assert (response.status_code, "“Sheet”" in alert, "“Points”" in alert) == (422, True, True)
    assert (grades_of(people.one)["10001"], Upload.objects.count()) == ("", 0)


def test_grades_in_the_wrong_column_are_not_an_unsaved_file(people: People, kari: Client) -> None:
    made = Workbook()
    for row in (("Candidate ID", "Grade"), (10001, None, "A"), (10002, None, "B"), (10003, None, "C")):
        made.worksheets[0].append(row)
    out = BytesIO()
    made.save(out)
    page = page_of(kari.get(upload(kari, people.one, out.getvalue()).headers["Location"]))
    assert counts(page) == {"updated": 0, "unchanged": 0, "empty": 3, "rejected": 0, "missing": 0}
    assert [len(said(page)), "C2, C3, C4" in said(page)[0], page.all("div", data_all_empty="*")] == [
        1,
        True,
        [],
    ]
