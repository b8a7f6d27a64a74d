"""Acts during the rendering of a page are news for that page."""

from importlib import import_module

import pytest
from django.test import Client
from django.urls import resolve, reverse

from committees import access
from committees.actions.grading import note_attendance, set_grade
from committees.enums import Attendance
from committees.models import Grader, User
from tests.conftest import People, candidate, confirm, grade, seat
from tests.views.html import HTMX, Element, page_of


def acts_meanwhile(monkeypatch: pytest.MonkeyPatch, people: People, page: str, letter: str) -> None:
    """Let ola click a grade right after the next page of this name has read its user's seat."""
    views = import_module(resolve(reverse(page, args=[people.one.pk])).func.__module__)

    def seat_for(user: User, committee_pk: int) -> Grader:
        monkeypatch.undo()
        found = access.seat_for(user, committee_pk)
        set_grade(seat(people.ola, people.one), candidate("10002"), letter)
        return found

    monkeypatch.setattr(views, "seat_for", seat_for)


def news(client: Client, page: Element) -> Element:
    return page_of(client.get(page.one(id="live")["hx-get"], headers=HTMX))


@pytest.fixture
def kari(people: People) -> Client:
    client = Client()
    client.force_login(people.kari)
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    return client


def test_window_gets_what_happened_while_it_was_rendered(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts_meanwhile(monkeypatch, people, "final-grading", "B")
    page = page_of(kari.get(reverse("final-grading", args=[people.one.pk])))
    assert len(page.all(id="withdraw")) == 1, "she is shown her confirmation as it was"
    assert len(news(kari, page).all(id="confirm-again")) == 1


def test_update_gets_what_happened_while_it_was_rendered(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(kari.get(reverse("final-grading", args=[people.one.pk])))
    note_attendance(candidate("10003"), Attendance.ABSENT, by=people.per)
    acts_meanwhile(monkeypatch, people, "live", "B")
    update = news(kari, page)
    assert len(update.all(id="withdraw")) == 1
    assert len(news(kari, update).all(id="confirm-again")) == 1


def test_change_during_rendering_is_shown_before_confirming(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(people.ola, people.one, c10001="C")
    acts_meanwhile(monkeypatch, people, "confirm", "B")
    address = reverse("confirm", args=[people.one.pk])
    form = page_of(kari.get(address)).one("form", id="confirm-form")
    answer = kari.post(address, form.fields | {"acknowledged": "on"})
    moved = page_of(answer).one(role="alert").texts("li")
    assert (answer.status_code, [one.split(" (")[0] for one in moved]) == (409, ["10002: no grade → B"])
