from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.deleting import cancel_exam, delete_exam
from committees.actions.planning import add_committee
from committees.actions.transfer import transfer_grades
from committees.audit.verification import violations
from committees.errors import Refusal
from committees.models import Exam, Grader, Notification, Transfer, User
from committees.models.exams import KEY_FIELDS
from tests.conftest import People, candidate, confirm, confirm_all, grade, seat
from tests.factories import CommitteeFactory, ExamFactory
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.planning import refused, url
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]
ARCHIVE = reverse("plan") + "?show=archived"


def undo_form(client: Client, response: object) -> Element:
    """Return the form of the Undo button on the page to which the act leads."""
    page = page_of(client.get(response.headers["Location"]))  # type: ignore[attr-defined]
    return page.one("div", id="messages").one("form")


def codes(client: Client, address: str) -> list[str]:
    """Return the codes of the exams that the page lists."""
    main = page_of(client.get(address)).one("main")
    return [one["data-exam"] for one in main.all("section", data_exam="*")]


def test_exam_is_deleted_with_what_goes_named_and_undone_from_the_message(
    people: People, per: Client
) -> None:
    page = page_of(per.get(url("delete-exam", people.exam)))
    assert page.one("div", data_effects="*").texts("li")[:3] == ["2 committees", "4 graders", "5 candidates"]
    answer = per.post(url("delete-exam", people.exam), page.one("main").one("form").fields)
    form = undo_form(per, answer)
    assert not Exam.objects.filter(pk=people.exam.pk).exists()
    assert per.post(form["action"]).headers["Location"] == url("planned-exam", people.exam)
    assert Exam.objects.filter(pk=people.exam.pk).exists()


def test_exam_that_changed_is_shown_again(people: People, per: Client) -> None:
    fields = page_of(per.get(url("delete-exam", people.exam))).one("main").one("form").fields
    add_committee(people.exam, number=7, name="", by=people.per)
    answer = per.post(url("delete-exam", people.exam), fields)
    assert refused(answer) == (409, [sentence(Refusal.REMOVAL_STALE)])
    assert "3 committees" in page_of(answer).one("div", data_effects="*").texts("li")


@pytest.mark.parametrize("route", ["planned-exam", "planned-candidates", "exam-log", "grading"])
def test_pages_of_a_deleted_exam_say_so(people: People, per: Client, kari: Client, route: str) -> None:
    client = kari if route == "grading" else per
    assert client.get(url(route, people.exam)).status_code == 200
    delete_exam(people.exam, by=people.per)
    answer = client.get(url(route, people.exam))
    assert refused(answer) == (409, [sentence(Refusal.EXAM_DELETED, exam=people.exam)])


def test_address_of_a_deleted_exam_offers_its_planner_to_restore_it(
    people: People, per: Client, kari: Client
) -> None:
    delete_exam(people.exam, by=people.per)
    page = page_of(per.get(url("planned-exam", people.exam))).one("main")
    assert page_of(kari.get(url("grading", people.exam))).one("main").all("form") == []
    assert per.post(page.one("form")["action"]).headers["Location"] == url("planned-exam", people.exam)


def test_exam_whose_key_is_used_again_names_the_other_one(people: People, per: Client) -> None:
    entry = delete_exam(people.exam, by=people.per)
    values = dict(zip(KEY_FIELDS, people.exam.key, strict=True))
    other = ExamFactory.create(**values, name="Second attempt", planners=[people.per])
    answer = per.post(reverse("undo-act", args=[entry.pk]))
    assert refused(answer) == (409, [sentence(Refusal.FS_KEY_TAKEN, exam=other)])


def test_removal_of_a_grader_is_undone(people: People, per: Client) -> None:
    Grader.objects.filter(person=people.ola, committee=people.one).update(is_external=True)
    answer = per.post(url("unseat", seat(people.ola, people.one)))
    per.post(undo_form(per, answer)["action"])
    assert seat(people.ola, people.one).is_external is True
    assert Notification.objects.filter(person=people.ola).count() == 0
    assert list(violations()) == []


def test_deleted_exam_is_in_nobodys_list(people: People, per: Client, kari: Client) -> None:
    lists = [(per, "/plan/"), (kari, "/grade/"), (per, ARCHIVE)]
    assert [client.get(address).content.count(b"TDT4100") > 0 for client, address in lists] == [
        True,
        True,
        False,
    ]
    delete_exam(people.exam, by=people.per)
    assert [client.get(address).content.count(b"TDT4100") for client, address in lists] == [0, 0, 0]
    assert codes(per, reverse("plan") + "?show=deleted") == ["TDT4100"]


