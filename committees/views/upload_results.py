"""The result of an upload, and the buttons on it."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request, upload_for
from committees.actions.grade_lists import write_list
from committees.actions.upload_results import (
    accept_proposals,
    correct_row,
    note_upload_attendance,
    restore_original,
    restore_replaced,
    undo_upload,
)
from committees.files.grade_sheet import Reason
from committees.queries.upload_list import cells_to_correct, results_of
from committees.responses.attachments import XLSX, attach, file_name, practice_words
from committees.responses.seen_hints import keep_seen
from committees.responses.upload_results import after_act, show_result


@require_safe
def upload_page(request: Request, pk: int) -> HttpResponse:
    return show_result(request, pk)


@require_safe
def download_list(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    committee, now = seat.committee, timezone.localtime()
    current = dict(committee.candidates.values_list("number", "grade"))
    grades = cells_to_correct(upload, current) if not upload.undone_at else {}
    response = HttpResponse(
        write_list(seat, now, grades=grades, results=results_of(upload)), content_type=XLSX
    )
    exam = committee.exam
    words = (
        *practice_words(exam),
        exam.emnekode,
        _("committee"),
        committee.number,
        f"{now:%Y-%m-%d}",
        _("result"),
    )
    return attach(response, file_name(*words, ending="xlsx"))


@require_POST
def accept_row(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    accept_proposals(seat, upload, {row})
    return after_act(request, pk, row)


@require_POST
def accept_all(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    accept_proposals(seat, upload, {row.row for row in upload.rows})
    return after_act(request, pk)


@require_POST
def set_row_grade(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    correct_row(seat, upload, row, request.POST.get("grade", ""))
    return after_act(request, pk, row)


@require_POST
def set_row_attendance(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    note_upload_attendance(seat, upload, {row})
    return after_act(request, pk, row)


@require_POST
def set_attendance_of_all(request: Request, pk: int, attendance: str) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    proposing = {
        row.row for row in upload.rows if row.reason is Reason.ATTENDANCE and row.detail == attendance
    }
    note_upload_attendance(seat, upload, proposing)
    return after_act(request, pk)


@require_POST
def restore_row(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    restore_replaced(seat, upload, {row})
    return after_act(request, pk, row)


@require_POST
def restore_original_row(request: Request, pk: int, row: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    restore_original(seat, upload, row)
    return after_act(request, pk, row)


@require_POST
def answer_seen(request: Request, pk: int) -> HttpResponse:
    """Answer a hint with *Seen*. The confirm page proposes the answer, and the confirmation logs it."""
    _seat, upload = upload_for(request.user, pk)
    keep_seen(request, upload.committee_id, request.POST.get("hint", ""))
    return after_act(request, pk)


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    seat, upload = upload_for(request.user, pk)
    undo_upload(seat, upload)
    return after_act(request, pk)
