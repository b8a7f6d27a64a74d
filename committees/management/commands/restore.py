"""A backup into an empty database, and the proof that it is what it was."""

import gzip
import json
import zlib
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError, connection, transaction

from committees.actions.proof import breaks
from committees.management.commands.backup import FORMAT, migrations, tables

MADE_BY_MIGRATE = (Permission, ContentType)
"""Tables that `migrate` fills; the backup's own rows take their place, since others name them by their numbers."""


class Command(BaseCommand):
    help = "Load a backup into an empty, migrated database, and prove its log. All of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            with gzip.open(file, "rb") as packed, TextIOWrapper(packed, "utf-8") as text:
                rows = restore(text)
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            raise CommandError(f"{file} can't be read to its end: {error}. Nothing was restored.") from error
        except (DeserializationError, IntegrityError) as error:
            raise CommandError(f"{file} does not hold together: {error}. Nothing was restored.") from error
        self.stdout.write(f"{rows} rows restored from {file}; the log explains them.")


@transaction.atomic
def restore(text: TextIOWrapper) -> int:
    """
    Load the backup that `text` reads. Returns how many rows it has.

    Raises CommandError when the file is no backup, was made by another version, lacks rows, or when the database is not
    empty or the log does not explain what was loaded.
    """
    header = read_header(text.readline())
    if header["migrations"] != migrations():
        raise CommandError(
            "This backup was made by another version of gradereg. Restore it with the version that made it, then migrate."
        )
    for model in tables():
        if model in MADE_BY_MIGRATE:
            model._base_manager.all().delete()
        elif model._base_manager.exists():
            raise CommandError(
                f"The database is not empty: it has {model._meta.verbose_name_plural}. Restore into a new one, after "
                "`manage.py migrate`. Nothing was restored."
            )
    for row in serializers.deserialize("jsonl", text):
        row.save(force_insert=True)
    for model in tables():
        expected, found = header["rows"].get(model._meta.label_lower, 0), model._base_manager.count()
        if found != expected:
            raise CommandError(
                f"The backup should hold {expected} {model._meta.verbose_name_plural}, not {found}."
            )
    with connection.cursor() as cursor:
        for reset in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(reset)
    connection.check_constraints()
    for found_break in breaks(
        {chain: (position, seal) for chain, (position, seal) in header["heads"].items()}
    ):
        raise CommandError(f"The log does not explain this backup: {found_break}. Nothing was restored.")
    return sum(header["rows"].values())


def read_header(line: str) -> dict[str, Any]:
    """The first line of a backup. Raises CommandError for anything else."""
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise CommandError("This file is no backup of gradereg, or one of a later version.")
    return header
