import pytest

from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.grading import reset_grade
from committees.actions.planning import unseat_grader
from committees.enums import ChangeCode, ConfirmationRule
from committees.errors import Refusal
from committees.models import Committee, Confirmation, Exam, Grader, User
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, seat, stage
from tests.factories import CommitteeFactory
from tests.refusals import refused


def version(committee: Committee) -> str:
    return Committee.objects.get(pk=committee.pk).version


def log_actions(exam: Exam) -> list[str]:
    return list(exam.log.order_by("pk").values_list("action", flat=True))


def let_one_confirm(exam: Exam) -> None:
    Exam.objects.filter(pk=exam.pk).update(rule=ConfirmationRule.ONE)


def valid(committee: Committee) -> list[str]:
    """Return the people with a valid confirmation."""
    seats = Grader.objects.valid().filter(committee=committee).order_by("person__name")
    return list(seats.values_list("person__name", flat=True))


# Confirmation rule


def test_all_graders_must_confirm(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    stages = [stage(people.one)]
    for person in (people.kari, people.ola):
        confirm(person, people.one)
        stages.append(stage(people.one))
    assert stages == ["grading", "waiting", "confirmed"]


def test_one_grader_can_confirm_if_the_exam_allows_it(people: People) -> None:
    let_one_confirm(people.exam)
    grade(people.kari, people.one, c10001="A")
    confirm(people.ola, people.one)
    assert (stage(people.one), valid(people.one)) == ("confirmed", ["Ola"])
    with refused(Refusal.ALREADY_CONFIRMED):
        confirm(people.kari, people.one)


def test_committees_are_confirmed_independently(people: People) -> None:
    confirm(people.ola, people.one)
    confirm(people.kari, people.one)
    assert (stage(people.one), stage(people.two)) == ("confirmed", "not-started")


@pytest.mark.parametrize("rule", ConfirmationRule.values)
def test_committee_without_graders_is_not_confirmed(people: People, rule: str) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(rule=rule)
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam) if rule == ConfirmationRule.ALL else confirm(people.kari, people.one)
    assert stage(people.one) == "confirmed"
    Grader.objects.filter(committee=people.one).delete()
    assert stage(people.one) == "grading"


# One confirmation


def test_confirmation_has_the_digest_seen(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirmation = confirm(people.kari, people.one)
    committee = Committee.objects.get(pk=people.one.pk)
    assert (confirmation.digest, confirmation.round) == (committee.digest, 1)
    assert (confirmation.entry.action, confirmation.entry.by, confirmation.entry.details) == (
        "grading.confirmed",
        people.kari,
        {"digest": committee.digest, "round": 1, "without": ["10002", "10003"]},
    )


def test_double_click_confirms_once(people: People) -> None:
    first = confirm(people.kari, people.one)
    assert confirm(people.kari, people.one) == first
    assert (Confirmation.objects.count(), log_actions(people.exam)) == (1, ["grading.confirmed"])


def test_double_click_of_the_last_grader_is_harmless(people: People) -> None:
    confirm(people.kari, people.one)
    last = confirm(people.ola, people.one)
    assert confirm(people.ola, people.one) == last
    assert log_actions(people.exam) == ["grading.confirmed"] * 2


def test_changed_grades_make_the_version_stale(people: People) -> None:
    seen = version(people.one)
    grade(people.ola, people.one, c10001="A")
    with refused(Refusal.GRADES_CHANGED):
        confirm_grades(seat(people.kari, people.one), expected_version=seen, acknowledged=True)
    assert valid(people.one) == []


def test_new_round_makes_the_version_stale(people: People) -> None:
    seen = version(people.one)
    confirm_all(people.exam)
    reopen_committee(people.one, reason="Look again", code=ChangeCode.ERROR, by=people.per)
    with refused(Refusal.GRADES_CHANGED):
        confirm_grades(seat(people.kari, people.one), expected_version=seen, acknowledged=True)


def test_ungraded_candidates_must_be_acknowledged(people: People) -> None:
    grade(people.kari, people.one, c10002="A")
    grader, seen = seat(people.kari, people.one), version(people.one)
    with refused(Refusal.UNGRADED_NOT_ACKNOWLEDGED, numbers="10001, 10003"):
        confirm_grades(grader, expected_version=seen, acknowledged=False)
    grade(people.ola, people.one, c10001="F", c10003="B")
    confirm_grades(grader, expected_version=version(people.one), acknowledged=False)
    assert valid(people.one) == ["Kari"]


def test_committee_without_candidates_cannot_be_confirmed(people: People) -> None:
    bare = CommitteeFactory.create(exam=people.exam, number=3, graders=[people.kari])
    with refused(Refusal.NO_CANDIDATES):
        confirm(people.kari, bare)
    assert stage(bare) == "not-started"


def test_person_without_a_seat_cannot_confirm(people: People) -> None:
    grader = seat(people.kari, people.one)
    unseat_grader(grader, by=people.per)
    with refused(Refusal.NOT_GRADER):
        confirm_grades(grader, expected_version=version(people.one), acknowledged=True)
    assert Confirmation.objects.count() == 0


def test_inactive_person_cannot_confirm(people: People) -> None:
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    with refused(Refusal.NOT_GRADER):
        confirm(people.kari, people.one)
    assert Confirmation.objects.count() == 0


# Confirmations and changed grades


def test_change_invalidates_a_confirmation(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="B")
    assert (stage(people.one), valid(people.one)) == ("grading", [])
    confirm(people.ola, people.one)
    assert (stage(people.one), valid(people.one)) == ("waiting", ["Ola"])


def test_own_change_invalidates_the_own_confirmation(people: People) -> None:
    confirm(people.kari, people.one)
    grade(people.kari, people.one, c10001="B")
    assert valid(people.one) == []


def test_undone_change_makes_a_confirmation_valid_again(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="B", c10002="C")
    grade(people.ola, people.one, c10001="A")
    assert valid(people.one) == []
    reset_grade(seat(people.ola, people.one), candidate("10002"))
    assert (stage(people.one), valid(people.one)) == ("waiting", ["Kari"])


def test_new_confirmation_replaces_the_old_one(people: People) -> None:
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="B")
    again = confirm(people.kari, people.one)
    assert Confirmation.objects.get() == again
    assert log_actions(people.exam) == ["grading.confirmed", "grade.clicked", "grading.confirmed"]
    assert again.entry == people.exam.log.first()


