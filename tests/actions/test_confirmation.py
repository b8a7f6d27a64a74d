from types import SimpleNamespace

import pytest

from committees.actions import Moved, Refused
from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.grading import reset_grade
from committees.actions.planning import unseat_grader
from committees.enums import ChangeCode, ConfirmationRule
from committees.models import Committee, Confirmation, Exam, Grader, User
from tests.conftest import agreeing, candidate, confirm, confirm_all, grade, seat, stage
from tests.factories import CommitteeFactory


def version(committee: Committee) -> str:
    return Committee.objects.get(pk=committee.pk).version


def verbs(exam: Exam) -> list[str]:
    return list(exam.log.order_by("pk").values_list("verb", flat=True))


def let_one_confirm(exam: Exam) -> None:
    Exam.objects.filter(pk=exam.pk).update(rule=ConfirmationRule.ONE)


def standing(committee: Committee) -> list[str]:
    """Who has confirmed what is there now."""
    seats = Grader.objects.standing().filter(committee=committee).order_by("person__name")
    return list(seats.values_list("person__name", flat=True))


# How many must


def test_all_graders_must_confirm(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    stages = [stage(cast.one)]
    for person in (cast.kari, cast.ola):
        confirm(person, cast.one)
        stages.append(stage(cast.one))
    assert stages == ["grading", "waiting", "confirmed"]


def test_one_grader_can_confirm_where_the_exam_says_so(cast: SimpleNamespace) -> None:
    let_one_confirm(cast.exam)
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.ola, cast.one)
    assert (stage(cast.one), standing(cast.one)) == ("confirmed", ["Ola"])
    with pytest.raises(Refused, match="confirmed already"):
        confirm(cast.kari, cast.one)


def test_each_committee_is_confirmed_for_itself(cast: SimpleNamespace) -> None:
    confirm(cast.ola, cast.one)
    confirm(cast.kari, cast.one)
    assert (stage(cast.one), stage(cast.two)) == ("confirmed", "not-started")


@pytest.mark.parametrize("rule", ConfirmationRule.values)
def test_a_committee_without_graders_is_never_confirmed(cast: SimpleNamespace, rule: str) -> None:
    Exam.objects.filter(pk=cast.exam.pk).update(rule=rule)
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam) if rule == ConfirmationRule.ALL else confirm(cast.kari, cast.one)
    assert stage(cast.one) == "confirmed"
    Grader.objects.filter(committee=cast.one).delete()
    assert stage(cast.one) == "grading"


# One yes


