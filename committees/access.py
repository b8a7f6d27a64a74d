"""
Objects for a user: views fetch every object with these functions.

Users without access to an object get 404, so that the response does not show that it exists; users without the role
get 403. Users with access to something that was deleted get Refused with the reason.
"""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from committees.enums import ExamRemoval, LogAction
from committees.errors import Refusal, Refused
from committees.models import (
    Candidate,
    Committee,
    Exam,
    FsImport,
    Grader,
    LogEntry,
    Notification,
    Transfer,
    Upload,
    User,
)
from committees.models.exams import KEY_FIELDS
from committees.models.notifications import NotificationQuerySet

P = ParamSpec("P")
RECENT_IMPORTS = 5
"""Imports that the page of the import lists."""


class Request(HttpRequest):
    """A request of a signed-in user."""

    user: User
    htmx: Any


View = Callable[Concatenate[Request, P], HttpResponse]


def planner_required(view: View[P]) -> View[P]:
    """Respond with 403 to users who are not planners."""

    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_planner:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return update_wrapper(guarded, view)


# For everybody


def notifications_for(user: User) -> NotificationQuerySet:
    """Return the user's notifications, newest first, without those about removed exams and committees."""
    return Notification.objects.current().filter(person=user)


def notification_for(user: User, pk: int) -> Notification:
    """Return the notification; 404 if it is somebody else's."""
    return get_object_or_404(Notification.objects.select_related("entry"), pk=pk, person=user)


# For planners


def exam_for(user: User, pk: int) -> Exam:
    """Return the exam; 404 if the user does not plan it."""
    exam = get_object_or_404(Exam.everything.planned_by(user), pk=pk)
    _refuse_deleted(exam)
    return exam


def exams_for(user: User, pks: Iterable[int]) -> list[Exam]:
    """Return these exams by deadline; 404 if the user does not plan all of them."""
    wanted = set(pks)
    found = list(Exam.objects.planned_by(user).filter(pk__in=wanted).order_by("deadline", "emnekode", "pk"))
    if len(found) != len(wanted):
        raise Http404
    return found


def planned_committee_for(user: User, pk: int) -> Committee:
    """Return the committee with its stage; 404 if the user does not plan its exam."""
    committees = Committee.everything.with_stage().select_related("exam")
    committee = get_object_or_404(committees, pk=pk, exam__planners=user)
    _refuse_deleted(committee.exam, committee)
    return committee


def planned_seat_for(user: User, pk: int) -> Grader:
    """Return the seat; 404 if the user does not plan its exam. Raise Refused if the seat was removed."""
    seats = Grader.objects.select_related("committee__exam", "person")
    seat = seats.filter(pk=pk, committee__exam__planners=user).first()
    if seat is None:
        unseatings = LogEntry.objects.filter(exam__planners=user, action=LogAction.GRADER_UNSEATED)
        get_object_or_404(unseatings, details__seat=pk)
        raise Refused(Refusal.SEAT_GONE)
    _refuse_deleted(seat.committee.exam, seat.committee)
    return seat


def planned_entry_for(user: User, pk: int) -> LogEntry:
    """Return the log entry, also of a deleted exam; 404 if the user does not plan its exam."""
    return get_object_or_404(LogEntry.objects.select_related("exam"), pk=pk, exam__planners=user)


def _refuse_deleted(exam: Exam, committee: Committee | None = None) -> None:
    if exam.removal == ExamRemoval.DELETED:
        raise Refused(Refusal.EXAM_DELETED, exam=exam)
    if committee is not None and committee.is_deleted:
        raise Refused(Refusal.COMMITTEE_GONE)


def person_for(user: User, pk: int) -> User:
    """Return the person; 404 if they belong to another sandbox than the user."""
    return get_object_or_404(User.objects.filter(sandbox=user.sandbox_id), pk=pk)


def transfer_for(user: User, pk: int) -> Transfer:
    """Return the transfer; 404 if the user does not plan its exam."""
    return get_object_or_404(Transfer.objects.select_related("exam", "by"), pk=pk, exam__planners=user)


