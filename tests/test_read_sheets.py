"""Results of `manage.py read_sheets` for files that are read, refused, misread, or break the reader."""

import datetime as dt
import json
import os
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from committees.files.xlsx import CellKind
from committees.management.reader_check import checking
from committees.management.reader_check.cells import (
    Place,
    Value,
    calamine_cells,
    openpyxl_cells,
    our_cells,
    same,
)
from committees.management.reader_check.limited import TOO_LARGE, TOO_SLOW, Limits, run_limited

from .files.build import book, raw_book

# The command forks, although processes of pytest-xdist have threads.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
    pytest.mark.db_independent,
]

LIMITS = Limits(seconds=5, mb=256)
LIST = book([["Candidate ID", "Grade"], ["0042", "A"], [10001, 1.5]])


def checked(folder: Path, content: bytes) -> checking.FileCheck:
    file = folder / "list.xlsx"
    file.write_bytes(content)
    return checking.check_file(file, file.name, LIMITS, LIMITS)


def test_command_reports_files_read_and_refused(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "good.xlsx").write_bytes(LIST)
    (tmp_path / "two.XLS").write_bytes(b"\x09\x08\x10\x00")
    (tmp_path / "notes.txt").write_bytes(b"not a spreadsheet")
    out, lines, objects = StringIO(), tmp_path / "out.csv", tmp_path / "out.json"
    call_command("read_sheets", str(tmp_path), "--jobs=1", csv=lines, json=objects, stdout=out)
    said = out.getvalue()
    assert "| one | 1 | 1 | 0 | 0 | 0 | 0 | 1 | 1 | 100.0 % |" in said
    assert "| **all** | 2 | 1 | 1 | 0 | 0 | 0 | 1 | 1 | 100.0 % |" in said
    assert "| old-xls | 1 | 0 | two.XLS |" in said
    assert len(lines.read_text().splitlines()) == 3
    assert [(one["path"], one["outcome"], one["cells"]) for one in json.loads(objects.read_text())] == [
        ("one/good.xlsx", "read", 6),
        ("two.XLS", "refused", 0),
    ]


@pytest.mark.parametrize("files", [[], ["notes.txt"]])
def test_command_needs_spreadsheets(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(CommandError, match="has no spreadsheets"):
        call_command("read_sheets", str(tmp_path))


def test_command_explains_how_to_install_calamine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CommandError, match="python-calamine"):
        call_command("read_sheets", str(tmp_path))


def test_command_fails_for_a_misread_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list.xlsx").write_bytes(LIST)
    wrong = {Place("Sheet", 2, 2): Value(CellKind.TEXT, "B", 0)}
    monkeypatch.setattr(checking, "our_cells", lambda content: {**our_cells(content), **wrong})
    out = StringIO()
    with pytest.raises(CommandError, match="1 files"):
        call_command("read_sheets", str(tmp_path), "--jobs=1", stdout=out)
    assert "- list.xlsx: Sheet!B2" in out.getvalue()


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ('<c r="A1" t="s"><v>0</v></c><c r="B1"><v>10001</v></c>', 2),
        ('<c r="A1" t="inlineStr"><is><t> a </t></is></c><c r="B1" t="b"><v>1</v></c>', 2),
        ('<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><v>#N/A</v></c>', 2),
        ('<c r="A1" t="d"><v>2014-02-14T08:27:48</v></c><c r="B1" t="str"><v>_xD801__xDC05_</v></c>', 2),
        ('<c r="A1" t="n"/><c r="B1" t="inlineStr"><is><t xml:space="preserve"> </t></is></c>', 0),
    ],
)
def test_readers_agree_about_plain_cells(tmp_path: Path, cells: str, number: int) -> None:
    check = checked(tmp_path, raw_book(f'<row r="1">{cells}</row>'))
    assert (check.outcome, check.cells, check.misread, check.disputed) == ("read", number, (), 0)
    assert check.others_agree


def test_readers_agree_about_a_date() -> None:
    content = book([[dt.datetime(2026, 12, 1, 9, 30)]])  # noqa: DTZ001 a sheet has no zone
    days = {next(iter(read(content).values())).number for read in (our_cells, openpyxl_cells, calamine_cells)}
    assert {round(24 * 60 * one) for one in days} == {24 * 60 * 46_357 + 570}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (46357, 46357.0003, True),
        (46357, 44895, False),
        (10.5, 1472.5, True),
        (59, 60, True),
        (1461, 1462, False),
    ],
)
def test_dates_are_compared_to_the_minute(one: float, other: float, equal: bool) -> None:
    assert same(Value(CellKind.DATE, "", one), Value(CellKind.DATE, "", other)) is equal


def test_value_of_one_other_reader_is_disputed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {Place("Sheet", 2, 2): Value(CellKind.TEXT, "B", 0)}
    others = {"openpyxl": openpyxl_cells, "calamine": lambda content: {**calamine_cells(content), **wrong}}
    monkeypatch.setattr(checking, "OTHERS", others)
    check = checked(tmp_path, LIST)
    assert (check.outcome, check.disputed, check.others_agree) == ("read", 1, False)


def test_file_unreadable_to_others_is_not_compared(tmp_path: Path) -> None:
    check = checked(tmp_path, b"")
    assert (check.outcome, check.reason, check.others_agree) == ("refused", "empty-file", False)
    assert "openpyxl: BadZipFile" in check.others_failed


def ask_for_memory(content: bytes) -> Any:
    return bytearray(2 * LIMITS.mb * 1024**2)


def never_end(content: bytes) -> Any:
    while True:
        pass


def wait(content: bytes) -> Any:
    time.sleep(3600)


@pytest.mark.parametrize(
    ("function", "outcome", "reason"),
    [
        (ask_for_memory, "too much memory", TOO_LARGE),
        (never_end, "too slow", TOO_SLOW),
        (lambda content: 1 / 0, "crashed", "ZeroDivisionError: division by zero"),
        (lambda content: os.abort(), "crashed", "SIGABRT"),
        (lambda content: os._exit(3), "crashed", "exit code 3"),
    ],
)
def test_failing_reader_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: Any, outcome: str, reason: str
) -> None:
    monkeypatch.setattr(checking, "our_cells", function)
    file = tmp_path / "list.xlsx"
    file.write_bytes(LIST)
    check = checking.check_file(file, file.name, Limits(seconds=1, mb=64), LIMITS)
    assert (check.outcome, check.reason) == (outcome, reason)


def test_idle_process_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("committees.management.reader_check.limited.WALL_TIME", 0.2)
    assert run_limited(wait, b"", Limits(seconds=1, mb=64)).failure == TOO_SLOW


def test_run_measures_time_and_memory() -> None:
    def work(content: bytes) -> int:
        return len(bytearray(b"x" * 40 * 1024**2))

    run = run_limited(work, b"", LIMITS)
    assert (run.result, run.failure) == (40 * 1024**2, "")
    assert 35 < run.mb < 120
    assert 0 < run.seconds < LIMITS.seconds