def test_cancelled_exam_is_in_the_archive_alone_and_is_restored_there(
    people: People, per: Client, kari: Client
) -> None:
    grade(people.kari, people.one, c10001="A")
    answer = per.post(url("cancel-exam", people.exam), {"reason": "Illness"})
    assert undo_form(per, answer)["method"] == "post"
    assert b"TDT4100" not in per.get("/plan/").content + kari.get("/grade/").content
    assert codes(per, ARCHIVE) == ["TDT4100"]
    shown = page_of(per.get(url("planned-exam", people.exam))).one("div", data_removal="*")
    assert "Reason: Illness" in shown.text
    restore = page_of(per.get(ARCHIVE)).one("main").one("button", form="restore-form")
    assert per.post(restore["formaction"]).status_code == 302
    assert b"TDT4100" in kari.get("/grade/").content


def test_cancellation_is_undone_from_its_message(people: People, per: Client, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    answer = per.post(url("cancel-exam", people.exam), {"reason": "Illness"})
    undone = per.post(undo_form(per, answer)["action"])
    assert (undone.status_code, undone.headers["Location"]) == (302, url("planned-exam", people.exam))
    assert (Exam.objects.get(pk=people.exam.pk).removal, candidate("10001").grade) == ("", "A")
    assert b"TDT4100" in kari.get("/grade/").content
    assert list(violations()) == []


def test_cancelled_exam_offers_no_act_but_to_restore_it(people: People, per: Client) -> None:
    def acts() -> list[str]:
        shown = per.get(url("planned-exam", people.exam)).content.decode()
        return [name for name in ("edit-exam", "remind", "new-committee") if url(name, people.exam) in shown]

    offered = acts()
    cancel_exam(people.exam, reason="Illness", by=people.per)
    assert (offered, acts()) == (["edit-exam", "remind", "new-committee"], [])


def test_grading_of_a_cancelled_exam_is_refused_with_a_sentence(people: People, kari: Client) -> None:
    cancel_exam(people.exam, reason="Illness", by=people.per)
    answer = kari.post(url("set-grade", candidate("10001")), {"grade": "A", "expected_grade": ""})
    assert refused(answer) == (409, [sentence(Refusal.EXAM_CANCELLED, exam=people.exam)])


def test_reason_is_required_to_cancel(people: People, per: Client) -> None:
    assert per.post(url("cancel-exam", people.exam), {"reason": ""}).status_code == 422
    assert not Exam.objects.get(pk=people.exam.pk).removal


def test_committee_is_deleted_and_comes_back(people: People, per: Client) -> None:
    page = page_of(per.get(url("delete-committee", people.two)))
    assert page.one("div", data_effects="*").texts("li") == [
        "Ingrid will be removed as a grader.",
        "Ola will be removed as a grader.",
        "2 candidates stay in the exam, without a committee.",
    ]
    answer = per.post(url("delete-committee", people.two), page.one("main").one("form").fields)
    form = undo_form(per, answer)
    assert refused(per.get(url("delete-committee", people.two))) == (409, [sentence(Refusal.COMMITTEE_GONE)])
    per.post(form["action"])
    assert candidate("10013").committee == people.two


def test_chosen_candidates_are_named_before_they_are_deleted(people: People, per: Client) -> None:
    chosen = {"candidates": [candidate("10001").pk, candidate("10002").pk], "newest": "0"}
    page = page_of(per.post(url("delete-candidates", people.exam), chosen))
    assert page.one("div", data_effects="*").texts("li") == ["10001, 10002"]
    assert people.one.candidates.count() == 3
    answer = per.post(url("delete-candidates", people.exam), chosen | {"sure": "1"})
    assert people.one.candidates.count() == 1
    per.post(undo_form(per, answer)["action"])
    assert people.one.candidates.count() == 3


def test_deletions_are_undone_from_the_log(people: People, per: Client) -> None:
    chosen = {"candidates": [candidate("10001").pk], "sure": "1"}
    per.post(url("delete-candidates", people.exam), chosen)
    form = page_of(per.get(url("exam-log", people.exam))).one("main").one("ol").one("form")
    assert per.post(form["action"]).status_code == 302
    assert page_of(per.get(url("exam-log", people.exam))).one("main").one("ol").all("form") == []


def test_removing_a_grader_twice_says_so(people: People, per: Client, sign_in: SignIn) -> None:
    address = url("unseat", seat(people.ola, people.one))
    assert per.post(address).status_code == 302
    for answer in (per.post(address), per.get(address)):
        assert refused(answer) == (409, [sentence(Refusal.SEAT_GONE)])
    assert sign_in(people.petra).post(address).status_code == 404


@pytest.mark.parametrize("has_confirmed", [False, True])
def test_removing_the_last_grader_names_what_it_does(
    people: People, per: Client, has_confirmed: bool
) -> None:
    CommitteeFactory.create(exam=people.exam, number=3, graders=[people.vera], numbers=["10099", "10098"])
    three = people.exam.committees.get(number=3)
    grade(people.vera, three, c10099="A")
    lines = page_of(per.get(url("unseat", seat(people.vera, three)))).one("div", data_effects="*").texts("li")
    assert lines == [
        "Vera will no longer be able to open this committee’s grades.",
        "Committee 3 will have no graders. Add one before grading starts.",
    ]
    if has_confirmed:
        confirm(people.kari, people.one)
        page = page_of(per.get(url("unseat", seat(people.kari, people.one))))
        lines = page.one("div", data_effects="*").texts("li")
        assert lines[1:] == ["Kari has confirmed Committee 1. That confirmation will be removed."]


def finished(people: People, days: int) -> None:
    grade(people.kari, people.three, c20001="Pass")
    confirm_all(people.pass_exam)
    transfer_grades(people.pass_exam, by=people.per)
    Transfer.objects.update(answered_at=timezone.now() - timedelta(days=days))


def test_finished_exams_are_archived_by_themselves(people: People, per: Client, kari: Client) -> None:
    finished(people, 29)
    assert (codes(per, ARCHIVE), b"LUP1001" in kari.get("/grade/").content) == ([], True)
    finished_long = Transfer.objects.update(answered_at=timezone.now() - timedelta(days=31))
    assert finished_long == 1
    assert (codes(per, ARCHIVE), b"LUP1001" in kari.get("/grade/").content) == (["LUP1001"], False)
    assert b"LUP1001" in kari.get("/grade/?show=archived").content
    for client, address in [
        (per, url("exam-log", people.pass_exam)),
        (kari, url("protocol", people.three)),
        (per, reverse("transfer-file", args=[people.pass_exam.transfers.get().pk])),
    ]:
        assert client.get(address).status_code == 200


def test_archive_of_one_and_three_exams_takes_the_same_queries(people: People, per: Client) -> None:
    cancel_exam(people.exam, reason="Illness", by=people.per)
    counts = [queries_of(per, ARCHIVE)]
    for _exam in range(2):
        cancel_exam(ExamFactory.create(planners=[people.per]), reason="Illness", by=people.per)
    assert len(codes(per, ARCHIVE)) == 3
    assert [*counts, queries_of(per, ARCHIVE)] == counts * 2


def test_planners_are_added_and_removed(people: People, per: Client) -> None:
    assert per.post(url("planners", people.exam), {"person": people.petra.pk}).status_code == 302
    page = page_of(per.get(url("planners", people.exam))).one("main")
    assert [one.split()[0] for one in page.one("ul", class_="people").texts("li")] == ["Per", "Petra"]
    leaving = reverse("remove-planner", args=[people.exam.pk, people.per.pk])
    assert per.post(leaving).headers["Location"] == "/plan/"
    assert per.get(url("planned-exam", people.exam)).status_code == 404


@pytest.mark.parametrize("person", ["", "0", "x", "9" * 5000])
def test_nobody_is_no_planner(people: People, per: Client, person: str) -> None:
    assert per.post(url("planners", people.exam), {"person": person}).status_code == 422
    assert per.post(reverse("hand-over"), {"person": person}).status_code == 422


def test_all_my_exams_are_handed_over(people: People, per: Client) -> None:
    assert per.post(reverse("hand-over"), {"person": people.petra.pk}).headers["Location"] == "/plan/"
    assert Exam.objects.planned_by(people.petra).count() == 3
    assert Exam.objects.planned_by(people.per).count() == 0
