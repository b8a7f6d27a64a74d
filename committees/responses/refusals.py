"""Responses to refused acts (409), and to files or fields that can't be read (422)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

REFUSAL_HEADER = "Refusal-Code"
"""Header of a response to a refused act, with the code of its `Refused`."""


def refusal(request: HttpRequest, sentence: str, *, status: int, code: str = "") -> HttpResponse:
    response = _response(request, sentence, status=status)
    if code:
        response[REFUSAL_HEADER] = code
    return response


def _response(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    if getattr(request, "htmx", False):
        response = render(request, "components/_alert.html", {"sentence": sentence}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"
        return response
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        came_from = ""
    return render(request, "refused.html", {"sentence": sentence, "came_from": came_from}, status=status)
