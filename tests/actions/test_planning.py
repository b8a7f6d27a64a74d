from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.mail import EmailMessage
from django.utils import timezone

from committees.actions import Refused
from committees.actions.planning import (
    add_committee,
    change_exam,
    create_exam,
    missing_graders,
    move_candidates,
    nudge_graders,
    seat_grader,
    unseat_grader,
)
from committees.actions.transfer import transfer_grades
from committees.enums import ConfirmationRule, Told
from committees.grade_scales import LETTERS, PASS
from committees.models import Candidate, Committee, Confirmation, Exam, Grader, Notice, User
from tests.conftest import agreeing, candidate, confirm, confirm_all, grade, said, seat, stage
from tests.factories import CommitteeFactory, ExamFactory, in_days


def change(exam: Exam, *, by: User, **values: object) -> Exam:
    """Let `by`, its one planner, save the exam with these values, as a form does."""
    edited = Exam.objects.get(pk=exam.pk)
    for name, value in values.items():
        setattr(edited, name, value)
    return agreeing(change_exam, edited, planners=[by], by=by)


def digests(*committees: Committee) -> list[str]:
    return [Committee.objects.get(pk=committee.pk).digest for committee in committees]


# Exams


def test_an_exam_is_created_with_its_planners_and_who_created_it(cast: SimpleNamespace) -> None:
    exam = create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[cast.petra], by=cast.per)
    assert set(exam.planners.all()) == {cast.per, cast.petra}
    entry = exam.log.get()
    assert (entry.verb, entry.by) == ("exam.created", cast.per)
    assert said(entry) == {"key": "194;NEW1000;1;V1;HØST;2026"}


def test_the_deadline_defaults_from_the_settings(cast: SimpleNamespace, settings: Any) -> None:
    settings.GRADING_DEADLINE_DAYS = 10
    exam = create_exam(ExamFactory.build(date=in_days(3), deadline=None), planners=[], by=cast.per)
    assert Exam.objects.get(pk=exam.pk).deadline == in_days(13)
    given = create_exam(ExamFactory.build(date=in_days(3), deadline=in_days(4)), planners=[], by=cast.per)
    assert given.deadline == in_days(4)


def test_a_key_that_is_taken_is_refused_for_a_new_exam(cast: SimpleNamespace) -> None:
    count = Exam.objects.count()
    with pytest.raises(Refused, match="an exam with this FS key already"):
        create_exam(ExamFactory.build(emnekode="TDT4100"), planners=[], by=cast.per)
    assert Exam.objects.count() == count


def test_a_key_that_is_taken_is_refused_for_a_changed_exam(cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="an exam with this FS key already"):
        change(cast.exam, by=cast.per, emnekode="LUP1001")
    assert Exam.objects.get(pk=cast.exam.pk).emnekode == "TDT4100"


def test_a_change_is_written_and_logged_from_old_to_new(cast: SimpleNamespace) -> None:
    change(cast.exam, by=cast.per, name="Objects", place="Hall 3", is_anonymous=False)
    exam = Exam.objects.get(pk=cast.exam.pk)
    assert (exam.name, exam.place, exam.is_anonymous) == ("Objects", "Hall 3", False)
    assert said(exam.log.get()) == {
        "changed": {
            "name": ["Programming", "Objects"],
            "place": ["", "Hall 3"],
            "is_anonymous": ["True", "False"],
        }
    }


def test_saving_what_was_there_is_no_act(cast: SimpleNamespace) -> None:
    change(cast.exam, by=cast.per)
    assert cast.exam.log.count() == 0


def test_a_deadline_taken_out_becomes_the_default_again(cast: SimpleNamespace) -> None:
    change(cast.exam, by=cast.per, date=in_days(0), deadline=None)
    assert Exam.objects.get(pk=cast.exam.pk).deadline == in_days(21)


def test_a_change_of_planners_is_logged(cast: SimpleNamespace) -> None:
    change_exam(Exam.objects.get(pk=cast.exam.pk), planners=[cast.per, cast.petra], by=cast.per)
    assert set(cast.exam.planners.all()) == {cast.per, cast.petra}
    assert said(cast.exam.log.get()) == {"changed": {"planners": ["Per", "Per, Petra"]}}


def test_an_exam_keeps_a_planner(cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="at least one planner"):
        change_exam(Exam.objects.get(pk=cast.exam.pk), planners=[], by=cast.per)
    assert list(cast.exam.planners.all()) == [cast.per]


