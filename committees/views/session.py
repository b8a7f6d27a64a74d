"""Whose session a page is in: open pages ask it after a sign-in in another tab, and what they send names their person."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

HEADER = "X-Session"
"""In an answer to a script, what is wrong with the session: "stale" (the token is an older one's), "other" (person)."""


@login_not_required
@require_safe
def session_state(request: HttpRequest) -> JsonResponse:
    """Who is signed in, "" for nobody, and the token that forms need now. Behind the door of practice: its trainee."""
    user = "practice" if getattr(request, "practice", None) else str(request.user.pk or "")
    return JsonResponse({"user": user, "name": str(request.user), "token": get_token(request)})


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
