"""
What an act leaves others to be told: notices, written in the transaction of the log entry that they are about. Nobody is
told of what they did themselves, nor of practice.

Whoever locks several notices does so in order of pk, after the committees.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from committees.enums import Told, Verb
from committees.models import Exam, Grader, LogEntry, Notice, User

Places = dict[int, set[int]]
"""Whom an act concerns: the key of each person, with the keys of the committees where it does."""

DONE_BY_CONFIRMING = (Told.CHANGED, Told.MOVED, Told.REOPENED, Told.VOIDED, Told.REMINDED)
"""What one is told so that one looks again. Who has confirmed again has looked."""


def tell_of(entry: LogEntry) -> None:
    """Leave notices of the act behind this entry. Where nobody is concerned that takes one query at most."""
    tell = TELLERS.get(Verb(entry.verb))
    if tell and not entry.exam.is_practice:
        tell(entry)


def tell_if_ready(entry: LogEntry) -> None:
    """Tell the planners if every committee of the exam has confirmed. For the acts that can bring it about."""
    if entry.exam.is_practice:
        return
    graded = [one for one in entry.exam.committees.with_stage() if one.candidate_count]
    if graded and all(one.is_locked for one in graded):
        _tell(Told.ALL_CONFIRMED, planners_of(entry.exam), entry)


def tell_locked(entry: LogEntry, committees: Collection[int]) -> None:
    """Tell the graders of these committees that an act of somebody else locked them; and the planners if all are."""
    if not entry.exam.is_practice:
        _tell(Told.LOCKED, places_of(Grader.objects.filter(committee__in=committees)), entry)
        tell_if_ready(entry)


def tell_voided(entry: LogEntry, places: Places) -> None:
    """Tell these people that the act ended their confirmations."""
    if not entry.exam.is_practice:
        _tell(Told.VOIDED, places, entry)


def tell_of_email(entry: LogEntry) -> None:
    """Tell the person who was given a seat that their account was given an e-mail address."""
    if not entry.exam.is_practice:
        _tell(Told.EMAIL_SET, {entry.details["person"]: {entry.committee_id or 0}}, entry)


def mark_read(notices: QuerySet[Notice]) -> None:
    """These notices have been read. Those that have been already, stay as they are."""
    with transaction.atomic(savepoint=False):
        if found := _locked(notices.filter(read_at=None)):
            Notice.objects.filter(pk__in=[one.pk for one in found]).update(read_at=timezone.now())


def places_of(seats: QuerySet[Grader]) -> Places:
    """The people of these seats and their committees; closed accounts are told nothing."""
    places: Places = defaultdict(set)
    for person, committee in seats.filter(person__is_active=True).values_list("person", "committee"):
        places[person].add(committee)
    return places


def planners_of(exam: Exam) -> Places:
    """The planners of the exam, who are told of the exam itself."""
    return {person: set() for person in exam.planners.filter(is_active=True).values_list("pk", flat=True)}


def only(committees: Iterable[int]) -> int | None:
    """The one committee that something is about, or None where it is about several, or none."""
    found = set(committees)
    return found.pop() if len(found) == 1 else None


def _tell(told: Told, places: Places, entry: LogEntry, *, count: int = 0) -> None:
    """Tell each of these people, but who did it."""
    Notice.objects.bulk_create(
        Notice(
            person_id=person,
            told=told,
            exam=entry.exam,
            committee_id=only(committees),
            entry=entry,
            count=count,
            at=entry.at,
        )
        for person, committees in sorted(places.items())
        if person != entry.by_id
    )


def _tell_anew(told: Told, places: Places, entry: LogEntry, *, count: int = 0) -> None:
    """
    The same, but who has not yet read that this person did so before on this committee reads of all of it in one notice.
    So two hundred clicks are one notice, and one mail.
    """
    places.pop(entry.by_id, None)
    if not places:
        return
    same = Notice.objects.unread().filter(told=told, committee=entry.committee, entry__by=entry.by_id)
    if found := _locked(same.filter(person__in=places)):
        changed = {"entry": entry, "at": entry.at, "count": F("count") + count}
        Notice.objects.filter(pk__in=[one.pk for one in found]).update(**changed)
    _tell(
        told, {pk: places[pk] for pk in places.keys() - {one.person_id for one in found}}, entry, count=count
    )


def _locked(notices: QuerySet[Notice]) -> list[Notice]:
    return list(notices.order_by("pk").select_for_update(of=("self",)))


def _after_confirming() -> QuerySet[Grader]:
    """The seats whose grader has confirmed in this round, whether or not that still stands."""
    return Grader.objects.filter(confirmation__round=F("committee__round"))


def _confirmed(entry: LogEntry) -> None:
    mark_read(
        Notice.objects.filter(person=entry.by_id, committee=entry.committee, told__in=DONE_BY_CONFIRMING)
    )
    seats = Grader.objects.standing().filter(committee=entry.committee)
    _tell_anew(Told.CONFIRMED, places_of(seats), entry)


def _changed(entry: LogEntry) -> None:
    seats = _after_confirming().filter(committee=entry.committee)
    _tell_anew(Told.CHANGED, places_of(seats), entry, count=len(entry.changes))


def _moved(entry: LogEntry) -> None:
    numbers = {int(number) for change in entry.changes.values() for number in change if number}
    if numbers:
        seats = _after_confirming().filter(committee__exam=entry.exam, committee__number__in=numbers)
        _tell(Told.MOVED, places_of(seats), entry)


def _imported(entry: LogEntry) -> None:
    if seats := entry.details["seats"]:
        people = User.objects.filter(pk__in={person for _committee, person in seats}, is_active=True)
        places: Places = {pk: set() for pk in people.values_list("pk", flat=True)}
        for committee, person in seats:
            places.get(person, set()).add(committee)
        _tell(Told.SEATED, places, entry)
    _moved(entry)


def _reopened(entry: LogEntry) -> None:
    _tell(Told.REOPENED, places_of(Grader.objects.filter(committee=entry.committee)), entry)


def _seat(told: Told) -> Callable[[LogEntry], None]:
    def tell(entry: LogEntry) -> None:
        _tell(told, {entry.details["person"]: {entry.committee_id or 0}}, entry)

    return tell


def _reminded(entry: LogEntry) -> None:
    _tell(Told.REMINDED, {int(pk): set(places) for pk, places in entry.details["places"].items()}, entry)


TELLERS: dict[Verb, Callable[[LogEntry], None]] = {
    Verb.CONFIRMED: _confirmed,
    **dict.fromkeys(Verb.of_grades(), _changed),
    Verb.CANDIDATES_MOVED: _moved,
    Verb.FILES_IMPORTED: _imported,
    Verb.GRADER_SEATED: _seat(Told.SEATED),
    Verb.GRADER_UNSEATED: _seat(Told.UNSEATED),
    Verb.REOPENED: _reopened,
    Verb.NUDGED: _reminded,
    Verb.RECEIPTS_RECEIVED: lambda entry: _tell(Told.FS_ANSWERED, planners_of(entry.exam), entry),
}
