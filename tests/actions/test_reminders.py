"""Notices of deadlines that are near or have passed."""

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
    """Set the exam's deadline to `days` from today."""
    Exam.objects.filter(pk=exam.pk).update(deadline=in_days(days), date=in_days(days - 21))


def remind() -> list[tuple[str, str]]:
    """Return today's new notices by name."""
    before = set(Notification.objects.values_list("pk", flat=True))
    notify_deadlines(timezone.localdate())
    found = Notification.objects.exclude(pk__in=before).order_by("person__name", "kind")
    return list(found.values_list("person__name", "kind"))


def test_unconfirmed_graders_are_notified_three_days_before(people: People) -> None:
    confirm(people.kari, people.one)
    due(people.exam, 4)
    assert remind() == []
    due(people.exam, 3)
    assert remind() == [("Ingrid", "deadline-near"), ("Ola", "deadline-near")]


def test_planners_are_notified_after_the_deadline(people: People) -> None:
    confirm(people.kari, people.one)
    due(people.exam, -1)
    assert remind() == [("Ingrid", "deadline-passed"), ("Ola", "deadline-passed"), ("Per", "overdue")]
    assert Notification.objects.get(kind="overdue").count == 2


def test_last_day_is_in_time(people: People) -> None:
    due(people.pass_exam, 0)
    assert remind() == [("Kari", "deadline-near")]


def test_each_date_is_notified_once(people: People) -> None:
    due(people.pass_exam, 2)
    assert [remind(), remind()] == [[("Kari", "deadline-near")], []]
    due(people.pass_exam, 3)
    assert remind() == [("Kari", "deadline-near")]


def test_no_notice_if_all_confirmed(people: People) -> None:
    confirm(people.kari, people.three)
    due(people.pass_exam, -1)
    Notification.objects.all().delete()
    assert remind() == []


def test_long_past_deadline_gives_no_notice(people: People) -> None:
    due(people.pass_exam, -15)
    assert remind() == []


def test_practice_and_inactive_accounts_get_no_notice(people: People) -> None:
    due(sample_sandbox().exam, 1)
    due(people.pass_exam, 1)
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    assert remind() == []


def test_sentence_has_date_and_place(people: People) -> None:
    Exam.objects.filter(pk=people.pass_exam.pk).update(date="2026-05-01", deadline="2026-05-03")
    notify_deadlines(Exam.objects.get(pk=people.pass_exam.pk).deadline + timedelta(days=1))
    assert [notification.sentence for notification in Notification.objects.order_by("kind")] == [
        "The grading deadline was 3 May 2026, and you have not confirmed: LUP1001 Practice, Committee 1.",
        "The grading deadline was 3 May 2026, and 1 committee has not confirmed: LUP1001 Practice.",
    ]


def test_queries_do_not_grow_with_exams(people: People) -> None:
    counts = []
    for exams in (1, 10):
        for _number in range(exams):
            exam = ExamFactory.create(date=in_days(-10), deadline=in_days(-1), planners=[people.per])
            CommitteeFactory.create(exam=exam, graders=[people.kari], numbers=["1"])
        with CaptureQueriesContext(connection) as queries:
            remind()
        counts.append(len(queries))
    assert counts[0] == counts[1]
