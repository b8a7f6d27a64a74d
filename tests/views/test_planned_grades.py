"""Grades, status and attendance of a planner's candidates, on the page and as a workbook."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from committees.models import Candidate, Exam
from tests.conftest import People, confirm, grade
from tests.views.html import page_of
from tests.views.queries import queries_of


@pytest.fixture
def per(people: People) -> Client:
    """per, with committee 1 confirmed and committee 2 graded."""
    grade(people.kari, people.one, c10001="A")
    grade(people.ingrid, people.two, c10013="F")
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    client = Client()
    client.force_login(people.per)
    return client


def allow(people: People, **settings: bool) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(**settings)


def grades(client: Client, exam: Exam) -> list[str]:
    page = page_of(client.get(reverse("planned-candidates", args=[exam.pk])))
    return [row[-1] for row in page.cells]


def workbook(client: Client, exam: Exam) -> list[tuple[Any, ...]]:
    response = client.get(reverse("download-candidates", args=[exam.pk]))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="')
    return list(load_workbook(BytesIO(response.content)).worksheets[0].iter_rows(values_only=True))


def test_grades_show_once_they_are_confirmed(people: People, per: Client) -> None:
    assert grades(per, people.exam) == ["A", "–", "–", "Not confirmed yet", "–"]


def test_grades_show_before_where_the_exam_allows_it(people: People, per: Client) -> None:
    allow(people, planners_see_grades=True)
    assert grades(per, people.exam) == ["A", "–", "–", "F", "–"]


def test_the_workbook_has_a_row_for_every_candidate(people: People, per: Client) -> None:
    assert workbook(per, people.exam) == [
        ("Candidate ID", "Committee", "Stage", "Attendance", "Status", "Grade"),
        ("10001", "Committee 1", "Confirmed", "Not recorded", "Submitted", "A"),
        ("10002", "Committee 1", "Confirmed", "Not recorded", "Not started", None),
        ("10003", "Committee 1", "Confirmed", "Not recorded", "Not started", None),
        ("10013", "Committee 2", "Grading", "Not recorded", "Submitted", "Not confirmed yet"),
        ("10014", "Committee 2", "Grading", "Not recorded", "Not started", None),
    ]


def test_the_workbook_has_names_only_where_the_exam_shows_them(people: People, per: Client) -> None:
    assert "Sofie" not in str(workbook(per, people.exam))
    allow(people, is_anonymous=False)
    assert workbook(per, people.exam)[1][:3] == ("10001", "Sofie", "Committee 1")


def test_a_name_is_no_formula(people: People, per: Client) -> None:
    allow(people, is_anonymous=False)
    Candidate.objects.filter(number="10001").update(name="=1+1")
    content = BytesIO(per.get(reverse("download-candidates", args=[people.exam.pk])).content)
    cell = load_workbook(content).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_test_transfer_hides_what_is_not_confirmed(people: People, per: Client) -> None:
    address = reverse("test-transfer", args=[people.exam.pk])
    row = page_of(per.get(address)).cells[3]
    assert row[2] == row[4] == "hidden until confirmed"
    allow(people, planners_see_grades=True)
    assert page_of(per.get(address)).cells[3][2] == "F"


def test_the_log_hides_what_is_not_confirmed(people: People, per: Client) -> None:
    def log() -> str:
        return page_of(per.get(reverse("exam-log", args=[people.exam.pk]))).one("ol").text

    assert "10001: no grade → A" in log()
    assert "10013" not in log()
    allow(people, planners_see_grades=True)
    assert "10013: no grade → F" in log()


def test_more_candidates_take_no_more_queries(people: People, per: Client) -> None:
    for route in ("planned-candidates", "download-candidates"):
        address = reverse(route, args=[people.exam.pk])
        people.exam.candidates.filter(number="10014").delete()
        few = queries_of(per, address)
        Candidate.objects.create(exam=people.exam, committee=people.two, number="10014")
        assert queries_of(per, address) == few
