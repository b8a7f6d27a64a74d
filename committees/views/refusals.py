"""What a person reads when an act may not happen: 409 and a sentence; 422 for a file or field that can't be read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from committees.actions import Refused
from committees.files.xlsx import UnreadableFile


class RefusalMiddleware:
    """Turns a Refused that no view caught into its page; for htmx into an alert that leaves the page as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return refusal(request, str(error.sentence), status=409)
        if isinstance(error, UnreadableFile):
            return refusal(request, str(error.sentence), status=422)
        return None


def refusal(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    if getattr(request, "htmx", False):
        response = render(request, "components/_alert.html", {"sentence": sentence}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"
        return response
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        came_from = ""
    return render(request, "refused.html", {"sentence": sentence, "came_from": came_from}, status=status)
