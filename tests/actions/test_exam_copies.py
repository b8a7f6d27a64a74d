"""New exams like another one."""

from datetime import date

from committees.actions.planning import create_exam
from committees.audit.verification import violations
from committees.enums import NotificationKind
from committees.errors import Refusal
from committees.models import Exam, Grader, Notification, User
from committees.queries.setting_up import is_unknown_to_fs
from tests.conftest import People, said
from tests.factories import ExamFactory
from tests.refusals import refused


def copy(people: People) -> Exam:
    new = ExamFactory.build(emnekode="NEW1000", date=date(2026, 12, 1), deadline=None)
    return create_exam(new, planners=[people.petra], by=people.per, like=people.exam)


def test_committees_and_graders_are_copied_without_candidates(people: People) -> None:
    exam = copy(people)
    seats = Grader.objects.filter(committee__exam=exam).order_by("committee__number", "pk")
    assert list(seats.values_list("committee__number", "person__name", "is_external")) == list(
        Grader.objects.filter(committee__exam=people.exam)
        .order_by("committee__number", "pk")
        .values_list("committee__number", "person__name", "is_external")
    )
    assert (exam.candidates.count(), seats.count()) == (0, 4)
    details = said(exam.log.get())
    assert (details["like"], details["committees"], len(details["seats"])) == (
        ";".join(people.exam.key),
        ["1", "2"],
        4,
    )
    assert list(violations()) == []


def test_the_graders_are_told(people: People) -> None:
    copy(people)
    told = Notification.objects.filter(kind=NotificationKind.SEATED).values_list("person__name", flat=True)
    assert sorted(told) == ["Ingrid", "Kari", "Ola"]


def test_closed_accounts_are_left_out(people: People) -> None:
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    assert not Grader.objects.filter(committee__exam=copy(people), person=people.kari).exists()


def test_a_seat_of_the_copy_that_gets_lost_is_found(people: People) -> None:
    exam = copy(people)
    Grader.objects.filter(committee__exam=exam, person=people.kari).delete()
    assert any("the seat" in str(one) for one in violations())


def test_only_its_planners_copy_an_exam(people: People) -> None:
    with refused(Refusal.NOT_PLANNER):
        create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=people.petra, like=people.exam)
    assert not Exam.objects.filter(emnekode="NEW1000").exists()


def test_an_exam_made_by_hand_may_be_unknown_to_fs(people: People) -> None:
    assert (is_unknown_to_fs(copy(people)), is_unknown_to_fs(people.exam)) == (True, False)
