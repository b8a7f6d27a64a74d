from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.actions.planning import move_candidates
from committees.enums import Attendance, ChangeCode, ConfirmationRule
from committees.errors import Refusal
from committees.models import Committee, Confirmation, Exam, User
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, stage
from tests.factories import CommitteeFactory
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]
NUMBERS = ("10001", "10002", "10003")


def url(committee: Committee) -> str:
    return reverse("confirm", args=[committee.pk])


def form_page(client: Client, committee: Committee) -> Element:
    return page_of(client.get(url(committee)))


def window(client: Client, committee: Committee) -> Element:
    return page_of(client.get(reverse("final-grading", args=[committee.pk])))


def head(client: Client, committee: Committee) -> Element:
    return window(client, committee).one("section", id="sheet-head")


def send(client: Client, form: Element, committee: Committee, **more: str) -> Any:
    """Send the form of a page; its checkbox is unticked unless `acknowledged="on"`."""
    return client.post(form.attributes.get("action", url(committee)), form.fields | more)


def confirmed_by(committee: Committee) -> list[str]:
    valid = committee.graders.valid().order_by("person__username")
    return list(valid.values_list("person__username", flat=True))


# The form


def test_page_shows_what_is_confirmed(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="A")
    page = form_page(kari, people.one)
    assert page.texts("h1") == ["Confirm Final Grading"]
    assert page.one("main").texts("h2")[0] == "2 of 3 candidates have a grade"
    shown = {cell["data-count"]: cell.text for cell in page.all("td", data_count="*")}
    assert shown == {"A": "2", "B": "0", "C": "0", "D": "0", "E": "0", "F": "0"}


def test_chart_has_a_text_alternative(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="A", c10003="C")
    picture = form_page(kari, people.one).one("svg", role="img")
    texts = picture.texts("text")
    assert dict(zip(texts[::2], texts[1::2], strict=True)) == {
        "A": "2",
        "B": "0",
        "C": "1",
        "D": "0",
        "E": "0",
        "F": "0",
    }
    assert [one["height"] for one in picture.all("rect")] == ["100", "0", "50", "0", "0", "0"]


def test_ungraded_candidates_are_named_and_must_be_acknowledged(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10002="A")
    form = form_page(kari, people.one).all("form")[-1]
    assert form.texts("p", class_="num") == ["10001, 10003"]
    box = form.one("input", type="checkbox")
    assert (box["name"], "required" in box.attributes) == ("acknowledged", True)
    assert form.one("label", for_=box["id"]).text.startswith("These 2 candidates should have no grade")


def test_no_acknowledgement_if_all_are_graded(people: People, kari: Client) -> None:
    grade(people.kari, people.three, c20001="Pass", c20002="NotPass")
    form = form_page(kari, people.three).all("form")[-1]
    assert form.all("input", type="checkbox") == []
    assert send(kari, form, people.three).status_code == 302
    assert stage(people.three) == "confirmed"


