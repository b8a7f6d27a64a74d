"""Backup of all tables in one gzip file: a header, then a line of JSON for each row."""

# The file is the same on SQLite and PostgreSQL, so a backup of one can be restored on the other.

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from committees.audit.verification import chain_heads
from committees.management.progress import bars
from committees.progress import Progress, no_progress

FORMAT = "gradereg-backup"
VERSION = 2
"""Version of the format, raised when older code could not read a backup, or would read it differently."""
COMPRESSION = 6
"""Level of gzip. Level 9 takes several times as long for a file that is hardly smaller."""
LEFT_OUT = {"sessions.session", "usersessions.usersession"}
"""Tables that are not backed up. People sign in again after a restore."""


class Command(BaseCommand):
    help = "Write a consistent backup of all data to FILE. The site can stay in use meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="- for standard output")
        parser.add_argument(
            "--verify", action="store_true", help="restore it into a temporary database and verify its log"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file, progress = options["file"], bars(options["verbosity"])
        if str(file) == "-":
            if options["verify"]:
                raise CommandError("--verify needs a file.")
            write_backup(sys.stdout.buffer, progress)
            return
        if file.exists():
            raise CommandError(
                f"{file} is there already. Choose another name; backups are never overwritten."
            )
        part = file.with_name(f"{file.name}.part")
        try:
            rows = keep_backup(part, progress)
            os.replace(part, file)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error}") from error
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"{rows} rows in {file}")
        if options["verify"]:
            verify_backup(file)
            self.stdout.write("It was restored into a temporary database, and its log explains it.")


def tables() -> list[type[models.Model]]:
    """Return every model whose rows are backed up."""
    return [
        model
        for model in apps.get_models()
        if model._meta.label_lower not in LEFT_OUT and model._meta.managed
    ]


def migrations() -> list[list[str]]:
    """Return app and name of each applied migration, which determine the fields of the rows."""
    return sorted(map(list, MigrationRecorder(connection).applied_migrations()))


@contextmanager
def snapshot() -> Iterator[None]:
    """Open a transaction that sees the database at one moment and blocks no writers."""
    if connection.vendor == "sqlite":
        # The site's transactions take the write lock when they begin; this one only reads.
        with writing_mode("DEFERRED"), transaction.atomic():
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def writing_mode(mode: str) -> Iterator[None]:
    """Begin transactions on SQLite in `mode`."""
    connection.ensure_connection()  # which sets the mode
    sqlite: Any = connection
    before, sqlite.transaction_mode = sqlite.transaction_mode, mode
    try:
        yield
    finally:
        sqlite.transaction_mode = before


def keep_backup(file: Path, progress: Progress = no_progress) -> int:
    """Write the backup to `file`, readable only by its owner, and sync it to disk. Returns the number of rows."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        rows = write_backup(raw, progress)
        raw.flush()
        os.fsync(raw.fileno())
    return rows


def verify_backup(file: Path) -> None:
    """
    Restore `file` into a temporary SQLite database beside it, which verifies its log.

    In other processes, because each has one database. Raise CommandError if the backup can't be restored.
    """
    with TemporaryDirectory(prefix="verify-", dir=file.parent) as folder:
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{Path(folder, 'scratch.sqlite3').resolve()}"}
        for command in (["migrate"], ["restore", str(file.resolve())]):
            call = [sys.executable, "-m", "django", *command, "--verbosity", "0"]
            done = subprocess.run(  # noqa: S603  # ourselves
                call, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
            )
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason"])[-1]
                raise CommandError(f"{file} was written, but can't be restored: {reason}")


@snapshot()
def write_backup(raw: BinaryIO, progress: Progress = no_progress) -> int:
    """Write the backup to `raw`. Returns the number of rows, over which `progress` iterates."""
    counts = {model._meta.label_lower: model._base_manager.count() for model in tables()}
    header = {
        "format": FORMAT,
        "version": VERSION,
        "made": timezone.now().isoformat(),
        "migrations": migrations(),
        "rows": counts,
        "heads": chain_heads(),
    }
    total = sum(counts.values())
    with gzip.open(raw, "wb", COMPRESSION) as packed, TextIOWrapper(packed, "utf-8") as text:
        text.write(json.dumps(header) + "\n")
        text.flush()
        rows = progress(chain.from_iterable(map(rows_of, tables())), "rows", total)
        serializers.serialize("jsonl", rows, stream=text, cls=ExactEncoder, ensure_ascii=False)
    return total


def rows_of(model: type[models.Model]) -> Iterator[models.Model]:
    """Return the rows of a table and their links, fetched in batches that fit into memory."""
    grow = any(
        isinstance(field, models.JSONField | models.BinaryField) for field in model._meta.concrete_fields
    )
    linked = [field.name for field in model._meta.many_to_many]
    rows = model._base_manager.order_by("pk").prefetch_related(*linked)
    return rows.iterator(chunk_size=100 if grow else 2000)


class ExactEncoder(DjangoJSONEncoder):
    """Encoder of times to the microsecond, which the hashes include; Django's own stops at milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | date | time) else super().default(o)
