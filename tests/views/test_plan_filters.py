"""Filters, search, order and workbook of the Plan tab."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from committees.actions.transfer import transfer_grades
from committees.models import Candidate, Committee, Exam
from committees.models.committees import StageFacts
from committees.queries.exam_progress import progress_of
from tests.conftest import People, confirm, confirm_all, grade
from tests.factories import CommitteeFactory, ExamFactory, in_days
from tests.views.html import page_of
from tests.views.queries import queries_of

PLAN = "/plan/"


def codes(client: Client, query: str = "") -> list[str]:
    """The codes of the exams on the page with this query."""
    page = page_of(client.get(PLAN + query))
    return [one["data-exam"] for one in page.one("main").all("section", data_exam="*")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["LUP1001", "TDT4100"]),
        ("?term=V%C3%85R", ["LUP1001"]),
        ("?year=2026", ["TDT4100"]),
        ("?term=V%C3%85R&year=2026", []),
        ("?stage=waiting", []),
        ("?stage=grading", ["TDT4100"]),
        ("?stage=not-started", ["LUP1001"]),
        ("?stage=transferred", []),
        ("?late=1", ["LUP1001"]),
        ("?year=x&stage=x&mine=x&sort=x", ["LUP1001", "TDT4100"]),
        ("?sort=code", ["LUP1001", "TDT4100"]),
    ],
)
def test_filter_by_term_year_stage_and_lateness(
    people: People, per: Client, query: str, found: list[str]
) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(
        vurdtidkode="VÅR", arstall=2025, date=in_days(-30), deadline=in_days(-9)
    )
    confirm(people.kari, people.one)
    assert codes(per, query) == found


def test_sort_by_progress_shows_the_least_advanced_first(people: People, per: Client) -> None:
    grade(people.kari, people.three, c20001="Pass")
    assert codes(per, "?sort=progress") == ["TDT4100", "LUP1001"]


def test_mine_are_exams_that_i_created_or_plan_alone(people: People, per: Client) -> None:
    people.exam.planners.add(people.petra)
    assert codes(per, "?mine=mine") == ["LUP1001"]


def test_every_exam_has_one_stage(people: People) -> None:
    def stages() -> list[str]:
        query = Exam.objects.values("pk")
        return [progress_of([exam.pk], query)[exam.pk].stage for exam in (people.exam, people.pass_exam)]

    assert stages() == ["not-started", "not-started"]
    confirm_all(people.pass_exam)
    confirm(people.ola, people.one)
    assert stages() == ["grading", "confirmed"]
    confirm(people.kari, people.one)
    confirm(people.ingrid, people.two)
    assert stages() == ["waiting", "confirmed"]
    people.pass_exam.candidates.create(number="20009")
    assert stages() == ["waiting", "grading"]


def test_facts_of_many_stages_are_those_of_single_ones(people: People) -> None:
    grade(people.kari, people.three, c20001="Pass")
    confirm_all(people.pass_exam)
    transfer_grades(people.pass_exam, by=people.per)
    confirm(people.kari, people.one)
    CommitteeFactory.create(exam=people.exam, number=3)
    exams = Exam.objects.filter(pk__in=[people.exam.pk, people.pass_exam.pk]).values("pk")
    single = Committee.objects.with_stage().filter(exam__in=exams)
    wanted = [(one.exam_id, tuple(getattr(one, name) for name in StageFacts._fields)) for one in single]
    assert sorted(Committee.objects.stage_facts(exams), key=str) == sorted(wanted, key=str)


def test_confirmed_exam_is_not_late(people: People, per: Client) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(date=in_days(-30), deadline=in_days(-9))
    assert codes(per, "?late=1") == ["LUP1001"]
    confirm_all(people.pass_exam)
    assert codes(per, "?late=1") == []
    assert "days late" not in page_of(per.get(f"/plan/exams/{people.pass_exam.pk}/")).one("main").text


def test_transferred_exam_is_not_late(people: People, per: Client, kari: Client) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(date=in_days(-30), deadline=in_days(-9))
    assert page_of(per.get(PLAN)).one("main").texts("span", class_="tag tag-error") == ["9 days late"]
    grade(people.kari, people.three, c20001="Pass", c20002="Pass")
    confirm_all(people.pass_exam)
    transfer_grades(people.pass_exam, by=people.per)
    assert page_of(per.get(PLAN)).one("main").texts("span", class_="tag tag-error") == []
    assert codes(per, "?late=1") == []
    for person, address in ((per, f"/plan/exams/{people.pass_exam.pk}/"), (kari, "/grade/")):
        assert "days late" not in page_of(person.get(address)).one("main").text
    for address in (f"/grade/{people.pass_exam.pk}/", f"/committees/{people.three.pk}/"):
        assert "days late" not in page_of(kari.get(address)).one("main").text


def test_cancelled_exam_is_archived_and_never_late(people: People, per: Client) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(
        date=in_days(-30), deadline=in_days(-9), removal="cancelled"
    )
    assert codes(per) == ["TDT4100"]
    section = page_of(per.get(PLAN + "?show=archived")).one("section", data_exam="LUP1001")
    assert (section.texts("span", class_="tag tag-warning"), section.all("input")) == (["Cancelled"], [])
    assert section.texts("span", class_="tag tag-error") == []
    assert codes(per, "?show=all&late=1") == []


def test_exam_without_candidates_is_not_late(people: People, per: Client) -> None:
    ExamFactory.create(emnekode="BARE", date=in_days(-3650), deadline=in_days(-3630), planners=[people.per])
    assert codes(per)[0] == "BARE"
    assert page_of(per.get(PLAN)).one("main").texts("span", class_="tag tag-error") == []


def test_finished_exams_leave_the_list_and_are_found_by_filter(
    people: People, per: Client, settings: Any
) -> None:
    settings.ARCHIVE_DAYS = 0
    grade(people.kari, people.three, c20001="Pass", c20002="Pass")
    confirm_all(people.pass_exam)
    assert codes(per) == ["LUP1001", "TDT4100"]
    transfer_grades(people.pass_exam, by=people.per)
    found = [codes(per, query) for query in ("", "?show=archived", "?show=all")]
    assert found == [["TDT4100"], ["LUP1001"], ["LUP1001", "TDT4100"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tdt", ["TDT4100"]),
        ("ingrid", ["TDT4100"]),
        ("ola programming", ["TDT4100"]),
        ("ola practice", []),
        ("kari@ntnu.no", ["LUP1001", "TDT4100"]),
        ("20002", ["LUP1001"]),
        ("2000", []),
        ("vera", []),
        ("90001", []),
    ],
)
def test_search_by_code_name_grader_and_candidate_number(
    people: People, per: Client, words: str, found: list[str]
) -> None:
    response = per.post(PLAN, {"q": words, "sort": "code"})
    address = response.headers["Location"]
    assert address.startswith("/plan/?sort=code&search=")
    assert words not in address
    assert codes(per, address.removeprefix(PLAN)) == found


def test_filters_are_in_the_address_and_on_the_page(people: People, per: Client) -> None:
    sent = {
        "term": "HØST",
        "year": "2026",
        "stage": "not-started",
        "late": "1",
        "mine": "mine",
        "show": "all",
        "q": "",
    }
    response = per.post(PLAN, sent)
    address = "/plan/?term=H%C3%98ST&year=2026&stage=not-started&late=1&mine=mine&show=all"
    assert response.headers["Location"] == address
    form = page_of(per.get(address)).one("main").one("form", role="search")
    chosen = {one["value"] for one in form.all("option", selected="*")}
    assert chosen == {"HØST", "2026", "not-started", "mine", "all", "deadline"}


def test_pages_keep_the_filter(people: People, per: Client) -> None:
    for _exam in range(26):
        ExamFactory.create(planners=[people.per], vurdtidkode="VÅR")
    page = page_of(per.get(PLAN + "?term=V%C3%85R"))
    assert len(page.one("main").all("section", data_exam="*")) == 25
    assert [one["href"] for one in page.all("a") if one.text == "Next"] == ["?term=V%C3%85R&page=2"]
    assert len(codes(per, "?term=V%C3%85R&page=2")) == 1


@pytest.mark.parametrize("query", ["", "?sort=progress&late=1&mine=mine&stage=grading"])
def test_queries_are_constant(people: People, per: Client, query: str) -> None:
    def add(number: int) -> None:
        exam = ExamFactory.create(planners=[people.per], date=in_days(-30), deadline=in_days(-9))
        graders, numbers = [people.kari, people.ola], [f"{number}0"]
        committee = CommitteeFactory.create(exam=exam, number=1, graders=graders, numbers=numbers)
        grade(people.kari, committee, **{f"c{number}0": "A"})

    add(1)
    first = queries_of(per, PLAN + query)
    add(2)
    add(3)
    assert len(codes(per, query)) >= 3
    assert queries_of(per, PLAN + query) == first


def test_overview_has_a_row_per_committee(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    ExamFactory.create(emnekode="BARE", planners=[people.per], deadline=in_days(60))
    Candidate.objects.filter(number="10014").delete()
    response = per.get(PLAN + "overview.xlsx?sort=code")
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [
        "Exam", "Name", "Term", "Committee", "Graders", "Graded", "Candidates", "Stage", "Grading deadline",
        "Not yet confirmed by",
    ]  # fmt: skip
    assert [(row[0], row[3], row[4], row[5], row[6], row[7], row[9]) for row in rows[1:]] == [
        ("BARE", None, None, 0, 0, None, None),
        ("LUP1001", "Committee 1", "Kari", 0, 2, "Not started", "Kari"),
        ("TDT4100", "Committee 1", "Kari, Ola", 1, 3, "Waiting for other graders to confirm", "Ola"),
        ("TDT4100", "Committee 2", "Ingrid, Ola", 0, 1, "Not started", "Ingrid, Ola"),
    ]
    assert rows[3][2] == "HØST 2026"
    assert f"{rows[3][8]:%Y-%m-%d}" == str(people.exam.deadline)


def test_overview_follows_the_filter(people: People, per: Client) -> None:
    address = per.post(PLAN, {"q": "ingrid"}).headers["Location"]
    link = next(one for one in page_of(per.get(address)).all("a") if one.text == "Overview to Excel")
    sheet = load_workbook(BytesIO(per.get(link["href"]).content)).worksheets[0]
    assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == {"TDT4100"}
