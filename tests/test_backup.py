"""Backup and restore on and between both databases, with a verified log."""

import gzip
import json
import os
import shutil
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees.audit.verification import chain_heads, violations
from committees.management.commands.backup import tables
from committees.management.commands.restore import portions
from committees.models import Candidate, Exam, LogEntry, Transfer
from tests.conftest import People, candidate, grade
from tests.demo_files import SHARED, locked
from tests.site.server import KEY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(completed_exam: People, tmp_path: Path) -> Path:
    file = tmp_path / "register.backup"
    call_command("backup", str(file), stdout=StringIO())
    return file


def everything() -> dict[str, list[Any]]:
    """Return every row of every table in a backup."""
    return {
        model._meta.label: [
            {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in tables()
    }


def planners() -> list[tuple[int, int]]:
    return sorted(Exam.planners.through.objects.values_list("exam", "user"))


def empty() -> None:
    call_command("flush", interactive=False, verbosity=0)


def restored(file: Path) -> str:
    out = StringIO()
    call_command("restore", str(file), stdout=out)
    return out.getvalue()


def rewritten(file: Path, change: Any) -> Path:
    """Return the backup with its lines, header first, changed by `change`."""
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).decode().splitlines()]
    text = "\n".join(json.dumps(line) for line in change(lines)) + "\n"
    file.write_bytes(gzip.compress(text.encode()))
    return file


def test_restored_register_is_equal_and_valid(backup: Path) -> None:
    rows, kept, whose = everything(), chain_heads(), planners()
    transfers = {one.pk: (bytes(one.content), one.sha256) for one in Transfer.objects.all()}
    assert len(rows["committees.LogEntry"]) > 20
    assert transfers
    empty()
    assert restored(backup).startswith(f"{sum(map(len, rows.values()))} rows restored")
    assert (everything(), planners(), chain_heads()) == (rows, whose, kept)
    assert {one.pk: (bytes(one.content), one.sha256) for one in Transfer.objects.all()} == transfers
    assert list(violations(kept)) == []


def test_restored_register_can_be_used(completed_exam: People, backup: Path) -> None:
    last = LogEntry.objects.latest("pk").pk
    empty()
    restored(backup)
    grade(completed_exam.ola, completed_exam.one, c10001="F")
    assert (candidate("10001").grade, LogEntry.objects.latest("pk").pk > last) == ("F", True)
    assert list(violations()) == []


