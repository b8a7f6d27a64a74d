"""Distributions of grades, and who may see them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from committees.charts import chart
from committees.models import Candidate, Exam, User
from tests.conftest import People, confirm, confirm_all, grade
from tests.factories import CommitteeFactory
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]


@pytest.fixture
def graded(people: People) -> People:
    """Committee 1: A, A, none. Committee 2: B, none."""
    grade(people.kari, people.one, c10001="A", c10002="A")
    grade(people.ingrid, people.two, c10013="B")
    return people


def statistics(client: Client, exam: Exam, name: str = "statistics") -> Element:
    return page_of(client.get(reverse(name, args=[exam.pk])))


def figures(page: Element) -> dict[str, list[tuple[str, list[str]]]]:
    """Return the table rows that are not all zero, by committee number or "whole"."""
    return {
        part["data-figures"]: [
            (row["data-share"], row.texts("td"))
            for row in part.all("tr", data_share="*")
            if row.texts("td")[0] != "0"
        ]
        for part in page.all("section", data_figures="*")
    }


def test_planner_sees_no_grades_before_they_are_confirmed(graded: People, sign_in: SignIn) -> None:
    page = statistics(sign_in(graded.per), graded.exam, "exam-statistics")
    assert (figures(page), page.texts("h2")) == ({}, [])
    assert "Not confirmed yet: Committee 1, Committee 2." in page.one("main").text
    for grader in (graded.kari, graded.ola):
        confirm(grader, graded.one)
    assert figures(statistics(sign_in(graded.per), graded.exam, "exam-statistics")) == {
        "1": [("A", ["2", "67%"]), ("", ["1", "33%"])]
    }


def test_planner_sees_committees_and_the_total(graded: People, sign_in: SignIn) -> None:
    Exam.objects.filter(pk=graded.exam.pk).update(planners_see_grades=True)
    found = figures(statistics(sign_in(graded.per), graded.exam, "exam-statistics"))
    assert found == {
        "whole": [("A", ["2", "40%"]), ("B", ["1", "20%"]), ("", ["2", "40%"])],
        "1": [("A", ["2", "67%", "40%"]), ("", ["1", "33%", "40%"])],
        "2": [("B", ["1", "50%", "20%"]), ("", ["1", "50%", "40%"])],
    }


def test_grader_sees_own_committees_while_grading(graded: People, sign_in: SignIn) -> None:
    confirm(graded.kari, graded.one)
    page = statistics(sign_in(graded.kari), graded.exam)
    assert figures(page) == {"1": [("A", ["2", "67%"]), ("", ["1", "33%"])]}
    assert "once all of your own committees are confirmed" in page.one("main").text


def test_grader_sees_the_total_once_confirmed(graded: People, sign_in: SignIn) -> None:
    confirm(graded.kari, graded.one)
    confirm(graded.ola, graded.one)
    kari, ola = (statistics(sign_in(one), graded.exam) for one in (graded.kari, graded.ola))
    assert (list(figures(kari)), list(figures(ola))) == (["whole", "1"], ["1", "2"])


def test_empty_committee_reveals_nothing(graded: People, sign_in: SignIn) -> None:
    CommitteeFactory.create(exam=graded.exam, number=3, graders=[graded.vera])
    page = statistics(sign_in(graded.vera), graded.exam)
    assert (figures(page), page.texts("h2")) == ({}, ["No candidates yet"])


def test_exam_without_grades_has_a_message(people: People, sign_in: SignIn) -> None:
    page = statistics(sign_in(people.kari), people.pass_exam)
    part = page.one("section", data_figures="1")
    assert (part.texts("p")[-1], part.all("svg", role="img")) == ("No grades yet.", [])


def test_exam_without_candidates_has_a_message(people: People, sign_in: SignIn) -> None:
    Candidate.objects.filter(exam=people.exam).update(committee=None)
    page = statistics(sign_in(people.per), people.exam, "exam-statistics")
    assert page.texts("h2") == ["No candidates yet"]


def test_charts_have_text_and_a_table(graded: People, sign_in: SignIn) -> None:
    confirm_all(graded.exam)
    page = statistics(sign_in(graded.per), graded.exam, "exam-statistics")
    drawn = page.all("svg", role="img")
    assert [one["aria-label"].partition(".")[0] for one in drawn] == [
        "Grade distribution",
        "Grade distribution in Committee 1 compared with the whole exam",
        "Grade distribution in Committee 2 compared with the whole exam",
    ]
    assert [len(one.all("line")) for one in drawn] == [0, 14, 14]
    assert len(page.all("table")) == 3


def test_queries_do_not_grow_with_committees(people: People, sign_in: SignIn) -> None:
    per, ola = sign_in(people.per), sign_in(people.ola)
    small = (
        reverse("exam-statistics", args=[people.pass_exam.pk]),
        reverse("exam-statistics", args=[people.exam.pk]),
    )
    CommitteeFactory.create(exam=people.exam, number=3, graders=[people.ola], numbers=["10050"])
    assert queries_of(per, small[0]) == queries_of(per, small[1])
    mine = reverse("statistics", args=[people.exam.pk])
    before = queries_of(ola, mine)
    CommitteeFactory.create(exam=people.exam, number=4, graders=[people.ola], numbers=["10060"])
    assert queries_of(ola, mine) == before


def test_largest_bar_has_full_height() -> None:
    drawn = chart([("A", 50, "50%"), ("B", 25, "25%")], beside=[100, 0])
    assert [(bar.height, bar.y, bar.beside) for bar in drawn.bars] == [(50, 58, 8), (25, 83, 108)]
    assert [bar.height for bar in chart([("A", 0, "0"), ("B", 0, "0")]).bars] == [0, 0]
