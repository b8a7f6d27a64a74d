from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.mail import EmailMessage
from django.utils import timezone

from committees.actions.graders import add_grader, invite_grader
from committees.actions.planning import (
    add_committee,
    change_exam,
    create_exam,
    missing_graders,
    move_candidates,
    unseat_grader,
)
from committees.actions.reminding import remind_graders
from committees.actions.transfer import transfer_grades
from committees.enums import ConfirmationRule, NotificationKind
from committees.errors import Refusal
from committees.grade_scales import LETTERS, PASS
from committees.models import Candidate, Committee, Confirmation, Exam, Grader, Notification, User
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, said, seat, stage
from tests.factories import CommitteeFactory, ExamFactory, in_days
from tests.refusals import refused


def change(exam: Exam, *, by: User, **values: object) -> Exam:
    """Save the exam with these values as its only planner `by`, like the form."""
    edited = Exam.objects.get(pk=exam.pk)
    for name, value in values.items():
        setattr(edited, name, value)
    return agreeing(change_exam, edited, planners=[by], by=by)


def digests(*committees: Committee) -> list[str]:
    return [Committee.objects.get(pk=committee.pk).digest for committee in committees]


# Exams


def test_exam_is_created_with_planners_and_creator(people: People) -> None:
    exam = create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[people.petra], by=people.per)
    assert set(exam.planners.all()) == {people.per, people.petra}
    entry = exam.log.get()
    assert (entry.action, entry.by) == ("exam.created", people.per)
    assert said(entry) == {"key": "194;NEW1000;1;V1;HØST;2026", "by_hand": True}


def test_deadline_defaults_to_the_setting(people: People, settings: Any) -> None:
    settings.GRADING_WORKING_DAYS = 10
    exam = create_exam(ExamFactory.build(date=date(2026, 5, 4), deadline=None), planners=[], by=people.per)
    assert Exam.objects.get(pk=exam.pk).deadline == date(2026, 5, 19)
    given = create_exam(ExamFactory.build(date=in_days(3), deadline=in_days(4)), planners=[], by=people.per)
    assert given.deadline == in_days(4)


def test_new_exam_with_a_taken_key_is_refused(people: People) -> None:
    count = Exam.objects.count()
    with refused(Refusal.FS_KEY_TAKEN):
        create_exam(ExamFactory.build(emnekode="TDT4100"), planners=[], by=people.per)
    assert Exam.objects.count() == count


def test_change_to_a_taken_key_is_refused(people: People) -> None:
    with refused(Refusal.FS_KEY_TAKEN):
        change(people.exam, by=people.per, emnekode="LUP1001")
    assert Exam.objects.get(pk=people.exam.pk).emnekode == "TDT4100"


def test_change_is_logged_from_old_to_new(people: People) -> None:
    change(people.exam, by=people.per, name="Objects", place="Hall 3", is_anonymous=False)
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (exam.name, exam.place, exam.is_anonymous) == ("Objects", "Hall 3", False)
    assert said(exam.log.get()) == {
        "changed": {
            "name": ["Programming", "Objects"],
            "place": ["", "Hall 3"],
            "is_anonymous": ["True", "False"],
        }
    }


def test_unchanged_form_does_nothing(people: People) -> None:
    change(people.exam, by=people.per)
    assert people.exam.log.count() == 0


def test_removed_deadline_becomes_the_default(people: People) -> None:
    change(people.exam, by=people.per, date=in_days(0), deadline=None)
    assert Exam.objects.get(pk=people.exam.pk).deadline == in_days(21)


def test_change_of_planners_is_logged(people: People) -> None:
    change_exam(Exam.objects.get(pk=people.exam.pk), planners=[people.per, people.petra], by=people.per)
    assert set(people.exam.planners.all()) == {people.per, people.petra}
    assert said(people.exam.log.get()) == {
        "changed": {"planners": ["Per", "Per, Petra"]},
        "added_planners": [people.petra.pk],
    }


def test_exam_keeps_a_planner(people: People) -> None:
    with refused(Refusal.NO_PLANNER):
        change_exam(Exam.objects.get(pk=people.exam.pk), planners=[], by=people.per)
    assert list(people.exam.planners.all()) == [people.per]


