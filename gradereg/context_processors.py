"""Context of every page. Only the site names pages and templates of several packages."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from committees.models import User
from gradereg.home import Tab, tabs_of
from gradereg.sign_in.sessions import session_end


def tabs(request: HttpRequest) -> dict[str, Any]:
    """Return `tabs` for the page header; they are queried only if a template uses them."""
    return {"tabs": lambda: _tabs(request)}


def _tabs(request: HttpRequest) -> list[Tab]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return [replace(tab, is_current=request.path_info.startswith(tab.parts)) for tab in tabs_of(user)]


def exam_actions(request: HttpRequest) -> dict[str, Any]:
    """Return `exam_actions`: templates of buttons that other packages add to exam pages. They get `exam` and `role`."""
    practice = getattr(request, "practice", None)
    return {"exam_actions": [] if practice else ["training/_rehearse.html"]}


def session_ends(request: HttpRequest) -> dict[str, Any]:
    """Return `session_ends` for the warning before the session ends."""
    return {"session_ends": lambda: session_end(request) if hasattr(request, "session") else ""}


def simulation(request: HttpRequest) -> dict[str, Any]:
    """Return `simulation`: whether the page says that this installation is for training only."""
    return {"simulation": settings.SIMULATION}
