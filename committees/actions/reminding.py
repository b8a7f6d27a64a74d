"""Reminders that planners send to graders, with their preview."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committees.actions.log import log
from committees.enums import LogAction, NotificationKind
from committees.errors import Refusal, Refused, StaleVersion
from committees.locking import lock_committees, lock_exams, refuse_former_planner
from committees.models import Committee, Exam, Grader, LogEntry, Notification, User

REMINDER_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PersonReminder:
    """A grader of an exam with the committees to confirm, and when this person was last reminded of the exam."""

    person: User
    committees: list[Committee]
    reminded_at: datetime | None


@dataclass(slots=True)
class ExamReminders:
    """The reminders of one exam, by name. `refusal` is set if they can't be sent now."""

    exam: Exam
    people: list[PersonReminder] = field(default_factory=list)
    refusal: Refused | None = None

    @property
    def reached(self) -> list[str]:
        return sorted(str(one.person) for one in self.people if one.person.email)

    @property
    def unreached(self) -> list[str]:
        return sorted(str(one.person) for one in self.people if not one.person.email)


def plan_reminders(exams: Sequence[Exam]) -> list[ExamReminders]:
    """Return what a reminder would send for each of these exams, in the same order. Four queries for any number."""
    pks = [exam.pk for exam in exams]
    entries = LogEntry.objects.filter(exam__in=pks, action=LogAction.REMINDED).order_by()
    reminded = dict(entries.values("exam").annotate(at=Max("at")).values_list("exam", "at"))
    sent = Notification.objects.filter(exam__in=pks, kind=NotificationKind.REMINDED).order_by()
    told = {
        (exam, person): at
        for exam, person, at in sent.values("exam", "person")
        .annotate(last=Max("at"))
        .values_list("exam", "person", "last")
    }
    places = _places(pks)
    plans = []
    for exam in exams:
        people = [
            PersonReminder(person, committees, told.get((exam.pk, person.pk)))
            for person, committees in sorted(places[exam.pk].items(), key=lambda one: str(one[0]))
        ]
        plan = ExamReminders(exam, people)
        plan.refusal = _refusal(plan, reminded.get(exam.pk))
        plans.append(plan)
    return plans


def _places(exams: Collection[int]) -> dict[int, dict[User, list[Committee]]]:
    """Return, by exam, the active graders of unconfirmed committees who have not confirmed."""
    rows = Committee.objects.filter(exam__in=exams, exam__removal="").select_related("exam")
    waiting = {one.pk: one for one in rows.order_by("exam", "number").unconfirmed()}
    seats = Grader.objects.with_confirmed().filter(committee__in=waiting, person__is_active=True)
    found: dict[int, dict[User, list[Committee]]] = defaultdict(lambda: defaultdict(list))
    for seat in seats.select_related("person").order_by("committee__number", "pk"):
        if not seat.has_confirmed:
            committee = waiting[seat.committee_id]
            found[committee.exam_id][seat.person].append(committee)
    return found


def _refusal(plan: ExamReminders, reminded_at: datetime | None) -> Refused | None:
    if not plan.people:
        return Refused(Refusal.NOBODY_TO_REMIND)
    if reminded_at and reminded_at > timezone.now() - REMINDER_PAUSE:
        return Refused(Refusal.REMINDED_RECENTLY)
    if not plan.reached:
        return Refused(Refusal.NO_EMAIL, names=", ".join(plan.unreached))
    return None


def fingerprint_of(plans: Sequence[ExamReminders]) -> str:
    """Return a SHA-256 of the people, committees and counts of grades in these plans."""
    parts = [
        [
            plan.exam.pk,
            str(plan.exam.deadline),
            plan.refusal.code.value if plan.refusal else "",
            [
                [one.person.pk, one.person.email, *((c.pk, c.graded_count) for c in one.committees)]
                for one in plan.people
            ],
        ]
        for plan in plans
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def remind_graders(exam: Exam, *, by: User, shown: str | None = None) -> LogEntry:
    """
    Queue a reminder to each grader of the exam whose confirmation is missing: see `remind_graders_of`.

    Raise Refused if no confirmation is missing, no grader has an address, or a reminder is less than an hour old.
    """
    return remind_graders_of([exam], by=by, shown=shown)[0]


@transaction.atomic
def remind_graders_of(exams: Sequence[Exam], *, by: User, shown: str | None = None) -> list[LogEntry]:
    """
    Queue the reminders of these exams; `send_notifications` mails them. Exams with a refusal in their plan are left out.

    `shown` is the fingerprint of the previewed plans; None without a preview. Raise StaleVersion if they have changed;
    Refused if `by` no longer plans one of the exams, or every exam has a refusal. Practice exams send no mail.
    """
    pks = [exam.pk for exam in exams]
    lock_committees(Committee.objects.filter(exam__in=pks).values_list("pk", flat=True))
    locked = {exam.pk: exam for exam in lock_exams(pks)}
    for exam in locked.values():
        refuse_former_planner(exam, by)
    plans = plan_reminders([locked[pk] for pk in pks])
    if shown is not None and shown != fingerprint_of(plans):
        raise StaleVersion(Refusal.REMINDERS_STALE)
    ready = [plan for plan in plans if plan.refusal is None]
    if not ready:
        raise next(plan.refusal for plan in plans if plan.refusal)
    return [_remind(plan, by) for plan in ready]


def _remind(plan: ExamReminders, by: User) -> LogEntry:
    committees = {one.pk: one for reminder in plan.people for one in reminder.committees}
    return log(
        LogAction.REMINDED,
        by=by,
        exam=plan.exam,
        people=plan.reached,
        without_address=plan.unreached,
        places={str(one.person.pk): [place.pk for place in one.committees] for one in plan.people},
        deadline=str(plan.exam.deadline),
        missing={
            str(pk): {
                "number": one.number,
                "name": one.name,
                "graded": one.graded_count,
                "candidates": one.candidate_count,
            }
            for pk, one in sorted(committees.items())
        },
    )
