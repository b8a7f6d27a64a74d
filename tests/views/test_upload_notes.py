"""Result pages of uploads: notes, and corrections of rejected rows."""

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import Upload
from tests.conftest import People, candidate, confirm, grade
from tests.files.build import grade_list
from tests.views.excel import counts, download, filled, grades_of, press, press_button, upload, uploaded
from tests.views.html import Element, page_of

# What changed


def test_each_changed_grade_is_listed_existing_ones_first(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10003="F")
    page = uploaded(kari, people.one, ("10001", "A"), ("10002", None), ("10003", "E"))
    assert [(one["data-changed"], one.text) for one in page.all("li", data_changed="*")] == [
        ("10003", "10003 F → E"),
        ("10001", "10001 – → A"),
    ]


def test_undone_upload_lists_no_changed_grade(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"))
    assert len(page.all("li", data_changed="*")) == 1
    page = page_of(kari.get(press(kari, page, "Undo this upload").headers["Location"]))
    assert page.all("li", data_changed="*") == []


def test_ended_confirmations_are_named_until_undone(people: People, kari: Client) -> None:
    confirm(people.ola, people.one)
    page = uploaded(kari, people.one, ("10001", "A"))
    assert page.one("div", data_voided="*").text.endswith("Ola.")
    page = page_of(kari.get(press(kari, page, "Undo this upload").headers["Location"]))
    assert page.all("div", data_voided="*") == []


def test_empty_cells_name_the_grades_that_stayed(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="B", c10003="C")
    page = uploaded(kari, people.one, ("10001", None), ("10002", None), ("10003", None))
    (told,) = page.texts("p", data_graded_but_empty="*")
    assert told == "2 empty cells left these grades as they were: 10001 (B), 10003 (C)."
    assert len(page.all("div", data_all_empty="*")) == 1


def test_file_with_a_grade_is_not_reported_as_empty(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", None), ("10002", "b"))
    assert (page.all("div", data_all_empty="*"), page.all("p", data_graded_but_empty="*")) == ([], [])


def test_row_without_candidate_id_shows_its_grade(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"), (None, "C"))
    assert page.one("tr", data_reason="no-candidate-id").columns[:3] == ["A3", "–", "Grade: C"]


def test_repeated_file_is_reported(people: People, kari: Client) -> None:
    content = grade_list(("10001", "A"))
    pages = [page_of(kari.get(upload(kari, people.one, content).headers["Location"])) for _ in range(2)]
    assert pages[0].all("div", data_same_file="*") == []
    assert "Kari" in pages[1].one("div", data_same_file="*").text
    assert counts(pages[1])["unchanged"] == 1


def test_repeated_file_after_an_undo_is_new(people: People, kari: Client) -> None:
    content = grade_list(("10001", "A"))
    page = page_of(kari.get(upload(kari, people.one, content).headers["Location"]))
    press(kari, page, "Undo this upload")
    page = page_of(kari.get(upload(kari, people.one, content).headers["Location"]))
    assert (page.all("div", data_same_file="*"), counts(page)["updated"]) == ([], 1)


# Rejected rows


def test_equal_problems_are_explained_once_with_their_cells(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "b"), ("10002", "Z"), ("10003", "b"))
    assert [row["data-cell"] for row in page.all("tr", data_cell="*")] == ["B2", "B4", "B3"]
    told = page.texts("td", colspan="5")
    assert told == [
        "Cell B2 contains “b” in lower case. Accept the proposal B, or correct the cell and upload the file again. "
        "The same problem is in B4."
    ]
    assert [row.texts("td", class_="upload-reason")[0][:14] for row in page.all("tr", data_cell="*")] == [
        "", "", "Cell B3 contai",
    ]  # fmt: skip


def button_of(page: Element, cell: str, label: str) -> tuple[Element, Element]:
    (form,) = [one for one in page.all("form") if one.all("tr", data_cell="*")]
    row = form.one("tr", data_cell=cell)
    (button,) = [one for one in row.all("button") if label in (one.text, one.attributes.get("aria-label"))]
    return form, button


@pytest.mark.parametrize("htmx", [False, True])
def test_rejected_row_is_corrected_by_a_click(people: People, kari: Client, htmx: bool) -> None:
    page = uploaded(kari, people.one, ("10001", "Z"), ("10002", "=A1"))
    press_button(kari, *button_of(page, "B2", "C 10001"), htmx=htmx)
    page = page_of(kari.get(reverse("upload", args=[Upload.objects.get().pk])))
    assert (counts(page)["updated"], counts(page)["rejected"]) == (1, 1)
    assert grades_of(people.one) == {"10001": "C", "10002": "", "10003": ""}


@pytest.mark.parametrize("htmx", [False, True])
def test_word_for_absence_sets_attendance_by_a_click(people: People, kari: Client, htmx: bool) -> None:
    page = uploaded(kari, people.one, ("10001", "ikke møtt"), ("10002", "A"))
    press_button(kari, *button_of(page, "B2", "Set attendance: Did not attend 10001"), htmx=htmx)
    page = page_of(kari.get(reverse("upload", args=[Upload.objects.get().pk])))
    assert counts(page) == {"updated": 1, "unchanged": 0, "empty": 1, "rejected": 0, "missing": 1}
    assert (candidate("10001").attendance, candidate("10001").grade) == ("absent", "")


def test_attendance_of_all_is_set_at_once(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "absent"), ("10002", "ikke møtt"), ("10003", "trukket"))
    press(kari, page, "Set the attendance of all 2: Did not attend")
    assert [candidate(number).attendance for number in ("10001", "10002", "10003")] == [
        "absent",
        "absent",
        "",
    ]


def test_formula_advice_is_to_paste_values(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "=A1"))
    assert "paste it as values" in page.one("tr", data_cell="B2").texts("td")[2]


def test_locked_result_offers_no_correction(people: People, kari: Client) -> None:
    uploaded(kari, people.one, ("10001", "Z"), ("10002", "absent"))
    address = reverse("upload", args=[Upload.objects.get().pk])
    assert len(page_of(kari.get(address)).one("table").all("button")) == 13
    for grader in (people.kari, people.ola):
        confirm(grader, people.one)
    assert page_of(kari.get(address)).one("table").all("button") == []


def test_done_stays_in_view(people: People, kari: Client) -> None:
    dialog = page_of(
        upload(kari, people.one, filled(download(kari, people.one).content, c10001="A"), htmx=True)
    )
    bar = dialog.one("div", class_="actions result-actions")
    assert (bar.texts("a")[0], bar.texts("button")) == ("Done", ["Undo this upload"])
