"""What one is told: the bell in the head of every page, and the page behind it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request, notice_for, notices_for
from committees.actions.notices import mark_read
from committees.models import Notice

PAGE_LENGTH = 30


@require_safe
def notices(request: Request) -> HttpResponse:
    """Everything that I was told, newest first."""
    mine = notices_for(request.user)
    page = Paginator(mine.in_full(), PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(request, "notices/notices.html", {"page": page, "has_unread": mine.unread().exists()})


@require_POST
def open_notice(request: Request, pk: int) -> HttpResponse:
    """Go to what the notice is about; it is read by that."""
    notice = notice_for(request.user, pk)
    mark_read(Notice.objects.filter(pk=notice.pk))
    return redirect(notice)


@require_POST
def read_all(request: Request) -> HttpResponse:
    mark_read(notices_for(request.user))
    messages.success(request, _("All notices are marked as read."))
    return redirect("notices")
