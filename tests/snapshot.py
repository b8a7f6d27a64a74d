"""Snapshots of the database for comparison, and statements that write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from committees.models import User

Rows = dict[str, list[dict[str, Any]]]
RANDOM = ("entry_hash", "session_key", "session_data")
MOMENTS = ("at", "file")
"""Details of a log entry that always differ: times, and digests over them."""


def snapshot() -> Rows:
    """
    Return every row of every table. Primary keys are given as ranks, and times, hashes and sessions only as set or
    not, so that the same acts from the same state give the same snapshot.
    """
    tables = {
        model: list(model._base_manager.order_by("pk"))
        for model in apps.get_models(include_auto_created=True)
    }
    ranks: dict[Any, dict[Any, int]] = {
        model: {row.pk: rank for rank, row in enumerate(rows)} for model, rows in tables.items()
    }

    def told(field: Any, value: Any) -> Any:
        if value is None or value == "":
            return value
        if field.name in RANDOM or isinstance(field, models.DateTimeField):
            return "set"
        if field.remote_field or field.primary_key:
            return ranks[field.related_model or field.model][value]
        if field.name == "events":
            return dict.fromkeys(value, "set")
        if field.name == "password" and value.startswith("!"):
            return "unusable"
        if field.name == "details":
            value = value | {name: "set" for name in MOMENTS if name in value}
            return value | {"person": ranks[User].get(value["person"])} if "person" in value else value
        return bytes(value) if isinstance(value, memoryview) else value

    return {
        model._meta.label: [
            {field.attname: told(field, getattr(row, field.attname)) for field in model._meta.concrete_fields}
            for row in rows
        ]
        for model, rows in tables.items()
    }


READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@contextmanager
def writes(*, but: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Return the statements that write, except those on the tables `but`."""
    found: list[str] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().startswith(READS) and not any(f'"{table}"' in sql for table in but):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield found
