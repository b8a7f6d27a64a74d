"""What every page gets from the site, so that no package names pages or templates of another one."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from committees.models import User
from gradereg.home import Tab, tabs_of


def tabs(request: HttpRequest) -> dict[str, Any]:
    """Return `tabs` for the head of every page, queried only where a template uses them."""
    return {"tabs": lambda: _tabs(request)}


def _tabs(request: HttpRequest) -> list[Tab]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return [replace(tab, is_current=request.path_info.startswith(tab.parts)) for tab in tabs_of(user)]


def exam_actions(request: HttpRequest) -> dict[str, Any]:
    """Return `exam_actions`: templates of other packages' buttons on the pages of an exam. They get `exam` and `role`."""
    practice = getattr(request, "practice", None)
    return {"exam_actions": [] if practice else ["training/_rehearse.html"]}
