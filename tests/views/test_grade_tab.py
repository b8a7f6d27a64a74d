from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from committees.enums import Attendance
from committees.models import Candidate, Exam, Grader, User
from tests.conftest import People, confirm, confirm_all, grade
from tests.factories import CommitteeFactory, ExamFactory, in_days
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]
TAB = "/grade/"


def tab(client: Client, **asked: str) -> Element:
    return page_of(client.get(TAB, asked))


def exams(client: Client, **asked: str) -> list[str]:
    """Return the listed course codes in order."""
    return [cells[0].split()[0] for cells in tab(client, **asked).cells]


def due(exam: Exam, days: int) -> None:
    Exam.objects.filter(pk=exam.pk).update(date=in_days(days - 21), deadline=in_days(days))


def shown_day(days: int) -> str:
    day = in_days(days)
    return f"{day:%A}, {day.day} {day:%b}" if 1 < days < 7 else f"{day.day} {day:%b} {day.year}"


# The Grade tab


def test_every_own_committee_has_a_row(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10001="C")
    due(people.exam, 16)
    due(people.pass_exam, 0)
    assert tab(kari).cells == [
        ["LUP1001 Practice", "1", "0 of 2", "Not started", f"today, {in_days(0).day} {in_days(0):%b}"],
        ["TDT4100 Programming", "1", "1 of 3", "Grading", f"{shown_day(16)} 16 days left"],
    ]


def test_progress_bar_has_a_text(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10001="C")
    grade(people.kari, people.three, c20001="Pass", c20002="NotPass")
    bars = tab(kari).all("progress", aria_label="Graded")
    assert sorted((bar["value"], bar["max"]) for bar in bars) == [("1", "3"), ("2", "2")]


def test_two_committees_of_an_exam_have_two_rows(people: People, sign_in: SignIn) -> None:
    rows = tab(sign_in(people.ola)).all("tbody")[0]
    links = [(row.all("a")[0]["href"], row.texts("td")[0]) for row in rows.all("tr")]
    page = reverse("grading", args=[people.exam.pk])
    committees = (people.one, people.two)
    assert links == [(f"{page}#committee-{one.pk}", str(one.number)) for one in committees]
    parts = page_of(sign_in(people.ola).get(page)).all("section", data_committee="*")
    assert [part["id"] for part in parts] == [f"committee-{one.pk}" for one in committees]


def test_committee_name_is_shown(people: People, kari: Client) -> None:
    people.one.name = "Oral A"
    people.one.save()
    assert tab(kari, q="TDT").cells[0][1] == "1 Oral A"


def test_late_exam_is_marked(people: People, kari: Client) -> None:
    due(people.exam, -2)
    due(people.pass_exam, -1)
    late = [row.one("span", class_="tag tag-error").text for row in tab(kari).one("tbody").all("tr")]
    assert late == ["2 days late", "1 day late"]


def test_urgent_exams_come_first(people: People, kari: Client) -> None:
    for code, days in (("AAA", 9), ("BBB", 3), ("CCC", 1), ("DDD", -4)):
        exam = ExamFactory.create(emnekode=code, date=in_days(-30), deadline=in_days(days))
        CommitteeFactory.create(exam=exam, graders=[people.kari, people.vera], numbers=["1"])
    due(people.exam, 12)
    due(people.pass_exam, -9)
    confirm(people.kari, Exam.objects.get(emnekode="CCC").committees.get())
    confirm_all(people.pass_exam)
    confirm_all(Exam.objects.get(emnekode="DDD"))
    assert exams(kari) == ["BBB", "AAA", "TDT4100", "CCC", "LUP1001", "DDD"]


def test_filters_are_to_do_waiting_and_finished(people: People, kari: Client) -> None:
    assert [exams(kari, show=show) for show in ("waiting", "finished")] == [[], []]
    confirm(people.kari, people.one)
    confirm_all(people.pass_exam)
    assert {show: exams(kari, show=show) for show in ("all", "todo", "waiting", "finished")} == {
        "all": ["TDT4100", "LUP1001"],
        "todo": [],
        "waiting": ["TDT4100"],
        "finished": ["LUP1001"],
    }


def test_colleagues_confirmation_makes_it_urgent(people: People, kari: Client) -> None:
    confirm(people.ola, people.one)
    assert exams(kari, show="todo") == ["TDT4100", "LUP1001"]
    assert tab(kari, q="TDT").cells[0][3] == "The other graders are waiting for you to confirm"


def test_invalid_confirmation_makes_it_urgent(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="C")
    assert exams(kari, show="waiting") == []
    assert exams(kari, show="todo", q="TDT") == ["TDT4100"]


def test_finished_exam_is_never_late(people: People, kari: Client) -> None:
    due(people.pass_exam, -5)
    confirm_all(people.pass_exam)
    assert tab(kari, show="finished").cells[0][3:] == ["Confirmed", shown_day(-5)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tdt", ["TDT4100"]),
        ("PRACT", ["LUP1001"]),
        (" 4100 ", ["TDT4100"]),
        ("concert", []),
        ("\0", ["LUP1001", "TDT4100"]),
    ],
)
def test_search_by_code_and_name(people: People, kari: Client, asked: str, found: list[str]) -> None:
    due(people.pass_exam, 1)
    assert exams(kari, q=asked) == found


@pytest.mark.parametrize("asked", ["øko", "ØKO", "ånd", "ÆRE", "ære", "konomi og å"])
def test_search_ignores_case_in_norwegian(people: People, kari: Client, asked: str) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(emnekode="ØKO1001", name="Økonomi og Ånd: Ære")
    assert exams(kari, q=asked) == ["ØKO1001"]


