"""
Notifications of acts, created in the transaction of the log entry. Not for the person who acted, nor in practice exams.

Locks of several notifications are taken in order of pk, after the committees.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from committees.enums import LogAction, NotificationKind
from committees.models import Candidate, Exam, Grader, LogEntry, Notification, User

Places = dict[int, set[int]]
"""The recipients: the pk of each person, with the pks of the committees concerned."""

READ_BY_CONFIRMING = (
    NotificationKind.CHANGED,
    NotificationKind.REPLACED,
    NotificationKind.MOVED,
    NotificationKind.REOPENED,
    NotificationKind.VOIDED,
    NotificationKind.REMINDED,
)
"""Kinds that ask a grader to check the grades again. Confirming marks them as read."""


def notify(entry: LogEntry) -> None:
    """Create the notifications of a log entry. One query at most if there are no recipients."""
    handler = HANDLERS.get(LogAction(entry.action))
    if handler and not entry.exam.is_practice:
        handler(entry)


def notify_if_ready(entry: LogEntry) -> None:
    """
    Notify the planners if every committee of the exam is confirmed. For acts that can confirm one.

    If the exam is transferred by committee, notify them of the committee of `entry`, too.
    """
    if entry.exam.is_practice:
        return
    graded = [one for one in entry.exam.committees.with_stage() if one.candidate_count]
    locked = [one for one in graded if one.is_locked]
    if graded and len(locked) == len(graded):
        _create(NotificationKind.ALL_CONFIRMED, planners_of(entry.exam), entry)
    elif entry.exam.transfer_by_committee and any(one.pk == entry.committee_id for one in locked):
        places = {person: {entry.committee_id or 0} for person in planners_of(entry.exam)}
        _create(NotificationKind.COMMITTEE_READY, places, entry)


def notify_locked(entry: LogEntry, committees: Collection[int]) -> None:
    """Notify the graders of committees that somebody else's act locked, and the planners if all are locked."""
    if not entry.exam.is_practice:
        _create(NotificationKind.LOCKED, places_of(Grader.objects.filter(committee__in=committees)), entry)
        notify_if_ready(entry)


def notify_voided(entry: LogEntry, places: Places) -> None:
    """Notify people whose confirmations the act ended."""
    if not entry.exam.is_practice:
        _create(NotificationKind.VOIDED, places, entry)


def notify_handed_over(entry: LogEntry, person: User, *, count: int) -> None:
    """Notify the person who has become a planner of `count` exams; `entry` is about one of them."""
    if not entry.exam.is_practice and person.is_active:
        _create(NotificationKind.PLANNER_ADDED, {person.pk: set()}, entry, count=count)


def notify_email_set(entry: LogEntry, committee: int) -> None:
    """Notify the grader of this committee that an e-mail address was added to their account."""
    if not entry.exam.is_practice:
        _create(NotificationKind.EMAIL_SET, {entry.details["person"]: {committee}}, entry)


def mark_read(notifications: QuerySet[Notification]) -> None:
    """Mark the unread ones of these notifications as read."""
    with transaction.atomic(savepoint=False):
        if found := _locked(notifications.filter(read_at=None)):
            Notification.objects.filter(pk__in=[one.pk for one in found]).update(read_at=timezone.now())


def places_of(seats: QuerySet[Grader]) -> Places:
    """Return the people of these seats and their committees, without closed accounts."""
    places: Places = defaultdict(set)
    for person, committee in seats.filter(person__is_active=True).values_list("person", "committee"):
        places[person].add(committee)
    return places


def planners_of(exam: Exam) -> Places:
    """Return the exam's active planners, without committees: their notifications are about the exam."""
    return {person: set() for person in exam.planners.filter(is_active=True).values_list("pk", flat=True)}


def only(committees: Iterable[int]) -> int | None:
    """Return the only committee; None if there are several or none."""
    found = set(committees)
    return found.pop() if len(found) == 1 else None


