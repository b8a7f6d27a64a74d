"""
The only way to a row: everything that a view fetches, it fetches for this user.

A stranger gets 404, so that nobody learns what exists; somebody in the wrong part of the house gets 403.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

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


class Request(HttpRequest):
    """A request by somebody who is signed in."""

    user: User
    htmx: Any


View = Callable[Concatenate[Request, P], HttpResponse]


def planner_required(view: View[P]) -> View[P]:
    """403 for who is no planner."""

    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_planner:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return update_wrapper(guarded, view)


# For everybody


def notifications_for(user: User) -> NotificationQuerySet:
    """What this person has been told, newest first."""
    return Notification.objects.filter(person=user)


def notification_for(user: User, pk: int) -> Notification:
    """The notice, if it is for this person."""
    return get_object_or_404(Notification.objects.select_related("entry"), pk=pk, person=user)


# For planners


def exam_for(user: User, pk: int) -> Exam:
    """The exam, if this planner plans it."""
    return get_object_or_404(Exam.objects.planned_by(user), pk=pk)


def planned_committee_for(user: User, pk: int) -> Committee:
    """The committee with its stage, if this planner plans its exam."""
    committees = Committee.objects.with_stage().select_related("exam")
    return get_object_or_404(committees, pk=pk, exam__planners=user)


def planned_seat_for(user: User, pk: int) -> Grader:
    """The seat, if this planner plans its exam."""
    seats = Grader.objects.select_related("committee__exam", "person")
    return get_object_or_404(seats, pk=pk, committee__exam__planners=user)


def transfer_for(user: User, pk: int) -> Transfer:
    """The transfer, if this planner plans its exam."""
    return get_object_or_404(Transfer.objects.select_related("exam", "by"), pk=pk, exam__planners=user)


def import_for(user: User, pk: int) -> FsImport:
    """The import, if this planner gave its files."""
    return get_object_or_404(FsImport.objects.select_related("by"), pk=pk, by=user)


def exam_keys_of(user: User) -> set[str]:
    """FS's keys of the exams that this planner plans, each as it stands in FS's files."""
    keys = Exam.objects.planned_by(user).order_by().values_list(*KEY_FIELDS)
    return {";".join(map(str, key)) for key in keys}


# For graders


def seats_for(user: User, exam_pk: int) -> list[Grader]:
    """All seats of this grader on the exam's committees; 404 without any."""
    seats = Grader.objects.filter(person=user, committee__exam__pk=exam_pk).select_related("committee__exam")
    found = list(seats.order_by("committee__number"))
    if not found:
        get_object_or_404(Exam.objects.none())
    return found


def has_changes_for(user: User, committee_pk: int, since: int) -> bool:
    """
    Whether this grader's committee was touched after the log entry `since`; 404 without a seat there. Asked by every open
    page every few seconds, so it reads no more than that.
    """
    seat = get_object_or_404(
        Grader.objects.select_related("committee"), person=user, committee__pk=committee_pk
    )
    return LogEntry.objects.affecting(seat.committee).filter(pk__gt=since).exists()


def seat_for(user: User, committee_pk: int) -> Grader:
    """This grader's seat on the committee, which comes with its stage."""
    seats = Grader.objects.with_confirmed().select_related("person", "confirmation")
    seat = get_object_or_404(seats, person=user, committee__pk=committee_pk)
    seat.committee = Committee.objects.with_stage().select_related("exam").get(pk=committee_pk)
    return seat


def candidate_for(user: User, pk: int) -> tuple[Grader, Candidate]:
    """The candidate, and the seat that this grader has on the candidate's committee, whose stage an act asks for itself."""
    candidates = Candidate.objects.with_own_setting().select_related("exam")
    candidate = get_object_or_404(candidates, pk=pk, committee__graders__person=user)
    seats = Grader.objects.select_related("person", "committee__exam")
    return get_object_or_404(seats, person=user, committee=candidate.committee_id), candidate


def upload_for(user: User, pk: int) -> tuple[Grader, Upload]:
    """The upload, and the seat that this grader has on its committee."""
    upload = get_object_or_404(Upload.objects.select_related("by"), pk=pk, committee__graders__person=user)
    return seat_for(user, upload.committee_id), upload


# For both


def committee_with_protocol_for(user: User, pk: int) -> Committee:
    """The committee with its stage, if this user has a seat on it or plans its exam."""
    theirs = Q(graders__person=user)
    if user.is_planner:
        theirs |= Q(exam__planners=user)
    committees = Committee.objects.with_stage().select_related("exam")
    return get_object_or_404(committees, pk__in=Committee.objects.filter(theirs, pk=pk).values("pk"))
