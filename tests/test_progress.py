"""Progress bars of long commands, only on a terminal and on standard error."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from committees.management.progress import bars
from tests.conftest import People

pytestmark = pytest.mark.db_independent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, verbosity: int) -> tuple[list[int], str]:
    """Return the items of a bar of three parts that is drawn at once, and its output."""
    monkeypatch.setattr("committees.management.progress.DELAY", 0)
    monkeypatch.setattr("sys.stderr", stderr)
    return list(bars(verbosity)([1, 2, 3], "exams")), stderr.getvalue()


def test_bar_shows_done_and_total(monkeypatch: pytest.MonkeyPatch) -> None:
    parts, said = drawn(monkeypatch, Terminal(), verbosity=1)
    assert (parts, "0/3" in said, "exams" in said) == ([1, 2, 3], True, True)


@pytest.mark.parametrize(("stderr", "verbosity"), [(io.StringIO(), 1), (Terminal(), 0)])
def test_no_bar_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, verbosity: int
) -> None:
    assert drawn(monkeypatch, stderr, verbosity) == ([1, 2, 3], "")


@pytest.mark.django_db(transaction=True)  # a backup begins one of its own
def test_output_is_the_same_with_and_without_a_bar(
    completed_exam: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("committees.management.progress.DELAY", 0)

    def said(stderr: Any) -> list[str]:
        monkeypatch.setattr("sys.stderr", stderr)
        told = []
        for command in (["backup", str(tmp_path / "file")], ["verify_log"], ["clear_training"]):
            out = io.StringIO()
            call_command(*command, stdout=out)
            told.append(out.getvalue())
        (tmp_path / "file").unlink()
        return told

    terminal = Terminal()
    assert said(terminal) == said(io.StringIO())
    assert [unit for unit in (" rows", " exams") if unit not in terminal.getvalue()] == []
