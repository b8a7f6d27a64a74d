"""Notices created by acts."""

from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from committees.actions.confirmation import reopen_committee, withdraw_confirmation
from committees.actions.fs_import import apply_import, keep_import
from committees.actions.graders import add_grader
from committees.actions.grading import set_grade
from committees.actions.notifications import mark_read
from committees.actions.planning import change_exam, move_candidates, unseat_grader
from committees.actions.transfer import transfer_grades
from committees.actions.uploads import upload_grades
from committees.enums import ChangeCode, ConfirmationRule
from committees.errors import Refusal
from committees.models import Exam, FsImport, Grader, Notification, User
from fs.models import Registration
from tests.actions.uploading import sheet
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, seat
from tests.factories import CommitteeFactory
from tests.refusals import refused
from tests.sandboxes import fill_sandbox, sample_sandbox


def told(*persons: User) -> list[tuple[str, str, int]]:
    """Return the notices, oldest first, with their numbers of changes; of these people only."""
    found = Notification.objects.filter(person__in=persons or User.objects.all()).order_by("pk")
    return list(found.values_list("person__name", "kind", "count"))


# After a confirmation


def test_confirmed_grader_is_notified_of_a_confirmation(people: People) -> None:
    confirm(people.kari, people.one)
    assert told() == []
    confirm(people.ola, people.one)
    assert told() == [("Kari", "confirmed", 0)]


def test_only_confirmed_graders_are_notified_of_changes(people: People) -> None:
    grade(people.ola, people.one, c10001="A")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="B")
    assert told() == [("Kari", "changed", 1)]


def test_two_hundred_clicks_are_one_notice(people: People) -> None:
    confirm(people.kari, people.one)
    for turn in range(6):
        grade(people.ola, people.one, c10001="AB"[turn % 2])
    assert told() == [("Kari", "changed", 6)]
    assert Notification.objects.get().entry == people.exam.log.first()


def test_upload_is_one_notice(people: People) -> None:
    confirm(people.kari, people.one)
    file = sheet(("10001", "A"), ("10002", "B"))
    upload_grades(seat(people.ola, people.one), file_name="a.xlsx", content=file)
    assert told() == [("Kari", "changed", 2)]


def test_upload_is_a_notice_to_those_whose_grades_it_replaced(people: People) -> None:
    grade(people.ola, people.one, c10001="A", c10002="B", c10003="C")
    file = sheet(("10001", "B"), ("10002", "C"), ("10003", "C"))
    upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=file)
    assert told() == [("Ola", "replaced", 2)]
    sentence = "Kari uploaded a file that replaced 2 grades you had set: "
    assert str(Notification.objects.get().sentence).startswith(sentence)
    upload_grades(seat(people.kari, people.one), file_name="b.xlsx", content=sheet(("10001", "D")))
    assert told() == [("Ola", "replaced", 2)]
    confirm(people.ola, people.one)
    assert Notification.objects.unread().count() == 0


def test_first_grades_of_an_upload_replace_nothing(people: People) -> None:
    upload_grades(seat(people.kari, people.one), file_name="a.xlsx", content=sheet(("10001", "B")))
    assert told() == []


def test_change_after_reading_is_a_new_notice(people: People) -> None:
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A")
    mark_read(Notification.objects.all())
    grade(people.ola, people.one, c10001="B")
    assert told() == [("Kari", "changed", 1)] * 2


def test_each_colleague_has_a_notice(people: People) -> None:
    add_grader(people.one, people.vera, is_external=True, by=people.per)
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A")
    grade(people.vera, people.one, c10002="B")
    assert told(people.kari) == [("Kari", "changed", 1)] * 2


def test_withdrawn_confirmation_ends_notices(people: People) -> None:
    confirm(people.kari, people.one)
    withdraw_confirmation(seat(people.kari, people.one))
    grade(people.ola, people.one, c10001="A")
    assert told() == []


def test_no_notices_of_grading_after_a_reopening(people: People) -> None:
    confirm_all(people.exam)
    reopen_committee(people.one, reason="Why", code=ChangeCode.ERROR, by=people.per)
    Notification.objects.all().delete()
    grade(people.ola, people.one, c10001="A")
    assert told() == []


def test_confirmed_graders_are_notified_of_moves(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ingrid, people.two)
    agreeing(move_candidates, [candidate("10003")], to=people.two, by=people.per)
    assert told() == [("Kari", "moved", 0), ("Ingrid", "moved", 0)]


def test_confirming_again_marks_notices_read(people: People) -> None:
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A")
    confirm(people.kari, people.one)
    assert list(Notification.objects.unread()) == []


# Seats and reopenings


def test_added_and_removed_graders_are_notified(people: People) -> None:
    grader = add_grader(people.two, people.vera, is_external=True, by=people.per)
    unseat_grader(grader, by=people.per)
    assert told() == [("Vera", "seated", 0), ("Vera", "unseated", 0)]


def test_own_acts_give_no_notice(people: People) -> None:
    add_grader(people.two, people.per, is_external=False, by=people.per)
    assert told() == []


def test_import_with_seats_is_one_notice(people: People) -> None:
    key = "194;NEW1000;1;V1;HØST;2026"
    lines = f"{key};1;Oral;vera@ntnu.no;N\n{key};2;Oral;vera@ntnu.no;N\n{key};2;Oral;kari@ntnu.no;N\n"
    files = {"exams": f"{key};2026-11-20T09:00;Oslo;\n".encode(), "committees": lines.encode()}
    apply_import(keep_import(FsImport(by=people.per, **files)))
    assert told() == [("Kari", "seated", 0), ("Vera", "seated", 0)]
    assert [one.committee and one.committee.number for one in Notification.objects.order_by("pk")] == [
        2,
        None,
    ]


