import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from committees.errors import Refusal
from committees.models import Upload
from committees.requests import NO_UPLOAD_PLACE
from tests.conftest import People, confirm_all, grade
from tests.files.build import book, grade_list, packed, parts
from tests.refusals import sentence
from tests.views.excel import counts, download, filled, grades_of, upload, uploaded
from tests.views.html import HTMX, page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


# Download → Grades to Excel


def test_file_name_has_exam_committee_and_date(people: People, kari: Client) -> None:
    people.one.name = "Kari and Ola"
    people.one.save()
    response = download(kari, people.one)
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert (
        response.headers["Content-Disposition"] == f'attachment; filename="tdt4100-committee-1-{today}.xlsx"'
    )
    assert response.headers["Content-Type"] == XLSX
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_list_has_the_committees_candidates_and_grades(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    sheet = load_workbook(BytesIO(download(kari, people.one).content)).worksheets[0]
    assert list(sheet.values) == [("Candidate ID", "Grade"), ("10001", None), ("10002", "C"), ("10003", None)]


def test_non_anonymous_list_has_names(people: People, kari: Client) -> None:
    people.exam.is_anonymous = False
    people.exam.save()
    sheet = load_workbook(BytesIO(download(kari, people.one).content)).worksheets[0]
    assert list(sheet.values)[:2] == [("Candidate ID", "Grade", "Name"), ("10001", None, "Sofie")]


def test_anonymous_list_has_no_names(people: People, kari: Client) -> None:
    texts = [
        str(cell)
        for sheet in load_workbook(BytesIO(download(kari, people.one).content))
        for row in sheet.values
        for cell in row
    ]
    assert [text for text in texts if "sofie" in text.lower()] == []


def test_download_changes_nothing(people: People, kari: Client) -> None:
    download(kari, people.one)
    assert people.exam.log.count() == 0


def test_confirmed_list_can_be_downloaded(people: People, kari: Client) -> None:
    confirm_all(people.exam)
    assert download(kari, people.one).status_code == 200


# The dialog


def test_upload_form_is_a_page_or_a_dialog(people: People, kari: Client) -> None:
    url = reverse("upload-sheet", args=[people.one.pk])
    page, dialog = page_of(kari.get(url)), page_of(kari.get(url, headers=HTMX))
    assert [len(one.all("html")) for one in (page, dialog)] == [1, 0]
    for one in (page.one("main"), dialog):
        form = one.one("form", enctype="multipart/form-data")
        assert form["action"] == url
        assert form.one("input", type="file")["name"] == "file"
        assert form.one("label", for_="file").text == "Browse"
        assert form.texts("button") == ["Upload"]
        assert one.alerts == []
    assert dialog.one("form", hx_post=url)["hx-target"] == "#dialog-body"
    # The page without a dialog
    assert page.all("form", hx_post=url) == []


def test_menu_opens_the_dialog(people: People, kari: Client) -> None:
    page = page_of(kari.get(reverse("final-grading", args=[people.one.pk])))
    url = reverse("upload-sheet", args=[people.one.pk])
    entries = {one.text: one["href"] for one in page.all("a") if one["href"].startswith("/committees/")}
    assert entries["Grades from Excel"] == url
    (menu,) = page.all("form", data_download="*")
    assert (menu["method"], menu["action"]) == ("post", reverse("download", args=[people.one.pk]))
    assert menu.texts("button") == ["Grades to Excel", "List without grades"]
    assert entries["Earlier uploads"] == reverse("uploads", args=[people.one.pk])
    assert page.one("a", hx_get=url)["hx-target"] == "#dialog-body"
    assert page.one("dialog").one("div", id="dialog-body").inside == []


# Upload → Grades from Excel


def test_good_rows_are_applied_at_once(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10002="C")
    file = filled(download(kari, people.one).content, c10001="A", c10003="F")
    response = upload(kari, people.one, file)
    assert response.headers["Location"] == reverse("upload", args=[Upload.objects.get().pk])
    assert counts(page_of(kari.get(response.headers["Location"]))) == {
        "updated": 2, "unchanged": 1, "empty": 0, "rejected": 0, "missing": 0,
    }  # fmt: skip
    assert grades_of(people.one) == {"10001": "A", "10002": "C", "10003": "F"}


def test_htmx_result_is_shown_in_the_dialog(people: People, kari: Client) -> None:
    response = upload(kari, people.one, grade_list(("10001", "A"), ("10002", "")), htmx=True)
    dialog = page_of(response)
    assert (response.status_code, dialog.all("html")) == (200, [])
    assert counts(dialog) == {"updated": 1, "unchanged": 0, "empty": 1, "rejected": 0, "missing": 1}
    done = dialog.one("a", data_close_dialog="*")
    assert (done.text, done["href"]) == ("Done", reverse("final-grading", args=[people.one.pk]))
    assert dialog.one("a", class_="btn btn-link")["href"] == reverse("upload", args=[Upload.objects.get().pk])


def test_counts_add_up(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10003="F")
    page = uploaded(
        kari, people.one, ("10001", "A"), ("10003", "F"), ("77777", "B"), ("10002", None), ("10002", "c")
    )
    assert counts(page) == {"updated": 1, "unchanged": 1, "empty": 1, "rejected": 2, "missing": 0}
    assert "5 rows in the sheet “Sheet” = 1 updated + 1 unchanged + 1 empty + 2 rejected." in page.text
    assert "Candidates in the committee: 3 in the file, 0 missing from it." in page.text
    assert page.one("ul", class_="count-list").texts("li") == [
        "1 updated", "1 unchanged", "1 empty", "2 rejected", "0 missing",
    ]  # fmt: skip


def test_one_row_is_singular(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"))
    assert "1 row in the sheet “Sheet” = 1 updated + 0 unchanged + 0 empty + 0 rejected." in page.text
    response = upload(kari, people.one, book([("Candidate ID", "Grade"), ("777", "A")]))
    told = "No row in the sheet “Sheet” has a candidate of Committee 1"
    assert [alert[: len(told)] for alert in page_of(response).alerts] == [told]


def test_missing_candidates_and_ignored_columns_are_named(people: People, kari: Client) -> None:
    file = book([("Grade", "Remark", "Candidate ID"), ("A", "well done", "10001")])
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    assert "Missing from the file: 10002, 10003. Their grades were not changed." in page.texts("p")
    assert "Columns that were not read: Remark." in page.texts("p")
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": ""}


def test_repeated_candidate_counts_once_and_is_mentioned(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"), ("10001", "A"))
    assert counts(page) == {"updated": 1, "unchanged": 1, "empty": 0, "rejected": 0, "missing": 2}
    told = "Row 3 has the same grade for 10001 as row 2 and counts only once."
    assert told in page.texts("p")


def test_rejected_row_has_cell_reason_and_proposal(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "a"), ("10002", "А"), ("10003", "Z"), ("55", "A"))
    rows = page.all("tr", data_cell="*")
    assert [(one["data-cell"], one["data-reason"]) for one in rows] == [
        ("B2", "lower-case"),
        ("B3", "look-alike"),
        ("B4", "not-in-scale"),
        ("A5", "unknown-candidate"),
    ]
    assert [one.columns[:3] for one in rows] == [
        ["B2", "10001", "a"],
        ["B3", "10002", "А"],
        ["B4", "10003", "Z"],
        ["A5", "–", "55"],
    ]
    assert [one.texts("button") for one in rows] == [
        ["Accept A 10001", *(f"{grade} 10001" for grade in "BCDEF")],
        ["Accept A 10002", *(f"{grade} 10002" for grade in "BCDEF")],
        [f"{grade} 10003" for grade in "ABCDEF"],
        [],
    ]
    assert "U+0410 CYRILLIC CAPITAL LETTER A" in rows[1].columns[3]
    assert grades_of(people.one) == {"10001": "", "10002": "", "10003": ""}


# Refused files


def archive(**inside: bytes) -> bytes:
    return packed({**parts(), **{name.replace("__", "/"): data for name, data in inside.items()}})


REFUSED = {
    "old.xls": (OLE + "Workbook".encode("utf-16-le"), "This is an old Excel file (.xls)."),
    "list.ods": (
        packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "This is an OpenDocument spreadsheet (.ods).",
    ),
    "list.csv": (b"Candidate ID;Grade\n10001;A\n", "This is a text file (for example .csv)."),
    "secret.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "This file is protected with a password."),
    "macro.xlsm": (packed({**parts(), "xl/vbaProject.bin": b"x"}), "This Excel file has macros (.xlsm)."),
    "other.xlsx": (book([("Name", "Points"), ("10001", "A")]), r".*“?Candidate ID”?"),
    "empty.xlsx": (b"", ".*empty"),
    "large.xlsx": (grade_list(("10001", "A")) + bytes(settings.UPLOAD_LIMIT), ".*larger than 5 MB"),
    "page.xlsx": (b"<html><table></table></html>", "This is a web page or XML file"),
}


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_other_file_types_are_refused_with_their_own_advice(
    people: People, kari: Client, name: str, htmx: bool
) -> None:
    grade(people.kari, people.one, c10001="C")
    content, told = REFUSED[name]
    refused_whole(people, upload(kari, people.one, content, name=name, htmx=htmx), 422, told, htmx)


@pytest.mark.parametrize("htmx", [False, True])
def test_missing_file_is_reported(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="C")
    url = reverse("upload-sheet", args=[people.one.pk])
    response = kari.post(url, {}, headers=HTMX if htmx else {})
    refused_whole(people, response, 422, "No file was chosen. Click Browse", htmx)


@pytest.mark.parametrize("htmx", [False, True])
def test_list_of_another_committee_is_refused(people: People, ola: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="C")
    file = filled(download(ola, people.two).content, c10013="A")
    told = sentence(Refusal.LIST_OF_OTHER_COMMITTEE, other="Committee 2", here="Committee 1")
    refused_whole(people, upload(ola, people.one, file, htmx=htmx), 409, told, htmx)
    assert grades_of(people.two) == {"10013": "", "10014": ""}


@pytest.mark.parametrize("htmx", [False, True])
def test_list_of_another_exam_is_refused(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="C")
    file = filled(download(kari, people.three).content, c20001="Pass")
    told = "This is a list from another exam: LUP1001 Practice, Committee 1."
    refused_whole(people, upload(kari, people.one, file, htmx=htmx), 409, told, htmx)


@pytest.mark.parametrize("htmx", [False, True])
def test_list_of_unknown_candidates_is_refused(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="C")
    told = sentence(Refusal.LIST_WITHOUT_CANDIDATES, sheet="Sheet", committee="Committee 1")
    refused_whole(
        people, upload(kari, people.one, grade_list(("1", "A"), ("2", "B")), htmx=htmx), 409, told, htmx
    )


@pytest.mark.parametrize("htmx", [False, True])
def test_locked_committee_refuses_lists(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="C")
    confirm_all(people.exam)
    response = upload(kari, people.one, grade_list(("10001", "A")), htmx=htmx)
    refused_whole(people, response, 409, "All graders have confirmed, so the grades are locked.", htmx)


def refused_whole(people: People, response: Any, status: int, told: str, htmx: bool) -> None:
    """Check the form, as page or dialog, with one alert, and that nothing was changed or stored."""
    page = page_of(response)
    (alert,) = page.alerts
    assert re.match(told if told.startswith(".*") else re.escape(told), alert), alert
    assert response.status_code == status
    assert len(page.all("html")) == (0 if htmx else 1)
    assert page.one("input", type="file")["name"] == "file"
    assert grades_of(people.one) == {"10001": "C", "10002": "", "10003": ""}
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_full_queue_asks_to_try_again(
    people: People, kari: Client, htmx: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, grade = "10001", "A"
    kari.defaults[NO_UPLOAD_PLACE] = "yes"
    response = upload(kari, people.one, grade_list((number, grade)), htmx=htmx)
    del kari.defaults[NO_UPLOAD_PLACE]
    assert (response.status_code, response.headers["Retry-After"]) == (429, "5")
    assert page_of(response).alerts == [
        "Many files are being uploaded right now. Upload yours again in a few seconds."
    ]
    assert grades_of(people.one)["10001"] == ""
    assert upload(kari, people.one, grade_list(("10001", "A")), htmx=htmx).status_code in (200, 302)
