"""Move of all data between databases of either kind: a backup that is restored while it is written."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError, transaction

from committees.management.commands.restore import read_header, restore
from committees.management.progress import bars


class Command(BaseCommand):
    help = (
        "Copy all data of the database OLD into this empty, migrated one and verify its log, completely or not at all. "
        "OLD is not changed. Stop the site first: later changes to OLD are not copied."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", metavar="OLD", help="an SQLite file, or a URL as in DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        old: str = options["old"]
        url = old if "://" in old else sqlite_url(Path(old))
        try:
            with transaction.atomic():
                with backup_of(url) as text:
                    header = restore(text, bars(options["verbosity"]))
                refuse_if_written(url, header)
        except (OSError, EOFError) as error:
            raise CommandError("The old database could not be read to its end. Nothing was moved.") from error
        except (DeserializationError, IntegrityError) as error:
            raise CommandError(
                f"The old database does not hold together: {error}. Nothing was moved."
            ) from error
        for name, rows in header["rows"].items():
            if rows:
                self.stdout.write(f"{rows:>10} {name}")
        self.stdout.write(
            f"{sum(header['rows'].values())} rows moved. {len(header['heads'])} chains of the log end as they did, "
            "and explain every grade, confirmation and transfer."
        )


def sqlite_url(file: Path) -> str:
    """Return the URL of an SQLite file. Raises CommandError if it does not exist, because SQLite would create it."""
    if not file.is_file():
        raise CommandError(f"{file} is not there.")
    return f"sqlite:///{file.resolve()}"


@contextmanager
def backup_of(url: str) -> Iterator[TextIOWrapper]:
    """Stream a backup of the database at `url` from another process, because each process has one database."""
    command = [sys.executable, "-m", "django", "backup", "-", "--verbosity", "0"]
    environment = os.environ | {"DATABASE_URL": url}
    with subprocess.Popen(  # noqa: S603  # ourselves
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE
    ) as process:
        try:
            with gzip.open(process.stdout or b"", "rb") as packed, TextIOWrapper(packed, "utf-8") as text:
                if not packed.peek(1):
                    raise EOFError  # the other process has printed the reason
                yield text
        finally:
            process.kill()


def refuse_if_written(url: str, moved: dict[str, Any]) -> None:
    """Raise CommandError if the rows or chain heads of the database at `url` are no longer those of `moved`."""
    with backup_of(url) as text:
        now = read_header(text.readline())
    if any(now[part] != moved[part] for part in ("rows", "heads")):
        raise CommandError(
            "Something was written to the old database meanwhile. Stop the site, and move again. Nothing was moved."
        )
