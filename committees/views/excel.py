"""Download and upload of grades in Excel."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees.access import Request, seat_for
from committees.actions.grade_lists import record_download, write_list
from committees.actions.uploads import upload_grades
from committees.errors import Refused
from committees.files.grade_sheet import FileProblem, UnreadableFile, sentence_of
from committees.models import Grader, Upload
from committees.requests import has_no_upload_place
from committees.responses.attachments import XLSX, attach, file_name, practice_words
from committees.responses.limits import come_back_later, seconds_to_wait, too_many
from committees.responses.refusals import REFUSAL_HEADER
from committees.responses.upload_results import after_act

UPLOADS_AT_ONCE = 100
RETRY_SECONDS = 5


@require_http_methods(["GET", "HEAD", "POST"])
def download_grades(request: Request, pk: int) -> HttpResponse:
    return _list(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def download_empty(request: Request, pk: int) -> HttpResponse:
    return _list(request, pk, is_empty=True)


def _list(request: Request, pk: int, *, is_empty: bool = False) -> HttpResponse:
    seat, now = seat_for(request.user, pk), timezone.localtime()
    committee = seat.committee
    # Only a POST records that the list is out. The buttons of Final Grading post; links and programs get.
    if request.method == "POST":
        record_download(seat, now)
    response = HttpResponse(write_list(seat, now, is_empty=is_empty), content_type=XLSX)
    exam = committee.exam
    words = (*practice_words(exam), exam.emnekode, _("committee"), committee.number, f"{now:%Y-%m-%d}")
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
        refused = {**context, "sentence": error.sentence}
        response = render(request, "grading/upload_form.html", refused, status=409)
        response[REFUSAL_HEADER] = error.code.value
        return response
    return after_act(request, upload.pk)


def _take(request: Request, seat: Grader) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise UnreadableFile(FileProblem.NO_FILE)
    # One byte over the limit is enough for the reader to refuse the file as too large.
    content = file.read(settings.UPLOAD_LIMIT + 1)
    take_as_is = request.POST.get("take_as_is") == "on"
    return upload_grades(seat, file_name=file.name or "", content=content, take_as_is=take_as_is)


@require_safe
def uploads(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    # Each upload has up to ten thousand rows.
    found = seat.committee.uploads.select_related("by").defer("rows", "missing", "ignored_columns")
    page = Paginator(found, UPLOADS_AT_ONCE).get_page(request.GET.get("page"))
    context = {"seat": seat, "committee": seat.committee, "exam": seat.committee.exam, "page": page}
    return render(request, "grading/uploads.html", context)
