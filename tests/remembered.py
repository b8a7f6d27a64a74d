"""Rows that many tests start with: created once per process, then inserted as rows, in a tenth of the time."""

import pickle
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.db import connection, transaction

T = TypeVar("T")

MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}


class Remembered(NamedTuple):
    """A pickled result, and the rows that were written for it, by table."""

    made: bytes
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]


MEMORY: dict[Hashable, Remembered] = {}


def remembered(name: Hashable, make: Callable[[], T]) -> T:
    """
    Return the result of `make`, and write its rows.

    `make` runs the first time, and whenever rows exist already whose keys could collide.
    """
    if any(has_rows(table) for table in ("committees_user", "committees_exam")):
        return make()
    if name not in MEMORY:
        made = make()
        MEMORY[name] = Remembered(pickle.dumps(made), all_rows())
        return made
    rows_by_table = MEMORY[name].rows
    with transaction.atomic():  # Foreign keys are checked at its end.
        for table, (columns, rows) in rows_by_table.items():
            insert(table, columns, rows)
    if connection.vendor == "postgresql":
        advance_sequences([table for table, (columns, _rows) in rows_by_table.items() if '"id"' in columns])
    found: T = pickle.loads(MEMORY[name].made)
    return found


def has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
        return bool(cursor.fetchone()[0])


def all_rows() -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    found = {}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        for table in sorted(tables - MADE_BY_MIGRATE):
            cursor.execute(f"SELECT * FROM {table}")
            if rows := cursor.fetchall():
                found[table] = ([f'"{column[0]}"' for column in cursor.description], rows)
    return found


def insert(table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * len(columns))
    values = ", ".join([f"({places})"] * len(rows))
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}"
        cursor.execute(sql, [value for row in rows for value in row])


def advance_sequences(tables: list[str]) -> None:
    """Continue the keys after those of the rows. A restore sets sequences back, and a rollback does not undo that."""
    sequence = "pg_get_serial_sequence('{0}', 'id')"
    after = f"setval({sequence}, GREATEST(nextval({sequence}), (SELECT max(id) FROM {{0}})))"
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(after.format(table) for table in tables))
