"""The least that a server can do: answer as `/changes/` does, whatever is asked."""

from collections.abc import Iterable
from typing import Any


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A WSGI application."""
    start_response("204 No Content", [("Cache-Control", "private, no-store")])
    return []
