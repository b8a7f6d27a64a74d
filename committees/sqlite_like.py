"""LIKE for SQLite that ignores case in every alphabet, as PostgreSQL's UPPER() does."""

# SQLite's own ignores it only for A–Z, so that a search for "øko" would not find "ØKO". Django writes
# `icontains`, `iexact` and similar lookups as LIKE with an escape character.

import re
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def add_like(sender: Any, *, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Replace LIKE in a new SQLite connection. Receiver of connection_created."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("like", 3, like, deterministic=True)


def like(pattern: Any, text: Any, escape: str) -> bool | None:
    """Return the value of `text LIKE pattern ESCAPE escape`, None if either is NULL."""
    if pattern is None or text is None:
        return None
    return compiled(str(pattern), escape).match(str(text).casefold()) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str, escape: str) -> re.Pattern[str]:
    """Return the regular expression of a casefolded LIKE pattern: % is any text, _ any character, escaped ones are
    literal."""
    parts, characters = [], iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(re.escape(next(characters, "").casefold()))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character.casefold()))
    return re.compile("".join(parts) + r"\Z", re.DOTALL)
