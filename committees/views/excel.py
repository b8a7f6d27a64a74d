"""Download → Grades to Excel, Upload → Grades from Excel, and the result of an upload."""

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
from committees.actions import Refused
from committees.actions.grade_lists import write_list
from committees.actions.uploads import accept_proposals, restore_replaced, undo_upload, upload_grades
from committees.files.grade_sheet import CheckedRow, Outcome, explain, explain_hidden
from committees.files.xlsx import UnreadableFile
from committees.models import Grader, Upload
from committees.views.attachments import attach, file_name
from committees.views.limits import come_back_later, seconds_to_wait, too_many
from committees.views.upload_turns import RETRY_SECONDS, NoPlace, upload_turn

PAGE_LENGTH = 1_000
"""Rows of a result that are shown at once."""
UPLOADS_AT_ONCE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def download_grades(request: Request, pk: int) -> HttpResponse:
    """Grades to Excel: the candidates of my committee with the grades that are set."""
    seat = seat_for(request.user, pk)
    committee, now = seat.committee, timezone.localtime()
    response = HttpResponse(write_list(seat, now), content_type=XLSX)
    words = (committee.exam.emnekode, _("committee"), committee.number, f"{now:%Y-%m-%d}")
    return attach(response, file_name(*words, ending="xlsx"))


@require_http_methods(["GET", "POST"])
def upload_sheet(request: Request, pk: int) -> HttpResponse:
    """The upload dialog; a refused file comes back as the dialog with its sentence."""
    seat = seat_for(request.user, pk)
    context = {"seat": seat, "committee": seat.committee, "exam": seat.committee.exam}
    if request.method == "GET":
        return render(request, "grading/upload_form.html", context)
    if seconds := seconds_to_wait(request, "upload", key="user", rate=settings.UPLOAD_RATE, counting=True):
        sentence = _("You have uploaded very often just now.") + " " + come_back_later(seconds)
        response = render(request, "grading/upload_form.html", {**context, "sentence": sentence})
        return too_many(response, seconds)
    try:
        with upload_turn():
            upload = _take(request, seat)
    except NoPlace:
        sentence = _("Many files are being uploaded right now. Upload yours again in a few seconds.")
        response = render(request, "grading/upload_form.html", {**context, "sentence": sentence})
        return too_many(response, RETRY_SECONDS)
    except UnreadableFile as error:
        return render(
            request, "grading/upload_form.html", {**context, "sentence": error.sentence}, status=422
        )
    except Refused as error:
        return render(
            request, "grading/upload_form.html", {**context, "sentence": error.sentence}, status=409
        )
    return _result(request, seat, upload)


def _take(request: Request, seat: Grader) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise UnreadableFile("no-file", _("No file was chosen. Click Browse, or drop the file into the box."))
    # One byte more than allowed is enough for the reader to say that the file is too large.
    content = file.read(settings.UPLOAD_LIMIT + 1)
    return upload_grades(seat, file_name=file.name or "", content=content)


def _result(request: Request, seat: Grader, upload: Upload) -> HttpResponse:
    if request.htmx:
        return show_upload(request, upload.pk)
    page = request.GET.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(reverse("upload", args=[upload.pk]) + query)


def show_upload(request: Request, pk: int) -> HttpResponse:
    """The result of an upload, `PAGE_LENGTH` rows that say something at once, and what may still be done to it."""
    seat, upload = upload_for(request.user, pk)
    grades = dict(seat.committee.candidates.values_list("number", "grade"))
    rejected = [row for row in upload.rows if row["outcome"] == Outcome.REJECTED]
    may_change = not seat.committee.is_locked and not upload.undone_at
    open_rows = {row["row"] for row in rejected if may_change and is_open(row, grades)}
    page = Paginator(list(filter(says_something, upload.rows)), PAGE_LENGTH).get_page(request.GET.get("page"))
    context = {
        "seat": seat,
        "committee": seat.committee,
        "exam": seat.committee.exam,
        "upload": upload,
        "page": page,
        "query": f"?page={page.number}" if page.number > 1 else "",
        "in_file": len(upload.rows),
        "named": len({row["candidate"] for row in upload.rows if row["candidate"]}),
        "repeated": [row for row in page if row.get("same_as") and row["outcome"] != Outcome.REJECTED],
        "rejected": [
            (row, why(row, row["row"] in open_rows), row["row"] in open_rows)
            for row in page
            if row["outcome"] == Outcome.REJECTED
        ],
        "proposals": len(open_rows),
        "hidden": explain_hidden(upload.hidden, upload.sheet),
        "replaced": list(filter(has_replaced, page)),
        "may_change": may_change,
    }
    return render(request, "grading/upload.html", context)


def says_something(row: dict[str, Any]) -> bool:
    """Whether the result names the row: it was rejected, says the same as another, or replaced somebody's grade."""
    return row["outcome"] == Outcome.REJECTED or bool(row.get("same_as")) or has_replaced(row)


def has_replaced(row: dict[str, Any]) -> bool:
    """Whether the row replaced a grade that somebody else had set."""
    return bool(row.get("replaced")) and row.get("resolution") != "undone"


def why(row: dict[str, Any], is_open: bool) -> str:
    """Why the row was not taken. A proposal that can't be taken any more is not advised."""
    return explain(CheckedRow.from_json(row if is_open else {**row, "proposal": ""}))


def is_open(row: dict[str, Any], grades: dict[str, str]) -> bool:
    """Whether the row's proposal can still be taken: the candidate's grade is what it was at the upload."""
    return bool(row.get("proposal")) and grades.get(row["candidate"]) == row["old"]


@require_safe
def upload_page(request: Request, pk: int) -> HttpResponse:
    return show_upload(request, pk)


@require_safe
def uploads(request: Request, pk: int) -> HttpResponse:
    """Every upload to the committee, newest first."""
    seat = seat_for(request.user, pk)
    # Without the rows of each: up to ten thousand.
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
    accept_proposals(seat, upload, {row["row"] for row in upload.rows})
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
