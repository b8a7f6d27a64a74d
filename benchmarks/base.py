"""Temporary registers for benchmarks."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


def server() -> str:
    """Return the URL of the PostgreSQL server for new databases: that of DATABASE_URL, or the local one."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else POSTGRES


@contextmanager
def register(kind: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a process with a new, empty database of this kind and production settings."""
    with tempfile.TemporaryDirectory(prefix="gradereg-bench-") as folder:
        ours = {"GRADEREG_DATA": folder, "SECRET_KEY": "k" * 60, "SERVERS": "1", "GRADEREG_LOG": "warnings"}
        ours |= {"SIMULATION": "1", "DATABASE_URL": f"sqlite:///{folder}/gradereg.sqlite3"}
        inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DEBUG")}
        environment = inherited | ours | {"DJANGO_SETTINGS_MODULE": "gradereg.settings"}
        if kind == SQLITE:
            yield environment
            return
        name = f"gradereg_bench_{uuid4().hex[:12]}"
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            advised = sql.SQL(
                "ALTER DATABASE {} SET default_toast_compression = lz4"
            )  # as docs/guides/running.md advises
            connection.execute(advised.format(sql.Identifier(name)))
            try:
                yield environment | {"DATABASE_URL": f"{server().rsplit('/', 1)[0]}/{name}"}
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def with_django(module: str, *arguments: str) -> list[str]:
    """Return the command that runs `module` in a separate process, with Django set up by its environment."""
    return [sys.executable, "-W", "ignore", "-m", "benchmarks.with_django", module, *arguments]
