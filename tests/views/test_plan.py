from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.errors import Refusal
from committees.models import Exam, Grader, User
from tests.conftest import People, confirm, confirm_all, grade
from tests.factories import CommitteeFactory, ExamFactory, UserFactory, in_days
from tests.refusals import sentence
from tests.views.html import page_of
from tests.views.planning import edit_form, form_of, told, url
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]
PLAN = "/plan/"


# The Plan tab


def test_exams_show_stages_and_missing_graders(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm(people.kari, people.one)
    confirm_all(people.pass_exam)
    page = page_of(per.get(PLAN))
    assert page.one("main").texts("h2") == ["LUP1001 Practice", "TDT4100 Programming"]
    assert page.cells == [
        ["Committee 1", "0 of 2", "Confirmed", "Kari", ""],
        ["Committee 1", "2 of 3", "Waiting for other graders to confirm", "Kari", "Ola"],
        ["Committee 2", "0 of 2", "Not started", "", "Ingrid Ola"],
    ]


def test_exams_are_sorted_by_deadline_and_late_ones_marked(people: People, per: Client) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(date=in_days(-20), deadline=in_days(-3))
    main = page_of(per.get(PLAN)).one("main")
    assert [one.split()[0] for one in main.texts("h2")] == ["LUP1001", "TDT4100"]
    assert main.texts("span", class_="tag tag-error") == ["3 days late"]


def test_empty_committees_and_exams_are_marked(people: People, per: Client) -> None:
    Grader.objects.filter(committee=people.three).delete()
    bare = ExamFactory.create(emnekode="BARE", planners=[people.per])
    main = page_of(per.get(PLAN)).one("main")
    assert main.cells[0] == ["Committee 1", "0 of 2", "Not started", "", "no graders"]
    assert [one["href"] for one in main.all("a") if one.text == "Set up"] == [url("planned-exam", bare)]


@pytest.mark.parametrize(
    ("asked", "found"), [("lup", ["LUP1001"]), ("Programming", ["TDT4100"]), ("XXX1000", [])]
)
def test_search_by_code_and_name(people: People, per: Client, asked: str, found: list[str]) -> None:
    main = page_of(per.post(PLAN, {"q": asked}, follow=True)).one("main")
    assert [one.split()[0] for one in main.texts("h2")] == (found or ["Nothing"])
    assert main.one("input", name="q")["value"] == asked


@pytest.mark.parametrize("asked", ["øko", "ånd", "ÆRE"])
def test_search_ignores_case_in_norwegian(people: People, per: Client, asked: str) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(name="Økonomi og Ånd: Ære")
    main = page_of(per.post(PLAN, {"q": asked}, follow=True)).one("main")
    assert main.texts("h2") == ["LUP1001 Økonomi og Ånd: Ære"]


def test_planner_without_exams_reads_how_to_start(people: People, sign_in: SignIn) -> None:
    new = UserFactory.create(is_planner=True)
    main = page_of(sign_in(new).get(PLAN)).one("main")
    assert main.texts("h2") == ["No exams yet"]
    assert {one["href"] for one in main.all("a")} == {
        reverse("import"),
        reverse("new-exam"),
    }


def test_queries_do_not_grow_with_exams(people: People, per: Client) -> None:
    people.exam.planners.clear()
    counts = [queries_of(per, PLAN)]
    for _exam in range(4):
        exam = ExamFactory.create(planners=[people.per])
        for number in (1, 2):
            CommitteeFactory.create(
                exam=exam, number=number, graders=[people.kari, people.ola], numbers=[f"{number}0"]
            )
    assert len(page_of(per.get(PLAN)).one("main").all("h2")) == 5
    assert [*counts, queries_of(per, PLAN)] == counts * 2


# Creating and editing an exam


def test_exam_is_created_with_the_default_deadline(people: People, per: Client, settings: Any) -> None:
    settings.GRADING_WORKING_DAYS = 10
    form = form_of(
        people.exam, emnekode="ORAL1000", name="An oral", date="2026-05-04", deadline="", kind="oral"
    )
    response = per.post(reverse("new-exam"), form)
    exam = Exam.objects.get(emnekode="ORAL1000")
    assert response.headers["Location"] == url("planned-exam", exam)
    assert (exam.name, str(exam.date), str(exam.deadline)) == ("An oral", "2026-05-04", "2026-05-19")
    assert list(exam.planners.all()) == [people.per]
    assert list(exam.log.values_list("action", "by__username")) == [("exam.created", "per")]


def test_new_form_proposes_the_planner_and_usual_choices(people: People, per: Client) -> None:
    form = page_of(per.get(reverse("new-exam"))).one("main").one("form")
    ticked = [(one["name"], one.attributes.get("value", "on")) for one in form.all("input", checked="*")]
    assert dict(ticked) == {
        "kind": "oral",
        "scale": "A-F",
        "rule": "all",
        "spot_check": "offered",
        "is_anonymous": "on",
        "on_behalf": "on",
        "planners": str(people.per.pk),
    }
    assert len(ticked) == 7
    assert form.one("input", name="date")["type"] == "date"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("date", "yesterday", "Enter a valid date."),
        ("arstall", "1066", "The number must be at least 1990."),
        (
            "name",
            "Oral\u202eexam",
            "This contains invisible characters: U+202E RIGHT-TO-LEFT OVERRIDE. Delete them, or type the text again.",
        ),
        (
            "place",
            "Hall\u200b 1\x07",
            "This contains invisible characters: U+200B ZERO WIDTH SPACE, U+0007. Delete them, or type the text again.",
        ),
        ("emnekode", "A;B", "An FS key may contain only letters, digits, spaces and . / _ -"),
        ("planners", [], "This field is required."),
    ],
)
def test_invalid_field_is_marked_and_nothing_created(
    people: People, per: Client, field: str, value: Any, error: str
) -> None:
    response = per.post(reverse("new-exam"), form_of(people.exam, **{"emnekode": "NEW1", field: value}))
    main = page_of(response).one("main")
    assert (response.status_code, main.faults) == (422, [error])
    errors = [
        one.text for one in main.all(id="*") if one["id"].startswith("error_") and one.tag in ("span", "p")
    ]
    assert errors == [error]
    assert Exam.objects.filter(arstall=2026).count() == 3


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({}, "Another exam already has this FS key: TDT4100 Programming."),
        ({"emnekode": "NEW1", "deadline": "1999-01-01"}, "The grading deadline can’t be before the exam."),
    ],
)
def test_taken_key_and_early_deadline_are_reported(
    people: People, per: Client, other: dict[str, str], error: Refusal
) -> None:
    response = per.post(reverse("new-exam"), form_of(people.exam, **other))
    assert response.status_code == 422
    assert page_of(response).faults == [error]
    assert Exam.objects.count() == 3