def test_a_confirmation_says_what_its_grader_saw(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirmation = confirm(cast.kari, cast.one)
    committee = Committee.objects.get(pk=cast.one.pk)
    assert (confirmation.digest, confirmation.round) == (committee.digest, 1)
    assert (confirmation.entry.verb, confirmation.entry.by, confirmation.entry.details) == (
        "grading.confirmed",
        cast.kari,
        {"digest": committee.digest, "round": 1, "without": ["10002", "10003"]},
    )


def test_a_double_click_confirms_once(cast: SimpleNamespace) -> None:
    first = confirm(cast.kari, cast.one)
    assert confirm(cast.kari, cast.one) == first
    assert (Confirmation.objects.count(), verbs(cast.exam)) == (1, ["grading.confirmed"])


def test_the_last_ones_double_click_is_harmless_too(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    last = confirm(cast.ola, cast.one)
    assert confirm(cast.ola, cast.one) == last
    assert verbs(cast.exam) == ["grading.confirmed"] * 2


def test_who_saw_other_grades_is_told_that_they_moved(cast: SimpleNamespace) -> None:
    seen = version(cast.one)
    grade(cast.ola, cast.one, c10001="A")
    with pytest.raises(Moved, match="grades changed after you opened this page") as told:
        confirm_grades(seat(cast.kari, cast.one), seen=seen, acknowledged=True)
    assert told.value.seen == seen
    assert standing(cast.one) == []


def test_who_saw_the_round_before_is_told_that_it_moved(cast: SimpleNamespace) -> None:
    seen = version(cast.one)
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="Look again", code=ChangeCode.ERROR, by=cast.per)
    with pytest.raises(Moved):
        confirm_grades(seat(cast.kari, cast.one), seen=seen, acknowledged=True)


def test_candidates_without_grade_must_be_acknowledged(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10002="A")
    grader, seen = seat(cast.kari, cast.one), version(cast.one)
    with pytest.raises(Refused, match=r"to have no grade: 10001, 10003\.$"):
        confirm_grades(grader, seen=seen, acknowledged=False)
    grade(cast.ola, cast.one, c10001="F", c10003="B")
    confirm_grades(grader, seen=version(cast.one), acknowledged=False)
    assert standing(cast.one) == ["Kari"]


def test_a_committee_without_candidates_has_nothing_to_confirm(cast: SimpleNamespace) -> None:
    bare = CommitteeFactory.create(exam=cast.exam, number=3, graders=[cast.kari])
    with pytest.raises(Refused, match="has no candidates"):
        confirm(cast.kari, bare)
    assert stage(bare) == "not-started"


def test_somebody_without_a_seat_can_not_confirm(cast: SimpleNamespace) -> None:
    grader = seat(cast.kari, cast.one)
    unseat_grader(grader, by=cast.per)
    with pytest.raises(Refused, match="no longer have a seat"):
        confirm_grades(grader, seen=version(cast.one), acknowledged=True)
    assert Confirmation.objects.count() == 0


def test_somebody_whose_account_is_closed_can_not_confirm(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    with pytest.raises(Refused, match="no longer have a seat"):
        confirm(cast.kari, cast.one)
    assert Confirmation.objects.count() == 0


# A confirmation holds for the grades that were seen


def test_a_change_after_confirming_makes_it_not_stand(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="B")
    assert (stage(cast.one), standing(cast.one)) == ("grading", [])
    confirm(cast.ola, cast.one)
    assert (stage(cast.one), standing(cast.one)) == ("waiting", ["Ola"])


def test_ones_own_change_takes_ones_confirmation_too(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    grade(cast.kari, cast.one, c10001="B")
    assert standing(cast.one) == []


def test_undoing_the_change_makes_it_stand_again(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="B", c10002="C")
    grade(cast.ola, cast.one, c10001="A")
    assert standing(cast.one) == []
    reset_grade(seat(cast.ola, cast.one), candidate("10002"))
    assert (stage(cast.one), standing(cast.one)) == ("waiting", ["Kari"])


def test_confirming_again_after_a_change_replaces_the_old_yes(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10001="B")
    again = confirm(cast.kari, cast.one)
    assert Confirmation.objects.get() == again
    assert verbs(cast.exam) == ["grading.confirmed", "grade.clicked", "grading.confirmed"]
    assert again.entry == cast.exam.log.first()


def test_the_confirmation_of_a_closed_account_does_not_stand(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    User.objects.filter(pk=cast.ola.pk).update(is_active=False)
    assert (stage(cast.one), standing(cast.one)) == ("waiting", ["Kari"])
    User.objects.filter(pk=cast.ola.pk).update(is_active=True)
    assert stage(cast.one) == "confirmed"


def test_a_closed_account_alone_does_not_confirm_where_one_can(cast: SimpleNamespace) -> None:
    let_one_confirm(cast.exam)
    confirm(cast.ola, cast.one)
    User.objects.filter(pk=cast.ola.pk).update(is_active=False)
    assert stage(cast.one) == "not-started"


# Withdrawing


def test_a_confirmation_can_be_withdrawn_until_the_last_one(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    withdraw_confirmation(seat(cast.kari, cast.one))
    assert (stage(cast.one), Confirmation.objects.count()) == ("not-started", 0)
    assert verbs(cast.exam) == ["grading.confirmed", "grading.withdrawn"]
    assert cast.exam.log.get(verb="grading.withdrawn").by == cast.kari


def test_withdrawing_takes_only_the_own_confirmation(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ola, cast.two)
    withdraw_confirmation(seat(cast.ola, cast.two))
    assert (standing(cast.one), standing(cast.two)) == (["Kari"], [])


def test_withdrawing_nothing_is_no_act(cast: SimpleNamespace) -> None:
    withdraw_confirmation(seat(cast.kari, cast.one))
    confirm(cast.kari, cast.one)
    withdraw_confirmation(seat(cast.ola, cast.one))
    assert (verbs(cast.exam), standing(cast.one)) == (["grading.confirmed"], ["Kari"])


@pytest.mark.parametrize("gone", ["unseated", "closed"])
def test_who_has_no_seat_any_more_withdraws_nothing(cast: SimpleNamespace, gone: str) -> None:
    confirm(cast.kari, cast.one)
    kari = seat(cast.kari, cast.one)
    if gone == "unseated":
        agreeing(unseat_grader, seat(cast.kari, cast.one), by=cast.per)
    else:
        User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    with pytest.raises(Refused, match="no longer have a seat"):
        withdraw_confirmation(kari)
    assert "grading.withdrawn" not in verbs(cast.exam)


def test_nobody_withdraws_once_the_last_one_was_given(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ola, cast.one)
    with pytest.raises(Refused, match="only the planner can reopen"):
        withdraw_confirmation(seat(cast.kari, cast.one))
    assert standing(cast.one) == ["Kari", "Ola"]


# Reopening


def test_only_a_confirmed_committee_is_reopened(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    with pytest.raises(Refused, match="Committee 1 is not confirmed"):
        reopen_committee(cast.one, reason="Look again", code=ChangeCode.ERROR, by=cast.per)
    assert Committee.objects.get(pk=cast.one.pk).round == 1
    assert stage(cast.one) == "waiting"


def test_reopening_begins_a_round_and_keeps_reason_and_code(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    reopening = reopen_committee(cast.one, reason="An appeal", code=ChangeCode.APPEAL, by=cast.per)
    assert (reopening.round, reopening.code, reopening.reason) == (2, "KLAGE", "An appeal")
    assert (reopening.entry.by, reopening.entry.committee) == (cast.per, cast.one)
    assert reopening.entry.details == {"reason": "An appeal", "code": "KLAGE"}
    assert Committee.objects.get(pk=cast.one.pk).round == 2


def test_reopening_gives_the_grades_back_to_this_committee_alone(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="Look again", code=ChangeCode.ERROR, by=cast.per)
    assert (stage(cast.one), stage(cast.two)) == ("grading", "confirmed")
    grade(cast.ola, cast.one, c10001="B")
    with pytest.raises(Refused, match="the grades are locked"):
        grade(cast.ola, cast.two, c10013="B")


def test_after_a_reopening_all_confirm_again_though_the_grades_are_the_same(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="Look again", code=ChangeCode.ERROR, by=cast.per)
    stages = [stage(cast.one)]
    for person in (cast.kari, cast.ola):
        confirm(person, cast.one)
        stages.append(stage(cast.one))
    assert stages == ["not-started", "waiting", "confirmed"]


def test_a_committee_is_not_reopened_twice(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="Look again", code=ChangeCode.ERROR, by=cast.per)
    with pytest.raises(Refused, match="is not confirmed"):
        reopen_committee(cast.one, reason="And again", code=ChangeCode.ERROR, by=cast.per)
    assert Committee.objects.get(pk=cast.one.pk).round == 2
