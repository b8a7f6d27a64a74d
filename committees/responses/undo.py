"""Messages with an Undo button."""

from django.contrib import messages
from django.urls import reverse

from committees.access import Request
from committees.models import LogEntry


def offer_undo(request: Request, sentence: str, entry: LogEntry) -> None:
    """Add a message whose button undoes the act of `entry`. `components/_messages.html` posts to the URL in its tags."""
    messages.success(request, sentence, extra_tags=reverse("undo-act", args=[entry.pk]))
