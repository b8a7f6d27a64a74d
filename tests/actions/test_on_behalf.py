"""A planner confirms for a grader who is unable to."""

import pytest

from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.on_behalf import confirm_on_behalf, withdraw_on_behalf
from committees.actions.planning import unseat_grader
from committees.actions.protocols import build_protocol, check_code
from committees.actions.transfer import transfer_grades
from committees.audit.verification import violations
from committees.enums import ChangeCode, LogAction
from committees.errors import Refusal, StaleVersion
from committees.files.protocol import Protocol
from committees.models import Committee, Confirmation, Exam, Grader, Notification, User
from committees.queries.transfers import entries_on_behalf
from tests.conftest import People, agreeing, confirm, grade, said, seat, stage
from tests.invariants import breaches
from tests.refusals import refused


@pytest.fixture
def graded(people: People) -> People:
    """Committee 1 is graded, and kari has confirmed; ola is ill."""
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    confirm(people.kari, people.one)
    return people


def version(committee: Committee) -> str:
    return Committee.objects.get(pk=committee.pk).version


def stand_in(people: People, person: User | None = None, reason: str = "No answer") -> Confirmation:
    return confirm_on_behalf(
        seat(person or people.ola, people.one),
        reason=reason,
        by=people.per,
        expected_version=version(people.one),
        acknowledged=True,
        locks=True,
    )


def found(people: People) -> list[str]:
    """What verification and the invariants find."""
    return [*map(str, violations()), *breaches(people.exam)]


def test_a_planner_confirms_for_a_grader_and_the_log_says_so(graded: People) -> None:
    confirmation = stand_in(graded)
    entry = confirmation.entry
    assert (stage(graded.one), confirmation.planner, entry.by) == ("confirmed", graded.per, graded.per)
    digest = Committee.objects.get(pk=graded.one.pk).digest
    assert (entry.action, said(entry)) == (
        LogAction.CONFIRMED_FOR,
        {
            "person": graded.ola.pk,
            "name": "Ola",
            "reason": "No answer",
            "without": [],
            "locked": True,
            "digest": digest,
            "round": 1,
        },
    )
    assert found(graded) == []


def test_a_second_press_is_the_same_confirmation(graded: People) -> None:
    assert stand_in(graded).pk == stand_in(graded, reason="Again").pk
    assert graded.exam.log.filter(action=LogAction.CONFIRMED_FOR).count() == 1


def test_every_grader_is_told_and_the_planner_is_not(graded: People) -> None:
    Notification.objects.all().delete()
    stand_in(graded)
    told = Notification.objects.order_by("person__name").values_list("person__name", "kind")
    assert list(told) == [("Kari", "confirmed-for"), ("Ola", "confirmed-for")]
    to_kari, to_ola = Notification.objects.in_full().order_by("person__name")
    assert "Ola" in to_kari.sentence
    assert "your behalf" in to_ola.sentence
    assert (to_ola.reason, to_kari.reason) == ("No answer", "No answer")


@pytest.mark.parametrize("locks", [True, False])
def test_withdrawal_is_offered_only_while_it_is_possible(people: People, locks: bool) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    if locks:
        confirm(people.kari, people.one)
    stand_in(people)
    told = Notification.objects.in_full().get(person=people.ola, kind="confirmed-for")
    assert ("withdraw" in told.sentence, "reopen" in told.sentence) == (not locks, locks)


def test_it_is_mailed_also_to_people_who_want_no_mail(graded: People) -> None:
    User.objects.update(mail_frequency="never")
    Notification.objects.all().delete()
    stand_in(graded)
    waiting = Notification.objects.waiting(Notification.objects.latest("at").at)
    assert set(waiting.values_list("person__name", flat=True)) == {"Kari", "Ola"}


def test_it_is_bound_to_what_the_planner_saw(graded: People) -> None:
    seen = version(graded.one)
    grade(graded.kari, graded.one, c10001="B")
    with pytest.raises(StaleVersion):
        confirm_on_behalf(
            seat(graded.ola, graded.one), reason="x", by=graded.per, expected_version=seen, acknowledged=True
        )
    stand_in(graded)
    grade(graded.kari, graded.one, c10001="D")
    assert Grader.objects.valid().filter(committee=graded.one).count() == 0
    assert found(graded) == []


def test_it_does_not_lock_the_grades_unasked(graded: People) -> None:
    with refused(Refusal.LOCKS_NOW):
        confirm_on_behalf(
            seat(graded.ola, graded.one),
            reason="x",
            by=graded.per,
            expected_version=version(graded.one),
            acknowledged=True,
        )
    assert (stage(graded.one), found(graded)) == ("waiting", [])


def test_candidates_without_grade_are_acknowledged(people: People) -> None:
    with refused(Refusal.UNGRADED_NOT_ACKNOWLEDGED, numbers="10001, 10002, 10003"):
        confirm_on_behalf(
            seat(people.ola, people.one),
            reason="x",
            by=people.per,
            expected_version=version(people.one),
            acknowledged=False,
        )


def test_only_a_planner_of_the_exam_may(graded: People) -> None:
    with refused(Refusal.NOT_PLANNER):
        confirm_on_behalf(
            seat(graded.ola, graded.one),
            reason="x",
            by=graded.petra,
            expected_version=version(graded.one),
            acknowledged=True,
        )


def test_the_exam_can_forbid_it(graded: People) -> None:
    Exam.objects.filter(pk=graded.exam.pk).update(on_behalf=False)
    with refused(Refusal.ON_BEHALF_OFF):
        stand_in(graded)


