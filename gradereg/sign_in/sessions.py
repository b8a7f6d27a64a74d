"""
Sessions end: when nobody has used them for a while, and for good after a day's work.

A session remembers when it began and when it was last used. The second is written anew only every twelfth of the time
that may pass idle, so that reading pages does not write at each click; a session may so end that much early, never late.

A time in the future ends a session too. A server whose clock was wrong wrote it, and the session would last until then.
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
    """Somebody has signed in just now."""
    request.session[BEGAN] = request.session[USED] = int(time.time())


class SessionEndMiddleware:
    """Signs out whose session has ended, or never began here, before anything is done; the sign-in page says so."""

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
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Note that the session was used, unless the page asked by itself: a page left open must not keep it alive."""
        match = request.resolver_match
        if match is None or match.view_name in settings.ASKED_BY_PAGES or not request.user.is_authenticated:
            return
        if USED not in request.session:  # a trainee without an account: nobody signed in here
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
