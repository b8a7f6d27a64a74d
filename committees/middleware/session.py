from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Session"
"""In an answer to a script, what is wrong with the session: "stale" (the token is an older one's), "other" (person)."""


def refuse_other_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an open page gets and saves nothing in the name of a person whom it was not made for."""

    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.headers.get("X-Page-User", "")
        if asked and request.user.is_authenticated and asked != str(request.user.pk):
            return HttpResponse(status=403, headers={HEADER: "other"})
        return get_response(request)

    return answer
