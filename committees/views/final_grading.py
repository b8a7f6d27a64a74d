"""The Final Grading window: its rows, their live updates, and the grade buttons."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, candidate_for, has_changes_for, seat_for
from committees.actions.grading import mark_attendance, reset_grade, set_grade
from committees.change_feed import CHANGE_FEED_URL, named_by, token_for
from committees.enums import Attendance, SheetSort
from committees.errors import Refusal, Refused, StaleVersion
from committees.grade_scales import grade_label
from committees.models import Candidate, Committee, Exam, Grader, LogEntry
from committees.models.candidates import row_of
from committees.queries.chunks import CHUNK_SIZE, CHUNK_THRESHOLD, chunk_rows, requested_rows, row_url
from committees.queries.history import newest_entry
from committees.queries.sheets import Change, changes_of, own_confirmation, ungraded_numbers
from committees.requests import choice_in, parse_id
from committees.responses.searches import search_of, show_search
from committees.responses.spoken import reload_page, reload_reason, sentences_of, speak


@require_http_methods(["GET", "HEAD", "POST"])
def final_grading(request: Request, pk: int) -> HttpResponse:
    newest = newest_entry(pk)
    seat = seat_for(request.user, pk)
    if request.method == "POST":
        return show_search(request, request.POST.get("q", ""))
    changes = changes_of(seat)
    show, search = request.GET.get("show", "all"), search_of(request)
    sort = choice_in(SheetSort, request.GET.get("sort", "")) or SheetSort.NUMBER
    rows = seat.committee.candidates.sorted_by(sort, seat.committee.exam.grades)
    if search:
        rows = rows.filter(number__contains=search)
    if show == "ungraded":
        rows = rows.ungraded()
    elif show == "changed":
        rows = rows.filter(number__in=[change.number for change in changes])
    requested = requested_rows(rows, seat.committee, request.GET)
    context = {**row_context(seat, changes), "show": show, "search": search, "sort": sort}
    if requested is not None and request.htmx:
        return render(
            request, "grading/_chunk.html", {**context, "rows": requested[:CHUNK_THRESHOLD].as_rows()}
        )
    undoable = seat.committee.candidates.undoable_remaining(seat.committee, seat.person)
    context |= sheet_context(request, seat, changes, newest) | {
        "sorts": SheetSort.choices,
        "chunks": chunk_rows(rows, seat.committee, requested),
        "remaining_set": []
        if seat.committee.is_locked or seat.has_confirmed
        else list(undoable.values_list("grade", flat=True)),
    }
    return render(request, "grading/final_grading.html", context)


def row_context(seat: Grader, changes: list[Change]) -> dict[str, Any]:
    """Return the context of rows besides their candidates."""
    exam = seat.committee.exam
    return {
        "committee": seat.committee,
        "exam": exam,
        "choices": [(grade, grade_label(grade)) for grade in exam.grades],
        "changed_numbers": {change.number for change in changes},
    }


def sheet_context(request: Request, seat: Grader, changes: list[Change], newest: int) -> dict[str, Any]:
    """Return the context of the Final Grading window, for the page and for live updates."""
    committee = seat.committee
    graders = list(committee.graders.with_confirmed().select_related("person"))
    others = Committee.objects.filter(graders__person=seat.person, exam=committee.exam).order_by("number")
    return {
        **row_context(seat, changes),
        "seat": seat,
        "keys": keys_of(committee.exam),
        "graders": graders,
        "others": others,
        "waiting_for": [one for one in graders if not one.has_confirmed and one.pk != seat.pk],
        "left": committee.candidate_count - committee.graded_count,
        "confirmed_by": [one for one in graders if one.has_confirmed],
        "changes": changes,
        "is_planner_notified": committee.is_locked and _is_planner_notified(committee.exam),
        "has_own_confirmation": own_confirmation(seat) is not None,
        "reopening": None if committee.is_locked else committee.reopenings.select_related("entry__by").last(),
        "without": ungraded_numbers(committee) if changes or seat.is_on_behalf else [],
        **live_context(request, committee, newest),
    }


def _is_planner_notified(exam: Exam) -> bool:
    """Return whether the planners of an exam with a confirmed committee know that its grades can be transferred."""
    return exam.transfer_by_committee or not exam.committees.unconfirmed()


def live_context(request: Request, committee: Committee, newest: int) -> dict[str, Any]:
    """Return how an open page polls for changes. A practice page polls `live` directly, without the change feed."""
    is_practice = getattr(request, "practice", None) is not None
    return {
        "newest": newest,
        "change_token": "" if is_practice else token_for(request, committee),
        "change_feed_url": CHANGE_FEED_URL,
    }


def keys_of(exam: Exam) -> str:
    """Return the grade of each key, as JSON for the script."""
    return json.dumps(exam.grade_scale.keys)


@require_safe
def live(request: Request, pk: int) -> HttpResponse:
    since = parse_id(request.GET.get("since", "")) or 0
    if not has_changes_for(request.user, pk, since):
        return still(request, pk)
    newest = newest_entry(pk)
    seat = seat_for(request.user, pk)
    entries = list(LogEntry.objects.affecting(seat.committee).filter(pk__gt=since).select_related("by"))
    # Locking and unlocking change the whole page.
    is_locked = seat.committee.is_locked
    numbers = {number for entry in entries for number in entry.changes}
    if (request.GET.get("locked") == "1") != is_locked or len(numbers) > 2 * CHUNK_SIZE:
        return reload_page(reload_reason(entries, is_locked=is_locked))
    others = [entry for entry in entries if entry.by_id != request.user.pk]
    by_others = {number for entry in others for number in entry.changes}
    context = sheet_context(request, seat, changes_of(seat), newest) | {"by_others": by_others}
    rows = seat.committee.candidates.by_number().filter(number__in=numbers).as_rows()
    response = render(request, "grading/_live.html", {**context, "rows": rows})
    return speak(response, sentences_of(others))


def still(request: Request, pk: int) -> HttpResponse:
    """Return 204, or a new token for a page whose token is no longer valid."""
    if "of" not in request.GET or named_by(request) == pk:
        return HttpResponse(status=204)
    newest = newest_entry(pk)
    committee = seat_for(request.user, pk).committee
    context = {"committee": committee, **live_context(request, committee, newest)}
    return render(request, "grading/_live_source.html", context)


@require_POST
def set_candidate_grade(request: Request, pk: int) -> HttpResponse:
    seat, candidate = candidate_for(request.user, pk)
    grade = request.POST.get("grade", "")
    try:
        entry = set_grade(
            seat,
            candidate,
            grade,
            expected_grade=request.POST.get("expected_grade"),
            is_typed=request.POST.get("typed") == "1",
        )
    except StaleVersion as moved:
        return _row(request, seat, pk, alert=moved.sentence)
    return _row(
        request, seat, pk, entry, status=_saved(candidate, grade, entry, is_undo="undo" in request.POST)
    )


def _saved(candidate: Candidate, grade: str, entry: LogEntry | None, *, is_undo: bool) -> str:
    """Return what was saved, with the grade that it replaced and an attendance that speaks against it."""
    old = entry.changes[candidate.number][0] if entry else ""
    words = {"candidate": candidate.number, "grade": grade_label(grade), "old": grade_label(old)}
    if is_undo:
        return _("%(candidate)s: %(grade)s restored") % words
    saved = _("%(candidate)s: %(grade)s saved, was %(old)s") if old else _("%(candidate)s: %(grade)s saved")
    status = saved % words
    if candidate.is_away:
        status = _("%(saved)s. Attendance: %(attendance)s") % {
            "saved": status,
            "attendance": candidate.get_attendance_display(),
        }
    return status


@require_POST
def reset_candidate_grade(request: Request, pk: int) -> HttpResponse:
    seat, candidate = candidate_for(request.user, pk)
    try:
        entry = reset_grade(seat, candidate, expected_grade=request.POST.get("expected_grade"))
    except StaleVersion as moved:
        return _row(request, seat, pk, alert=moved.sentence)
    status = _("%(candidate)s: grade removed")
    if "undo" in request.POST:
        status = _("%(candidate)s: no grade, as before")
    return _row(request, seat, pk, entry, status=status % {"candidate": candidate.number})


@require_POST
def mark_candidate_attendance(request: Request, pk: int) -> HttpResponse:
    seat, candidate = candidate_for(request.user, pk)
    attendance = request.POST.get("attendance", "none given")
    if attendance not in Attendance.values:
        raise Refused(Refusal.NO_ATTENDANCE_CHOSEN)
    expected = request.POST.get("expected_attendance")
    try:
        entry = mark_attendance(candidate, Attendance(attendance), by=request.user, expected=expected)
    except StaleVersion as moved:
        return _row(request, seat, pk, alert=moved.sentence)
    status = f"{candidate.number}: {Attendance(attendance).label}"
    return _row(request, seat, pk, entry, status=status)


def _row(
    request: Request,
    seat: Grader,
    pk: int,
    entry: LogEntry | None = None,
    *,
    status: str = "",
    alert: str = "",
) -> HttpResponse:
    """Return the candidate's row after an act, with the counts in the page's head. Without htmx, redirect to the
    page."""
    if not request.htmx:
        (messages.error if alert else messages.success)(request, alert or status)
        return redirect(row_url(seat_for(request.user, seat.committee_id).committee, pk))
    newest = newest_entry(seat.committee_id)
    seat = seat_for(request.user, seat.committee_id)
    context = sheet_context(request, seat, changes_of(seat), newest)
    rows = [row_of(get_object_or_404(seat.committee.candidates.with_own_setting(), pk=pk))]
    # If only this act happened since the page's last request, the page needs no further update for it.
    shown_entry = parse_id(request.POST.get("newest", "")) or 0
    since = LogEntry.objects.affecting(seat.committee).filter(pk__gt=shown_entry)
    is_told = list(since.values_list("pk", flat=True)) == ([entry.pk] if entry else [])
    parts = {**context, "rows": rows, "status": status, "sentence": alert, "is_told": is_told}
    response = render(request, "grading/_saved.html", parts, status=409 if alert else 200)
    return speak(response, [status] if status else [])
