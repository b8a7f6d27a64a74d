"""Restore of a backup into an empty database, and verification of its log."""

import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import IntegrityError, connection, transaction

from committees.audit.verification import violations
from committees.management.commands.backup import FORMAT, VERSION, migrations, tables
from committees.management.progress import bars
from committees.progress import Progress, no_progress

MADE_BY_MIGRATE = (Permission, ContentType)
"""Tables that `migrate` fills. The rows of the backup replace them, because other rows refer to their ids."""

MOST_ROWS = 1000
MOST_LETTERS = 4_000_000
"""Maximum rows and characters in memory at once."""


class Command(BaseCommand):
    help = "Load a backup into an empty, migrated database and verify its log, completely or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="- for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            source = sys.stdin.buffer if str(file) == "-" else file
            with gzip.open(source, "rb") as packed, TextIOWrapper(packed, "utf-8") as text:
                header = restore(text, bars(options["verbosity"]))
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            raise CommandError(f"{file} can't be read to its end: {error}. Nothing was restored.") from error
        except (DeserializationError, IntegrityError) as error:
            raise CommandError(f"{file} does not hold together: {error}. Nothing was restored.") from error
        self.stdout.write(f"{sum(header['rows'].values())} rows restored from {file}; the log explains them.")


@transaction.atomic
def restore(text: TextIOWrapper, progress: Progress = no_progress) -> dict[str, Any]:
    """Load the backup in `text` and return its header. `progress` iterates over rows and exams.

    Raises CommandError if the file is not a backup, was made by another version, or lacks rows; and if the database
    is not empty or the log does not explain the loaded data.
    """
    header = read_header(text.readline())
    if header["migrations"] != migrations():
        raise CommandError(
            "This backup was made by another version of gradereg. Restore it with the version that made it, then migrate."
        )
    make_room()
    for lines in portions(progress(text, "rows", sum(header["rows"].values()))):
        for model, rows in groupby(serializers.deserialize("jsonl", lines), lambda row: type(row.object)):
            insert(model, list(rows))
    for model in tables():
        expected, found = header["rows"].get(model._meta.label_lower, 0), model._base_manager.count()
        if found != expected:
            raise CommandError(
                f"The backup should hold {expected} {model._meta.verbose_name_plural}, not {found}."
            )
    settle()
    connection.check_constraints()
    kept = {chain: (position, entry_hash) for chain, (position, entry_hash) in header["heads"].items()}
    for violation in violations(kept, progress):
        raise CommandError(f"The log does not explain this backup: {violation}. Nothing was restored.")
    return header


def make_room() -> None:
    """Empty the tables that `migrate` fills. Raises CommandError if any other table has rows."""
    for model in tables():
        if model in MADE_BY_MIGRATE:
            model._base_manager.all().delete()
        elif model._base_manager.exists():
            raise CommandError(
                f"The database is not empty: it has {model._meta.verbose_name_plural}. Restore into a new one, after "
                "`manage.py migrate`. Nothing was restored."
            )


def settle() -> None:
    """Reset the sequences after the loaded rows, and update PostgreSQL's statistics."""
    with connection.cursor() as cursor:
        for reset in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(reset)
        if connection.vendor == "postgresql":
            # Otherwise the queries of the verification are planned for empty tables.
            cursor.execute("ANALYZE")


def portions(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines in lists that fit into memory, however long their rows are."""
    portion: list[str] = []
    letters = 0
    for line in lines:
        portion.append(line)
        letters += len(line)
        if len(portion) == MOST_ROWS or letters > MOST_LETTERS:
            yield portion
            portion, letters = [], 0
    if portion:
        yield portion


def insert(model: Any, rows: list[DeserializedObject]) -> None:
    """Insert rows of one table with their links.

    Raw, as `save()` of a deserialized row does it, so that creation times keep their values.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    objects = [row.object for row in rows]
    size = connection.ops.bulk_batch_size(fields, objects)
    for start in range(0, len(objects), size):
        model._base_manager._insert(
            objects[start : start + size], fields=fields, using=connection.alias, raw=True
        )
    for field in model._meta.many_to_many:
        through, ours, theirs = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
        through._base_manager.bulk_create(
            through(**{ours: row.object.pk, theirs: other})
            for row in rows
            for other in (row.m2m_data or {}).get(field.name, ())
        )


def read_header(line: str) -> dict[str, Any]:
    """Return the header in the first line of a backup. Raises CommandError for other files and versions of the
    format."""
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or not str(header.get("format", "")).startswith(FORMAT):
        raise CommandError("This file is not a backup of gradereg.")
    # Version 1 had its number in the name of the format.
    version = header.get("version") or str(header["format"]).removeprefix(f"{FORMAT}-")
    if version != VERSION:
        raise CommandError(
            f"This backup has version {version} of the format; this gradereg reads version {VERSION}. "
            "Restore it with the gradereg that wrote it."
        )
    return header
