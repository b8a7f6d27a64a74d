"""Strict parsing of values in requests."""

from typing import TypeVar

from django.db.models import TextChoices
from django.http import HttpRequest

T = TypeVar("T", bound=TextChoices)

NO_UPLOAD_PLACE = "gradereg.no_upload_place"
"""Key of the WSGI environment of a request that found the queue of uploads full (gradereg/upload_turns.py)."""


def parse_id(text: str) -> int | None:
    """Return the id or number in `text`, None if it is invalid."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def choice_in(choices: type[T], text: str) -> T | None:
    """Return the choice with this value, None if there is none."""
    return choices(text) if text in choices.values else None


def newest_shown(request: HttpRequest) -> int | None:
    """Return the newest log entry that the page of a posted form showed (field `newest`): 0 if invalid, None if
    missing."""
    text = request.POST.get("newest")
    return None if text is None else parse_id(text) or 0


def has_no_upload_place(request: HttpRequest) -> bool:
    return NO_UPLOAD_PLACE in request.META
