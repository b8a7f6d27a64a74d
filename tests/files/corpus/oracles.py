"""Two other readers, run in separate processes, to compare the cells of a file with ours."""

import datetime as dt
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from committees.files.xlsx import CellKind, read_workbook

from .forked import answer, ask

Cells = dict[str, list[str]]
"""Kind and text of each non-blank cell, by sheet and place ("S!B7")."""
KINDS = {
    "s": "text",
    "inlineStr": "text",
    "n": "number",
    "b": "boolean",
    "e": "error",
    "f": "formula",
    "d": "date",
}

UNTOLD = {
    "calamine": frozenset({CellKind.FORMULA, CellKind.ERROR, CellKind.ODD}),
    "openpyxl": frozenset({CellKind.ODD}),
}
"""
Kinds of cells that a reader does not distinguish: calamine returns the last result of a formula, and nothing for an
error. We return no value of an unreadable cell.
"""


def our_cells(content: bytes) -> Cells:
    """Return the cells of `content` as we read them. May raise UnreadableFile."""
    return {
        f"{sheet.name}!{cell.ref}": _plain(cell.kind, cell.text)
        for sheet in read_workbook(content)
        for row in sheet.rows
        for cell in row.cells.values()
    }


def openpyxl_cells(content: bytes) -> Cells:
    """Return the cells of `content` as openpyxl reads them. May raise any exception."""
    return {
        f"{sheet.title}!{cell.coordinate}": _plain(KINDS[cell.data_type], str(cell.value))
        for sheet in load_workbook(BytesIO(content)).worksheets
        for cell in sheet._cells.values()  # iter_rows would create a cell for each missing one
        if cell.value not in (None, "")
    }


def calamine_cells(content: bytes) -> Cells:
    """
    Return the cells of `content` as calamine reads them; the last result of a formula. May raise any exception, or
    abort.
    """
    return dict(_calamine_cells(CalamineWorkbook.from_filelike(BytesIO(content))))


def differences(ours: Cells, theirs: Cells, oracle: str) -> list[str]:
    """
    Return the places where we and `oracle` differ, of kinds that it distinguishes. Numbers are compared as doubles,
    and texts without surrounding spaces, which readers treat differently and we remove from both columns.
    """
    untold = UNTOLD.get(oracle, frozenset())
    places = [
        place for place in sorted(ours.keys() | theirs.keys()) if ours.get(place, [""])[0] not in untold
    ]
    pairs = [(place, ours.get(place), theirs.get(place)) for place in places]
    return [f"{place}: {our} {their}" for place, our, their in pairs if _trimmed(our) != _trimmed(their)]


def _trimmed(said: list[str] | None) -> list[str] | None:
    kind, text = said or ("text", "")
    return [kind, text.strip()] if kind != "text" or text.strip() else None


def results_of(oracle: str, files: list[Path]) -> dict[str, Any]:
    """Return the results of `oracle` for `files`, by their names: {"cells": …}, or {"error" or "died": reason}."""
    return ask("oracles", files, oracle)


def _calamine_cells(book: CalamineWorkbook) -> Iterator[tuple[str, list[str]]]:
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        for row, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
            for column, value in enumerate(values, start=left + 1):
                if value != "":
                    yield f"{name}!{get_column_letter(column)}{row}", _python(value)


def _python(value: object) -> list[str]:
    if isinstance(value, bool):
        return _plain("boolean", str(value))
    if isinstance(value, int | float):
        return _plain("number", str(value))
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return _plain("date", "")
    return _plain("text", str(value))


def _plain(kind: str, text: str) -> list[str]:
    if kind == "number":
        return ["number", repr(float(text))]
    if kind in ("formula", "date"):  # each has its own way to write them
        return [str(kind), ""]
    return [str(kind), text.upper() if kind == "boolean" else text]


def _answered(content: bytes) -> dict[str, Any]:
    read = {"calamine": calamine_cells, "openpyxl": openpyxl_cells}[sys.argv[1]]
    try:
        return {"cells": read(content)}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}


if __name__ == "__main__":
    answer(_answered)
