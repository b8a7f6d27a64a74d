"""Moving a register between databases, completely or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from committees.audit.verification import chain_heads, violations
from committees.management.commands import move_register
from committees.models import LogEntry, User
from tests.test_backup import backup, elsewhere, empty, everything, manage, planners

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["backup"]


@pytest.fixture
def old(backup: Path, tmp_path: Path) -> Path:
    """The register in an SQLite file; the database of this process is empty."""
    there = elsewhere(tmp_path)
    manage(there, "restore", str(backup))
    return there / "gradereg.sqlite3"


def moved(old: Path | str) -> str:
    out = StringIO()
    call_command("move_register", str(old), stdout=out)
    return out.getvalue()


def test_register_moves_from_sqlite_into_an_empty_one_with_a_valid_log(old: Path) -> None:
    rows, ends, whose = everything(), chain_heads(), planners()
    before = old.read_bytes()
    refused(old, "The database is not empty")
    assert everything() == rows
    empty()
    said = moved(old)
    assert (everything(), chain_heads(), planners()) == (rows, ends, whose)
    assert list(violations(ends)) == []
    assert f"{len(rows['committees.LogEntry']):>10} committees.logentry\n" in said
    assert said.endswith(
        f"{sum(map(len, rows.values()))} rows moved. {len(ends)} chains of the log end as they did, and explain every "
        "grade, confirmation and transfer.\n"
    )
    assert old.read_bytes() == before
    last = User.objects.latest("pk").pk
    assert User.objects.create(username="new").pk > last


def refused(old: Path | str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        moved(old)


def test_missing_file_is_reported_and_not_created(db: None, tmp_path: Path) -> None:
    refused(tmp_path / "nowhere.sqlite3", "is not there")
    assert list(tmp_path.iterdir()) == []


def test_unreadable_file_moves_nothing(db: None, tmp_path: Path) -> None:
    no_register = tmp_path / "empty.sqlite3"
    no_register.touch()
    refused(no_register, "could not be read to its end. Nothing was moved.")
    assert LogEntry.objects.count() == 0


@pytest.mark.slow
def test_write_during_the_move_is_detected(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = move_register.backup_of

    @contextmanager
    def written_meanwhile(url: str) -> Iterator[TextIOWrapper]:
        with whole(url) as text:
            yield text
        with sqlite3.connect(old) as there:
            row = ["2026-11-27 12:00:00", "user-1"]
            there.execute("INSERT INTO committees_sandbox (made_at, owner_key) VALUES (?, ?)", row)

    empty()
    before: dict[str, list[Any]] = everything()
    monkeypatch.setattr(move_register, "backup_of", written_meanwhile)
    refused(old, "Something was written to the old database meanwhile")
    assert everything() == before


@pytest.mark.slow
def test_register_moves_back(old: Path, tmp_path: Path) -> None:
    ends = chain_heads()
    here = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**here)
    source = url if connection.vendor == "postgresql" else str(old)
    back = elsewhere(tmp_path, "back")
    assert f"{len(ends)} chains of the log end as they did" in manage(back, "move_register", source)
    lines = manage(back, "verify_log", "--heads").splitlines()
    # Databases sort NULL committees differently.
    assert sorted(lines) == sorted(
        f"{chain} {position} {entry_hash}" for chain, (position, entry_hash) in ends.items()
    )