def test_scale_is_fixed_once_a_grade_is_set(people: People) -> None:
    change(people.exam, by=people.per, scale=PASS.code)
    grade(people.kari, people.one, c10001="Pass")
    with refused(Refusal.SCALE_IN_USE):
        change(people.exam, by=people.per, scale=LETTERS.code)
    assert Exam.objects.get(pk=people.exam.pk).scale == PASS.code


def test_rule_is_fixed_once_a_committee_is_confirmed(people: People) -> None:
    change(people.exam, by=people.per, rule=ConfirmationRule.ONE)
    confirm(people.kari, people.one)
    with refused(Refusal.RULE_CONFIRMED):
        change(people.exam, by=people.per, rule=ConfirmationRule.ALL)
    assert stage(people.one) == "confirmed"


def test_key_is_fixed_once_transferred(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    with refused(Refusal.FS_KEY_TRANSFERRED):
        change(people.exam, by=people.per, versjonskode="2")
    assert Exam.objects.get(pk=people.exam.pk).versjonskode == "1"


def test_changed_key_changes_the_digest(people: People) -> None:
    confirm(people.kari, people.one)
    before = digests(people.one, people.two, people.three)
    change(people.exam, by=people.per, versjonskode="2")
    after = digests(people.one, people.two, people.three)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    assert stage(people.one) == "not-started"


def test_committee_number_is_unique(people: People) -> None:
    committee = add_committee(people.exam, number=3, name="Afternoon", by=people.per)
    assert str(committee) == "Committee 3 – Afternoon"
    assert said(people.exam.log.get()) == {"changed": {"committee": ["", "3"]}}
    with refused(Refusal.COMMITTEE_NUMBER_TAKEN, number=3):
        add_committee(people.exam, number=3, name="Evening", by=people.per)
    assert people.exam.committees.count() == 3


def test_empty_committee_has_its_own_digest(people: People) -> None:
    made = [add_committee(people.exam, number=number, name="", by=people.per) for number in (3, 4)]
    assert len({"", *digests(*made)}) == 3


# Seats


def test_known_person_is_added(people: People) -> None:
    persons = User.objects.count()
    grader = add_grader(people.one, people.ingrid, is_external=True, by=people.per)
    assert (grader.person, grader.committee, grader.is_external) == (people.ingrid, people.one, True)
    assert User.objects.count() == persons
    entry = people.exam.log.get()
    assert (entry.action, entry.by, entry.committee) == ("grader.seated", people.per, people.one)
    assert entry.details == {"person": people.ingrid.pk, "feide_name": "ingrid@ntnu.no", "external": True}


def test_unknown_person_is_invited_and_cannot_sign_in(people: People) -> None:
    address = {"feide_name": "new@uio.no", "email": "new@example.org"}
    grader = invite_grader(people.one, name="New", is_external=True, by=people.per, **address)
    person = User.objects.get(feide_name="new@uio.no")
    assert (grader.person, person.email, person.is_invited) == (person, "new@example.org", True)
    assert person.has_usable_password() is False
    assert [authenticate(username="new@uio.no", password=word) for word in ("", "new@uio.no")] == [None, None]


def test_bare_user_name_gets_the_home_realm(people: People, settings: Any) -> None:
    settings.HOME_REALM = "uib.no"
    grader = invite_grader(people.one, name="Bare", feide_name=" Bare ", is_external=False, by=people.per)
    assert grader.person.feide_name == "bare@uib.no"


def test_grader_is_added_once(people: People) -> None:
    with refused(Refusal.ALREADY_GRADER, name="Kari", committee="Committee 1"):
        add_grader(people.one, people.kari, is_external=False, by=people.per)
    assert Grader.objects.filter(committee=people.one).count() == 2


def test_inactive_person_gets_no_seat(people: People) -> None:
    User.objects.filter(pk=people.vera.pk).update(is_active=False)
    with refused(Refusal.ACCOUNT_CLOSED, name="Vera"):
        add_grader(people.one, people.vera, is_external=False, by=people.per)
    assert Grader.objects.filter(committee=people.one).count() == 2


def test_feide_name_taken_as_user_name_is_refused(people: People) -> None:
    User.objects.filter(pk=people.vera.pk).update(username="new@uio.no")
    with refused(Refusal.NAME_NOT_INVITABLE):
        invite_grader(people.one, name="New", feide_name="new@uio.no", is_external=False, by=people.per)
    assert Grader.objects.filter(committee=people.one).count() == 2


def test_confirmed_committee_keeps_its_graders(people: People) -> None:
    confirm_all(people.exam)
    with refused(Refusal.GRADERS_CONFIRMED):
        invite_grader(people.one, name="New", feide_name="new@uio.no", is_external=False, by=people.per)
    with refused(Refusal.GRADERS_CONFIRMED):
        unseat_grader(seat(people.kari, people.one), by=people.per)
    assert Grader.objects.filter(committee=people.one).count() == 2
    assert not User.objects.filter(feide_name="new@uio.no").exists()


def test_new_seat_needs_a_confirmation(people: People) -> None:
    confirm(people.kari, people.one)
    add_grader(people.one, people.vera, is_external=False, by=people.per)
    confirm(people.ola, people.one)
    assert stage(people.one) == "waiting"
    confirm(people.vera, people.one)
    assert stage(people.one) == "confirmed"


def test_removed_grader_loses_the_confirmation(people: People) -> None:
    confirm(people.kari, people.one)
    agreeing(unseat_grader, seat(people.kari, people.one), by=people.per)
    assert Confirmation.objects.count() == 0
    add_grader(people.one, people.kari, is_external=False, by=people.per)
    assert stage(people.one) == "not-started"


def test_removing_twice_is_one_act(people: People) -> None:
    grader = seat(people.ola, people.one)
    unseat_grader(grader, by=people.per)
    seat_again = Grader(pk=grader.pk, committee=people.one, person=people.ola)
    with refused(Refusal.SEAT_GONE):
        unseat_grader(seat_again, by=people.per)
    entry = people.exam.log.get()
    assert (entry.action, entry.details["feide_name"], entry.details["external"]) == (
        "grader.unseated",
        "ola@ntnu.no",
        True,
    )
    assert list(seat_again.committee.graders.values_list("person__name", flat=True)) == ["Kari"]


# Moving candidates


def test_moved_candidate_keeps_the_grade(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    entry = candidate("10001").grade_entry
    assert move_candidates([candidate("10001"), candidate("10002")], to=people.two, by=people.per) == 2
    moved = candidate("10001")
    assert (moved.committee, moved.grade, moved.grade_entry) == (people.two, "A", entry)
    numbers = list(people.two.candidates.order_by("number").values_list("number", flat=True))
    assert numbers == ["10001", "10002", "10013", "10014"]


def test_move_renews_the_digests_of_both_committees_only(people: People) -> None:
    third = CommitteeFactory.create(exam=people.exam, number=3, numbers=["10025"])
    before = digests(people.one, people.two, third)
    move_candidates([candidate("10001")], to=people.two, by=people.per)
    after = digests(people.one, people.two, third)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    move_candidates([candidate("10001")], to=people.one, by=people.per)
    assert digests(people.one, people.two, third) == before


def test_move_invalidates_confirmations_of_both_committees(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ingrid, people.two)
    assert (stage(people.one), stage(people.two)) == ("waiting", "waiting")
    agreeing(move_candidates, [candidate("10001")], to=people.two, by=people.per)
    assert (stage(people.one), stage(people.two)) == ("not-started", "not-started")


def test_log_has_origin_and_destination_of_moves(people: People) -> None:
    Candidate.objects.filter(number="10002").update(committee=None)
    moving = [candidate(number) for number in ("10001", "10002", "10013")]
    assert move_candidates(moving, to=people.two, by=people.per) == 2
    entry = people.exam.log.get()
    assert (entry.action, entry.by, entry.committee) == ("candidates.moved", people.per, None)
    assert entry.changes == {"10001": ["1", "2"], "10002": ["", "2"]}


def test_move_to_the_same_committee_does_nothing(people: People) -> None:
    assert move_candidates([candidate("10013")], to=people.two, by=people.per) == 0
    assert people.exam.log.count() == 0


def test_move_out_of_a_confirmed_committee_is_refused(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    with refused(Refusal.CANDIDATES_CONFIRMED, committee="Committee 1"):
        move_candidates([candidate("10001")], to=people.two, by=people.per)
    assert candidate("10001").committee == people.one


def test_move_into_a_confirmed_committee_is_refused(people: People) -> None:
    confirm(people.ola, people.two)
    confirm(people.ingrid, people.two)
    with refused(Refusal.CANDIDATES_CONFIRMED, committee="Committee 2"):
        move_candidates([candidate("10001")], to=people.two, by=people.per)
    assert candidate("10001").committee == people.one


def test_candidate_of_another_exam_is_not_moved(people: People) -> None:
    assert move_candidates([candidate("20001")], to=people.one, by=people.per) == 0
    assert candidate("20001").committee == people.three


def test_candidate_moved_meanwhile_is_refused(people: People) -> None:
    third = CommitteeFactory.create(exam=people.exam, number=3)
    seen = candidate("10001")
    move_candidates([seen], to=third, by=people.per)
    with refused(Refusal.CANDIDATES_MOVED):
        move_candidates([seen], to=people.two, by=people.per)
    assert candidate("10001").committee == third


# Reminders


def mailed() -> list[str]:
    """Return the names of the people whose reminders are queued."""
    waiting = Notification.objects.waiting(timezone.now()).filter(kind=NotificationKind.REMINDED)
    return sorted(str(one.person) for one in waiting.select_related("person"))


def test_missing_graders_lack_a_valid_confirmation(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ingrid, people.two)
    grade(people.ola, people.two, c10013="A")
    CommitteeFactory.create(exam=people.exam, number=3, graders=[people.vera])
    missing = [(grader.committee.number, str(grader)) for grader in missing_graders(people.exam)]
    assert missing == [(1, "Ola"), (2, "Ola"), (2, "Ingrid")]


def test_each_missing_grader_gets_one_reminder(people: People, mailoutbox: list[EmailMessage]) -> None:
    confirm(people.kari, people.one)
    entry = remind_graders(people.exam, by=people.per)
    assert (entry.action, entry.by) == ("graders.reminded", people.per)
    assert entry.details == {
        "people": ["Ingrid", "Ola"],
        "without_address": [],
        "places": {
            str(people.ola.pk): [people.one.pk, people.two.pk],
            str(people.ingrid.pk): [people.two.pk],
        },
        "deadline": str(people.exam.deadline),
        "missing": {
            str(people.one.pk): {"number": 1, "name": "", "graded": 0, "candidates": 3},
            str(people.two.pk): {"number": 2, "name": "", "graded": 0, "candidates": 2},
        },
    }
    assert (mailed(), mailoutbox) == (["Ingrid", "Ola"], [])


def test_grader_without_address_is_named_and_notified(people: People) -> None:
    User.objects.filter(pk=people.ingrid.pk).update(email="")
    details = remind_graders(people.exam, by=people.per).details
    assert (details["people"], details["without_address"]) == (["Kari", "Ola"], ["Ingrid"])
    assert mailed() == ["Kari", "Ola"]
    people.ingrid.refresh_from_db()
    assert people.ingrid.notifications.get().mail_status == "not sent: no e-mail address"


def test_reminder_without_recipients_is_refused(people: People) -> None:
    User.objects.filter(seats__committee__exam=people.exam).update(email="")
    with refused(Refusal.NO_EMAIL, names="Ingrid, Kari, Ola"):
        remind_graders(people.exam, by=people.per)
    assert people.exam.log.count() == 0


def test_reminders_are_limited_to_one_an_hour(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    remind_graders(people.exam, by=people.per)
    start = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=59))
    with refused(Refusal.REMINDED_RECENTLY):
        remind_graders(people.exam, by=people.per)
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=61))
    remind_graders(people.exam, by=people.per)
    assert Notification.objects.filter(kind=NotificationKind.REMINDED).count() == 6


def test_no_reminder_once_all_confirmed(people: People) -> None:
    confirm_all(people.exam)
    with refused(Refusal.NOBODY_TO_REMIND):
        remind_graders(people.exam, by=people.per)