def test_graders_are_notified_of_a_reopening_with_its_reason(people: People) -> None:
    confirm_all(people.exam)
    Notification.objects.all().delete()
    reopen_committee(people.one, reason="10001 appeals", code=ChangeCode.APPEAL, by=people.per)
    assert told() == [("Kari", "reopened", 0), ("Ola", "reopened", 0)]
    notification = Notification.objects.filter(person=people.kari).get()
    assert (notification.reason, "10001" in notification.sentence) == ("10001 appeals", False)


# Planners


def test_planners_are_notified_of_the_last_confirmation(people: People) -> None:
    people.exam.planners.add(people.petra)
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    confirm(people.ola, people.two)
    assert told(people.per, people.petra) == []
    confirm(people.ingrid, people.two)
    assert told(people.per, people.petra) == [("Per", "all-confirmed", 0), ("Petra", "all-confirmed", 0)]


def test_other_planners_are_notified_if_removing_a_seat_completes(people: People) -> None:
    people.exam.planners.add(people.petra)
    for person, committee in (
        (people.kari, people.one),
        (people.ola, people.two),
        (people.ingrid, people.two),
    ):
        confirm(person, committee)
    agreeing(unseat_grader, seat(people.ola, people.one), by=people.per)
    assert told(people.per, people.petra) == [("Petra", "all-confirmed", 0)]


def test_other_planners_are_notified_if_a_rule_completes(people: People) -> None:
    for person, committee in ((people.kari, people.one), (people.ola, people.two)):
        confirm(person, committee)
    edited = Exam.objects.get(pk=people.exam.pk)
    edited.rule = ConfirmationRule.ONE
    agreeing(change_exam, edited, planners=[people.per, people.petra], by=people.per)
    assert told(people.per, people.petra) == [("Petra", "planner-added", 1), ("Petra", "all-confirmed", 0)]


def test_empty_committee_does_not_delay_the_notice(people: People) -> None:
    CommitteeFactory.create(exam=people.pass_exam, number=2, graders=[people.vera])
    confirm(people.kari, people.three)
    assert told(people.per) == [("Per", "all-confirmed", 0)]


def test_other_planners_are_notified_of_receipts(people: People) -> None:
    people.exam.planners.add(people.petra)
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    notification = Notification.objects.get(kind="fs-answered")
    assert (notification.person, notification.sentence) == (
        people.petra,
        "FS answered the transfer that Per made of TDT4100 Programming: 1 accepted, 1 refused.",
    )


# No notices


def test_practice_gives_no_notices(people: People) -> None:
    fill_sandbox(sample_sandbox())
    assert told() == []


def test_inactive_account_gets_no_notice(people: People) -> None:
    confirm(people.kari, people.one)
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    grade(people.ola, people.one, c10001="A")
    assert told() == []


def test_refused_act_gives_no_notice(people: People) -> None:
    confirm_all(people.exam)
    before = told()
    with refused(Refusal.GRADES_LOCKED):
        grade(people.ola, people.one, c10001="A")
    assert told() == before


def test_rolled_back_act_gives_no_notice(people: People) -> None:
    confirm(people.kari, people.one)
    with transaction.atomic():
        grade(people.ola, people.one, c10001="A")
        transaction.set_rollback(True)
    assert told() == []


# Queries


def queries_of_a_click(grader: Grader) -> int:
    first = grader.committee.candidates.get(number="10001")
    with CaptureQueriesContext(connection) as queries:
        set_grade(grader, first, "A")
    return len(queries)


def test_click_without_confirmations_takes_one_query_more_than_practice(people: People) -> None:
    there = sample_sandbox()
    practice = queries_of_a_click(seat(there.ola, there.one))
    assert queries_of_a_click(seat(people.ola, people.one)) == practice + 1


def test_queries_do_not_grow_with_recipients(people: People) -> None:
    counts: list[int] = []
    for size in (1, 20):
        persons = [User.invited(f"g{size}-{number}@uio.no") for number in range(size)]
        User.objects.bulk_create(persons)
        committee = CommitteeFactory.create(
            exam=people.exam, number=100 + size, graders=[people.ola, *persons], numbers=[f"777{size}"]
        )
        for person in persons:
            confirm(person, committee)
        with CaptureQueriesContext(connection) as queries:
            grade(people.ola, committee, **{f"c777{size}": "A"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Sentences


def sentences(language: str, *notifications: Notification) -> list[str]:
    with translation.override(language):
        return [notification.sentence for notification in notifications]


def test_sentence_has_no_candidate_and_no_grade(people: People) -> None:
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A", c10002="F")
    notification = Notification.objects.get()
    assert sentences("en", notification) == [
        "Ola made 2 grade changes after you confirmed: TDT4100 Programming, Committee 1. "
        "You may need to confirm again."
    ]


def test_notice_links_to_its_page(people: People) -> None:
    people.exam.planners.add(people.petra)
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A")
    confirm_all(people.exam)
    transfer = transfer_grades(people.exam, by=people.per)
    found: dict[Any, str] = {one.kind: one.get_absolute_url() for one in Notification.objects.all()}
    assert found == {
        "changed": f"/committees/{people.one.pk}/",
        "confirmed": found["confirmed"],
        "all-confirmed": f"/plan/exams/{people.exam.pk}/",
        "fs-answered": f"/plan/transfers/{transfer.pk}/",
    }