def test_the_scale_stays_once_a_grade_is_set(cast: SimpleNamespace) -> None:
    change(cast.exam, by=cast.per, scale=PASS.code)
    grade(cast.kari, cast.one, c10001="Pass")
    with pytest.raises(Refused, match="grade scale can't change any more"):
        change(cast.exam, by=cast.per, scale=LETTERS.code)
    assert Exam.objects.get(pk=cast.exam.pk).scale == PASS.code


def test_the_rule_stays_once_a_committee_is_confirmed(cast: SimpleNamespace) -> None:
    change(cast.exam, by=cast.per, rule=ConfirmationRule.ONE)
    confirm(cast.kari, cast.one)
    with pytest.raises(Refused, match="rule of confirmation can't change any more"):
        change(cast.exam, by=cast.per, rule=ConfirmationRule.ALL)
    assert stage(cast.one) == "confirmed"


def test_the_key_stays_once_grades_were_transferred(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    transfer_grades(cast.exam, by=cast.per)
    with pytest.raises(Refused, match="FS's key can't change any more"):
        change(cast.exam, by=cast.per, versjonskode="2")
    assert Exam.objects.get(pk=cast.exam.pk).versjonskode == "1"


def test_another_key_is_another_grade_sheet(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    before = digests(cast.one, cast.two, cast.three)
    change(cast.exam, by=cast.per, versjonskode="2")
    after = digests(cast.one, cast.two, cast.three)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    assert stage(cast.one) == "not-started"


def test_a_committee_is_added_once_per_number(cast: SimpleNamespace) -> None:
    committee = add_committee(cast.exam, number=3, name="Afternoon", by=cast.per)
    assert str(committee) == "Committee 3 – Afternoon"
    assert said(cast.exam.log.get()) == {"changed": {"committee": ["", "3"]}}
    with pytest.raises(Refused, match="a committee 3 already"):
        add_committee(cast.exam, number=3, name="Evening", by=cast.per)
    assert cast.exam.committees.count() == 3


def test_an_empty_committee_has_a_digest_of_its_own(cast: SimpleNamespace) -> None:
    made = [add_committee(cast.exam, number=number, name="", by=cast.per) for number in (3, 4)]
    assert len({"", *digests(*made)}) == 3


# Seats


def test_a_known_person_is_seated_by_feide_name(cast: SimpleNamespace) -> None:
    people = User.objects.count()
    grader = seat_grader(cast.one, feide_name=" INGRID@ntnu.no ", is_external=True, by=cast.per)
    assert (grader.person, grader.committee, grader.is_external) == (cast.ingrid, cast.one, True)
    assert User.objects.count() == people
    entry = cast.exam.log.get()
    assert (entry.verb, entry.by, entry.committee) == ("grader.seated", cast.per, cast.one)
    assert entry.details == {"person": cast.ingrid.pk, "feide_name": "ingrid@ntnu.no", "external": True}


def test_an_unknown_person_is_invited_and_can_not_sign_in(cast: SimpleNamespace) -> None:
    grader = seat_grader(
        cast.one, feide_name="new@uio.no", is_external=True, email="new@example.org", by=cast.per
    )
    person = User.objects.get(feide_name="new@uio.no")
    assert (grader.person, person.email, person.is_invited) == (person, "new@example.org", True)
    assert person.has_usable_password() is False
    assert [authenticate(username="new@uio.no", password=word) for word in ("", "new@uio.no")] == [None, None]


def test_a_bare_user_name_gets_our_own_realm(cast: SimpleNamespace, settings: Any) -> None:
    settings.HOME_REALM = "uib.no"
    grader = seat_grader(cast.one, feide_name="Bare", is_external=False, by=cast.per)
    assert grader.person.feide_name == "bare@uib.no"


def test_the_address_of_a_known_person_is_filled_in_and_not_replaced(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.ingrid.pk).update(email="")
    for person in (cast.ingrid, cast.vera):
        seat_grader(
            cast.one, feide_name=person.feide_name, is_external=False, email="given@example.org", by=cast.per
        )
        person.refresh_from_db()
    assert [cast.ingrid.email, cast.vera.email] == ["given@example.org", "vera@example.org"]


def test_nobody_sits_twice_on_a_committee(cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="Kari sits on Committee 1 already"):
        seat_grader(cast.one, feide_name="kari", is_external=False, by=cast.per)
    assert Grader.objects.filter(committee=cast.one).count() == 2


def test_a_closed_account_gets_no_seat(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.vera.pk).update(is_active=False)
    with pytest.raises(Refused, match="The account of Vera is closed"):
        seat_grader(cast.one, feide_name="vera@ntnu.no", is_external=False, by=cast.per)
    assert Grader.objects.filter(committee=cast.one).count() == 2


def test_a_feide_name_that_is_somebodys_user_name_can_not_be_invited(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.vera.pk).update(username="new@uio.no")
    with pytest.raises(Refused, match="the name is taken"):
        seat_grader(cast.one, feide_name="new@uio.no", is_external=False, by=cast.per)
    assert Grader.objects.filter(committee=cast.one).count() == 2


def test_a_confirmed_committee_keeps_its_graders(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    with pytest.raises(Refused, match="Reopen it before you change its graders"):
        seat_grader(cast.one, feide_name="new@uio.no", is_external=False, by=cast.per)
    with pytest.raises(Refused, match="Reopen it before you change its graders"):
        unseat_grader(seat(cast.kari, cast.one), by=cast.per)
    assert Grader.objects.filter(committee=cast.one).count() == 2
    assert not User.objects.filter(feide_name="new@uio.no").exists()


def test_a_new_seat_is_another_confirmation_to_wait_for(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    seat_grader(cast.one, feide_name="vera@ntnu.no", is_external=False, by=cast.per)
    confirm(cast.ola, cast.one)
    assert stage(cast.one) == "waiting"
    confirm(cast.vera, cast.one)
    assert stage(cast.one) == "confirmed"


def test_who_is_unseated_takes_the_confirmation_along(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    agreeing(unseat_grader, seat(cast.kari, cast.one), by=cast.per)
    assert Confirmation.objects.count() == 0
    seat_grader(cast.one, feide_name="kari", is_external=False, by=cast.per)
    assert stage(cast.one) == "not-started"


def test_unseating_twice_is_one_act(cast: SimpleNamespace) -> None:
    grader = seat(cast.ola, cast.one)
    unseat_grader(grader, by=cast.per)
    unseat_grader(seat_again := Grader(pk=grader.pk, committee=cast.one, person=cast.ola), by=cast.per)
    entry = cast.exam.log.get()
    assert (entry.verb, entry.details["feide_name"], entry.details["external"]) == (
        "grader.unseated",
        "ola@ntnu.no",
        True,
    )
    assert list(seat_again.committee.graders.values_list("person__name", flat=True)) == ["Kari"]


# Moving candidates


def test_a_moved_candidate_takes_the_grade_along(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    entry = candidate("10001").grade_entry
    assert move_candidates([candidate("10001"), candidate("10002")], to=cast.two, by=cast.per) == 2
    moved = candidate("10001")
    assert (moved.committee, moved.grade, moved.grade_entry) == (cast.two, "A", entry)
    numbers = list(cast.two.candidates.order_by("number").values_list("number", flat=True))
    assert numbers == ["10001", "10002", "10013", "10014"]


def test_moving_renews_both_digests_and_no_other(cast: SimpleNamespace) -> None:
    third = CommitteeFactory.create(exam=cast.exam, number=3, numbers=["10025"])
    before = digests(cast.one, cast.two, third)
    move_candidates([candidate("10001")], to=cast.two, by=cast.per)
    after = digests(cast.one, cast.two, third)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    move_candidates([candidate("10001")], to=cast.one, by=cast.per)
    assert digests(cast.one, cast.two, third) == before


def test_moving_makes_the_confirmations_of_both_committees_fall(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ingrid, cast.two)
    assert (stage(cast.one), stage(cast.two)) == ("waiting", "waiting")
    agreeing(move_candidates, [candidate("10001")], to=cast.two, by=cast.per)
    assert (stage(cast.one), stage(cast.two)) == ("not-started", "not-started")


def test_the_log_names_who_moved_from_where_to_where(cast: SimpleNamespace) -> None:
    Candidate.objects.filter(number="10002").update(committee=None)
    moving = [candidate(number) for number in ("10001", "10002", "10013")]
    assert move_candidates(moving, to=cast.two, by=cast.per) == 2
    entry = cast.exam.log.get()
    assert (entry.verb, entry.by, entry.committee) == ("candidates.moved", cast.per, None)
    assert entry.changes == {"10001": ["1", "2"], "10002": ["", "2"]}


def test_moving_who_is_there_already_is_no_act(cast: SimpleNamespace) -> None:
    assert move_candidates([candidate("10013")], to=cast.two, by=cast.per) == 0
    assert cast.exam.log.count() == 0


def test_nobody_is_moved_out_of_a_confirmed_committee(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ola, cast.one)
    with pytest.raises(Refused, match="Committee 1 is confirmed"):
        move_candidates([candidate("10001")], to=cast.two, by=cast.per)
    assert candidate("10001").committee == cast.one


def test_nobody_is_moved_into_a_confirmed_committee(cast: SimpleNamespace) -> None:
    confirm(cast.ola, cast.two)
    confirm(cast.ingrid, cast.two)
    with pytest.raises(Refused, match="Committee 2 is confirmed"):
        move_candidates([candidate("10001")], to=cast.two, by=cast.per)
    assert candidate("10001").committee == cast.one


def test_the_candidate_of_another_exam_stays_there(cast: SimpleNamespace) -> None:
    assert move_candidates([candidate("20001")], to=cast.one, by=cast.per) == 0
    assert candidate("20001").committee == cast.three


def test_who_was_moved_meanwhile_is_not_moved_past_a_lock(cast: SimpleNamespace) -> None:
    third = CommitteeFactory.create(exam=cast.exam, number=3)
    seen = candidate("10001")
    move_candidates([seen], to=third, by=cast.per)
    with pytest.raises(Refused, match="Somebody else moved these candidates"):
        move_candidates([seen], to=cast.two, by=cast.per)
    assert candidate("10001").committee == third


# Nudges


def mailed() -> list[str]:
    """The names of the people to whom reminders are to be mailed."""
    waiting = Notice.objects.waiting(timezone.now()).filter(told=Told.REMINDED)
    return sorted(str(one.person) for one in waiting.select_related("person"))


def test_missing_graders_are_the_seats_whose_confirmation_does_not_stand(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ingrid, cast.two)
    grade(cast.ola, cast.two, c10013="A")
    CommitteeFactory.create(exam=cast.exam, number=3, graders=[cast.vera])
    missing = [(grader.committee.number, str(grader)) for grader in missing_graders(cast.exam)]
    assert missing == [(1, "Ola"), (2, "Ola"), (2, "Ingrid")]


def test_a_nudge_queues_one_reminder_for_each_missing_grader(
    cast: SimpleNamespace, mailoutbox: list[EmailMessage]
) -> None:
    confirm(cast.kari, cast.one)
    entry = nudge_graders(cast.exam, by=cast.per)
    assert (entry.verb, entry.by) == ("graders.nudged", cast.per)
    assert entry.details == {
        "people": ["Ingrid", "Ola"],
        "without_address": [],
        "places": {str(cast.ola.pk): [cast.one.pk, cast.two.pk], str(cast.ingrid.pk): [cast.two.pk]},
    }
    assert (mailed(), mailoutbox) == (["Ingrid", "Ola"], [])


def test_a_grader_without_address_is_named_and_reminded_in_the_pages(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.ingrid.pk).update(email="")
    details = nudge_graders(cast.exam, by=cast.per).details
    assert (details["people"], details["without_address"]) == (["Kari", "Ola"], ["Ingrid"])
    assert mailed() == ["Kari", "Ola"]
    cast.ingrid.refresh_from_db()
    assert cast.ingrid.notices.get().mail_status == "not sent: no e-mail address"


def test_a_nudge_that_reaches_nobody_is_refused_with_their_names(cast: SimpleNamespace) -> None:
    User.objects.filter(seats__committee__exam=cast.exam).update(email="")
    with pytest.raises(Refused, match="no e-mail address of Ingrid, Kari, Ola"):
        nudge_graders(cast.exam, by=cast.per)
    assert cast.exam.log.count() == 0


def test_there_is_one_nudge_an_hour(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    nudge_graders(cast.exam, by=cast.per)
    start = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=59))
    with pytest.raises(Refused, match="less than an hour ago"):
        nudge_graders(cast.exam, by=cast.per)
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=61))
    nudge_graders(cast.exam, by=cast.per)
    assert Notice.objects.filter(told=Told.REMINDED).count() == 6


def test_when_all_have_confirmed_there_is_nobody_to_nudge(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    with pytest.raises(Refused, match="Nobody is missing"):
        nudge_graders(cast.exam, by=cast.per)