@pytest.mark.parametrize("asked", ["100%", "a_b", "c\\d"])
def test_search_finds_sql_wildcards(people: People, kari: Client, asked: str) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(name="Å 100% A_B C\\D")
    Exam.objects.filter(pk=people.exam.pk).update(name="100 aXb cd")
    assert exams(kari, q=asked) == ["LUP1001"]


def test_search_and_filter_are_kept(people: People, kari: Client) -> None:
    page = tab(kari, show="todo", q="TDT")
    assert page.one("form", role="search").fields == {"show": "todo"}
    assert page.one("input", name="q")["value"] == "TDT"
    filters = {link.text: link["href"] for link in page.one("nav", aria_label="Show").all("a")}
    assert filters["Waiting"] == "?show=waiting&q=TDT"
    assert page.one("nav", aria_label="Show").texts("a", aria_current="true") == ["To do"]


def test_empty_filter_links_to_all(people: People, kari: Client) -> None:
    main = tab(kari, q="nowhere").one("main")
    assert main.texts("h2") == ["Nothing here"]
    assert main.one("a", class_="btn btn-outline")["href"] == TAB


def test_person_without_a_seat_reads_what_to_expect(people: People, sign_in: SignIn) -> None:
    main = tab(sign_in(people.nina)).one("main")
    assert main.texts("h2") == ["No exams to grade yet"]
    assert "as soon as a planner adds you as a grader" in main.text
    assert "ask its planner" in main.text
    assert main.all("form") == []


def test_exams_of_others_are_not_listed(people: People, sign_in: SignIn) -> None:
    assert exams(sign_in(people.vera)) == ["XXX1000"]


def test_pages_keep_the_filter(people: People, kari: Client) -> None:
    for _exam in range(60):
        CommitteeFactory.create(graders=[people.kari], numbers=["1"])
    page = tab(kari, show="todo", page="2")
    assert len(page.cells) == 12
    pages = page.one("nav", aria_label="Pages")
    assert [(link.text, link["href"]) for link in pages.all("a")] == [("Previous", "?show=todo&page=1")]


def test_grade_tab_queries_do_not_grow_with_exams(people: People, kari: Client) -> None:
    Grader.objects.filter(person=people.kari, committee=people.three).delete()
    counts = [queries_of(kari, TAB)]
    for more in (2, 27):
        for _exam in range(more):
            CommitteeFactory.create(graders=[people.kari, people.ola], numbers=["1", "2"])
        counts.append(queries_of(kari, TAB))
    assert len(exams(kari)) == 30
    assert counts == counts[:1] * 3


# The grading page of an exam


def grading_page(client: Client, exam: Exam) -> Element:
    return page_of(client.get(reverse("grading", args=[exam.pk])))


def test_grading_page_has_the_exam_details(people: People, kari: Client) -> None:
    due(people.exam, 4)
    page = grading_page(kari, people.exam)
    facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert page.texts("h1") == ["TDT4100 Programming"]
    assert facts == {
        "Exam type": "Oral",
        "Date of the exam": shown_day(-17),
        "Grading deadline": f"{shown_day(4)} 4 days left",
        "Grades": "A–F",
        "Confirmation": "All graders must confirm",
        "Planner": "Per (per@example.org)",
    }


def test_page_has_colleagues_and_confirmations(people: People, kari: Client) -> None:
    confirm(people.ola, people.one)
    part = grading_page(kari, people.exam).one("section", data_committee="*")
    assert (part["data-committee"], part["data-stage"]) == ("1", "waiting")
    assert part.texts("li") == ["Kari internal · has not confirmed", "Ola external · has confirmed"]


def test_open_final_grading_links_to_the_own_committee(people: People, kari: Client) -> None:
    main = grading_page(kari, people.exam).one("main")
    opening = [(one["href"], one.text) for one in main.all("a") if "Open Final Grading" in one.text]
    assert opening == [(reverse("final-grading", args=[people.one.pk]), "Open Final Grading")]


def test_two_committees_have_a_choice_and_the_slower_stage(people: People, sign_in: SignIn) -> None:
    grade(people.kari, people.one, c10001="A")
    main = grading_page(sign_in(people.ola), people.exam).one("main")
    assert main["data-stage"] == "not-started"
    parts = main.all("section", data_committee="*")
    assert [(one["data-committee"], one["data-stage"]) for one in parts] == [
        ("1", "grading"),
        ("2", "not-started"),
    ]
    assert [one.one("a")["href"] for one in parts] == [
        reverse("final-grading", args=[committee.pk]) for committee in (people.one, people.two)
    ]


def test_invited_grader_is_marked(people: People, kari: Client) -> None:
    person = User.invited("gro@uio.no")
    person.save()
    Grader.objects.create(committee=people.three, person=person, is_external=True)
    assert (
        grading_page(kari, people.pass_exam).texts("li")[1]
        == "gro@uio.no invited external · has not confirmed"
    )


def test_grading_page_queries_do_not_grow_with_people(people: People, sign_in: SignIn) -> None:
    url, ola = reverse("grading", args=[people.exam.pk]), sign_in(people.ola)
    few = queries_of(ola, url)
    Grader.objects.create(committee=people.one, person=people.ingrid)
    Grader.objects.create(committee=people.one, person=people.vera)
    CommitteeFactory.create(
        exam=people.exam, number=3, graders=[people.ola, people.kari], numbers=range(500, 600)
    )
    Candidate.objects.filter(number="500").update(attendance=Attendance.ABSENT)
    assert queries_of(ola, url) == few
