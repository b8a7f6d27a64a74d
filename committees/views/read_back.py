"""Reading the grades back, one candidate at a time."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees.access import Request, seat_for
from committees.queries.chunks import row_url
from committees.requests import parse_id


@require_safe
def read_back(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    committee = seat.committee
    # The position, counted from 1, because URLs must not contain candidate numbers.
    at = min(max(parse_id(request.GET.get("at", "")) or 1, 1), committee.candidate_count + 1)
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
