"""The exam's date: grades can't be confirmed before it, unless the exam allows that."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from committees.actions.on_behalf import confirm_on_behalf
from committees.errors import Refusal
from committees.models import Committee, Exam
from committees.queries.overview import parts_of
from committees.queries.readiness import readiness
from tests.conftest import People, candidate, confirm, confirm_all, grade, seat, stage
from tests.refusals import refused


def hold_in(days: int, people: People) -> date:
    """Move the exam's day, with the committees and seats read anew."""
    day = timezone.localdate() + timedelta(days=days)
    Exam.objects.filter(pk=people.exam.pk).update(date=day, deadline=day + timedelta(days=21))
    return day


@pytest.mark.parametrize("days", [1, 30])
def test_grades_are_set_and_not_confirmed_before_the_day(people: People, days: int) -> None:
    day = hold_in(days, people)
    grade(people.kari, people.one, c10001="A")
    assert candidate("10001").grade == "A"
    with refused(Refusal.BEFORE_EXAM, day=date_format(day)):
        confirm(people.kari, people.one)
    assert stage(people.one) == "grading"


@pytest.mark.parametrize("days", [0, -1])
def test_grades_are_confirmed_from_the_day_on(people: People, days: int) -> None:
    hold_in(days, people)
    confirm(people.kari, people.one)
    assert stage(people.one) == "waiting"


def test_an_exam_can_allow_it_before(people: People) -> None:
    hold_in(3, people)
    Exam.objects.filter(pk=people.exam.pk).update(early_confirmation=True)
    confirm_all(people.exam)
    assert stage(people.one) == "confirmed"


def test_a_planner_does_not_confirm_before_the_day_either(people: People) -> None:
    hold_in(3, people)
    version = Committee.objects.get(pk=people.one.pk).version
    with refused(Refusal.BEFORE_EXAM):
        confirm_on_behalf(
            seat(people.ola, people.one),
            reason="x",
            by=people.per,
            expected_version=version,
            acknowledged=True,
        )


def test_a_confirmation_stays_when_the_day_is_moved(people: People) -> None:
    confirm(people.kari, people.one)
    hold_in(3, people)
    confirm(people.kari, people.one)
    assert stage(people.one) == "waiting"


def obstacles(people: People) -> list[str]:
    exam = Exam.objects.get(pk=people.exam.pk)
    return [one.sentence for one in readiness(exam, parts_of([exam.pk])[exam.pk])]


def test_readiness_says_that_an_exam_with_grades_was_not_held(people: People) -> None:
    day = hold_in(3, people)
    assert obstacles(people) == []
    grade(people.kari, people.one, c10001="A")
    assert obstacles(people) == [
        f"Grades have been set, but the exam has not been held yet: its date is {date_format(day)}."
    ]
