"""Download → Grades to Excel, Upload → Grades from Excel, and the result of an upload."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, seat_for, upload_for
from committees.actions import Refused
from committees.actions.uploads import (
    accept_proposals,
    counts,
    give_back,
    undo_upload,
    upload_grades,
    write_list,
)
from committees.files.grade_sheet import JudgedRow, Outcome, explain, explain_hidden
from committees.files.workbook import UnreadableFile
from committees.models import Grader, Upload
from committees.views.limits import come_back_later, seconds_to_wait, too_many

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def download_grades(request: Request, pk: int) -> HttpResponse:
    """Grades to Excel: the candidates of my committee with the grades that are set."""
    seat = seat_for(request.user, pk)
    committee, now = seat.committee, timezone.localtime()
    response = HttpResponse(write_list(seat, now), content_type=XLSX)
    name = slugify(
        " ".join([committee.exam.emnekode, _("committee"), str(committee.number), f"{now:%Y-%m-%d}"])
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


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
        upload = _take(request, seat)
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
    return redirect("upload", pk=upload.pk)


def show_upload(request: Request, pk: int) -> HttpResponse:
    """The result of an upload, row by row, and what may still be done to it."""
    seat, upload = upload_for(request.user, pk)
    numbers = counts(upload)
    grades = dict(seat.committee.candidates.values_list("number", "grade"))
    rejected = [row for row in upload.rows if row["outcome"] == Outcome.REJECTED]
    may_change = not seat.committee.is_locked and not upload.undone_at
    open_rows = {row["row"] for row in rejected if may_change and is_open(row, grades)}
    context = {
        "seat": seat,
        "committee": seat.committee,
        "exam": seat.committee.exam,
        "upload": upload,
        "counts": numbers,
        "in_file": len(upload.rows),
        "named": len({row["candidate"] for row in upload.rows if row["candidate"]}),
        "repeated": [row for row in upload.rows if row.get("same_as") and row["outcome"] != Outcome.REJECTED],
        "rejected": [(row, why(row, row["row"] in open_rows), row["row"] in open_rows) for row in rejected],
        "proposals": len(open_rows),
        "lost": [row for row in upload.rows if row.get("lost") and row.get("became") != "undone"],
        "hidden": explain_hidden(upload.hidden, upload.sheet),
        "may_change": may_change,
    }
    return render(request, "grading/upload.html", context)


def why(row: dict[str, Any], is_open: bool) -> str:
    """Why the row was not taken. A proposal that can't be taken any more is not advised."""
    return explain(JudgedRow.from_json(row if is_open else {**row, "proposal": ""}))


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
    rows = [(upload, counts(upload)) for upload in seat.committee.uploads.select_related("by")]
    context = {"seat": seat, "committee": seat.committee, "exam": seat.committee.exam, "rows": rows}
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
def give_back_row(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    give_back(seat, upload, {row})
    return _result(request, seat, upload)


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    undo_upload(seat, upload)
    return _result(request, seat, upload)
