"""The page that sets all remaining grades, and what Final Grading shows around it."""

from io import BytesIO

import openpyxl
from django.test import Client
from django.urls import reverse

from tests.conftest import People, confirm, confirm_all, grade
from tests.views.excel import grades_of
from tests.views.html import Element, page_of
from tests.views.window import click, window


def page(client: Client, people: People) -> Element:
    return page_of(client.get(reverse("set-remaining", args=[people.one.pk])))


def test_page_sends_what_it_shows_and_can_be_undone(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    form = page(kari, people).one("form", class_="card-plain").fields
    assert form["numbers"] == "10001 10003"
    url = reverse("set-remaining", args=[people.one.pk])
    kari.post(url, form | {"grade": "B"})
    assert grades_of(people.one) == {"10001": "B", "10002": "C", "10003": "B"}
    undo = reverse("undo-remaining", args=[people.one.pk])
    assert len(window(kari, people.one).all("form", action=undo)) == 1
    kari.post(undo)
    assert grades_of(people.one) == {"10001": "", "10002": "C", "10003": ""}
    assert window(kari, people.one).all("form", action=undo) == []


def test_without_a_grade_or_after_a_change_nothing_is_set(people: People, kari: Client) -> None:
    url, form = reverse("set-remaining", args=[people.one.pk]), {"numbers": "10001 10002 10003"}
    assert kari.post(url, form).status_code == 422
    grade(people.ola, people.one, c10002="C")
    assert kari.post(url, form | {"grade": "B"}).status_code == 409
    assert grades_of(people.one) == {"10001": "", "10002": "C", "10003": ""}


def test_locked_page_offers_neither_upload_nor_remaining_grades(people: People, kari: Client) -> None:
    offers = [reverse(name, args=[people.one.pk]) for name in ("upload-sheet", "set-remaining")]
    assert [len(window(kari, people.one).all("a", href=offer)) for offer in offers] == [1, 1]
    confirm_all(people.exam)
    assert [len(window(kari, people.one).all("a", href=offer)) for offer in offers] == [0, 0]


def test_title_and_filter_count_the_remaining(people: People, kari: Client) -> None:
    shown = window(kari, people.one)
    assert (shown.one("title").text[:4], shown.one("span", id="left").text) == ("(3) ", "3")
    saved = page_of(click(kari, "10001", htmx=True, grade="A"))
    assert (saved.one("title").text[:4], saved.one("span", id="left").text) == ("(2) ", "2")
    grade(people.kari, people.one, c10002="B", c10003="C")
    assert not window(kari, people.one).one("title").text.startswith("(")


def test_filter_of_changes_needs_a_confirmation(people: People, kari: Client) -> None:
    filters = window(kari, people.one).one("div", class_="filters").texts("a")
    assert [one for one in filters if "(" in one] == ["All (3)", "Without a grade (3)"]
    confirm(people.kari, people.one)
    assert "Changed since I confirmed (0)" in window(kari, people.one).one("div", class_="filters").texts("a")


def test_who_has_not_confirmed_reads_who_waits(people: People, kari: Client) -> None:
    confirm(people.ola, people.one)
    head = window(kari, people.one).one("section", id="sheet-head").text
    assert "The other graders are waiting for you to confirm Ola" in head


def test_list_without_grades_is_empty_and_can_be_uploaded(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    content = kari.get(reverse("download-empty", args=[people.one.pk])).content
    full = kari.get(reverse("download", args=[people.one.pk])).content
    assert [grades_in(one) for one in (content, full)] == [["", "", ""], ["", "C", ""]]


def grades_in(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return [str(row[1] or "") for row in sheet.iter_rows(min_row=2, values_only=True)]