def _create(kind: NotificationKind, places: Places, entry: LogEntry, *, count: int = 0) -> None:
    """Create a notification for each of these people, except for the person who acted."""
    Notification.objects.bulk_create(
        Notification(
            person_id=person,
            kind=kind,
            exam=entry.exam,
            committee_id=only(committees),
            entry=entry,
            count=count,
            at=entry.at,
        )
        for person, committees in sorted(places.items())
        if person != entry.by_id
    )


def _create_or_update(kind: NotificationKind, places: Places, entry: LogEntry, *, count: int = 0) -> None:
    """
    Like `_create`, but update an unread notification of the same kind, committee and acting person.

    So two hundred clicks result in one notification and one mail.
    """
    places.pop(entry.by_id, None)
    if not places:
        return
    same = Notification.objects.unread().filter(kind=kind, committee=entry.committee, entry__by=entry.by_id)
    if found := _locked(same.filter(person__in=places)):
        changed = {"entry": entry, "at": entry.at, "count": F("count") + count}
        Notification.objects.filter(pk__in=[one.pk for one in found]).update(**changed)
    _create(
        kind, {pk: places[pk] for pk in places.keys() - {one.person_id for one in found}}, entry, count=count
    )


def _locked(notifications: QuerySet[Notification]) -> list[Notification]:
    return list(notifications.order_by("pk").select_for_update(of=("self",)))


def _after_confirming() -> QuerySet[Grader]:
    """Return the seats whose graders confirmed in this round, validly or not."""
    return Grader.objects.filter(
        confirmation__round=F("committee__round"), confirmation__planner__isnull=True
    )


def _confirmed(entry: LogEntry) -> None:
    mark_read(
        Notification.objects.filter(
            person=entry.by_id, committee=entry.committee, kind__in=READ_BY_CONFIRMING
        )
    )
    seats = Grader.objects.valid().filter(committee=entry.committee)
    _create_or_update(NotificationKind.CONFIRMED, places_of(seats), entry)


def _confirmed_for(entry: LogEntry) -> None:
    seats = Grader.objects.filter(committee=entry.committee)
    _create(NotificationKind.CONFIRMED_FOR, places_of(seats), entry)


def _changed(entry: LogEntry) -> None:
    seats = _after_confirming().filter(committee=entry.committee)
    _create_or_update(NotificationKind.CHANGED, places_of(seats), entry, count=len(entry.changes))


def _uploaded(entry: LogEntry) -> None:
    """Also notify those who had set the replaced grades and have not confirmed: nothing else shows them the change."""
    _changed(entry)
    replaced = {number for number, (old, _new) in entry.changes.items() if old}
    if not replaced:
        return
    # The entry comes before the grades are written, so the candidates still have the replaced ones.
    graded = Candidate.objects.filter(committee=entry.committee_id, grade_entry__isnull=False).order_by()
    authors = graded.exclude(grade_entry__by=entry.by_id).values_list("number", "grade_entry__by")
    counts = Counter(author for number, author in authors if number in replaced)
    seats = Grader.objects.filter(committee=entry.committee_id, person__in=counts)
    for person, places in places_of(seats.exclude(pk__in=_after_confirming().values("pk"))).items():
        _create_or_update(NotificationKind.REPLACED, {person: places}, entry, count=counts[person])


def _moved(entry: LogEntry) -> None:
    numbers = {int(number) for change in entry.changes.values() for number in change if number}
    if numbers:
        seats = _after_confirming().filter(committee__exam=entry.exam, committee__number__in=numbers)
        _create(NotificationKind.MOVED, places_of(seats), entry)


def _imported(entry: LogEntry) -> None:
    if seats := entry.details.get("seats"):
        people = User.objects.filter(pk__in={person for _committee, person in seats}, is_active=True)
        places: Places = {pk: set() for pk in people.values_list("pk", flat=True)}
        for committee, person in seats:
            places.get(person, set()).add(committee)
        _create(NotificationKind.SEATED, places, entry)
    _moved(entry)


