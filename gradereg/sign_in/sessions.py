"""
End of sessions: after a while without activity, and at the latest after a working day.

A session stores the times when it began and when it was last used. To avoid a write for every request, the latter is
updated only after a twelfth of the idle time has passed; a session may end that much earlier, never later.

A time in the future also ends a session: it comes from a server with a wrong clock, and the session would otherwise last
too long.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

BEGAN, USED = "began", "used"
# Clocks of several servers differ a little.
CLOCK_SKEW_SECONDS = 60


def begin_session(request: HttpRequest, **kwargs: Any) -> None:
    """Set the times of a new session."""
    request.session[BEGAN] = request.session[USED] = int(time.time())


def session_end(request: HttpRequest) -> str:
    """
    Return the seconds until the session ends if it is not used, for the warning on pages: "240", or "240 final" if it
    ends then even if it is used; "" for people without such a session.
    """
    if not request.user.is_authenticated or BEGAN not in request.session:
        return ""
    now, session = time.time(), request.session
    idle = session[USED] + settings.SESSION_IDLE_SECONDS - now
    age = session[BEGAN] + settings.SESSION_COOKIE_AGE - now
    return f"{max(age, 1):.0f} final" if age < idle else f"{max(idle, 1):.0f}"


class SessionEndMiddleware:
    """Sign-out of people whose session has ended or has no times; a message gives the reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            idle, age = now - session.get(USED, 0), now - session.get(BEGAN, 0)
            is_in_future = min(idle, age) < -CLOCK_SKEW_SECONDS
            if is_in_future or idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_COOKIE_AGE:
                logout(request)
                messages.info(request, _ended(age, is_in_future=is_in_future))
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.view_name in ("session", "continue-session"):
            response.headers["X-Session-Ends"] = session_end(request)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Update the time of last use, except for background requests: an open page must not keep a session alive."""
        match = request.resolver_match
        if match is None or match.view_name in settings.ASKED_BY_PAGES or not request.user.is_authenticated:
            return
        if USED not in request.session:  # a trainee without an account
            return
        now = int(time.time())
        if now - request.session[USED] > settings.SESSION_IDLE_SECONDS // 12:
            request.session[USED] = now


def _ended(age: int, *, is_in_future: bool) -> str:
    if is_in_future:
        return _(
            "You were signed out because the server’s clock was wrong when you signed in. Sign in again."
        )
    if age > settings.SESSION_COOKIE_AGE:
        return _("You were signed out because you had been signed in for a long time. Sign in again.")
    return _("You were signed out because you had been inactive for a while. Sign in again.")
