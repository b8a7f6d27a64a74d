"""Reading of request bodies, with limits."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from committees.responses.refusals import refusal
from gradereg.bodies import content_length, is_utf8
from gradereg.outages import show_alert


class LimitedUpload(FileUploadHandler):
    """
    Upload handler that keeps a file in memory, never on disk, and drops what exceeds `settings.UPLOAD_LIMIT`.

    One byte more than the limit is kept: it shows the reader that the file is too large.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        room = settings.UPLOAD_LIMIT + 1 - self.kept.tell()
        self.kept.write(raw_data[:room])
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type, size, self.charset
        )


class ReadBodyMiddleware:
    """
    Middleware that reads a form before CsrfViewMiddleware, and raises BadRequest if it can't be decoded.

    CsrfViewMiddleware ignores such errors, and a view would get an empty form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        try:
            _fields = request.POST
        except (LookupError, ValueError) as error:
            raise BadRequest("The form can't be decoded.") from error


def bound_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Innermost middleware: refuse bodies that are larger than any form, and all charsets but UTF-8.

    Django fails on charsets that are not text encodings.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if content_length(request.META) > settings.BODY_LIMIT:
            return too_large(request)
        if not is_utf8(request.META.get("CONTENT_TYPE", "")):
            raise BadRequest("Only UTF-8 is read.")
        return get_response(request)

    return answer


def too_large(request: HttpRequest) -> HttpResponse:
    params = _("The upload is too large: a file can be at most %(most)s MB. Nothing was saved.")
    response = refusal(request, params % {"most": settings.UPLOAD_LIMIT // 1024**2}, status=413)
    if getattr(request, "htmx", False):
        # htmx shows responses with 422.
        response.status_code = 422
        show_alert(request, response)
    return response
