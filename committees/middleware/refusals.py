from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from committees.actions.restoring import removal_of
from committees.errors import Refusal, Refused
from committees.files.grade_sheet import UnreadableFile, sentence_of
from committees.models import Exam, LogEntry, User
from committees.responses.refusals import REFUSAL_HEADER, refusal


class RefusalMiddleware:
    """Middleware that turns an uncaught Refused into its page, or for htmx into an alert on the current page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            response = refusal(request, error.sentence, status=409, removal=_removal(request, error))
            response[REFUSAL_HEADER] = error.code.value
            return response
        if isinstance(error, UnreadableFile):
            return refusal(request, sentence_of(error), status=422)
        return None


def _removal(request: HttpRequest, error: Refused) -> LogEntry | None:
    """Return the entry of the removal that the refusal is about, for a planner of the exam, who can undo it."""
    if error.code not in (Refusal.EXAM_DELETED, Refusal.EXAM_CANCELLED):
        return None
    user, exam = request.user, error.params["exam"]
    if not (isinstance(user, User) and isinstance(exam, Exam) and user.is_planner):
        return None
    return removal_of(exam) if exam.planners.filter(pk=user.pk).exists() else None
