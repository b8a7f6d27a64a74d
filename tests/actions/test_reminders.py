"""Deadlines that are near, and that have passed."""

from datetime import timedelta
from types import SimpleNamespace

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.actions.reminders import tell_of_deadlines
from committees.models import Exam, Notice, User
from tests.conftest import confirm
from tests.factories import CommitteeFactory, ExamFactory, in_days
from tests.worlds import planted


def due(exam: Exam, days: int) -> None:
    """Let the exam's deadline be `days` from today."""
    Exam.objects.filter(pk=exam.pk).update(deadline=in_days(days), date=in_days(days - 21))


def remind() -> list[tuple[str, str]]:
    """Who is told what by today, by name."""
    before = set(Notice.objects.values_list("pk", flat=True))
    tell_of_deadlines(timezone.localdate())
    found = Notice.objects.exclude(pk__in=before).order_by("person__name", "told")
    return list(found.values_list("person__name", "told"))


def test_who_has_not_confirmed_is_told_three_days_before(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    due(cast.exam, 4)
    assert remind() == []
    due(cast.exam, 3)
    assert remind() == [("Ingrid", "deadline-near"), ("Ola", "deadline-near")]


def test_when_it_has_passed_planners_are_told_too(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    due(cast.exam, -1)
    assert remind() == [("Ingrid", "deadline-passed"), ("Ola", "deadline-passed"), ("Per", "overdue")]
    assert Notice.objects.get(told="overdue").count == 2


def test_the_last_day_has_not_passed(cast: SimpleNamespace) -> None:
    due(cast.pass_exam, 0)
    assert remind() == [("Kari", "deadline-near")]


def test_nobody_is_told_twice_of_one_date_but_anew_of_another(cast: SimpleNamespace) -> None:
    due(cast.pass_exam, 2)
    assert [remind(), remind()] == [[("Kari", "deadline-near")], []]
    due(cast.pass_exam, 3)
    assert remind() == [("Kari", "deadline-near")]


def test_where_all_have_confirmed_nobody_is_told(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.three)
    due(cast.pass_exam, -1)
    Notice.objects.all().delete()
    assert remind() == []


def test_what_passed_long_ago_is_no_news(cast: SimpleNamespace) -> None:
    due(cast.pass_exam, -15)
    assert remind() == []


def test_practice_and_closed_accounts_are_left_alone(cast: SimpleNamespace) -> None:
    due(planted().exam, 1)
    due(cast.pass_exam, 1)
    User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    assert remind() == []


def test_a_sentence_says_when_and_where(cast: SimpleNamespace) -> None:
    Exam.objects.filter(pk=cast.pass_exam.pk).update(date="2026-05-01", deadline="2026-05-03")
    tell_of_deadlines(Exam.objects.get(pk=cast.pass_exam.pk).deadline + timedelta(days=1))
    assert [notice.sentence for notice in Notice.objects.order_by("told")] == [
        "The grading deadline was 3 May 2026, and you have not confirmed: LUP1001 Practice, Committee 1.",
        "The grading deadline was 3 May 2026, and 1 committee has not confirmed: LUP1001 Practice.",
    ]


def test_many_exams_take_as_many_queries_as_one(cast: SimpleNamespace) -> None:
    counts = []
    for exams in (1, 10):
        for _number in range(exams):
            exam = ExamFactory.create(date=in_days(-10), deadline=in_days(-1), planners=[cast.per])
            CommitteeFactory.create(exam=exam, graders=[cast.kari], numbers=["1"])
        with CaptureQueriesContext(connection) as queries:
            remind()
        counts.append(len(queries))
    assert counts[0] == counts[1]