def test_edited_exam_is_logged(people: People, per: Client) -> None:
    planners = [people.per.pk, people.petra.pk]
    form = edit_form(people.exam, place="Hall", rule="one", planners=planners)
    form.pop("is_anonymous")
    response = per.post(url("edit-exam", people.exam), form)
    assert told(per, response) == ["Saved."]
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (exam.place, exam.rule, exam.is_anonymous, exam.planners.count()) == ("Hall", "one", False, 2)
    assert exam.log.get().details["changed"] == {
        "place": ["", "Hall"],
        "rule": ["all", "one"],
        "is_anonymous": ["True", "False"],
        "planners": ["Per", "Per, Petra"],
    }


def test_form_shows_current_values(people: People, per: Client) -> None:
    page = page_of(per.get(url("edit-exam", people.pass_exam)))
    form = page.one("main").one("form")
    assert page.texts("h1") == ["Edit LUP1001 Practice"]
    texts = {one["name"]: one.attributes.get("value", "") for one in form.all("input", class_="*")}
    assert (texts["emnekode"], texts["date"]) == ("LUP1001", str(people.pass_exam.date))
    assert form.one("input", name="scale", checked="*")["value"] == "PASS"


def test_unchanged_form_does_nothing(people: People, per: Client) -> None:
    assert per.post(url("edit-exam", people.exam), edit_form(people.exam)).status_code == 302
    assert people.exam.log.count() == 0


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"scale": "PASS"}, Refusal.SCALE_IN_USE),
        (
            {"rule": "one"},
            Refusal.RULE_CONFIRMED,
        ),
    ],
)
def test_fixed_fields_cannot_be_changed(
    people: People, per: Client, other: dict[str, str], error: Refusal
) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    response = per.post(url("edit-exam", people.exam), edit_form(people.exam, name="Other", **other))
    page = page_of(response)
    assert (response.status_code, page.faults) == (422, [sentence(error)])
    assert page.texts("h1") == ["Edit TDT4100 Programming"]
    assert Exam.objects.get(pk=people.exam.pk).name == "Programming"


def test_planner_leaving_an_exam_lands_on_the_plan_tab(people: People, per: Client) -> None:
    response = per.post(url("edit-exam", people.exam), edit_form(people.exam, planners=[people.petra.pk]))
    assert response.headers["Location"] == PLAN
    assert per.get(url("planned-exam", people.exam)).status_code == 404


def test_reminders_are_offered_while_somebody_is_missing(people: People, per: Client) -> None:
    assert len(page_of(per.get(PLAN)).all("button", form="remind-form")) == 1
    confirm_all(people.exam)
    confirm_all(people.pass_exam)
    assert page_of(per.get(PLAN)).all("button", form="remind-form") == []
