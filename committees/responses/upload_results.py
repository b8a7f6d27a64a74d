"""The page of an upload's result, after the upload and after each act on it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.access import Request, upload_for
from committees.grade_scales import grade_label
from committees.models import Committee, Upload
from committees.queries.chunks import row_url
from committees.queries.second_look import hints_of_upload
from committees.queries.upload_result import UploadResult, committees_elsewhere
from committees.responses.seen_hints import seen_hints
from committees.responses.spoken import speak
from committees.second_look.explaining import explain_hint, named_in

PAGE_LENGTH = 250
"""Rows of a result on one page."""


def after_act(request: Request, pk: int, row: int | None = None) -> HttpResponse:
    """
    Show the result at once in the dialog, and speak the grade of this `row` of the file; otherwise redirect to it, on the
    same page of rows.
    """
    if request.htmx:
        return speak(show_result(request, pk), [] if row is None else _sentences(request, pk, row))
    page = request.GET.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(reverse("upload", args=[pk]) + query)


def _sentences(request: Request, pk: int, row: int) -> list[str]:
    """Return the candidate of a row with the current grade, and how many rows are still rejected."""
    seat, upload = upload_for(request.user, pk)
    number = next((one.candidate for one in upload.rows if one.row == row), "")
    candidate = seat.committee.candidates.filter(number=number).first()
    if candidate is None:
        return []
    grade = grade_label(candidate.grade) or candidate.get_attendance_display()
    rejected = upload.counts["rejected"]
    left = ngettext("%(n)s row is still rejected.", "%(n)s rows are still rejected.", rejected) % {
        "n": rejected
    }
    saved = _("%(candidate)s: %(grade)s saved") % {"candidate": number, "grade": grade}
    return [saved, left if rejected else _("No rejected rows are left.")]


def show_result(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    committee = seat.committee
    grades = dict(committee.candidates.values_list("number", "grade"))
    may_change = not committee.is_locked and not upload.undone_at
    elsewhere = committees_elsewhere(upload, committee.exam, request.user)
    result = UploadResult(upload, grades, may_change=may_change, elsewhere=elsewhere)
    page = result.page(request.GET.get("page"), PAGE_LENGTH)
    context = {
        "seat": seat,
        "committee": committee,
        "exam": committee.exam,
        "upload": upload,
        "result": result,
        "page": page,
        "query": f"?page={page.rows.number}" if page.rows.number > 1 else "",
        "choices": [(grade, grade_label(grade)) for grade in committee.exam.grades],
        "same_file": same_file_before(upload),
        **hint_context(upload, committee),
        "seen": seen_hints(request, committee.pk),
    }
    return render(request, "grading/upload.html", context)


def same_file_before(upload: Upload) -> Upload | None:
    """Return the committee's last earlier upload of the same bytes that was not undone."""
    same = Upload.objects.filter(committee=upload.committee_id, sha256=upload.sha256, undone_at=None)
    return same.filter(pk__lt=upload.pk).select_related("by").defer("rows", "missing").first()


def hint_context(upload: Upload, committee: Committee) -> dict[str, Any]:
    """Return the hints of a second look at the upload, and the URLs of the rows that they name."""
    hints = [explain_hint(hint) for hint in hints_of_upload(upload, committee)]
    named = committee.candidates.filter(number__in=named_in(hints)).values_list("number", "pk")
    return {"hints": hints, "rows": {number: row_url(committee, pk) for number, pk in named}}
