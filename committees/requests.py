"""What requests carry, read without trust."""

from django.http import HttpRequest


def parse_id(text: str) -> int | None:
    """Return the id or number in an address or a form field; None for what can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def newest_shown(request: HttpRequest) -> int | None:
    """
    The newest log entry that the page of a posted form showed, its field `newest`: 0 for what can't be one, None if the
    request comes from no page of ours.
    """
    text = request.POST.get("newest")
    return None if text is None else parse_id(text) or 0
