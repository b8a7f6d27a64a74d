from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.grading import note_attendance, set_grade
from committees.actions.planning import move_candidates
from committees.enums import Attendance
from committees.errors import Refusal
from committees.models import Exam
from tests.conftest import People, candidate, confirm, confirm_all, grade, seat
from tests.factories import CommitteeFactory, ExamFactory
from tests.refusals import sentence
from tests.views.html import page_of
from tests.views.planning import edit_form, refused, told, url
from tests.views.queries import queries_of

# Candidates


def candidates(client: Client, exam: Exam, **asked: str) -> list[list[str]]:
    """Return the rows; searches are posted, so no candidate number is in an address."""
    address = url("planned-candidates", exam)
    return page_of(
        client.post(address, asked, follow=True) if "q" in asked else client.get(address, asked)
    ).cells


def show_grades(exam: Exam) -> None:
    exam.planners_see_grades = True
    exam.save(update_fields=["planners_see_grades"])


def test_candidates_have_committee_status_and_attendance(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    note_attendance(candidate("10014"), Attendance.WITHDREW, by=people.per)
    people.exam.candidates.filter(number="10013").update(committee=None)
    assert candidates(per, people.exam) == [
        ["10001", "Committee 1 Grading", "Submitted", "Not recorded", "Not confirmed yet"],
        ["10002", "Committee 1 Grading", "Not started", "Not recorded", "–"],
        ["10003", "Committee 1 Grading", "Not started", "Not recorded", "–"],
        ["10013", "none", "Not started", "Not recorded", "–"],
        ["10014", "Committee 2 Not started", "Not started", "Withdrew", "–"],
    ]


def test_planner_sees_no_grades_and_names_if_not_anonymous(people: People, per: Client) -> None:
    assert candidates(per, people.exam, q="10001")[0][0] == "10001"
    Exam.objects.filter(pk=people.exam.pk).update(is_anonymous=False)
    assert candidates(per, people.exam, q="10001")[0][0] == "10001 Sofie sofie@ntnu.no"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"committee": "2"}, ["10013", "10014"]),
        ({"committee": "none"}, ["10003"]),
        ({"q": "01"}, ["10001", "10013", "10014"]),
        ({"q": "01", "committee": "1"}, ["10001"]),
        ({"committee": "²"}, ["10001", "10002", "10003", "10013", "10014"]),
        ({"committee": "99"}, []),
    ],
)
def test_filter_by_committee_and_search_by_number(
    people: People, per: Client, asked: dict[str, str], found: list[str]
) -> None:
    people.exam.candidates.filter(number="10003").update(committee=None)
    assert [cells[0] for cells in candidates(per, people.exam, **asked)] == found


def test_selected_candidates_move_with_their_grades(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10002="B")
    form = page_of(per.get(url("planned-candidates", people.exam))).one(
        "form", action=url("move-candidates", people.exam)
    )
    boxes = {
        one.text: one["for"].removeprefix("tick-") for one in form.all("label", class_="fw-semibold num")
    }
    chosen = {"candidates": [boxes["10002"], boxes["10003"]], "to": str(people.two.pk)}
    assert told(per, per.post(form["action"], chosen)) == ["2 moved to Committee 2."]
    assert list(people.two.candidates.by_number().values_list("number", "grade")) == [
        ("10002", "B"), ("10003", ""), ("10013", ""), ("10014", ""),
    ]  # fmt: skip


def test_move_needs_candidates_and_a_committee_of_the_exam(people: People, per: Client) -> None:
    mine, foreign = candidate("10001").pk, candidate("20001").pk
    for form in (
        {},
        {"to": people.two.pk},
        {"candidates": [mine]},
        {"candidates": [mine], "to": people.three.pk},
        {"candidates": [foreign], "to": people.two.pk},
        {"candidates": ["x"], "to": people.two.pk},
    ):
        response = per.post(url("move-candidates", people.exam), form)
        assert refused(response) == (409, [sentence(Refusal.NO_MOVE_CHOSEN)])
    assert (
        people.one.candidates.count(),
        people.two.candidates.count(),
        people.three.candidates.count(),
    ) == (
        3,
        2,
        2,
    )


def test_confirmed_committee_keeps_its_candidates(people: People, per: Client) -> None:
    for grader in (people.ola, people.ingrid):
        confirm(grader, people.two)
    form = {"candidates": [candidate("10001").pk], "to": people.two.pk}
    told_ = ["Committee 2 is confirmed. Reopen it before you move its candidates."]
    assert refused(per.post(url("move-candidates", people.exam), form)) == (409, told_)
    assert candidate("10001").committee == people.one