def test_confirmation_of_an_inactive_person_is_invalid(people: People) -> None:
    confirm_all(people.exam)
    User.objects.filter(pk=people.ola.pk).update(is_active=False)
    assert (stage(people.one), valid(people.one)) == ("waiting", ["Kari"])
    User.objects.filter(pk=people.ola.pk).update(is_active=True)
    assert stage(people.one) == "confirmed"


def test_inactive_grader_does_not_confirm_alone(people: People) -> None:
    let_one_confirm(people.exam)
    confirm(people.ola, people.one)
    User.objects.filter(pk=people.ola.pk).update(is_active=False)
    assert stage(people.one) == "not-started"


# Withdrawing


def test_confirmation_can_be_withdrawn_before_the_last_one(people: People) -> None:
    confirm(people.kari, people.one)
    withdraw_confirmation(seat(people.kari, people.one))
    assert (stage(people.one), Confirmation.objects.count()) == ("not-started", 0)
    assert log_actions(people.exam) == ["grading.confirmed", "grading.withdrawn"]
    assert people.exam.log.get(action="grading.withdrawn").by == people.kari


def test_only_the_own_confirmation_is_withdrawn(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ola, people.two)
    withdraw_confirmation(seat(people.ola, people.two))
    assert (valid(people.one), valid(people.two)) == (["Kari"], [])


def test_withdrawing_without_a_confirmation_does_nothing(people: People) -> None:
    withdraw_confirmation(seat(people.kari, people.one))
    confirm(people.kari, people.one)
    withdraw_confirmation(seat(people.ola, people.one))
    assert (log_actions(people.exam), valid(people.one)) == (["grading.confirmed"], ["Kari"])


@pytest.mark.parametrize("gone", ["unseated", "closed"])
def test_former_grader_cannot_withdraw(people: People, gone: str) -> None:
    confirm(people.kari, people.one)
    kari = seat(people.kari, people.one)
    if gone == "unseated":
        agreeing(unseat_grader, seat(people.kari, people.one), by=people.per)
    else:
        User.objects.filter(pk=people.kari.pk).update(is_active=False)
    with refused(Refusal.NOT_GRADER):
        withdraw_confirmation(kari)
    assert "grading.withdrawn" not in log_actions(people.exam)


def test_withdrawal_is_refused_once_all_confirmed(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    with refused(Refusal.ALL_CONFIRMED):
        withdraw_confirmation(seat(people.kari, people.one))
    assert valid(people.one) == ["Kari", "Ola"]


# Reopening


def test_only_confirmed_committees_are_reopened(people: People) -> None:
    confirm(people.kari, people.one)
    with refused(Refusal.NOT_CONFIRMED, committee="Committee 1"):
        reopen_committee(people.one, reason="Look again", code=ChangeCode.ERROR, by=people.per)
    assert Committee.objects.get(pk=people.one.pk).round == 1
    assert stage(people.one) == "waiting"


def test_reopening_starts_a_round_with_reason_and_code(people: People) -> None:
    confirm_all(people.exam)
    reopening = reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    assert (reopening.round, reopening.code, reopening.reason) == (2, "KLAGE", "An appeal")
    assert (reopening.entry.by, reopening.entry.committee) == (people.per, people.one)
    assert reopening.entry.details == {"reason": "An appeal", "code": "KLAGE"}
    assert Committee.objects.get(pk=people.one.pk).round == 2


def test_reopening_unlocks_this_committee_only(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    reopen_committee(people.one, reason="Look again", code=ChangeCode.ERROR, by=people.per)
    assert (stage(people.one), stage(people.two)) == ("grading", "confirmed")
    grade(people.ola, people.one, c10001="B")
    with refused(Refusal.GRADES_LOCKED):
        grade(people.ola, people.two, c10013="B")


def test_all_confirm_again_after_a_reopening(people: People) -> None:
    confirm_all(people.exam)
    reopen_committee(people.one, reason="Look again", code=ChangeCode.ERROR, by=people.per)
    stages = [stage(people.one)]
    for person in (people.kari, people.ola):
        confirm(person, people.one)
        stages.append(stage(people.one))
    assert stages == ["not-started", "waiting", "confirmed"]


def test_committee_is_not_reopened_twice(people: People) -> None:
    confirm_all(people.exam)
    reopen_committee(people.one, reason="Look again", code=ChangeCode.ERROR, by=people.per)
    with refused(Refusal.NOT_CONFIRMED):
        reopen_committee(people.one, reason="And again", code=ChangeCode.ERROR, by=people.per)
    assert Committee.objects.get(pk=people.one.pk).round == 2
