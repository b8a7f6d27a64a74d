"""Locks that an act requests from the database; recorded on SQLite too, which has a single lock."""

from typing import Any

import pytest
from django.db.models import QuerySet


def locks_taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that records the model of each SELECT FOR UPDATE from now on."""
    found: list[str] = []
    lock = QuerySet.select_for_update

    def locking(rows: Any, *args: Any, **options: Any) -> Any:
        found.append(rows.model.__name__)
        return lock(rows, *args, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", locking)
    return found
