from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.actions.planning import move_candidates
from committees.enums import Attendance, ChangeCode, ConfirmationRule
from committees.models import Committee, Confirmation, Exam, User
from tests.conftest import agreeing, candidate, confirm, confirm_all, grade, stage
from tests.factories import CommitteeFactory
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]


def url(committee: Committee) -> str:
    return reverse("confirm", args=[committee.pk])


def form_page(client: Client, committee: Committee) -> Element:
    return page_of(client.get(url(committee)))


def window(client: Client, committee: Committee) -> Element:
    return page_of(client.get(reverse("final-grading", args=[committee.pk])))


def head(client: Client, committee: Committee) -> Element:
    return window(client, committee).one("section", id="sheet-head")


def send(client: Client, form: Element, committee: Committee, **more: str) -> Any:
    """Send a form that stands on a page; its checkbox stays unticked unless `acknowledged="on"`."""
    return client.post(form.attributes.get("action", url(committee)), form.fields | more)


def confirmed_by(committee: Committee) -> list[str]:
    standing = committee.graders.standing().order_by("person__username")
    return list(standing.values_list("person__username", flat=True))


# What is being confirmed


def test_it_is_shown_once_more_what_is_being_confirmed(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="A")
    page = form_page(kari, cast.one)
    assert page.texts("h1") == ["Confirm Final Grading"]
    assert page.one("main").texts("h2")[0] == "2 of 3 candidates have a grade"
    shown = {cell["data-count"]: cell.text for cell in page.all("td", data_count="*")}
    assert shown == {"A": "2", "B": "0", "C": "0", "D": "0", "E": "0", "F": "0"}


def test_the_picture_of_the_distribution_says_the_same(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="A", c10003="C")
    picture = form_page(kari, cast.one).one("svg", role="img")
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


def test_candidates_without_grade_are_named_and_must_be_acknowledged(
    cast: SimpleNamespace, kari: Client
) -> None:
    grade(cast.kari, cast.one, c10002="A")
    form = form_page(kari, cast.one).all("form")[-1]
    assert form.texts("p") == ["10001, 10003"]
    box = form.one("input", type="checkbox")
    assert (box["name"], "required" in box.attributes) == ("acknowledged", True)
    assert form.one("label", for_=box["id"]).text.startswith("These 2 candidates are to have no grade")


def test_where_all_have_grades_nothing_is_to_be_acknowledged(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.three, c20001="Pass", c20002="NotPass")
    form = form_page(kari, cast.three).all("form")[-1]
    assert form.all("input", type="checkbox") == []
    assert send(kari, form, cast.three).status_code == 302
    assert stage(cast.three) == "confirmed"


