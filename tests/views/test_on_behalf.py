"""The planner's page to confirm on behalf of a grader, and what the grader sees of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.on_behalf import confirm_on_behalf
from committees.errors import Refusal
from committees.models import Committee, Confirmation, Exam
from tests.conftest import People, confirm, grade, seat, stage
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.planning import exam_page, part, refused, told
from tests.views.queries import queries_of


@pytest.fixture
def graded(people: People) -> People:
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    return people


@pytest.fixture
def per(people: People) -> Client:
    client = Client()
    client.force_login(people.per)
    return client


def address(people: People, route: str = "confirm-on-behalf") -> str:
    return reverse(route, args=[seat(people.ola, people.one).pk])


def form_page(client: Client, people: People) -> Element:
    return page_of(client.get(address(people))).one("main")


def press(client: Client, people: People, **other: Any) -> Any:
    (form,) = form_page(client, people).all("form")
    return client.post(address(people), form.fields | {"reason": "No answer"} | other)


def stand_in(people: People) -> Confirmation:
    version = Committee.objects.get(pk=people.one.pk).version
    return confirm_on_behalf(
        seat(people.ola, people.one),
        reason="No answer",
        by=people.per,
        expected_version=version,
        acknowledged=True,
        locks=True,
    )


def links(client: Client, people: People) -> list[str]:
    found = [one["href"] for one in part(exam_page(client, people.exam), 1).all("a", href="*")]
    return [one for one in found if one.endswith("/confirm/")]


def test_the_exam_page_offers_it_where_a_confirmation_is_missing(graded: People, per: Client) -> None:
    confirm(graded.kari, graded.one)
    assert links(per, graded) == [address(graded)]
    Exam.objects.filter(pk=graded.exam.pk).update(on_behalf=False)
    assert links(per, graded) == []


def test_the_page_shows_grades_only_where_the_exam_allows_it(graded: People, per: Client) -> None:
    assert form_page(per, graded).all("tr", data_candidate="*") == []
    Exam.objects.filter(pk=graded.exam.pk).update(planners_see_grades=True)
    rows = form_page(per, graded).all("tr", data_candidate="*")
    assert [one["data-candidate"] for one in rows] == ["10001", "10002", "10003"]


def test_the_page_says_that_it_locks(graded: People, per: Client) -> None:
    assert form_page(per, graded).all("p", data_locks="*") == []
    confirm(graded.kari, graded.one)
    assert len(form_page(per, graded).all("p", data_locks="*")) == 1


def test_a_planner_confirms_and_the_exam_page_marks_it(graded: People, per: Client) -> None:
    assert told(per, press(per, graded)) == ["You confirmed Committee 1 on behalf of Ola."]
    line = part(exam_page(per, graded.exam), 1).texts("li")[1]
    assert line.startswith("Ola external · confirmed by a planner Withdraw the confirmation")
    response = per.post(address(graded, "withdraw-on-behalf"))
    assert told(per, response) == ["Your confirmation of Committee 1 on behalf of Ola was withdrawn."]
    assert stage(graded.one) == "grading"


def test_a_reason_is_needed_and_what_was_typed_is_kept(graded: People, per: Client) -> None:
    assert press(per, graded, reason="").status_code == 422
    response = press(per, graded, version="1-old")
    assert refused(response) == (409, [sentence(Refusal.GRADES_CHANGED)])
    assert page_of(response).one("input", name="reason")["value"] == "No answer"
    assert Confirmation.objects.count() == 0


def test_the_grader_sees_it_and_confirms_or_withdraws(graded: People, sign_in: Any) -> None:
    stand_in(graded)
    ola = sign_in(graded.ola)
    page = page_of(ola.get(reverse("final-grading", args=[graded.one.pk])))
    note = page.one("div", data_on_behalf="*")
    assert "Per confirmed these grades on your behalf. Reason: No answer" in note.text
    own, withdraw = note.all("form")
    assert len(page.all("button", id="withdraw")) == 1
    assert ola.post(withdraw["action"], withdraw.fields).status_code == 302
    assert Confirmation.objects.count() == 0
    stand_in(graded)
    assert ola.post(own["action"], own.fields).status_code == 302
    assert Confirmation.objects.get().planner is None


def test_a_locked_sheet_offers_only_to_confirm(graded: People, sign_in: Any) -> None:
    confirm(graded.kari, graded.one)
    stand_in(graded)
    ola = sign_in(graded.ola)
    note = page_of(ola.get(reverse("final-grading", args=[graded.one.pk]))).one("div", data_on_behalf="*")
    (own,) = note.all("form")
    assert ola.post(own["action"], own.fields).status_code == 302
    assert (stage(graded.one), Confirmation.objects.filter(planner=None).count()) == ("confirmed", 2)


def test_the_page_takes_as_many_queries_for_more_candidates(graded: People, per: Client) -> None:
    Exam.objects.filter(pk=graded.exam.pk).update(planners_see_grades=True)
    many = queries_of(per, address(graded))
    graded.exam.candidates.exclude(number="10001").update(committee=graded.two)
    assert queries_of(per, address(graded)) == many
