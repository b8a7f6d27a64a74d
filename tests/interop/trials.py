"""Trials of a writer: what it reads of our grade sheets, and what we read of its files."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from committees.files.grade_sheet import SheetHead, UnreadableFile, read_grade_sheet, write_grade_sheet
from committees.files.xlsx import CellKind
from committees.grade_scales import LETTERS

from .environments import Job, NotAvailableError, WriterError
from .writers import Writer

HEADERS = ["Candidate ID", "Grade", "Name"]
NAMES = ("Åse Ørbæk", "Núñez & Sons <AS>", "Nguyễn Văn A", " Kari  Nordmann ", "=1+1", "山田太郎", 'O"Brien')
GRADES = ("A", "B", "C", "D", "E", "F")
LIST_ID = "GR1.7.42.3.1796000000.interop-seal_of-this-list"
COUNT = 30

TAKEN, NOTHING = "whole", "–"


@dataclass
class Trial:
    """The results of one writer, by column of the table, and whether one of them is a failure."""

    name: str
    version: str = ""
    unavailable: str = ""
    built: str = NOTHING
    edited: str = NOTHING
    list_id: str = NOTHING
    lost: str = NOTHING
    read: str = NOTHING
    failed: bool = False


def candidates(*, filled: bool) -> list[tuple[str, str, str]]:
    """Return the rows of the list: IDs with leading zeros; every second grade set, or all if `filled`."""
    return [
        (
            f"0{10000 + number}",
            GRADES[number % 6] if filled or number % 2 else "",
            NAMES[number % len(NAMES)],
        )
        for number in range(COUNT)
    ]


def our_list(*, filled: bool) -> bytes:
    """Return the list as downloaded."""
    moment = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    head = SheetHead("TDT4100 (2026 autumn)", "Committee 1", "Kari Nordmann", moment, LIST_ID, LETTERS, True)
    return write_grade_sheet(head, candidates(filled=filled))


def try_writer(writer: Writer, folder: Path) -> Trial:
    """Run all tasks of `writer` in `folder`."""
    trial = Trial(writer.name)
    try:
        trial.version = writer.environment.version()
    except NotAvailableError as error:
        trial.unavailable = str(error)
        return trial
    tasks: dict[str, Callable[[Writer, Path, Trial], None]] = {
        "build": _build,
        "edit": _edit,
        "resave": _edit,
        "read": _read,
    }
    for task in writer.can:
        tasks[task](writer, folder, trial)
    return trial


def _build(writer: Writer, folder: Path, trial: Trial) -> None:
    rows, built = folder / "rows.json", folder / "built.xlsx"
    rows.write_text(json.dumps([HEADERS, *candidates(filled=True)]))
    trial.built = _performed(writer, Job("build", rows, built)) or _difference(built)
    trial.failed |= trial.built != TAKEN


def _edit(writer: Writer, folder: Path, trial: Trial) -> None:
    """Fill in the missing grades; a writer that can't edit saves a complete list."""
    task = "edit" if "edit" in writer.can else "resave"
    ours, edited = folder / "ours.xlsx", folder / "edited.xlsx"
    ours.write_bytes(our_list(filled=task == "resave"))
    cells = {f"B{2 + number}": GRADES[number % 6] for number in range(0, COUNT, 2)} if task == "edit" else {}
    failure = _performed(writer, Job(task, ours, edited, cells))
    trial.edited = failure or _difference(edited)
    trial.failed |= trial.edited != TAKEN
    if not failure and trial.edited == TAKEN:
        kept = read_grade_sheet(edited.read_bytes()).list_id == LIST_ID
        trial.list_id = "yes" if kept else "no"
        trial.failed |= not kept
        trial.lost = _replaced_grade(ours, edited)
    if task == "resave":
        trial.edited += " (saved again)"


def _read(writer: Writer, folder: Path, trial: Trial) -> None:
    ours, rows = folder / "ours.xlsx", folder / "read.json"
    ours.write_bytes(our_list(filled=True))
    trial.read = _performed(writer, Job("read", ours, rows)) or _misread(json.loads(rows.read_text()))
    trial.failed |= trial.read != TAKEN


def _performed(writer: Writer, job: Job) -> str:
    """Return why `writer` failed, or ""."""
    try:
        writer.environment.perform(job)
    except WriterError as error:
        return f"fails: {error}".replace("|", "/")
    return ""


def _difference(file: Path) -> str:
    """Return TAKEN if the list in `file` has each candidate with their grade, all as text; otherwise the difference."""
    try:
        rows = read_grade_sheet(file.read_bytes()).rows
    except UnreadableFile as error:
        return f"refused: {error.code}"
    for row, (number, grade, _name) in zip(rows, candidates(filled=True), strict=False):
        for cell, text in ((row.id_cell, number), (row.grade_cell, grade)):
            if cell is None or (cell.kind, cell.text) != (CellKind.TEXT, text):
                return f"{cell and (cell.kind.value, cell.text)} for {text}"
    return TAKEN if len(rows) == COUNT else f"{len(rows)} rows for {COUNT}"


def _misread(rows: list[list[str]]) -> str:
    wanted = [HEADERS, *map(list, candidates(filled=True))]
    for read, row in zip(rows, wanted, strict=False):
        # Readers differ on surrounding spaces.
        if [text.strip() for text in read[:3]] != [text.strip() for text in row]:
            return f"{read[:3]} for {row}".replace("|", "/")
    return TAKEN if len(rows) == len(wanted) else f"{len(rows)} rows for {len(wanted)}"


def _replaced_grade(ours: Path, edited: Path) -> str:
    """Return what the list had and the edited file lacks."""
    try:
        old, new = load_workbook(ours), load_workbook(edited)
    except (KeyError, ValueError) as error:
        return f"unknown, since openpyxl can't open it: {error.args[0]}"
    before, after = old.worksheets[0], new.worksheets[0]
    kept = {
        "text format": _formats(before) == _formats(after),
        "offered grades": _offered(before) == _offered(after),
        "protection": bool(after.protection.sheet)
        and [after[f"B{row}"].protection.locked for row in (2, 31)] == [False, False],
        "frozen header": before.freeze_panes == after.freeze_panes,
        "filter": before.auto_filter.ref == after.auto_filter.ref,
        "widths": _width(before) == _width(after),
        "names": _column(before, 3) == _column(after, 3),
        "second sheet": len(new.worksheets) > 1 and _texts(old.worksheets[1]) == _texts(new.worksheets[1]),
    }
    return ", ".join(name for name, is_kept in kept.items() if not is_kept) or "nothing"


def _formats(sheet: Worksheet) -> set[str]:
    return {sheet.cell(row, column).number_format for row in range(2, 2 + COUNT) for column in (1, 2)}


def _offered(sheet: Worksheet) -> set[tuple[str, str]]:
    """Return the cells with a choice of grades, and the grades; a program may split a range."""
    return {
        (str(offer.formula1).strip('"'), f"{column}{row}")
        for offer in sheet.data_validations.dataValidation
        for ranges in offer.sqref.ranges
        for row, column in ranges.cells
    }


def _width(sheet: Worksheet) -> int:
    return round(sheet.column_dimensions["A"].width)


def _column(sheet: Worksheet, column: int) -> list[str]:
    return [str(sheet.cell(row, column).value).strip() for row in range(1, 2 + COUNT)]


def _texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value).strip() for row in sheet.iter_rows() for cell in row if cell.value]
