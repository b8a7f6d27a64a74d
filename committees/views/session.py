"""State of the session, which open pages request after a sign-in in another tab."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST, require_safe


@login_not_required
@require_safe
def session_state(request: HttpRequest) -> JsonResponse:
    user = "practice" if getattr(request, "practice", None) else str(request.user.pk or "")
    return JsonResponse({"user": user, "name": str(request.user), "token": get_token(request)})


@require_POST
def continue_session(request: HttpRequest) -> HttpResponse:
    """Answer a person who stays signed in. Like every request except those of open pages, it counts as activity."""
    return HttpResponse(status=204)
