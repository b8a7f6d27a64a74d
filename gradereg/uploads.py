"""How a body is taken in: in pieces, nothing beyond the limit kept, and answered so that its sender gets to see it."""

from collections.abc import Callable
from io import BytesIO
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from committees.views.refusals import refusal

# What a browser is still sending when the answer stands is read and dropped, or the browser would tell of a broken
# connection in its place. Up to here; then the connection is closed after all.
DROPPED_BYTES = 256 * 1024 * 1024
DROPPED_SECONDS = 10.0
PIECE = 16 * 1024


class CutAtLimit(FileUploadHandler):
    """
    Keeps a file in memory up to one byte beyond `settings.UPLOAD_LIMIT`, which is how its reader sees that it is too
    large. The rest is dropped as it comes in; nothing is ever written to a disk.
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


def bound_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the innermost, as views begin to read: refuses a body that is announced as more than any form can be."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_too_large = length.isdecimal() and int(length) > settings.BODY_LIMIT
        response = too_large(request) if is_too_large else get_response(request)
        if response.status_code >= 400:
            drop_rest(request)
        return response

    return answer


def too_large(request: HttpRequest) -> HttpResponse:
    told = _("What you sent is too large: a file may have at most %(most)s MB. Nothing of it was kept.")
    response = refusal(request, told % {"most": settings.UPLOAD_LIMIT // 1024**2}, status=413)
    if getattr(request, "htmx", False):
        # htmx shows what comes with 422.
        response.status_code = 422
    return response


def drop_rest(request: HttpRequest) -> None:
    """Read what is left of the body, if it comes soon and is not too much, and forget it."""
    left, end = DROPPED_BYTES, monotonic() + DROPPED_SECONDS
    try:
        while left > 0 and monotonic() < end and (piece := request.read(PIECE)):
            left -= len(piece)
    except UnreadablePostError:
        return  # nobody is there any more to read the answer
