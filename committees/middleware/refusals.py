from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from committees.errors import Refused
from committees.files.grade_sheet import UnreadableFile, sentence_of
from committees.responses.refusals import refusal


class RefusalMiddleware:
    """Middleware that turns an uncaught Refused into its page, or for htmx into an alert on the current page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return refusal(request, error.sentence, status=409, code=error.code.value)
        if isinstance(error, UnreadableFile):
            return refusal(request, sentence_of(error), status=422)
        return None
