"""Who is told of what, by the acts themselves."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from committees.actions import Refused
from committees.actions.confirmation import reopen_committee, withdraw_confirmation
from committees.actions.fs_import import apply_import, keep_import
from committees.actions.grading import set_grade
from committees.actions.notices import mark_read
from committees.actions.planning import change_exam, move_candidates, seat_grader, unseat_grader
from committees.actions.transfer import transfer_grades
from committees.actions.uploads import upload_grades
from committees.enums import ChangeCode, ConfirmationRule
from committees.models import Exam, FsImport, Grader, Notice, User
from fs.models import Registration
from tests.actions.uploading import sheet
from tests.conftest import agreeing, candidate, confirm, confirm_all, grade, seat
from tests.factories import CommitteeFactory
from tests.worlds import live, planted


def told(*people: User) -> list[tuple[str, str, int]]:
    """Who was told what, oldest first, with how many changes; of these people only."""
    found = Notice.objects.filter(person__in=people or User.objects.all()).order_by("pk")
    return list(found.values_list("person__name", "told", "count"))


# After one's own confirmation


def test_who_has_confirmed_is_told_that_a_co_grader_has_too(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    assert told() == []
    confirm(cast.ola, cast.one)
    assert told() == [("Kari", "confirmed", 0)]


def test_who_has_confirmed_is_told_what_a_co_grader_changes_and_nobody_else_is(cast: SimpleNamespace) -> None:
    grade(cast.ola, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="B")
    assert told() == [("Kari", "changed", 1)]


def test_two_hundred_clicks_are_one_notice(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    for turn in range(6):
        grade(cast.ola, cast.one, c10001="AB"[turn % 2])
    assert told() == [("Kari", "changed", 6)]
    assert Notice.objects.get().entry == cast.exam.log.first()


def test_an_upload_tells_of_all_its_grades_at_once(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    file = sheet(("10001", "A"), ("10002", "B"))
    upload_grades(seat(cast.ola, cast.one), file_name="a.xlsx", content=file)
    assert told() == [("Kari", "changed", 2)]


def test_what_changes_after_a_notice_was_read_is_told_anew(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="A")
    mark_read(Notice.objects.all())
    grade(cast.ola, cast.one, c10001="B")
    assert told() == [("Kari", "changed", 1)] * 2


def test_each_co_grader_is_told_of_for_themselves(cast: SimpleNamespace) -> None:
    seat_grader(cast.one, feide_name="vera@ntnu.no", is_external=True, by=cast.per)
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="A")
    grade(cast.vera, cast.one, c10002="B")
    assert told(cast.kari) == [("Kari", "changed", 1)] * 2


def test_who_took_the_confirmation_back_is_told_nothing_more(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    withdraw_confirmation(seat(cast.kari, cast.one))
    grade(cast.ola, cast.one, c10001="A")
    assert told() == []


def test_after_a_reopening_grading_is_no_news(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="Why", code=ChangeCode.ERROR, by=cast.per)
    Notice.objects.all().delete()
    grade(cast.ola, cast.one, c10001="A")
    assert told() == []


def test_candidates_that_move_are_told_to_who_has_confirmed(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ingrid, cast.two)
    agreeing(move_candidates, [candidate("10003")], to=cast.two, by=cast.per)
    assert told() == [("Kari", "moved", 0), ("Ingrid", "moved", 0)]


def test_confirming_again_is_having_read(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    assert list(Notice.objects.unread()) == []


# Seats and reopenings


def test_who_is_given_a_seat_or_loses_it_is_told(cast: SimpleNamespace) -> None:
    grader = seat_grader(cast.two, feide_name="vera@ntnu.no", is_external=True, by=cast.per)
    unseat_grader(grader, by=cast.per)
    assert told() == [("Vera", "seated", 0), ("Vera", "unseated", 0)]


def test_nobody_is_told_of_their_own_act(cast: SimpleNamespace) -> None:
    seat_grader(cast.two, feide_name="per@ntnu.no", is_external=False, by=cast.per)
    assert told() == []


def test_who_gets_seats_by_an_import_is_told_once(cast: SimpleNamespace) -> None:
    key = "194;NEW1000;1;V1;HØST;2026"
    lines = f"{key};1;Oral;vera@ntnu.no;N\n{key};2;Oral;vera@ntnu.no;N\n{key};2;Oral;kari@ntnu.no;N\n"
    files = {"exams": f"{key};2026-11-20T09:00;Oslo;\n".encode(), "committees": lines.encode()}
    apply_import(keep_import(FsImport(by=cast.per, **files)))
    assert told() == [("Kari", "seated", 0), ("Vera", "seated", 0)]
    assert [one.committee and one.committee.number for one in Notice.objects.order_by("pk")] == [2, None]


def test_the_graders_are_told_of_a_reopening_and_its_reason(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    Notice.objects.all().delete()
    reopen_committee(cast.one, reason="10001 appeals", code=ChangeCode.APPEAL, by=cast.per)
    assert told() == [("Kari", "reopened", 0), ("Ola", "reopened", 0)]
    notice = Notice.objects.filter(person=cast.kari).get()
    assert (notice.reason, "10001" in notice.sentence) == ("10001 appeals", False)


# Planners


def test_planners_are_told_when_the_last_committee_has_confirmed(cast: SimpleNamespace) -> None:
    cast.exam.planners.add(cast.petra)
    confirm(cast.kari, cast.one)
    confirm(cast.ola, cast.one)
    confirm(cast.ola, cast.two)
    assert told(cast.per, cast.petra) == []
    confirm(cast.ingrid, cast.two)
    assert told(cast.per, cast.petra) == [("Per", "all-confirmed", 0), ("Petra", "all-confirmed", 0)]


def test_the_other_planners_are_told_when_taking_a_seat_away_completes_it(cast: SimpleNamespace) -> None:
    cast.exam.planners.add(cast.petra)
    for person, committee in ((cast.kari, cast.one), (cast.ola, cast.two), (cast.ingrid, cast.two)):
        confirm(person, committee)
    agreeing(unseat_grader, seat(cast.ola, cast.one), by=cast.per)
    assert told(cast.per, cast.petra) == [("Petra", "all-confirmed", 0)]


def test_and_when_another_rule_does(cast: SimpleNamespace) -> None:
    for person, committee in ((cast.kari, cast.one), (cast.ola, cast.two)):
        confirm(person, committee)
    edited = Exam.objects.get(pk=cast.exam.pk)
    edited.rule = ConfirmationRule.ONE
    agreeing(change_exam, edited, planners=[cast.per, cast.petra], by=cast.per)
    assert told(cast.per, cast.petra) == [("Petra", "all-confirmed", 0)]


def test_an_empty_committee_keeps_nobody_waiting(cast: SimpleNamespace) -> None:
    CommitteeFactory.create(exam=cast.pass_exam, number=2, graders=[cast.vera])
    confirm(cast.kari, cast.three)
    assert told(cast.per) == [("Per", "all-confirmed", 0)]


def test_the_other_planners_are_told_what_fs_took_and_refused(cast: SimpleNamespace) -> None:
    cast.exam.planners.add(cast.petra)
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    confirm_all(cast.exam)
    transfer_grades(cast.exam, by=cast.per)
    notice = Notice.objects.get(told="fs-answered")
    assert (notice.person, notice.sentence) == (
        cast.petra,
        "FS answered the transfer that Per made of TDT4100 Programming: 1 taken, 1 refused.",
    )


# Who is told nothing


def test_practice_tells_nobody_anything(cast: SimpleNamespace) -> None:
    live(planted())
    assert told() == []


def test_a_closed_account_is_told_nothing(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    grade(cast.ola, cast.one, c10001="A")
    assert told() == []


def test_what_was_refused_is_not_told(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    before = told()
    with pytest.raises(Refused):
        grade(cast.ola, cast.one, c10001="A")
    assert told() == before


def test_what_is_taken_back_with_its_transaction_was_never_told(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    with transaction.atomic():
        grade(cast.ola, cast.one, c10001="A")
        transaction.set_rollback(True)
    assert told() == []


# What it costs


def queries_of_a_click(grader: Grader) -> int:
    first = grader.committee.candidates.get(number="10001")
    with CaptureQueriesContext(connection) as queries:
        set_grade(grader, first, "A")
    return len(queries)


def test_where_nobody_has_confirmed_a_click_takes_one_query_more_than_in_practice(
    cast: SimpleNamespace,
) -> None:
    there = planted()
    practice = queries_of_a_click(seat(there.ola, there.one))
    assert queries_of_a_click(seat(cast.ola, cast.one)) == practice + 1


def test_telling_many_takes_as_many_queries_as_telling_one(cast: SimpleNamespace) -> None:
    counts: list[int] = []
    for size in (1, 20):
        people = [User.invited(f"g{size}-{number}@uio.no") for number in range(size)]
        User.objects.bulk_create(people)
        committee = CommitteeFactory.create(
            exam=cast.exam, number=100 + size, graders=[cast.ola, *people], numbers=[f"777{size}"]
        )
        for person in people:
            confirm(person, committee)
        with CaptureQueriesContext(connection) as queries:
            grade(cast.ola, committee, **{f"c777{size}": "A"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Sentences


def sentences(language: str, *notices: Notice) -> list[str]:
    with translation.override(language):
        return [notice.sentence for notice in notices]


def test_a_sentence_names_who_where_and_how_many_but_no_candidate_and_no_grade(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="A", c10002="F")
    notice = Notice.objects.get()
    assert sentences("en", notice) == [
        "Ola made 2 changes to grades after you confirmed: TDT4100 Programming, Committee 1. "
        "Your confirmation may no longer stand."
    ]


def test_a_notice_leads_to_its_page(cast: SimpleNamespace) -> None:
    cast.exam.planners.add(cast.petra)
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="A")
    confirm_all(cast.exam)
    transfer = transfer_grades(cast.exam, by=cast.per)
    found: dict[Any, str] = {one.told: one.get_absolute_url() for one in Notice.objects.all()}
    assert found == {
        "changed": f"/committees/{cast.one.pk}/",
        "confirmed": found["confirmed"],
        "all-confirmed": f"/plan/exams/{cast.exam.pk}/",
        "fs-answered": f"/plan/transfers/{transfer.pk}/",
    }
