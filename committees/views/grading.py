"""The Grade tab, the grading page of an exam, and the history of a candidate."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request, candidate_for, seats_for
from committees.actions.grading import note_attendance
from committees.actions.versions import StaleList
from committees.enums import Attendance, Stage
from committees.errors import Refusal, Refused
from committees.models import Committee, Exam, Grader, LogEntry
from committees.queries.history import history_of
from committees.requests import newest_shown

PAGE_LENGTH = 50


@require_safe
def grade_tab(request: Request) -> HttpResponse:
    show, search = request.GET.get("show", "all"), request.GET.get("q", "").replace("\0", "").strip()
    mine = Grader.objects.current().filter(person=request.user)
    seats = {seat.committee_id: seat for seat in mine.with_confirmed().select_related("committee")}
    exams = Exam.objects.filter(pk__in=mine.values("committee__exam")).order_by()
    exams = exams.current().archived() if show == "archived" else exams.daily()
    committees = Committee.objects.with_stage().filter(
        graders__person=request.user, exam__in=exams.values("pk")
    )
    committees = committees.select_related("exam")
    matching = committees.filter(
        Q(exam__emnekode__icontains=search) | Q(exam__name__icontains=search) | Q(name__icontains=search)
    )
    rows = [
        (committee, needs(committee, seats[committee.pk])) for committee in matching if committee.pk in seats
    ]
    if show in ("todo", "waiting", "finished"):
        rows = [row for row in rows if row[1] == show]
    rows.sort(
        key=lambda row: (["todo", "waiting", "finished"].index(row[1]), row[0].exam.deadline, row[0].pk)
    )
    page = Paginator(rows, PAGE_LENGTH).get_page(request.GET.get("page"))
    per_exam = Counter(seat.committee.exam_id for seat in seats.values())
    context = {
        "page": page,
        "show": show,
        "search": search,
        "has_seats": bool(seats),
        "exams_of_several": {exam for exam, count in per_exam.items() if count > 1},
    }
    return render(request, "grading/grade_tab.html", context)


def needs(committee: Committee, seat: Grader) -> str:
    """Return the state of a committee for this grader: `todo`, `waiting` for others, or `finished`."""
    if committee.is_locked:
        return "finished"
    return "waiting" if seat.has_confirmed else "todo"


@require_safe
def grading_page(request: Request, pk: int) -> HttpResponse:
    seats = seats_for(request.user, pk)
    mine = [seat.committee_id for seat in seats]
    committees = Committee.objects.with_stage().filter(pk__in=mine).select_related("exam").order_by("number")
    graders = list(Grader.objects.with_confirmed().filter(committee__in=mine).select_related("person"))
    parts = [
        (committee, [one for one in graders if one.committee_id == committee.pk]) for committee in committees
    ]
    # The earliest stage of these committees.
    stage = min((committee.stage for committee, _graders in parts), key=Stage.values.index)
    return render(
        request,
        "grading/exam.html",
        {
            "exam": seats[0].committee.exam,
            "parts": parts,
            "stage": stage,
        },
    )


@require_safe
def candidate_history(request: Request, pk: int) -> HttpResponse:
    return _candidate_page(request, pk)


def _candidate_page(request: Request, pk: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    exam_id = candidate_for(request.user, pk)[1].exam_id
    newest = LogEntry.objects.filter(exam=exam_id).newest_id()  # before the row that the page shows
    seat, candidate = candidate_for(request.user, pk)
    steps = history_of(candidate)
    context = {
        "seat": seat,
        "committee": seat.committee,
        "exam": candidate.exam,
        "candidate": candidate,
        "steps": steps,
        "attendances": Attendance.choices,
        "attendance": candidate.attendance,
        "newest": newest,
        **extra,
    }
    return render(request, "grading/candidate.html", context, status=status)


@require_POST
def set_attendance(request: Request, pk: int) -> HttpResponse:
    _seat, candidate = candidate_for(request.user, pk)
    attendance = request.POST.get("attendance", "none given")
    if attendance not in Attendance.values:
        raise Refused(Refusal.NO_ATTENDANCE_CHOSEN)
    try:
        note_attendance(candidate, Attendance(attendance), by=request.user, since=newest_shown(request))
    except StaleList as stale:
        return _candidate_page(request, pk, status=409, stale=stale, attendance=attendance)
    messages.success(request, _("Attendance saved."))
    return redirect("candidate", pk=pk)
