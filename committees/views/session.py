"""Whose session a page is in: open pages ask it after a sign-in in another tab, and what they send names their person."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def session_state(request: HttpRequest) -> JsonResponse:
    """Who is signed in, "" for nobody, and the token that forms need now. Behind the door of practice: its trainee."""
    user = "practice" if getattr(request, "practice", None) else str(request.user.pk or "")
    return JsonResponse({"user": user, "name": str(request.user), "token": get_token(request)})
