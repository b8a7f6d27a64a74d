"""What is kept about a person: complete, their own, and without grades that are not final."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import Candidate, LogEntry
from gradereg.own_data import SECTIONS, kept_about
from tests.conftest import People, grade
from tests.views.html import page_of

pytestmark = pytest.mark.db_independent


def sections(client: Client) -> dict[str, list[dict[str, str]]]:
    made: dict[str, Any] = json.loads(client.get(reverse("own-data-file")).content)
    return {one["title"]: one["records"] for one in made["sections"]}


def test_grader_gets_seats_and_acts(completed_exam: People, client: Client) -> None:
    client.force_login(completed_exam.kari)
    found = sections(client)
    assert len(found["What you did"]) == LogEntry.objects.filter(by=completed_exam.kari).count() > 0
    seats = {(one["Exam"], one["Committee"]): one for one in found["Exams you grade"]}
    seat = seats[str(completed_exam.exam), str(completed_exam.one)]
    assert (seat["Grader"], bool(seat["Confirmed"])) == ("internal", True)


def test_candidate_gets_the_number_but_no_grade(people: People, client: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    Candidate.objects.filter(number="10001").update(feide_name=people.vera.feide_name)
    client.force_login(people.vera)
    (own,) = sections(client)["Exams you take"]
    assert own == {
        "Exam": str(people.exam),
        "Candidate number": "10001",
        "Committee": str(people.one),
        "Attendance": "Not recorded",
    }


def test_nobody_gets_data_of_others(completed_exam: People, client: Client) -> None:
    client.force_login(completed_exam.per)
    text = client.get(reverse("own-data-file")).content.decode()
    assert completed_exam.per.name in text
    assert completed_exam.kari.name not in text


def test_page_shows_all_sections_with_constant_queries(
    completed_exam: People, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(completed_exam.kari)
    page = page_of(client.get(reverse("own-data")))
    assert len(page.all("section", data_section="")) == len(SECTIONS)
    with django_assert_num_queries(9):
        kept_about(completed_exam.kari)
