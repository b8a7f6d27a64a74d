"""Databases that hold a country, large or small, beside the one that DATABASE_URL names; and Django, to look into them."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

os.environ["DJANGO_SETTINGS_MODULE"] = "gradereg.settings"
# As in production: DEBUG off, templates and static files as they are served. Nobody is mailed.
os.environ.pop("DEBUG", None)
os.environ |= {
    "SECRET_KEY": "of-nothing-but-a-measurement-that-is-over-soon-0123456789",
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "GRADEREG_LOG": "warnings",
}
os.environ.setdefault("GRADEREG_DATA", str(Path(tempfile.gettempdir()) / "gradereg-country"))

import django
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.db.utils import load_backend

django.setup()

from committees.models import User  # noqa: E402


def ready() -> None:
    """What pages need besides a database."""
    call_command("collectstatic", interactive=False, verbosity=0)


class Base:
    """The database with so many exams beside the known ones. `with base:` all that Django does, it does there."""

    def __init__(self, exams: int) -> None:
        self.exams = exams
        self.here: dict[str, Any] = connections["default"].settings_dict
        self.is_file = self.here["ENGINE"].endswith("sqlite3")
        self.name = f"gradereg_country_{exams}"
        if self.is_file:
            self.name = str(Path(self.here["NAME"]).resolve().parent / f"{self.name}.sqlite3")
        backend = load_backend(self.here["ENGINE"])
        self.connection = backend.DatabaseWrapper({**self.here, "NAME": self.name}, "default")

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
        """Make it, where it is not there and whole: a country is made in one transaction."""
        if not self.is_file:
            with suppress(ProgrammingError), connections["default"].cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self.name}"')
        with self:
            call_command("migrate", verbosity=0)
            if not User.objects.exists():
                call_command("seed_country", exams=self.exams)
            if not self.is_file:
                # As PostgreSQL itself does by and by.
                with self.connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")

    def drop(self) -> None:
        self.connection.close()
        if self.is_file:
            for end in ("", "-wal", "-shm"):
                Path(self.name + end).unlink(missing_ok=True)
        else:
            with connections["default"].cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')


__all__ = ["Base", "ready", "settings"]
