"""Notifications of deadlines that are near or have passed, created by `manage.py send_notifications`."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from committees.actions.notifications import Places, only, places_of
from committees.enums import NotificationKind
from committees.models import Committee, Exam, Grader, Notification

NEAR = timedelta(days=3)
LATE = timedelta(days=14)
"""How long after a deadline people are notified that it has passed: an imported register has older deadlines."""


@transaction.atomic
def notify_deadlines(today: date) -> int:
    """
    Notify graders whose confirmation is missing three days before the deadline and after it, then planners too.

    Each person gets one notification for each kind and date, so a new deadline has its own. Return the number created.
    """
    dates = (today - LATE, today + NEAR)
    due = Committee.objects.filter(
        exam__sandbox=None, exam__removal="", exam__deadline__range=dates
    ).select_related("exam")
    waiting: dict[Exam, list[Committee]] = defaultdict(list)
    for committee in due.unconfirmed():
        waiting[committee.exam].append(committee)
    sent = set(
        Notification.objects.filter(exam__in=waiting, deadline__isnull=False).values_list(
            "person", "kind", "exam", "deadline"
        )
    )
    fresh = [
        one
        for one in _reminders(waiting, today)
        if (one.person_id, one.kind, one.exam_id, one.deadline) not in sent
    ]
    # Two runs at the same time create each notification once.
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _reminders(waiting: dict[Exam, list[Committee]], today: date) -> Iterator[Notification]:
    """Yield all notifications due by `today` for these exams, each with its unconfirmed committees."""
    missing = _missing_by_exam([one.pk for committees in waiting.values() for one in committees])
    planners = _planners_by_exam([exam.pk for exam in waiting if exam.deadline < today])
    for exam, committees in waiting.items():
        kind = NotificationKind.DEADLINE_PASSED if exam.deadline < today else NotificationKind.DEADLINE_NEAR
        for person, where in missing[exam.pk].items():
            yield Notification(
                person_id=person, kind=kind, exam=exam, committee_id=only(where), deadline=exam.deadline
            )
        for person in planners[exam.pk]:
            yield Notification(
                person_id=person,
                kind=NotificationKind.OVERDUE,
                exam=exam,
                deadline=exam.deadline,
                count=len(committees),
            )


def _missing_by_exam(committees: list[int]) -> dict[int, Places]:
    """Return the graders without a valid confirmation, by exam, each with their committees."""
    seats = Grader.objects.filter(committee__in=committees).exclude(pk__in=Grader.objects.valid())
    exams = dict(Committee.objects.filter(pk__in=committees).values_list("pk", "exam"))
    found: dict[int, Places] = defaultdict(lambda: defaultdict(set))
    for person, where in places_of(seats).items():
        for committee in where:
            found[exams[committee]][person].add(committee)
    return found


def _planners_by_exam(exams: list[int]) -> dict[int, list[int]]:
    rows = Exam.planners.through._default_manager.filter(exam__in=exams, user__is_active=True)
    found: dict[int, list[int]] = defaultdict(list)
    for exam, planner in rows.values_list("exam", "user"):
        found[exam].append(planner)
    return found
