"""Bulk inserts into an empty database: COPY on PostgreSQL, executemany on SQLite."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, models

from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    Grader,
    LogEntry,
    Notification,
    Transfer,
    TransferLine,
    TransferSheet,
    Upload,
    User,
)

M = TypeVar("M", bound=models.Model)

Planning: Any = Exam.planners.through
ORDER: list[type[models.Model]] = [
    *[User, Exam, Planning, Committee, Grader, Upload, Transfer, LogEntry],
    *[Candidate, Confirmation, TransferLine, TransferSheet, Notification],
]
"""Models in order of insertion: foreign keys refer to earlier ones only."""
CONVERTED = (models.JSONField, models.DateTimeField, models.DateField, models.BinaryField)
"""Fields whose values are converted for the database."""


class BulkWriter:
    """Rows to be written, with assigned keys."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._made: dict[type[models.Model], int] = defaultdict(int)

    def add(self, row: M) -> M:
        """Add `row` and assign its key."""
        self._made[type(row)] += 1
        row.pk = self._made[type(row)]
        self._rows[type(row)].append(row)
        return row

    def flush(self) -> None:
        """Write all rows, and empty the buffer."""
        for model in ORDER:
            if rows := self._rows.pop(model, None):
                write(rows)
        if self._rows:
            raise LookupError(f"Models missing in ORDER: {', '.join(map(str, self._rows))}.")

    def reset_sequences(self) -> None:
        """Set the database's sequences after the keys that were assigned."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), ORDER):
                cursor.execute(statement)


def write(rows: Sequence[models.Model]) -> None:
    """Write rows of one model."""
    model = type(rows[0])
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in _values(fields, rows):
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(fields))
            insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # names of our own tables
            cursor.executemany(insert, list(_values(fields, rows)))


def _values(fields: Sequence["models.Field[Any, Any]"], rows: Iterable[models.Model]) -> Iterator[list[Any]]:
    of_row = itemgetter(*(field.attname for field in fields))
    converted = [
        (place, field.get_db_prep_save) for place, field in enumerate(fields) if isinstance(field, CONVERTED)
    ]
    for row in rows:
        values = list(of_row(row.__dict__))
        for place, convert in converted:
            values[place] = convert(values[place], connection)
        yield values
