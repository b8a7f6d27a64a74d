"""What stands in the database, told so that two states can be compared, and what reaches it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from committees.models import User

Rows = dict[str, list[dict[str, Any]]]
RANDOM = ("entry_hash", "session_key", "session_data")
MOMENTS = ("at", "file")
"""Details of a log entry that differ each time: a moment, and a digest over one."""


def snapshot() -> Rows:
    """
    Every row of every table, by table. Primary keys are told as ranks, and of moments, hashes and sessions only whether
    they are set: so that doing the same twice from the same start gives the same.
    """
    tables = apps.get_models(include_auto_created=True)
    ranks: dict[Any, dict[Any, int]] = {
        model: {pk: rank for rank, pk in enumerate(sorted(model._base_manager.values_list("pk", flat=True)))}
        for model in tables
    }

    def told(field: Any, value: Any) -> Any:
        if value is None or value == "":
            return value
        if field.name in RANDOM or isinstance(field, models.DateTimeField):
            return "set"
        if field.remote_field or field.primary_key:
            return ranks[field.related_model or field.model][value]
        if field.name == "password" and value.startswith("!"):
            return "unusable"
        if field.name == "details":
            value = value | {name: "set" for name in MOMENTS if name in value}
            return value | {"person": ranks[User].get(value["person"])} if "person" in value else value
        return bytes(value) if isinstance(value, memoryview) else value

    return {
        model._meta.label: [
            {field.attname: told(field, getattr(row, field.attname)) for field in model._meta.concrete_fields}
            for row in model._base_manager.order_by("pk")
        ]
        for model in tables
    }


READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@contextmanager
def writes(*, but: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The statements that reach the database and are not mere reading, save those on the tables `but`."""
    found: list[str] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(READS) and not any(f'"{table}"' in sql for table in but):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield found
