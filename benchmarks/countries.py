"""Databases with a large or small country, on the server of DATABASE_URL. Sets up Django."""

import gc
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

os.environ["DJANGO_SETTINGS_MODULE"] = "gradereg.settings"
# As in production: DEBUG off, cached templates, hashed static files. No mails are sent.
os.environ.pop("DEBUG", None)
os.environ |= {
    "SECRET_KEY": "only-for-benchmarks-with-generated-data-0123456789-abcdef",
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "GRADEREG_LOG": "warnings",
}
os.environ.setdefault("GRADEREG_DATA", str(Path(tempfile.gettempdir()) / "gradereg-country"))

import django
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

django.setup()

from benchmarks.seeding.command import Command  # noqa: E402
from committees.models import User  # noqa: E402

ADVISED = ("random_page_cost = 1.1", "default_toast_compression = lz4")
"""PostgreSQL settings that docs/guides/running.md advises."""


def ready() -> None:
    """Prepare what pages need besides a database."""
    call_command("collectstatic", interactive=False, verbosity=0)
    gc.freeze()  # as gradereg/wsgi.py does


class Base:
    """
    A database with `exams` generated exams and the fixed ones. Inside `with base:` it is Django's default database.

    Benchmarks use a copy of the seeded database, so that nothing in it comes from an earlier run.
    """

    def __init__(self, exams: int) -> None:
        self.exams = exams
        self.here: dict[str, Any] = connections["default"].settings_dict
        self.is_file = self.here["ENGINE"].endswith("sqlite3")
        self.made, self.copied = f"gradereg_country_{exams}", f"gradereg_country_{exams}_copy"
        self.connection = self._connect(self.copied)

    def _connect(self, name: str) -> BaseDatabaseWrapper:
        backend = load_backend(self.here["ENGINE"])
        there = {**self.here, "NAME": str(self._file(name)) if self.is_file else name}
        return cast(BaseDatabaseWrapper, backend.DatabaseWrapper(there, "default"))

    def _file(self, name: str) -> Path:
        return Path(self.here["NAME"]).resolve().parent / f"{name}.sqlite3"

    def __enter__(self) -> Self:
        self.before = connections["default"]
        connections["default"] = self.connection
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connections["default"] = self.before

    def make(self) -> None:
        """Seed the database unless it is seeded already (in one transaction, so it is complete), and copy it."""
        if not self.is_file:
            with suppress(ProgrammingError):
                _ask(f'CREATE DATABASE "{self.made}"')
        self.connection = self._connect(self.made)
        with self:
            call_command("migrate", verbosity=0)
            if not User.objects.exists():
                call_command(Command(), exams=self.exams)
            if not self.is_file:
                _ask("VACUUM ANALYZE")  # as autovacuum does after a while
        self.connection.close()
        self.connection = self._connect(self.copied)
        self.drop()
        if self.is_file:
            shutil.copy(self._file(self.made), self._file(self.copied))
        else:
            _ask(f'CREATE DATABASE "{self.copied}" TEMPLATE "{self.made}" STRATEGY file_copy')
            for setting in ADVISED:
                _ask(f'ALTER DATABASE "{self.copied}" SET {setting}')

    def drop(self, *, whole: bool = False) -> None:
        """Drop the copy; with `whole` also the seeded database."""
        self.connection.close()
        for name in [self.copied, self.made] if whole else [self.copied]:
            if self.is_file:
                for end in ("", "-wal", "-shm"):
                    Path(f"{self._file(name)}{end}").unlink(missing_ok=True)
            else:
                _ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _ask(statement: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)


__all__ = ["Base", "ready", "settings"]
