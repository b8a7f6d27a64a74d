"""Sentences that name the planner of the exam."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from committees.errors import Refusal, Refused
from tests.conftest import People, confirm, confirm_all
from tests.views.html import Element, page_of
from tests.views.window import click, window

PER = "Per (per@example.org)"


def links(page: Element) -> list[str]:
    return [one["href"] for one in page.all("a", href="mailto:per@example.org")]


@pytest.mark.parametrize(
    ("language", "named"),
    [("en", f"the planner {PER}"), ("nb", f"hovedansvarlig {PER}"), ("nn", f"hovudansvarleg {PER}")],
)
def test_refusal_names_the_planner(people: People, language: str, named: str) -> None:
    for code in (Refusal.GRADES_LOCKED, Refusal.ALL_CONFIRMED):
        with translation.override(language):
            assert named in Refused(code, planner=people.exam.planner_contact).sentence


def test_several_planners_are_named(people: People) -> None:
    people.exam.planners.add(people.petra)
    assert str(people.exam.planner_contact) == f"the planner {PER} or Petra (petra@example.org)"


def test_exam_without_active_planner_names_nobody(people: People) -> None:
    people.per.is_active = False
    people.per.save(update_fields=["is_active"])
    assert str(people.exam.planner_contact) == "the planner"


def test_refused_click_links_the_planners_address(people: People, kari: Client) -> None:
    confirm_all(people.exam)
    refused = page_of(click(kari, "10001", grade="A", htmx=True))
    assert links(refused) == ["mailto:per@example.org"]


@pytest.mark.parametrize("route", ["grading", "statistics"])
def test_pages_of_an_exam_name_the_planner(people: People, kari: Client, route: str) -> None:
    assert links(page_of(kari.get(reverse(route, args=[people.exam.pk])))) == ["mailto:per@example.org"]


@pytest.mark.parametrize("route", ["final-grading", "confirm", "uploads", "set-remaining"])
def test_pages_of_a_committee_name_the_planner(people: People, kari: Client, route: str) -> None:
    assert links(page_of(kari.get(reverse(route, args=[people.one.pk])))) == ["mailto:per@example.org"]


def test_waiting_grader_reads_that_the_planner_is_notified(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    head = window(kari, people.one).one(id="sheet-head")
    assert links(head) == ["mailto:per@example.org"]
    assert "The planner is notified automatically when everyone has confirmed." in head.text


def test_locked_page_shows_whether_the_planner_was_notified(people: People, kari: Client) -> None:
    told = "The planner has been notified that the grades are registered."
    for person in (people.kari, people.ola):
        confirm(person, people.one)
    assert told not in window(kari, people.one).one(id="sheet-head").text
    confirm_all(people.exam)
    assert told in window(kari, people.one).one(id="sheet-head").text
