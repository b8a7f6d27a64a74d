"""The Grade tab, the grading page of an exam, and the Final Grading window with its rows."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, candidate_for, has_news_for, seat_for, seats_for
from committees.actions import Moved, Refused
from committees.actions.grading import note_attendance, reset_grade, set_grade
from committees.actions.sheets import Change, changes_since
from committees.enums import Attendance, Stage, grade_label
from committees.models import Candidate, Committee, Exam, Grader, LogEntry
from committees.models.committees import CandidateQuerySet

PAGE_LENGTH = 50


@require_safe
def grade_tab(request: Request) -> HttpResponse:
    """Every committee where I have a seat, what needs me first on top."""
    show, search = request.GET.get("show", "all"), request.GET.get("q", "").replace("\0", "").strip()
    seats = {seat.committee_id: seat for seat in Grader.objects.with_standing().filter(person=request.user)}
    committees = Committee.objects.with_stage().filter(graders__person=request.user).select_related("exam")
    found = committees.filter(
        Q(exam__emnekode__icontains=search) | Q(exam__name__icontains=search) | Q(name__icontains=search)
    )
    rows = [
        (committee, needs(committee, seats[committee.pk])) for committee in found if committee.pk in seats
    ]
    if show in ("todo", "waiting", "finished"):
        rows = [row for row in rows if row[1] == show]
    rows.sort(
        key=lambda row: (["todo", "waiting", "finished"].index(row[1]), row[0].exam.deadline, row[0].pk)
    )
    page = Paginator(rows, PAGE_LENGTH).get_page(request.GET.get("page"))
    context = {"page": page, "show": show, "search": search, "has_seats": bool(seats)}
    return render(request, "grading/grade_tab.html", context)


def needs(committee: Committee, seat: Grader) -> str:
    """What a committee means to me now: `todo`, `waiting` for others, or `finished`."""
    if committee.is_locked:
        return "finished"
    return "waiting" if seat.has_confirmed else "todo"


@require_safe
def grading_page(request: Request, pk: int) -> HttpResponse:
    """The exam, my committees on it with their graders, and the way to Final Grading."""
    seats = seats_for(request.user, pk)
    mine = [seat.committee_id for seat in seats]
    committees = Committee.objects.with_stage().filter(pk__in=mine).select_related("exam").order_by("number")
    graders = list(Grader.objects.with_standing().filter(committee__in=mine).select_related("person"))
    parts = [
        (committee, [one for one in graders if one.committee_id == committee.pk]) for committee in committees
    ]
    # With several committees the page is as far as the one that lags behind.
    stage = min((committee.stage for committee, _graders in parts), key=Stage.values.index)
    return render(
        request, "grading/exam.html", {"exam": seats[0].committee.exam, "parts": parts, "stage": stage}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def final_grading(request: Request, pk: int) -> HttpResponse:
    """The Final Grading window: a row per candidate. A search is posted, so that no number stands in an address."""
    newest = newest_entry(pk)
    seat = seat_for(request.user, pk)
    changes = changes_of(seat)
    show, search = request.GET.get("show", "all"), request.POST.get("q", "").replace("\0", "").strip()
    rows = rows_of(seat.committee)
    if search:
        rows = rows.filter(number__contains=search)
    if show == "ungraded":
        rows = rows.ungraded()
    elif show == "changed":
        rows = rows.filter(number__in=[change.number for change in changes])
    context = {**sheet_context(seat, changes, newest), "rows": rows, "show": show, "search": search}
    return render(request, "grading/final_grading.html", context)


def rows_of(committee: Committee) -> CandidateQuerySet:
    """The committee's candidates with all that their rows tell, by number."""
    return committee.candidates.select_related("grade_entry__by", "grade_entry__upload").by_number()


def changes_of(seat: Grader) -> list[Change]:
    """What changed on the grade sheet since this grader last confirmed it; nothing if they never did."""
    confirmation = getattr(seat, "confirmation", None)
    if confirmation is None:
        return []
    return changes_since(seat.committee, confirmation.entry_id)


def newest_entry(committee_pk: int) -> int:
    """
    The id of the newest log entry that touches the committee. Read before anything that a page shows: what happens from then
    on is news to the page, though part of it may be shown already. Read later, it would hide what the page does not show.
    """
    return Committee.objects.filter(pk=committee_pk).newest_entries().get(committee_pk, 0)


def sheet_context(seat: Grader, changes: list[Change], newest: int) -> dict[str, Any]:
    """What the head of the Final Grading window shows, on the page and in live updates."""
    committee = seat.committee
    graders = list(committee.graders.with_standing().select_related("person"))
    others = Committee.objects.filter(graders__person=seat.person, exam=committee.exam).order_by("number")
    return {
        "seat": seat,
        "committee": committee,
        "exam": committee.exam,
        "choices": [(grade, grade_label(grade)) for grade in committee.exam.grades],
        "keys": keys_of(committee.exam),
        "graders": graders,
        "others": others,
        "waiting_for": [one for one in graders if not one.has_confirmed and one.pk != seat.pk],
        "changes": changes,
        "changed_numbers": {change.number for change in changes},
        "reopening": None if committee.is_locked else committee.reopenings.select_related("entry__by").last(),
        "without": ungraded_numbers(committee) if changes else [],
        "newest": newest,
    }


