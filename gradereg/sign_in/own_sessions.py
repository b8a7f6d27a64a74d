"""The sessions of a person, kept in the table of allauth.usersessions: when they began, and in which browser."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from committees.access import Request
from committees.models import User
from committees.responses.limits import client_address

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}
"""Parts of a User-Agent header with the browser that they mean; the first one counts."""
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class OwnSession:
    began: datetime
    browser: str
    is_current: bool


def record_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the session that a sign-in began, and delete those that have ended. Receiver of user_logged_in."""
    key = request.session.session_key
    if not key:
        return
    past = UserSession.objects.filter(user=user).exclude(
        session_key__in=Session.objects.values("session_key")
    )
    past.delete()
    agent = request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length]
    values = {"user": user, "ip": client_address(request), "user_agent": agent}
    UserSession.objects.update_or_create(session_key=key, defaults=values)


def sessions_of(request: Request) -> list[OwnSession]:
    """Return the sessions of the signed-in person that have not ended, newest first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    found = UserSession.objects.filter(user=request.user, session_key__in=alive).order_by("-created_at")
    current = request.session.session_key
    return [
        OwnSession(one.created_at, browser_of(one.user_agent), one.session_key == current) for one in found
    ]


def end_sessions(user: User) -> None:
    """End all sessions of the person."""
    own = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(own.values_list("session_key", flat=True))).delete()
    own.delete()


def browser_of(agent: str) -> str:
    """Return the browser and the system of a User-Agent header, "" for an unknown one."""
    browser = next((name for part, name in BROWSERS.items() if part in agent), "")
    system = next((name for part, name in SYSTEMS.items() if part in agent), "")
    return ", ".join(one for one in (browser, system) if one)