def test_graded_absent_candidate_is_named(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    note_attendance(candidate("10002"), Attendance.ABSENT, by=people.per)
    notes = form_page(kari, people.one).texts("div", class_="note note-warning")
    assert notes == ["Marked absent but graded: 10002 (Did not attend, B)"]


# Confirming


def test_confirmation_has_the_digest_shown(people: People, kari: Client) -> None:
    form = form_page(kari, people.one).all("form")[-1]
    response = send(kari, form, people.one, acknowledged="on")
    assert response.headers["Location"] == reverse("final-grading", args=[people.one.pk])
    assert window(kari, people.one).texts(data_message="*")[0] == "You have confirmed the final grading."
    assert (confirmed_by(people.one), stage(people.one)) == (["kari"], "waiting")


def test_missing_acknowledgement_shows_the_form_again(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10002="A")
    form = form_page(kari, people.one).all("form")[-1]
    response = send(kari, form, people.one)
    page = page_of(response)
    assert (response.status_code, page.alerts) == (
        409,
        [sentence(Refusal.UNGRADED_NOT_ACKNOWLEDGED, numbers="10001, 10003")],
    )
    assert page.all("form")[-1].fields == form.fields
    assert confirmed_by(people.one) == []


def test_changes_meanwhile_show_the_form_again(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    form = form_page(kari, people.one).all("form")[-1]
    grade(people.ola, people.one, c10002="D")
    response = send(kari, form, people.one)
    page = page_of(response)
    alert = page.one(role="alert")
    assert response.status_code == 409
    assert alert.texts("p") == [sentence(Refusal.GRADES_CHANGED)]
    assert [one.text.partition(" (")[0] for one in alert.all("li")] == ["10002: B → D"]
    assert alert.one("span").text.startswith("(Ola, ")
    assert confirmed_by(people.one) == []
    assert send(kari, page.all("form")[-1], people.one).status_code == 302
    assert confirmed_by(people.one) == ["kari"]


def test_form_without_a_version_is_refused(people: People, kari: Client) -> None:
    for form in ({"acknowledged": "on"}, {"acknowledged": "on", "expected_version": "1-", "newest": "²"}):
        response = kari.post(url(people.one), form)
        assert (response.status_code, len(page_of(response).alerts)) == (409, 1)
    assert confirmed_by(people.one) == []


def test_double_click_is_one_confirmation(people: People, kari: Client) -> None:
    form = form_page(kari, people.one).all("form")[-1]
    answers = [send(kari, form, people.one, acknowledged="on").status_code for _click in range(2)]
    assert answers == [302, 302]
    assert (Confirmation.objects.count(), people.exam.log.count()) == (1, 1)


def test_empty_committee_cannot_be_confirmed(people: People, kari: Client) -> None:
    empty = CommitteeFactory.create(exam=people.exam, number=9, graders=[people.kari], numbers=[])
    response = send(kari, form_page(kari, empty).all("form")[-1], empty, acknowledged="on")
    assert (response.status_code, page_of(response).alerts) == (
        409,
        ["This committee has no candidates, so there is nothing to confirm."],
    )


def test_last_confirmation_locks_the_sheet(people: People, kari: Client, ola: Client) -> None:
    for client in (kari, ola):
        send(client, form_page(client, people.one).all("form")[-1], people.one, acknowledged="on")
    assert [window(client, people.one).one("main")["data-stage"] for client in (kari, ola)] == [
        "confirmed"
    ] * 2
    page = form_page(ola, people.one)
    assert [len(page.one("main").all("form")), page.texts("div", class_="note note-success")] == [
        0,
        ["You have confirmed these grades. Go to Final Grading"],
    ]
    assert [page.all("p", class_="lead"), page.all("button", data_print="*")] == [[], []]


def test_one_confirmation_is_enough_if_allowed(people: People, kari: Client, ola: Client) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(rule=ConfirmationRule.ONE)
    form = form_page(ola, people.one).all("form")[-1]
    confirm(people.kari, people.one)
    assert window(ola, people.one).one("main")["data-stage"] == "confirmed"
    assert form_page(ola, people.one).texts("div", class_="note note-success") == [
        "The grades in this committee are already confirmed. Go to Final Grading"
    ]
    response = send(ola, form, people.one, acknowledged="on")
    assert (response.status_code, page_of(response).alerts) == (
        409,
        [sentence(Refusal.ALREADY_CONFIRMED)],
    )


# Waiting and withdrawing


def test_confirmed_grader_sees_missing_colleagues(people: People, kari: Client, sign_in: SignIn) -> None:
    people.one.graders.create(person=people.ingrid)
    confirm(people.kari, people.one)
    part = head(kari, people.one)
    assert part.one("div", class_="note note-warning mt-3").texts("p") == [
        "Waiting for other graders to confirm",
        "Ingrid, Ola",
        "The planner is notified automatically when everyone has confirmed. Planner: Per (per@example.org)",
    ]
    assert part.all("a", href=url(people.one)) == []


def test_unconfirmed_grader_sees_the_button(people: People, ola: Client) -> None:
    confirm(people.kari, people.one)
    part = head(ola, people.one)
    assert part.one("a", href=url(people.one)).text == "Confirm Final Grading"
    assert part.all("form") == []
    assert part.texts("span", class_="tag tag-warning") == ["Waiting for other graders to confirm"]


def test_confirmation_can_be_withdrawn_before_the_last_one(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    form = head(kari, people.one).one("form")
    assert (form["action"], form.texts("button")) == (
        reverse("withdraw", args=[people.one.pk]),
        ["Withdraw my confirmation"],
    )
    assert kari.post(form["action"]).headers["Location"] == reverse("final-grading", args=[people.one.pk])
    assert (confirmed_by(people.one), stage(people.one)) == ([], "not-started")
    confirm_all(people.exam)
    response = kari.post(form["action"])
    assert (response.status_code, page_of(response).alerts) == (
        409,
        [sentence(Refusal.ALL_CONFIRMED, planner=people.exam.planner_contact)],
    )
    assert confirmed_by(people.one) == ["kari", "ola"]


def test_withdrawing_without_a_confirmation_does_nothing(people: People, kari: Client) -> None:
    assert kari.post(reverse("withdraw", args=[people.one.pk])).status_code == 302
    assert people.exam.log.count() == 0


# Changes after a confirmation


def fallen(people: People) -> None:
    """Kari confirmed A, B and none; then ola changed the second and set the third."""
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10002="C", c10003="F")


def test_invalid_confirmation_shows_changes_and_authors(people: People, kari: Client) -> None:
    fallen(people)
    note = head(kari, people.one).one("div", class_="note note-warning mt-3")
    assert note.texts("p") == ["Grades changed after you confirmed. Please review and confirm again."]
    assert [one.text.partition(" (")[0] for one in note.all("li")] == ["10002: B → C", "10003: no grade → F"]
    assert [one.text.partition(",")[0] for one in note.one("ul").all("span")] == ["(Ola", "(Ola"]


def test_confirming_again_is_one_post(people: People, kari: Client) -> None:
    fallen(people)
    form = head(kari, people.one).one("form")
    assert (form["action"], form.texts("button")) == (url(people.one), ["Confirm Final Grading again"])
    assert send(kari, form, people.one).status_code == 302
    assert confirmed_by(people.one) == ["kari"]


def test_confirming_again_as_the_last_one_leads_to_the_page_that_warns(people: People, kari: Client) -> None:
    fallen(people)
    grade(people.ola, people.one, c10001="B")
    confirm(people.ola, people.one)
    part = head(kari, people.one)
    assert (part.all("form"), part.one(id="confirm-again")["href"]) == ([], url(people.one))


def test_confirming_again_asks_about_ungraded_candidates(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="B")
    note = head(kari, people.one)
    assert "Without a grade: 10002, 10003." in note.texts("p")
    assert note.one(id="confirm-again")["href"] == reverse("confirm", args=[people.one.pk])
    assert (note.all("form"), confirmed_by(people.one)) == ([], [])


def test_confirming_again_is_refused_after_more_changes(people: People, kari: Client) -> None:
    fallen(people)
    form = head(kari, people.one).one("form")
    grade(people.ola, people.one, c10001="E")
    response = send(kari, form, people.one)
    assert response.status_code == 409
    moved = page_of(response).one(role="alert").all("li")
    assert [one.text.partition(" (")[0] for one in moved] == ["10001: A → E"]
    assert confirmed_by(people.one) == []


def test_undone_change_makes_the_confirmation_valid(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="B")
    assert confirmed_by(people.one) == []
    grade(people.ola, people.one, c10001="A")
    assert confirmed_by(people.one) == ["kari"]
    assert head(kari, people.one).one("form")["action"] == reverse("withdraw", args=[people.one.pk])


def test_own_change_invalidates_the_own_confirmation(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    grade(people.kari, people.one, c10001="A")
    note = head(kari, people.one).one("div", class_="note note-warning mt-3")
    assert [one.text.partition(",")[0] for one in note.all("li")] == ["10001: no grade → A (Kari"]


def test_added_and_removed_candidates_are_listed(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    agreeing(move_candidates, [candidate("10003")], to=people.two, by=people.per)
    move_candidates([candidate("10013")], to=people.one, by=people.per)
    note = head(kari, people.one).one("div", class_="note note-warning mt-3")
    assert [one.text.partition(" (Per")[0] for one in note.all("li")] == [
        "10003: moved from this committee",
        "10013: moved to this committee",
    ]


def test_all_confirm_again_after_a_reopening(people: People, kari: Client, ola: Client) -> None:
    confirm_all(people.exam)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    assert (confirmed_by(people.one), stage(people.one)) == ([], "not-started")
    for client in (kari, ola):
        assert head(client, people.one).one("a", href=url(people.one)).text == "Confirm Final Grading"
    assert stage(people.two) == "confirmed"


def test_queries_do_not_grow_with_candidates(people: People, kari: Client) -> None:
    many = CommitteeFactory.create(graders=[people.kari, people.ola], numbers=range(50001, 50301))
    assert queries_of(kari, url(people.one)) == queries_of(kari, url(many))
    forms = [
        form_page(kari, committee).all("form")[-1].fields | {"acknowledged": "on"}
        for committee in (people.one, many)
    ]
    assert queries_of(kari, url(people.one), forms[0]) == queries_of(kari, url(many), forms[1])


# The list


def listed(page: Element) -> dict[str, list[str]]:
    rows = page.all("tr", data_number="*")
    return {row["data-number"]: row.texts("td") for row in rows}


@pytest.mark.parametrize("has_names", [False, True])
def test_every_candidate_is_listed_with_grade_and_attendance(
    people: People, kari: Client, has_names: bool
) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(is_anonymous=not has_names)
    grade(people.kari, people.one, c10001="A", c10002="B")
    note_attendance(candidate("10002"), Attendance.ABSENT, by=people.per)
    names = {"10001": ["Sofie"], "10002": [""], "10003": [""]} if has_names else {key: [] for key in NUMBERS}
    assert listed(form_page(kari, people.one)) == {
        "10001": [*names["10001"], "A", ""],
        "10002": [*names["10002"], "B", "Did not attend"],
        "10003": [*names["10003"], "no grade", ""],
    }


def test_changes_since_the_own_confirmation_are_marked(people: People, kari: Client, ola: Client) -> None:
    fallen(people)
    agreeing(move_candidates, [candidate("10013")], to=people.one, by=people.per)
    page = form_page(kari, people.one)
    marks = {number: cells[-1].partition(",")[0] for number, cells in listed(page).items()}
    assert marks == {
        "10001": "",
        "10002": "B → C (Ola",
        "10003": "no grade → F (Ola",
        "10013": "moved to this committee (Per",
    }
    assert {
        number: len(cells) for number, cells in listed(form_page(ola, people.one)).items()
    } == dict.fromkeys(marks, 2)


def test_own_grades_that_others_changed_before_the_first_confirmation_are_marked(
    people: People, kari: Client
) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.one, c10002="C", c10003="D")
    page = form_page(kari, people.one)
    assert [one["data-number"] for one in page.all("tr", class_="is-changed")] == ["10002"]
    assert page.texts("th", scope="col")[-1] == "Changed after you set it"
    assert listed(page)["10002"][-1].startswith("B → C (Ola, today ")
    grade(people.ola, people.one, c10002="B")
    assert form_page(kari, people.one).all("tr", class_="is-changed") == []


def test_removed_candidate_is_named(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    agreeing(move_candidates, [candidate("10003")], to=people.two, by=people.per)
    page = form_page(kari, people.one)
    (note,) = page.one("section", aria_labelledby="grades-title").all("li")
    assert note.text.startswith("10003: moved from this committee (Per")


def test_last_grader_reads_that_the_click_locks(people: People, kari: Client, ola: Client) -> None:
    assert form_page(ola, people.one).all("div", data_last="*") == []
    confirm(people.kari, people.one)
    assert len(form_page(ola, people.one).all("div", data_last="*")) == 1
    Exam.objects.filter(pk=people.exam.pk).update(rule=ConfirmationRule.ONE)
    assert len(form_page(ola, people.two).all("div", data_last="*")) == 1


def test_planner_is_named_with_mail(people: People, kari: Client) -> None:
    named = form_page(kari, people.one).one("span", data_planners="*")
    assert (named.text, named.one("a")["href"]) == (
        "Planner: Per (per@example.org)",
        "mailto:per@example.org",
    )


def test_confirmation_state_is_in_the_sheet_head(people: People, kari: Client) -> None:
    form = form_page(kari, people.one).all("form")[-1]
    send(kari, form, people.one, acknowledged="on")
    shown = window(kari, people.one)
    assert len(shown.all(id="message-confirmed", data_message="*")) == 1
    assert shown.one(id="sheet-head")["data-confirmed"] == "1"
    grade(people.ola, people.one, c10001="B")
    assert head(kari, people.one)["data-confirmed"] == "0"
