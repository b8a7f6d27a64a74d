"""Deadlines that are near, and that have passed."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.actions.reminders import notify_deadlines
from committees.models import Exam, Notification, User
from tests.conftest import People, confirm
from tests.factories import CommitteeFactory, ExamFactory, in_days
from tests.sandboxes import sample_sandbox


def due(exam: Exam, days: int) -> None:
    """Let the exam's deadline be `days` from today."""
    Exam.objects.filter(pk=exam.pk).update(deadline=in_days(days), date=in_days(days - 21))


def remind() -> list[tuple[str, str]]:
    """Who is told what by today, by name."""
    before = set(Notification.objects.values_list("pk", flat=True))
    notify_deadlines(timezone.localdate())
    found = Notification.objects.exclude(pk__in=before).order_by("person__name", "kind")
    return list(found.values_list("person__name", "kind"))


def test_who_has_not_confirmed_is_told_three_days_before(people: People) -> None:
    confirm(people.kari, people.one)
    due(people.exam, 4)
    assert remind() == []
    due(people.exam, 3)
    assert remind() == [("Ingrid", "deadline-near"), ("Ola", "deadline-near")]


def test_when_it_has_passed_planners_are_told_too(people: People) -> None:
    confirm(people.kari, people.one)
    due(people.exam, -1)
    assert remind() == [("Ingrid", "deadline-passed"), ("Ola", "deadline-passed"), ("Per", "overdue")]
    assert Notification.objects.get(kind="overdue").count == 2


def test_the_last_day_has_not_passed(people: People) -> None:
    due(people.pass_exam, 0)
    assert remind() == [("Kari", "deadline-near")]


def test_nobody_is_told_twice_of_one_date_but_anew_of_another(people: People) -> None:
    due(people.pass_exam, 2)
    assert [remind(), remind()] == [[("Kari", "deadline-near")], []]
    due(people.pass_exam, 3)
    assert remind() == [("Kari", "deadline-near")]


def test_where_all_have_confirmed_nobody_is_told(people: People) -> None:
    confirm(people.kari, people.three)
    due(people.pass_exam, -1)
    Notification.objects.all().delete()
    assert remind() == []


def test_what_passed_long_ago_is_no_news(people: People) -> None:
    due(people.pass_exam, -15)
    assert remind() == []


def test_practice_and_closed_accounts_are_left_alone(people: People) -> None:
    due(sample_sandbox().exam, 1)
    due(people.pass_exam, 1)
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    assert remind() == []


def test_a_sentence_says_when_and_where(people: People) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(date="2026-05-01", deadline="2026-05-03")
    notify_deadlines(Exam.objects.get(pk=people.pass_exam.pk).deadline + timedelta(days=1))
    assert [notification.sentence for notification in Notification.objects.order_by("kind")] == [
        "The grading deadline was 3 May 2026, and you have not confirmed: LUP1001 Practice, Committee 1.",
        "The grading deadline was 3 May 2026, and 1 committee has not confirmed: LUP1001 Practice.",
    ]


def test_many_exams_take_as_many_queries_as_one(people: People) -> None:
    counts = []
    for exams in (1, 10):
        for _number in range(exams):
            exam = ExamFactory.create(date=in_days(-10), deadline=in_days(-1), planners=[people.per])
            CommitteeFactory.create(exam=exam, graders=[people.kari], numbers=["1"])
        with CaptureQueriesContext(connection) as queries:
            remind()
        counts.append(len(queries))
    assert counts[0] == counts[1]
