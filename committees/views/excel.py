"""Download and upload of grades in Excel, and the result of an upload."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, seat_for, upload_for
from committees.actions.grade_lists import write_list
from committees.actions.uploads import accept_proposals, restore_replaced, undo_upload, upload_grades
from committees.errors import Refused
from committees.files.grade_sheet import (
    FileProblem,
    UnreadableFile,
    explain,
    explain_hidden,
    sentence_of,
)
from committees.models import Committee, Grader, Upload
from committees.models.upload_rows import UploadRow
from committees.queries.chunks import row_url
from committees.queries.second_look import hints_of_upload
from committees.requests import has_no_upload_place
from committees.responses.attachments import XLSX, attach, file_name
from committees.responses.limits import come_back_later, seconds_to_wait, too_many
from committees.second_look.explaining import explain_hint, named_in

PAGE_LENGTH = 1_000
"""Rows of a result on one page."""
UPLOADS_AT_ONCE = 100
RETRY_SECONDS = 5


@require_safe
def download_grades(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    committee, now = seat.committee, timezone.localtime()
    response = HttpResponse(write_list(seat, now), content_type=XLSX)
    words = (committee.exam.emnekode, _("committee"), committee.number, f"{now:%Y-%m-%d}")
    return attach(response, file_name(*words, ending="xlsx"))


@require_http_methods(["GET", "POST"])
def upload_sheet(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    context = {"seat": seat, "committee": seat.committee, "exam": seat.committee.exam}
    if request.method == "GET":
        return render(request, "grading/upload_form.html", context)
    if seconds := seconds_to_wait("upload", str(request.user.pk), settings.UPLOAD_RATE, counting=True):
        sentence = _("You have uploaded many times in a short period.") + " " + come_back_later(seconds)
        response = render(request, "grading/upload_form.html", {**context, "sentence": sentence})
        return too_many(response, seconds)
    if has_no_upload_place(request):
        sentence = _("Many files are being uploaded right now. Upload yours again in a few seconds.")
        response = render(request, "grading/upload_form.html", {**context, "sentence": sentence})
        return too_many(response, RETRY_SECONDS)
    try:
        upload = _take(request, seat)
    except UnreadableFile as error:
        return render(
            request, "grading/upload_form.html", {**context, "sentence": sentence_of(error)}, status=422
        )
    except Refused as error:
        return render(
            request, "grading/upload_form.html", {**context, "sentence": error.sentence}, status=409
        )
    return _result(request, seat, upload)


def _take(request: Request, seat: Grader) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise UnreadableFile(FileProblem.NO_FILE)
    # One byte over the limit is enough for the reader to refuse the file as too large.
    content = file.read(settings.UPLOAD_LIMIT + 1)
    return upload_grades(seat, file_name=file.name or "", content=content)


def _result(request: Request, seat: Grader, upload: Upload) -> HttpResponse:
    if request.htmx:
        return show_upload(request, upload.pk)
    page = request.GET.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(reverse("upload", args=[upload.pk]) + query)


def show_upload(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    grades = dict(seat.committee.candidates.values_list("number", "grade"))
    rejected = [row for row in upload.rows if row.is_rejected]
    may_change = not seat.committee.is_locked and not upload.undone_at
    open_rows = {row.row for row in rejected if may_change and row.can_accept(grades)}
    page = Paginator([row for row in upload.rows if row.is_notable], PAGE_LENGTH).get_page(
        request.GET.get("page")
    )
    context = {
        "seat": seat,
        "committee": seat.committee,
        "exam": seat.committee.exam,
        "upload": upload,
        "page": page,
        "query": f"?page={page.number}" if page.number > 1 else "",
        "in_file": len(upload.rows),
        "named": len({row.candidate for row in upload.rows if row.candidate}),
        "repeated": [row for row in page if row.same_as and not row.is_rejected],
        "rejected": [
            (row, why(row, row.row in open_rows), row.row in open_rows) for row in page if row.is_rejected
        ],
        "proposals": len(open_rows),
        "hidden": explain_hidden(upload.hidden, upload.sheet),
        "replaced": [row for row in page if row.has_replaced],
        "may_change": may_change,
        **hint_context(upload, seat.committee),
    }
    return render(request, "grading/upload.html", context)


def hint_context(upload: Upload, committee: Committee) -> dict[str, Any]:
    """Return the hints of a second look at the upload, and the URLs of the rows that they name."""
    hints = [explain_hint(hint) for hint in hints_of_upload(upload, committee)]
    named = committee.candidates.filter(number__in=named_in(hints)).values_list("number", "pk")
    return {"hints": hints, "rows": {number: row_url(committee, pk) for number, pk in named}}


def why(row: UploadRow, is_open: bool) -> str:
    """Return why the row was rejected, without a proposal that can no longer be accepted."""
    return explain(row if is_open else replace(row, proposal=""))


@require_safe
def upload_page(request: Request, pk: int) -> HttpResponse:
    return show_upload(request, pk)


@require_safe
def uploads(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    # Each upload has up to ten thousand rows.
    found = seat.committee.uploads.select_related("by").defer("rows", "missing", "ignored_columns")
    page = Paginator(found, UPLOADS_AT_ONCE).get_page(request.GET.get("page"))
    context = {"seat": seat, "committee": seat.committee, "exam": seat.committee.exam, "page": page}
    return render(request, "grading/uploads.html", context)


@require_POST
def accept_row(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    accept_proposals(seat, upload, {row})
    return _result(request, seat, upload)


@require_POST
def accept_all(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    accept_proposals(seat, upload, {row.row for row in upload.rows})
    return _result(request, seat, upload)


@require_POST
def restore_row(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    restore_replaced(seat, upload, {row})
    return _result(request, seat, upload)


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    undo_upload(seat, upload)
    return _result(request, seat, upload)
