from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Session"
"""Response header for scripts with the problem of the session: "stale" (an outdated token) or "other" (person)."""


def refuse_other_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse requests from a page that was rendered for another person. Middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.headers.get("X-Page-User", "")
        if asked and request.user.is_authenticated and asked != str(request.user.pk):
            return HttpResponse(status=403, headers={HEADER: "other"})
        return get_response(request)

    return answer
