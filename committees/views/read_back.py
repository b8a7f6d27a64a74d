"""Reading the grades back: one candidate at a time, large enough to read aloud or to hold against one's notes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees.access import Request, seat_for
from committees.views.chunks import row_url


@require_safe
def read_back(request: Request, pk: int) -> HttpResponse:
    """
    The candidate at the position `at`, counted from 1, and behind the last one the end. A position, since no candidate
    number may stand in an address.
    """
    seat = seat_for(request.user, pk)
    committee = seat.committee
    at = min(max(position(request.GET.get("at", "")), 1), committee.candidate_count + 1)
    candidate = committee.candidates.by_number()[at - 1 : at].first()
    context = {
        "seat": seat,
        "committee": committee,
        "exam": committee.exam,
        "candidate": candidate,
        "row": row_url(committee, candidate.pk) if candidate else "",
        "at": at,
        "previous": at - 1,
        "next": at + 1,
        "without": committee.candidate_count - committee.graded_count,
    }
    return render(request, "grading/read_back.html", context)


def position(text: str) -> int:
    """The position that an address asks for, the first one when it asks for nothing that could be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