def import_for(user: User, pk: int) -> FsImport:
    """Return the import; 404 if the user did not upload its files."""
    return get_object_or_404(FsImport.objects.select_related("by"), pk=pk, by=user)


def recent_imports(user: User) -> list[FsImport]:
    """Return the newest imports that the user applied, without their files."""
    applied = FsImport.objects.filter(by=user, applied_at__isnull=False)
    return list(applied.defer("exams", "committees", "candidates").order_by("-applied_at")[:RECENT_IMPORTS])


def planned_exams_in(user: User, pks: Iterable[int]) -> list[Exam]:
    """Return those of these exams that the user plans, by course code."""
    return list(Exam.objects.planned_by(user).filter(pk__in=set(pks)).order_by("emnekode", "pk"))


def exam_keys_of(user: User) -> set[str]:
    """Return the FS keys of the exams that the user plans, each as in FS's files."""
    keys = Exam.objects.planned_by(user).order_by().values_list(*KEY_FIELDS)
    return {";".join(map(str, key)) for key in keys}


# For graders


def seats_for(user: User, exam_pk: int) -> list[Grader]:
    """Return the user's seats on the exam's committees; 404 if there are none."""
    seats = Grader.objects.filter(person=user, committee__exam__pk=exam_pk).select_related("committee__exam")
    graders = list(seats.order_by("committee__number"))
    if not graders:
        get_object_or_404(Exam.objects.none())
    there = [seat for seat in graders if not seat.committee.is_deleted]
    _refuse_deleted(graders[0].committee.exam, None if there else graders[0].committee)
    return there


def has_changes_for(user: User, committee_pk: int, since: int) -> bool:
    """
    Return whether an act after the log entry `since` affected the committee; 404 without a seat on it.

    Every open page polls this every few seconds, so it reads nothing else.
    """
    seat = get_object_or_404(
        Grader.objects.select_related("committee"), person=user, committee__pk=committee_pk
    )
    return LogEntry.objects.affecting(seat.committee).filter(pk__gt=since).exists()


def seat_for(user: User, committee_pk: int) -> Grader:
    """Return the user's seat on the committee, which has its stage; 404 without a seat."""
    seats = Grader.objects.with_confirmed().select_related("person", "confirmation")
    seat = get_object_or_404(seats, person=user, committee__pk=committee_pk)
    seat.committee = Committee.everything.with_stage().select_related("exam").get(pk=committee_pk)
    _refuse_deleted(seat.committee.exam, seat.committee)
    return seat


def candidate_for(user: User, pk: int) -> tuple[Grader, Candidate]:
    """Return the user's seat on the candidate's committee, without its stage, and the candidate; 404 without a seat."""
    candidates = Candidate.objects.with_own_setting().select_related("exam")
    candidate = get_object_or_404(candidates, pk=pk, committee__graders__person=user)
    _refuse_deleted(candidate.exam)
    seats = Grader.objects.select_related("person", "committee__exam")
    return get_object_or_404(seats, person=user, committee=candidate.committee_id), candidate


def upload_for(user: User, pk: int) -> tuple[Grader, Upload]:
    """Return the user's seat on the upload's committee, and the upload; 404 without a seat."""
    upload = get_object_or_404(Upload.objects.select_related("by"), pk=pk, committee__graders__person=user)
    return seat_for(user, upload.committee_id), upload


# For both


def committee_with_protocol_for(user: User, pk: int) -> Committee:
    """Return the committee with its stage; 404 if the user neither has a seat on it nor plans its exam."""
    theirs = Q(graders__person=user)
    if user.is_planner:
        theirs |= Q(exam__planners=user)
    committees = Committee.objects.with_stage().select_related("exam")
    committee = get_object_or_404(committees, pk__in=Committee.objects.filter(theirs, pk=pk).values("pk"))
    _refuse_deleted(committee.exam)
    return committee
