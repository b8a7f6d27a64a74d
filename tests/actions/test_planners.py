from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from committees.actions.deleting import delete_exam
from committees.actions.planners import add_planner, hand_over, remove_planner
from committees.actions.planning import create_exam
from committees.actions.sandboxes import create_sandbox
from committees.audit.verification import violations
from committees.enums import LogAction
from committees.errors import Refusal
from committees.models import Exam, LogEntry, Notification, User
from tests.conftest import People, said
from tests.factories import ExamFactory, UserFactory
from tests.refusals import refused


def planners_of(exam: Exam) -> list[str]:
    return sorted(exam.planners.values_list("username", flat=True))


def told(person: User) -> list[tuple[str, int]]:
    return list(Notification.objects.filter(person=person).values_list("kind", "count"))


def test_added_planner_is_logged_and_told(people: People) -> None:
    entry = add_planner(people.exam, people.petra, by=people.per)
    assert planners_of(people.exam) == ["per", "petra"]
    expected = {"changed": {"planners": ["Per", "Per, Petra"]}, "added_planners": [people.petra.pk]}
    assert said(entry) == expected
    assert told(people.petra) == [("planner-added", 1)]
    with refused(Refusal.ALREADY_PLANNER):
        add_planner(people.exam, people.petra, by=people.per)


def test_planner_is_removed_once_and_the_last_one_never(people: People) -> None:
    add_planner(people.exam, people.petra, by=people.per)
    assert remove_planner(people.exam, people.per, by=people.petra) is not None
    assert remove_planner(people.exam, people.per, by=people.petra) is None
    with refused(Refusal.NO_PLANNER):
        remove_planner(people.exam, people.petra, by=people.petra)
    assert planners_of(people.exam) == ["petra"]


def test_planner_whose_colleague_has_a_closed_account_is_the_last_one(people: People) -> None:
    add_planner(people.exam, people.petra, by=people.per)
    User.objects.filter(pk=people.petra.pk).update(is_active=False)
    with refused(Refusal.NO_PLANNER):
        remove_planner(people.exam, people.per, by=people.per)


def test_people_who_cannot_plan_are_refused(people: People) -> None:
    closed = UserFactory.create(is_planner=True, is_active=False)
    elsewhere = UserFactory.create(is_planner=True, sandbox=create_sandbox())
    codes = (Refusal.NOT_PLANNER_ROLE, Refusal.ACCOUNT_CLOSED, Refusal.PRACTICE_AND_REAL)
    for person, code in zip((people.kari, closed, elsewhere), codes, strict=True):
        with refused(code):
            add_planner(people.exam, person, by=people.per)
        with refused(code):
            hand_over(people.per, person, by=people.per)


def test_all_exams_are_handed_over_with_an_entry_each_and_one_notification(people: People) -> None:
    exam = create_exam(ExamFactory.build(emnekode="OWN1000", planners=[]), planners=[], by=people.per)
    delete_exam(exam, by=people.per)
    entries = hand_over(people.per, people.petra, by=people.per)
    assert {entry.exam for entry in entries} == {people.exam, people.pass_exam, exam}
    assert {planners_of(entry.exam)[0] for entry in entries} == {"petra"}
    assert {entry.action for entry in entries} == {LogAction.HANDED_OVER}
    assert told(people.petra) == [("planner-added", 2)]
    assert list(violations()) == []


def test_handing_over_to_a_planner_of_the_exam_leaves_one(people: People) -> None:
    add_planner(people.exam, people.petra, by=people.per)
    hand_over(people.per, people.petra, by=people.per)
    assert planners_of(people.exam) == ["petra"]


def test_nothing_is_handed_over_to_oneself_or_without_exams(people: People) -> None:
    with refused(Refusal.SAME_PERSON):
        hand_over(people.per, people.per, by=people.per)
    with refused(Refusal.NOTHING_TO_HAND_OVER):
        hand_over(people.nina, people.petra, by=people.admin)


def test_command_hands_over_the_exams_of_somebody_who_left(people: People) -> None:
    User.objects.filter(pk=people.per.pk).update(is_active=False)
    out = StringIO()
    call_command("hand_over", "per@ntnu.no", "petra", by="admin", stdout=out)
    assert out.getvalue() == "2 exams handed over from Per to Petra.\n"
    assert {entry.by for entry in LogEntry.objects.all()} == {people.admin}
    assert (planners_of(people.exam), planners_of(people.pass_exam)) == (["petra"], ["petra"])


@pytest.mark.parametrize("names", [("nobody", "petra"), ("per", "nobody"), ("per", "kari")])
def test_command_names_what_is_wrong(people: People, names: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("hand_over", *names)
    assert LogEntry.objects.count() == 0
