from typing import Any

from django.http import HttpRequest

from committees.access import notifications_for
from committees.models import User


def bell(request: HttpRequest) -> dict[str, Any]:
    """Return `unread_notifications` for the head of a page, counted only if a template uses it."""
    return {"unread_notifications": lambda: _unread(request)}


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return notifications_for(user).unread().order_by().count() if isinstance(user, User) else 0