def test_not_for_oneself_nor_for_a_grader_who_has_confirmed(graded: People) -> None:
    with refused(Refusal.GRADER_CONFIRMED, name="Kari"):
        stand_in(graded, graded.kari)
    Grader.objects.create(committee=graded.one, person=graded.per)
    with refused(Refusal.OWN_SEAT):
        stand_in(graded, graded.per)


def test_not_once_the_committee_is_confirmed(graded: People) -> None:
    Exam.objects.filter(pk=graded.exam.pk).update(rule="one")
    with refused(Refusal.ALREADY_CONFIRMED):
        stand_in(graded)


def test_not_for_a_seat_that_is_gone(graded: People) -> None:
    ola = seat(graded.ola, graded.one)
    Grader.objects.create(committee=graded.one, person=graded.vera)
    agreeing(unseat_grader, ola, by=graded.per)
    with refused(Refusal.SEAT_GONE, name="Ola"):
        confirm_on_behalf(
            ola, reason="x", by=graded.per, expected_version=version(graded.one), acknowledged=True
        )


def test_it_counts_for_a_closed_account(graded: People) -> None:
    User.objects.filter(pk=graded.ola.pk).update(is_active=False)
    stand_in(graded)
    assert stage(graded.one) == "confirmed"
    graders = Grader.objects.with_confirmed().filter(committee=graded.one).order_by("pk")
    assert [(one.has_confirmed, one.is_on_behalf) for one in graders] == [(True, False), (True, True)]


def test_the_grader_may_withdraw_it_before_the_lock_and_not_after(graded: People) -> None:
    withdraw_confirmation(seat(graded.kari, graded.one))
    stand_in(graded)
    withdraw_confirmation(seat(graded.ola, graded.one))
    assert stage(graded.one) == "grading"
    confirm(graded.kari, graded.one)
    stand_in(graded)
    with refused(Refusal.ALL_CONFIRMED):
        withdraw_confirmation(seat(graded.ola, graded.one))
    assert found(graded) == []


def test_the_planner_withdraws_it_before_the_lock_and_no_grader_s_own(graded: People) -> None:
    withdraw_confirmation(seat(graded.kari, graded.one))
    stand_in(graded)
    withdraw_on_behalf(seat(graded.ola, graded.one), by=graded.per)
    withdraw_on_behalf(seat(graded.ola, graded.one), by=graded.per)
    assert graded.exam.log.filter(action=LogAction.WITHDRAWN, by=graded.per).count() == 1
    confirm(graded.kari, graded.one)
    withdraw_on_behalf(seat(graded.kari, graded.one), by=graded.per)
    assert (stage(graded.one), found(graded)) == ("waiting", [])
    stand_in(graded)
    with refused(Refusal.WITHDRAWAL_LOCKED):
        withdraw_on_behalf(seat(graded.ola, graded.one), by=graded.per)


def test_the_grader_s_own_confirmation_replaces_it_after_the_lock_too(graded: People) -> None:
    stand_in(graded)
    before = Committee.objects.get(pk=graded.one.pk).digest
    confirmation = confirm(graded.ola, graded.one)
    assert (confirmation.planner, confirmation.entry.by) == (None, graded.ola)
    assert (stage(graded.one), Committee.objects.get(pk=graded.one.pk).digest) == ("confirmed", before)
    assert confirm(graded.ola, graded.one).entry == confirmation.entry
    assert found(graded) == []


def test_an_own_confirmation_after_the_lock_is_of_what_the_grader_saw(graded: People) -> None:
    stand_in(graded)
    with pytest.raises(StaleVersion):
        confirm_grades(seat(graded.ola, graded.one), expected_version="1-other", acknowledged=True)


def test_a_reopening_ends_it(graded: People) -> None:
    stand_in(graded)
    reopen_committee(graded.one, reason="Slip", code=ChangeCode.ERROR, by=graded.per)
    assert (stage(graded.one), found(graded)) == ("grading", [])


def protocol(committee: Committee) -> Protocol:
    return build_protocol(Committee.objects.with_stage().select_related("exam").get(pk=committee.pk))


def test_the_protocol_names_planner_and_reason(graded: People) -> None:
    stand_in(graded)
    made = protocol(graded.one)
    signatures = [(one.name, one.planner, one.reason) for one in made.graders]
    assert signatures == [("Kari", "", ""), ("Ola", "Per", "No answer")]
    assert "by Per on behalf of the grader. Reason: No answer" in made.graders[1].when
    checked = check_code(made.code)
    assert checked is not None
    assert checked.is_present


def test_the_transfer_names_it_and_keeps_naming_it(graded: People) -> None:
    entry = stand_in(graded).entry
    confirm(graded.ola, graded.two)
    confirm(graded.ingrid, graded.two)
    transfer = transfer_grades(graded.exam, by=graded.per)
    assert entries_on_behalf(transfer) == [entry]
    confirm(graded.ola, graded.one)
    assert (entries_on_behalf(transfer), found(graded)) == ([entry], [])


def test_verification_finds_a_mark_that_was_taken_away(graded: People) -> None:
    confirmation = stand_in(graded)
    Confirmation.objects.filter(pk=confirmation.pk).update(planner=None)
    assert [str(one) for one in violations()] == [
        f"committee {graded.one.pk}: the confirmation of seat {confirmation.grader_id} is not in the log"
    ]