def test_attendance_is_set_for_selected_candidates(people: People, per: Client) -> None:
    chosen = [candidate("10001").pk, candidate("10013").pk, candidate("20001").pk]
    form = {"candidates": chosen, "attendance": "absent"}
    assert told(per, per.post(url("note-absence", people.exam), form)) == ["Attendance saved."]
    seen = {number: candidate(number).attendance for number in ("10001", "10002", "10013", "20001")}
    assert seen == {"10001": "absent", "10002": "", "10013": "absent", "20001": ""}


@pytest.mark.parametrize(
    "form", [{}, {"attendance": "absent"}, {"candidates": ["x", "9" * 30], "attendance": "absent"}]
)
def test_attendance_needs_candidates_and_a_value(people: People, per: Client, form: dict[str, Any]) -> None:
    response = per.post(url("note-absence", people.exam), form)
    assert refused(response) == (409, [sentence(Refusal.NO_CANDIDATE_CHOSEN)])
    assert people.exam.log.count() == 0


def test_empty_list_explains_where_candidates_come_from(people: People, per: Client) -> None:
    bare = ExamFactory.create(planners=[people.per])
    main = page_of(per.get(url("planned-candidates", bare))).one("main")
    assert main.texts("h2") == ["No candidates"]
    assert main.one("a", class_="btn btn-outline")["href"] == reverse("import")


def test_queries_do_not_grow_with_candidates(people: People, per: Client) -> None:
    page = url("planned-candidates", people.exam)
    few = queries_of(per, page)
    CommitteeFactory.create(exam=people.exam, number=3, numbers=range(30000, 30300))
    assert queries_of(per, page) == few
    assert [len(candidates(per, people.exam, page=number)) for number in ("1", "2")] == [200, 105]


# The log


def entries(client: Client, exam: Exam) -> list[list[str]]:
    timeline = page_of(client.get(url("exam-log", exam))).one("ol", class_="timeline")
    return [one.texts("div") for one in timeline.all("li")]


def test_log_has_every_act_newest_first(people: People, per: Client) -> None:
    show_grades(people.exam)
    grade(people.kari, people.one, c10001="A")
    grade(people.ola, people.one, c10001="B")
    move_candidates([candidate("10003")], to=people.two, by=people.per)
    per.post(url("seat", people.one), {"feide_name": "vera@ntnu.no"})
    confirm(people.kari, people.one)
    per.post(url("edit-exam", people.exam), edit_form(people.exam, place="Hall", planners_see_grades="on"))
    assert entries(per, people.exam) == [
        ["Per changed the exam", "place: – → Hall"],
        ["Kari confirmed final grading, Committee 1", "without a grade: 10002"],
        ["Per added a grader, Committee 1", "vera@ntnu.no"],
        ["Per moved candidates", "10003: 1 → 2"],
        ["Ola set a grade by clicking, Committee 1", "10001: A → B"],
        ["Kari set a grade by clicking, Committee 1", "10001: no grade → A"],
    ]


def test_log_names_the_candidate_of_a_typed_grade(people: People, per: Client) -> None:
    show_grades(people.exam)
    set_grade(seat(people.kari, people.one), candidate("10001"), "A", is_typed=True)
    assert entries(per, people.exam) == [["Kari typed a grade, Committee 1", "10001: no grade → A"]]


def test_log_has_all_other_acts(people: People, per: Client) -> None:
    note_attendance(candidate("10001"), Attendance.ABSENT, by=people.per)
    per.post(url("remind", people.exam))
    confirm_all(people.exam)
    form = page_of(per.get(url("reopen", people.one))).one("main").one("form").fields
    per.post(url("reopen", people.one), form | {"code": "KLAGE", "reason": "An appeal"})
    lines = entries(per, people.exam)
    assert lines[0] == ["Per reopened the committee, Committee 1", "KLAGE: An appeal"]
    assert lines[-2:] == [
        ["Per queued reminders to graders", "Ingrid, Kari, Ola"],
        ["Per set attendance, Committee 1", "10001: Did not attend"],
    ]


def test_log_entries_have_a_time(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    made = people.exam.log.get()
    moment = page_of(per.get(url("exam-log", people.exam))).one("time")
    at = timezone.localtime(made.at)
    assert moment.text == f"{at.day} {at:%b %Y %H:%M:%S}"
    assert datetime.fromisoformat(moment["datetime"]) == at


def test_log_is_paginated_without_more_queries(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    few = queries_of(per, url("exam-log", people.exam))
    for value in "BCDEF" * 11:
        grade(people.ola, people.one, c10001=value)
        grade(people.kari, people.one, c10001="A")
    page = page_of(per.get(url("exam-log", people.exam), {"page": "3"}))
    assert (len(entries(per, people.exam)), len(page.one("ol").all("li"))) == (50, 11)
    assert queries_of(per, url("exam-log", people.exam)) == few