def manage(data: Path, *command: str, pipe: bytes = b"") -> str:
    """Run a command on another SQLite database in a separate process, with this input."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {
        "GRADEREG_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "gradereg.settings",
        "SECRET_KEY": KEY,
        "SERVERS": "1",
        "SIMULATION": "1",
        "DATABASE_URL": f"sqlite:///{data / 'gradereg.sqlite3'}",
    }
    arguments = [sys.executable, "manage.py", *command]
    return subprocess.run(
        arguments, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, input=pipe
    ).stdout.decode()


def elsewhere(tmp_path: Path, name: str = "there") -> Path:
    """The folder of a migrated, empty SQLite database, which a run makes once."""
    empty_one = Path(os.environ[SHARED], "migrated")
    with locked(empty_one.with_name("migrated-lock")):
        if not empty_one.exists():
            unfinished = empty_one.with_name("migrated-unfinished")
            unfinished.mkdir()
            manage(unfinished, "migrate", "--verbosity", "0")
            unfinished.rename(empty_one)
    return shutil.copytree(empty_one, tmp_path / name)


@pytest.mark.slow
def test_backup_moves_between_databases(backup: Path, tmp_path: Path) -> None:
    rows = everything()
    there = elsewhere(tmp_path)
    manage(there, "restore", str(backup))
    assert "explain every grade" in manage(there, "verify_log")
    back = tmp_path / "back.backup"
    manage(there, "backup", str(back))
    empty()
    restored(back)
    assert everything() == rows


@pytest.mark.slow
def test_backup_is_restored_from_a_pipe(backup: Path, tmp_path: Path) -> None:
    there = elsewhere(tmp_path)
    manage(there, "restore", "-", pipe=backup.read_bytes())
    assert "explain every grade" in manage(there, "verify_log")


@pytest.mark.slow
def test_verified_backup_can_be_restored(completed_exam: People, tmp_path: Path) -> None:
    printed = StringIO()
    call_command("backup", str(tmp_path / "file"), "--verify", stdout=printed)
    assert "restored into a temporary database" in printed.getvalue()
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
def test_backup_that_the_log_does_not_explain_fails(completed_exam: People, tmp_path: Path) -> None:
    Candidate.objects.filter(number="10001").update(grade="F")
    with pytest.raises(CommandError, match=r"can.t be restored: .*The log does not explain this backup"):
        call_command("backup", str(tmp_path / "file"), "--verify", stdout=StringIO())
    assert (tmp_path / "file").exists()


def test_pipe_is_not_verified(db: None) -> None:
    with pytest.raises(CommandError, match="needs a file"):
        call_command("backup", "-", "--verify")


def test_backup_is_private_and_never_overwritten(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(backup))
    assert backup.read_bytes() == before
    assert [one.name for one in backup.parent.iterdir() if one.is_file()] == [backup.name]


def test_missing_folder_is_reported(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written"):
        call_command("backup", str(tmp_path / "nowhere" / "file"))


def test_restore_needs_an_empty_register(backup: Path) -> None:
    rows = everything()
    with pytest.raises(CommandError, match="The database is not empty"):
        restored(backup)
    assert everything() == rows


WRONG_FILES: dict[str, tuple[Any, str]] = {
    "cut off": (lambda file: file.write_bytes(file.read_bytes()[:-900]), "can't be read to its end"),
    "no gzip": (lambda file: file.write_bytes(b"hello"), "can't be read to its end"),
    "not there": (lambda file: file.unlink(), "can't be read to its end"),
    "another file": (lambda file: file.write_bytes(gzip.compress(b"{}\n")), "This file is not a backup"),
    "text": (lambda file: file.write_bytes(gzip.compress(b"hello\n")), "This file is not a backup"),
    "a later format": (
        lambda file: rewritten(file, lambda lines: [lines[0] | {"version": 3}, *lines[1:]]),
        "has version 3 of the format; this gradereg reads version 2",
    ),
    "the first format": (
        lambda file: rewritten(
            file, lambda lines: [{"format": "gradereg-backup-1", "migrations": []}, *lines[1:]]
        ),
        "has version 1 of the format",
    ),
    "another version": (
        lambda file: rewritten(file, lambda lines: [lines[0] | {"migrations": []}, *lines[1:]]),
        "made by another version",
    ),
    "a row missing": (
        lambda file: rewritten(
            file, lambda lines: [one for one in lines if one.get("model") != "committees.upload"][:-1]
        ),
        "should hold",
    ),
    "a broken row": (
        lambda file: rewritten(file, lambda lines: [*lines, {"model": "committees.nothing"}]),
        "does not hold together",
    ),
    "a changed grade": (lambda file: rewritten(file, regraded), "The log does not explain this backup"),
    "another head": (lambda file: rewritten(file, beheaded), "The log does not explain this backup"),
}


def regraded(lines: list[Any]) -> list[Any]:
    for line in lines:
        if line.get("model") == "committees.candidate" and line["fields"]["grade"] == "B":
            line["fields"]["grade"] = "A"
    return lines


def beheaded(lines: list[Any]) -> list[Any]:
    lines[0]["heads"] = {
        chain: [position + 1, entry_hash] for chain, (position, entry_hash) in lines[0]["heads"].items()
    }
    return lines


@pytest.mark.parametrize("name", WRONG_FILES)
def test_incomplete_backup_is_refused(backup: Path, name: str) -> None:
    spoil, said = WRONG_FILES[name]
    spoil(backup)
    empty()
    before = everything()
    with pytest.raises(CommandError, match=said):
        restored(backup)
    assert everything() == before


def test_restore_queries_do_not_grow_with_rows(backup: Path, people: People) -> None:
    def cost(file: Path) -> int:
        empty()
        with CaptureQueriesContext(connection) as queries:
            restored(file)
        return len(queries)

    few = cost(backup)
    Candidate.objects.bulk_create(
        Candidate(exam_id=people.other.pk, committee=None, number=str(number))
        for number in range(50_000, 50_040)
    )
    more = backup.with_name("more")
    call_command("backup", str(more), stdout=StringIO())
    assert cost(more) == few


def test_rows_are_restored_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("committees.management.commands.restore.MOST_ROWS", 3)
    monkeypatch.setattr("committees.management.commands.restore.MOST_LETTERS", 10)
    assert list(portions(["a", "b", "c", "d", "e" * 20, "f"])) == [["a", "b", "c"], ["d", "e" * 20], ["f"]]
