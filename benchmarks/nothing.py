"""A minimal WSGI application: answers every request like an unchanged `/changes/`."""

from collections.abc import Iterable
from typing import Any


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("204 No Content", [("Cache-Control", "private, no-store")])
    return []