def _reopened(entry: LogEntry) -> None:
    _create(NotificationKind.REOPENED, places_of(Grader.objects.filter(committee=entry.committee)), entry)


def _seat(kind: NotificationKind) -> Callable[[LogEntry], None]:
    def handler(entry: LogEntry) -> None:
        if "undoes" in entry.details:
            _restored(entry)
        else:
            _create(kind, {entry.details["person"]: {entry.committee_id or 0}}, entry)

    return handler


def _removed(kind: NotificationKind) -> Callable[[LogEntry], None]:
    """Return the handler of a removal: it notifies the graders who were told about the exam before."""

    def handler(entry: LogEntry) -> None:
        committee = entry.details.get("deleted", {}).get("pk")
        told = Notification.objects.filter(exam=entry.exam, person__in=entry.details["graders"])
        told = told.exclude(mailed_at=None, read_at=None).filter(person__is_active=True)
        people = set(told.values_list("person", flat=True))
        _create(kind, {person: {committee} if committee else set() for person in people}, entry)

    return handler


def _cancelled(entry: LogEntry) -> None:
    people = User.objects.filter(pk__in=entry.details["graders"], is_active=True)
    places: Places = {person: set() for person in people.values_list("pk", flat=True)}
    _create(NotificationKind.EXAM_CANCELLED, places, entry)


def _restored(entry: LogEntry) -> None:
    """Take back the notifications of the removal that nobody has seen; notify those who were told about it."""
    removal = Notification.objects.filter(entry=entry.details["undoes"])
    removal.filter(mailed_at=None, read_at=None).delete()
    committee = entry.details.get("deleted", {}).get("pk") or entry.committee_id
    people = set(removal.values_list("person", flat=True))
    places: Places = {person: {committee} if committee else set() for person in people}
    _create(NotificationKind.RESTORED, places, entry)


def _planners_changed(entry: LogEntry) -> None:
    added = entry.details.get("added_planners", [])
    active = User.objects.filter(pk__in=added, is_active=True).values_list("pk", flat=True) if added else []
    _create(NotificationKind.PLANNER_ADDED, {person: set() for person in active}, entry, count=1)


def _reminded(entry: LogEntry) -> None:
    _create(
        NotificationKind.REMINDED,
        {int(pk): set(places) for pk, places in entry.details["places"].items()},
        entry,
    )


HANDLERS: dict[LogAction, Callable[[LogEntry], None]] = {
    LogAction.CONFIRMED: _confirmed,
    LogAction.CONFIRMED_FOR: _confirmed_for,
    **dict.fromkeys(LogAction.of_grades(), _changed),
    LogAction.GRADES_UPLOADED: _uploaded,
    LogAction.CANDIDATES_ADDED: _moved,
    LogAction.CANDIDATES_MOVED: _moved,
    LogAction.EXAM_CREATED: _imported,
    LogAction.FILES_IMPORTED: _imported,
    LogAction.GRADER_SEATED: _seat(NotificationKind.SEATED),
    LogAction.GRADER_UNSEATED: _seat(NotificationKind.UNSEATED),
    LogAction.EXAM_DELETED: _removed(NotificationKind.EXAM_DELETED),
    LogAction.EXAM_CANCELLED: _cancelled,
    LogAction.COMMITTEE_DELETED: _removed(NotificationKind.COMMITTEE_DELETED),
    LogAction.EXAM_RESTORED: _restored,
    LogAction.COMMITTEE_RESTORED: _restored,
    LogAction.EXAM_CHANGED: _planners_changed,
    LogAction.REOPENED: _reopened,
    LogAction.REMINDED: _reminded,
    LogAction.RECEIPTS_RECEIVED: lambda entry: _create(
        NotificationKind.FS_ANSWERED, planners_of(entry.exam), entry
    ),
}