def test_a_grade_of_somebody_who_did_not_attend_is_pointed_out(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    note_attendance(candidate("10002"), Attendance.ABSENT, by=cast.per)
    notes = form_page(kari, cast.one).texts("div", class_="note note-warning")
    assert notes == ["Noted as not there, and yet with a grade: 10002 (Did not attend, B)"]


# Confirming


def test_a_confirmation_holds_for_what_was_seen(cast: SimpleNamespace, kari: Client) -> None:
    form = form_page(kari, cast.one).all("form")[-1]
    response = send(kari, form, cast.one, acknowledged="on")
    assert response.headers["Location"] == reverse("final-grading", args=[cast.one.pk])
    assert window(kari, cast.one).texts(role="status")[0] == "You have confirmed the final grading."
    assert (confirmed_by(cast.one), stage(cast.one)) == (["kari"], "waiting")


def test_without_acknowledging_it_is_refused_and_shown_again(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10002="A")
    form = form_page(kari, cast.one).all("form")[-1]
    response = send(kari, form, cast.one)
    page = page_of(response)
    assert (response.status_code, page.alerts) == (
        409,
        ["Say that these candidates are to have no grade: 10001, 10003."],
    )
    assert page.all("form")[-1].fields == form.fields
    assert confirmed_by(cast.one) == []


def test_what_moved_meanwhile_is_told_and_the_form_comes_again(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B", c10003="C")
    form = form_page(kari, cast.one).all("form")[-1]
    grade(cast.ola, cast.one, c10002="D")
    response = send(kari, form, cast.one)
    page = page_of(response)
    alert = page.one(role="alert")
    assert response.status_code == 409
    assert alert.texts("p") == [
        "The grades changed after you opened this page. See what moved, and confirm again."
    ]
    assert [one.text.partition(" (")[0] for one in alert.all("li")] == ["10002: B → D"]
    assert alert.one("span").text.startswith("(Ola, ")
    assert confirmed_by(cast.one) == []
    assert send(kari, page.all("form")[-1], cast.one).status_code == 302
    assert confirmed_by(cast.one) == ["kari"]


def test_a_form_that_says_nothing_of_what_was_seen_is_refused(cast: SimpleNamespace, kari: Client) -> None:
    for form in ({"acknowledged": "on"}, {"acknowledged": "on", "seen": "1-", "newest": "²"}):
        response = kari.post(url(cast.one), form)
        assert (response.status_code, len(page_of(response).alerts)) == (409, 1)
    assert confirmed_by(cast.one) == []


def test_a_double_click_is_one_confirmation(cast: SimpleNamespace, kari: Client) -> None:
    form = form_page(kari, cast.one).all("form")[-1]
    answers = [send(kari, form, cast.one, acknowledged="on").status_code for _click in range(2)]
    assert answers == [302, 302]
    assert (Confirmation.objects.count(), cast.exam.log.count()) == (1, 1)


def test_an_empty_committee_can_not_be_confirmed(cast: SimpleNamespace, kari: Client) -> None:
    empty = CommitteeFactory.create(exam=cast.exam, number=9, graders=[cast.kari], numbers=[])
    response = send(kari, form_page(kari, empty).all("form")[-1], empty, acknowledged="on")
    assert (response.status_code, page_of(response).alerts) == (
        409,
        ["This committee has no candidates, so there is nothing to confirm."],
    )


def test_with_the_last_confirmation_the_sheet_locks_for_everybody(
    cast: SimpleNamespace, kari: Client, ola: Client
) -> None:
    for client in (kari, ola):
        send(client, form_page(client, cast.one).all("form")[-1], cast.one, acknowledged="on")
    assert [window(client, cast.one).one("main")["data-stage"] for client in (kari, ola)] == ["confirmed"] * 2
    page = form_page(ola, cast.one)
    assert [len(page.one("main").all("form")), page.texts("div", class_="note note-success")] == [
        0,
        ["You have confirmed these grades. To Final Grading"],
    ]


def test_one_confirmation_is_enough_where_the_exam_says_so(
    cast: SimpleNamespace, kari: Client, ola: Client
) -> None:
    Exam.objects.filter(pk=cast.exam.pk).update(rule=ConfirmationRule.ONE)
    form = form_page(ola, cast.one).all("form")[-1]
    confirm(cast.kari, cast.one)
    assert window(ola, cast.one).one("main")["data-stage"] == "confirmed"
    assert form_page(ola, cast.one).texts("div", class_="note note-success") == [
        "This committee’s grades are confirmed already. To Final Grading"
    ]
    response = send(ola, form, cast.one, acknowledged="on")
    assert (response.status_code, page_of(response).alerts) == (
        409,
        ["This committee's grades are confirmed already."],
    )


# Waiting, and taking it back


def test_who_has_confirmed_sees_whom_the_committee_waits_for(
    cast: SimpleNamespace, kari: Client, sign_in: SignIn
) -> None:
    cast.one.graders.create(person=cast.ingrid)
    confirm(cast.kari, cast.one)
    part = head(kari, cast.one)
    assert part.one("div", class_="note note-warning mt-3").texts("p") == [
        "Waiting for other graders to confirm",
        "Ingrid, Ola",
    ]
    assert part.all("a", href=url(cast.one)) == []


def test_who_has_not_confirmed_is_asked_to(cast: SimpleNamespace, ola: Client) -> None:
    confirm(cast.kari, cast.one)
    part = head(ola, cast.one)
    assert part.one("a", href=url(cast.one)).text == "Confirm Final Grading"
    assert part.all("form") == []
    assert part.texts("span", class_="tag tag-warning") == ["Waiting for other graders to confirm"]


def test_a_confirmation_is_withdrawn_until_the_last_one(cast: SimpleNamespace, kari: Client) -> None:
    confirm(cast.kari, cast.one)
    form = head(kari, cast.one).one("form")
    assert (form["action"], form.texts("button")) == (
        reverse("withdraw", args=[cast.one.pk]),
        ["Withdraw my confirmation"],
    )
    assert kari.post(form["action"]).headers["Location"] == reverse("final-grading", args=[cast.one.pk])
    assert (confirmed_by(cast.one), stage(cast.one)) == ([], "not-started")
    confirm_all(cast.exam)
    response = kari.post(form["action"])
    assert (response.status_code, page_of(response).alerts) == (
        409,
        ["All graders have confirmed, so only the planner can reopen the committee."],
    )
    assert confirmed_by(cast.one) == ["kari", "ola"]


def test_withdrawing_what_was_never_given_is_no_act(cast: SimpleNamespace, kari: Client) -> None:
    assert kari.post(reverse("withdraw", args=[cast.one.pk])).status_code == 302
    assert cast.exam.log.count() == 0


# When grades change afterwards


def fallen(cast: SimpleNamespace) -> None:
    """Kari confirmed A, B and none; then ola changed the second and set the third."""
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10002="C", c10003="F")


def test_a_fallen_confirmation_shows_which_grades_changed_and_by_whom(
    cast: SimpleNamespace, kari: Client
) -> None:
    fallen(cast)
    note = head(kari, cast.one).one("div", class_="note note-warning mt-3")
    assert note.texts("p") == ["Your confirmation no longer stands: grades changed after you gave it."]
    assert [one.text.partition(" (")[0] for one in note.all("li")] == ["10002: B → C", "10003: no grade → F"]
    assert [one.text.partition(",")[0] for one in note.one("ul").all("span")] == ["(Ola", "(Ola"]


def test_confirming_again_is_one_post(cast: SimpleNamespace, kari: Client) -> None:
    fallen(cast)
    form = head(kari, cast.one).one("form")
    assert (form["action"], form.texts("button")) == (url(cast.one), ["Confirm Final Grading again"])
    assert send(kari, form, cast.one).status_code == 302
    assert confirmed_by(cast.one) == ["kari"]


def test_confirming_again_asks_about_candidates_without_grade(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="B")
    note = head(kari, cast.one)
    assert "Without grade: 10002, 10003." in note.texts("p")
    assert note.one(id="confirm-again")["href"] == reverse("confirm", args=[cast.one.pk])
    assert (note.all("form"), confirmed_by(cast.one)) == ([], [])


def test_confirming_again_is_refused_when_still_more_moved(cast: SimpleNamespace, kari: Client) -> None:
    fallen(cast)
    form = head(kari, cast.one).one("form")
    grade(cast.ola, cast.one, c10001="E")
    response = send(kari, form, cast.one)
    assert response.status_code == 409
    moved = page_of(response).one(role="alert").all("li")
    assert [one.text.partition(" (")[0] for one in moved] == ["10001: A → E"]
    assert confirmed_by(cast.one) == []


def test_undoing_the_change_makes_the_confirmation_stand_again(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="B")
    assert confirmed_by(cast.one) == []
    grade(cast.ola, cast.one, c10001="A")
    assert confirmed_by(cast.one) == ["kari"]
    assert head(kari, cast.one).one("form")["action"] == reverse("withdraw", args=[cast.one.pk])


def test_ones_own_change_fells_ones_own_confirmation_too(cast: SimpleNamespace, kari: Client) -> None:
    confirm(cast.kari, cast.one)
    grade(cast.kari, cast.one, c10001="A")
    note = head(kari, cast.one).one("div", class_="note note-warning mt-3")
    assert [one.text.partition(",")[0] for one in note.all("li")] == ["10001: no grade → A (Kari"]


def test_a_candidate_who_left_or_came_is_told_as_such(cast: SimpleNamespace, kari: Client) -> None:
    confirm(cast.kari, cast.one)
    agreeing(move_candidates, [candidate("10003")], to=cast.two, by=cast.per)
    move_candidates([candidate("10013")], to=cast.one, by=cast.per)
    note = head(kari, cast.one).one("div", class_="note note-warning mt-3")
    assert [one.text.partition(" (Per")[0] for one in note.all("li")] == [
        "10003: left this committee",
        "10013: came to this committee",
    ]


def test_after_a_reopening_everybody_confirms_anew(cast: SimpleNamespace, kari: Client, ola: Client) -> None:
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="An appeal", code=ChangeCode.APPEAL, by=cast.per)
    assert (confirmed_by(cast.one), stage(cast.one)) == ([], "not-started")
    for client in (kari, ola):
        assert head(client, cast.one).one("a", href=url(cast.one)).text == "Confirm Final Grading"
    assert stage(cast.two) == "confirmed"


def test_the_page_takes_the_same_queries_with_3_and_300_candidates(
    cast: SimpleNamespace, kari: Client
) -> None:
    many = CommitteeFactory.create(graders=[cast.kari, cast.ola], numbers=range(50001, 50301))
    assert queries_of(kari, url(cast.one)) == queries_of(kari, url(many))
    forms = [
        form_page(kari, committee).all("form")[-1].fields | {"acknowledged": "on"}
        for committee in (cast.one, many)
    ]
    assert queries_of(kari, url(cast.one), forms[0]) == queries_of(kari, url(many), forms[1])
