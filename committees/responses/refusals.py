"""Responses to refused acts (409), and to files or fields that can't be read (422)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from committees.models import LogEntry

REFUSAL_HEADER = "Refusal-Code"
"""Header of a response to a refused act, with the code of its `Refused`."""


def refusal(
    request: HttpRequest, sentence: str, *, status: int, removal: LogEntry | None = None
) -> HttpResponse:
    """Return the page with the sentence, and a button that undoes `removal`."""
    if getattr(request, "htmx", False):
        response = render(request, "components/_alert.html", {"sentence": sentence}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"
        return response
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        came_from = ""
    context = {"sentence": sentence, "came_from": came_from, "removal": removal}
    return render(request, "refused.html", context, status=status)
