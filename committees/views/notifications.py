"""The page of a user's notifications."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request, notification_for, notifications_for
from committees.actions.notifications import mark_read
from committees.models import Notification

PAGE_LENGTH = 30


@require_safe
def notifications(request: Request) -> HttpResponse:
    mine = notifications_for(request.user)
    page = Paginator(mine.in_full(), PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(
        request, "notifications/notifications.html", {"page": page, "has_unread": mine.unread().exists()}
    )


@require_POST
def open_notification(request: Request, pk: int) -> HttpResponse:
    notification = notification_for(request.user, pk)
    mark_read(Notification.objects.filter(pk=notification.pk))
    return redirect(notification)


@require_POST
def read_all(request: Request) -> HttpResponse:
    mark_read(notifications_for(request.user))
    messages.success(request, _("All notices have been marked as read."))
    return redirect("notifications")