def keys_of(exam: Exam) -> str:
    """Which letter on the keyboard gives which grade: its own, and that of the Norwegian word. For the script, as JSON."""
    letters = {"Pass": "PB", "NotPass": "NI"}
    return json.dumps({key: grade for grade in exam.grades for key in letters.get(grade, grade)})


def ungraded_numbers(committee: Committee) -> list[str]:
    return list(committee.candidates.ungraded().by_number().values_list("number", flat=True))


@require_safe
def live(request: Request, pk: int) -> HttpResponse:
    """
    What changed on an open page since the log entry `since`: 204 for nothing, else the head and the changed rows.

    When the grades became locked, or free again, the page is loaded anew.
    """
    since = entry_id(request.GET.get("since", "")) or 0
    if not has_news_for(request.user, pk, since):
        return HttpResponse(status=204)
    newest = newest_entry(pk)
    seat = seat_for(request.user, pk)
    entries = list(LogEntry.objects.touching(seat.committee).filter(pk__gt=since).select_related("by"))
    if (request.GET.get("locked") == "1") != seat.committee.is_locked:
        return HttpResponse(headers={"HX-Refresh": "true"})
    numbers = {number for entry in entries for number in entry.changes}
    by_others = {number for entry in entries if entry.by_id != request.user.pk for number in entry.changes}
    context = sheet_context(seat, changes_of(seat), newest) | {"by_others": by_others}
    rows = rows_of(seat.committee).filter(number__in=numbers)
    return render(request, "grading/_live.html", {**context, "rows": rows})


def entry_id(text: str) -> int | None:
    """The id of a log entry that a page carries, None for what can't be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
def set_candidate_grade(request: Request, pk: int) -> HttpResponse:
    seat, candidate = candidate_for(request.user, pk)
    grade = request.POST.get("grade", "")
    try:
        entry = set_grade(seat, candidate, grade, seen=request.POST.get("seen"))
    except Moved as moved:
        return _row(request, seat, pk, alert=str(moved.sentence))
    told = _("%(candidate)s: %(grade)s saved")
    if "undo" in request.POST:
        told = _("%(candidate)s: %(grade)s again")
    told %= {"candidate": candidate.number, "grade": grade_label(grade)}
    return _row(request, seat, pk, entry, status=told)


@require_POST
def reset_candidate_grade(request: Request, pk: int) -> HttpResponse:
    seat, candidate = candidate_for(request.user, pk)
    try:
        entry = reset_grade(seat, candidate, seen=request.POST.get("seen"))
    except Moved as moved:
        return _row(request, seat, pk, alert=str(moved.sentence))
    told = _("%(candidate)s: grade removed")
    if "undo" in request.POST:
        told = _("%(candidate)s: no grade again")
    return _row(request, seat, pk, entry, status=told % {"candidate": candidate.number})


def _row(
    request: Request,
    seat: Grader,
    pk: int,
    entry: LogEntry | None = None,
    *,
    status: str = "",
    alert: str = "",
) -> HttpResponse:
    """The candidate's row after an act, and the head that counts it; without htmx back to the whole page."""
    window = reverse("final-grading", args=[seat.committee_id])
    if not request.htmx:
        (messages.error if alert else messages.success)(request, alert or status)
        return redirect(f"{window}#c-{pk}")
    newest = newest_entry(seat.committee_id)
    seat = seat_for(request.user, seat.committee_id)
    context = sheet_context(seat, changes_of(seat), newest)
    candidate = get_object_or_404(rows_of(seat.committee), pk=pk)
    # Where nothing but this act happened since the page last asked, it need not be told of it again.
    since = LogEntry.objects.touching(seat.committee).filter(
        pk__gt=entry_id(request.POST.get("newest", "")) or 0
    )
    is_told = list(since.values_list("pk", flat=True)) == ([entry.pk] if entry else [])
    parts = {**context, "candidate": candidate, "status": status, "sentence": alert, "is_told": is_told}
    return render(request, "grading/_saved.html", parts, status=409 if alert else 200)


@require_safe
def candidate_history(request: Request, pk: int) -> HttpResponse:
    """Everything that was done to one candidate, newest first."""
    seat, candidate = candidate_for(request.user, pk)
    steps = history_of(candidate)
    context = {
        "seat": seat,
        "committee": seat.committee,
        "exam": candidate.exam,
        "candidate": candidate,
        "steps": steps,
        "attendances": Attendance.choices,
    }
    return render(request, "grading/candidate.html", context)


def history_of(candidate: Candidate) -> list[tuple[LogEntry, str, str]]:
    """Each entry of the log about the candidate with what stood there before and after, newest first."""
    entries = LogEntry.objects.of_candidate(candidate).select_related("by", "upload").order_by("-pk")
    return [(entry, *entry.changes[candidate.number]) for entry in entries]


@require_POST
def set_attendance(request: Request, pk: int) -> HttpResponse:
    _seat, candidate = candidate_for(request.user, pk)
    attendance = request.POST.get("attendance", "none given")
    if attendance not in Attendance.values:
        raise Refused(_("Choose what to note."))
    note_attendance(candidate, Attendance(attendance), by=request.user)
    messages.success(request, _("Attendance noted."))
    return redirect("candidate", pk=pk)
