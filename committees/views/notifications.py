"""What one is told: the bell in the head of every page, and the page behind it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request, notification_for, notifications_for
from committees.actions.notifications import mark_read
from committees.models import Notification, User

PAGE_LENGTH = 30


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `unread_notifications` for the head of a page, counted only where a template asks for it."""
    return {"unread_notifications": lambda: _unread(request)}


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return notifications_for(user).unread().order_by().count() if isinstance(user, User) else 0


@require_safe
def notifications(request: Request) -> HttpResponse:
    """Everything that I was told, newest first."""
    mine = notifications_for(request.user)
    page = Paginator(mine.in_full(), PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(
        request, "notifications/notifications.html", {"page": page, "has_unread": mine.unread().exists()}
    )


@require_POST
def open_notification(request: Request, pk: int) -> HttpResponse:
    """Go to what the notice is about; it is read by that."""
    notification = notification_for(request.user, pk)
    mark_read(Notification.objects.filter(pk=notification.pk))
    return redirect(notification)


@require_POST
def read_all(request: Request) -> HttpResponse:
    mark_read(notifications_for(request.user))
    messages.success(request, _("All notices are marked as read."))
    return redirect("notifications")
