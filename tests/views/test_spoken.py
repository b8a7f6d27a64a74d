"""What open pages speak about the acts of others."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.enums import Attendance, ChangeCode
from tests.conftest import People, candidate, confirm, confirm_all, grade
from tests.views.html import HTMX, page_of
from tests.views.window import click, window


def spoken(response: HttpResponse) -> list[str]:
    """Return the sentences that the page speaks after this response."""
    trigger = json.loads(response.headers.get("HX-Trigger-After-Settle", "{}"))
    return list(trigger.get("gradereg:spoken", {}).get("sentences", []))


def reason(response: HttpResponse) -> str:
    """Return why the page is loaded again."""
    assert response.headers["HX-Refresh"] == "true"
    return str(json.loads(response.headers["HX-Trigger"])["gradereg:reload"]["sentence"])


def news(client: Client, people: People, act: Callable[[], object]) -> Any:
    """Return what the client's open page gets after `act`."""
    source = window(client, people.one).one("div", id="live")["hx-get"]
    act()
    return client.get(source, headers=HTMX)


def test_colleagues_grade_is_spoken_with_the_change(people: People, kari: Client) -> None:
    first = news(kari, people, lambda: grade(people.ola, people.one, c10002="B"))
    assert spoken(first) == ["Ola gave 10002 the grade B."]
    second = news(kari, people, lambda: grade(people.ola, people.one, c10002="C"))
    assert spoken(second) == ["Ola changed the grade of 10002 from B to C."]


def test_each_act_is_spoken(people: People, kari: Client) -> None:
    def acts() -> None:
        grade(people.ola, people.one, c10001="A")
        note_attendance(candidate("10003"), Attendance.ABSENT, by=people.per)
        confirm(people.ola, people.one)

    assert spoken(news(kari, people, acts)) == [
        "Ola gave 10001 the grade A.",
        "Per set the attendance of 10003: Did not attend.",
        "Ola has confirmed.",
    ]


def test_own_act_in_another_window_is_not_spoken(people: People, kari: Client) -> None:
    response = news(kari, people, lambda: grade(people.kari, people.one, c10001="A"))
    assert (response.status_code, spoken(response)) == (200, [])


def test_own_change_is_spoken_once(people: People, kari: Client) -> None:
    assert spoken(click(kari, "10001", grade="B", htmx=True)) == ["10001: B saved"]
    assert spoken(click(kari, "10001", "reset-grade", htmx=True)) == ["10001: grade removed"]


def test_lock_and_reopening_say_why_the_page_is_loaded_again(people: People, kari: Client) -> None:
    assert reason(news(kari, people, lambda: confirm_all(people.exam))) == (
        "Ola confirmed last, so the grades are locked."
    )

    def reopen() -> None:
        reopen_committee(people.one, reason="Wrong list", code=ChangeCode.ERROR, by=people.per)

    assert reason(news(kari, people, reopen)) == "Per reopened the committee. Reason: Wrong list"


@pytest.mark.parametrize(
    ("route", "title"),
    [
        ("final-grading", "(3) Final Grading TDT4100, Committee 1 · gradereg"),
        ("confirm", "Confirm Final Grading TDT4100, Committee 1 · gradereg"),
        ("read-back", "Read back TDT4100, Committee 1 · gradereg"),
        ("uploads", "Uploads TDT4100, Committee 1 · gradereg"),
        ("upload-sheet", "Grades from Excel TDT4100, Committee 1 · gradereg"),
    ],
)
def test_titles_name_exam_and_committee(people: People, kari: Client, route: str, title: str) -> None:
    page = page_of(kari.get(reverse(route, args=[people.one.pk])))
    assert page.texts("title") == [title]
