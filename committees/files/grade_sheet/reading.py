"""Finds the list of candidates and grades in a workbook."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from committees.files.workbook import (
    Cell,
    CellKind,
    Row,
    Sheet,
    UnreadableFile,
    letters,
    read_workbook,
    shown,
)

from .merged import refuse_merged
from .text import MAX_SAID, glimpse, squeeze, trim

ID_HEADERS = (
    "Candidate ID",
    "Candidate number",
    "Candidate no.",
    "Candidate no",
    "Kandidat-ID",
    "Kandidat ID",
    "Kandidatnummer",
    "Kandidatnr.",
    "Kandidatnr",
    "Kandidat nr.",
    "Kandidat nr",
)
"""What may stand above the candidate numbers, in any case; the first is what we write."""
GRADE_HEADERS = ("Grade", "Karakter")
"""What may stand above the grades, in any case; the first is what we write."""

HEADER_WITHIN = 20
"""Rows from the top in which the headers must stand; above them people put a title."""
LIST_ID = re.compile(r"GR1(?:\.[A-Za-z0-9_-]+)+")
"""The id of a list that we gave out, alone in a cell of another sheet of the file."""
MAX_LIST_ID = 200
"""Characters of an id of a list, with what space may be around it; ours have about 60."""
NAMED_AT_MOST = 12


class SheetRow(NamedTuple):
    """One row of the list. A blank cell is None; the refs ("A7", "B7") are there even then."""

    number: int
    id_cell: Cell | None
    grade_cell: Cell | None
    id_ref: str
    grade_ref: str


@dataclass(frozen=True, slots=True)
class GradeSheet:
    """A list as it stands in a file: the name of its sheet, the id of the list ("" if there is none), the
    headers of columns that are ignored, and its rows."""

    sheet: str
    list_id: str
    ignored: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    row: Row
    id_column: int
    grade_column: int


def read_grade_sheet(content: bytes) -> GradeSheet:
    """The list in the .xlsx file `content`, its columns found by their headers in any order.

    Raises UnreadableFile for what `read_workbook` refuses, and unless exactly one sheet has each header
    exactly once, its cells are not merged so that one sees other values, and all list ids in the file are the
    same.
    """
    sheets = read_workbook(content)
    found = [(sheet, header) for sheet in sheets if (header := _find_header(sheet))]
    if not found:
        raise _no_columns(sheets)
    if len(found) > 1:
        raise UnreadableFile(
            "several-lists",
            _(
                "Several sheets have the columns {columns}: {sheets}. Delete all but the right one and save "
                "again."
            ),
            columns=_quoted((ID_HEADERS[0], GRADE_HEADERS[0])),
            sheets=_quoted(sheet.name for sheet, _header in found),
        )
    sheet, header = found[0]
    refuse_merged(sheet, header.row.number, header.id_column, header.grade_column)
    ignored = tuple(
        shown(glimpse(cell.text))
        for column, cell in sorted(header.row.cells.items())
        if column not in (header.id_column, header.grade_column) and trim(cell.text)
    )
    return GradeSheet(shown(sheet.name), _list_id(sheets, sheet), ignored, tuple(_rows(sheet, header)))


def _unless_blank(cell: Cell | None) -> Cell | None:
    """`cell`, or None where nothing stands in it or Unicode space alone."""
    return cell if cell and (cell.kind is not CellKind.TEXT or trim(cell.text)) else None


def _find_header(sheet: Sheet) -> _Header | None:
    for row in sheet.rows:
        if row.number > HEADER_WITHIN:
            return None
        ids, grades = _columns(row, ID_HEADERS), _columns(row, GRADE_HEADERS)
        if ids and grades:
            for columns in (ids, grades):
                if len(columns) > 1:
                    raise _repeated_header(sheet, row, columns)
            return _Header(row, ids[0], grades[0])
    return None


def _columns(row: Row, headers: Iterable[str]) -> list[int]:
    wanted = {header.casefold() for header in headers}
    return [
        column
        for column, cell in sorted(row.cells.items())
        if cell.kind is CellKind.TEXT
        and len(cell.text) <= 2 * MAX_SAID
        and squeeze(cell.text).casefold() in wanted
    ]


def _rows(sheet: Sheet, header: _Header) -> Iterator[SheetRow]:
    ids, grades = letters(header.id_column), letters(header.grade_column)
    for number, cells in sheet.rows:
        if number <= header.row.number:
            continue
        id_cell = _unless_blank(cells.get(header.id_column))
        grade_cell = _unless_blank(cells.get(header.grade_column))
        if id_cell or grade_cell:
            # `_make` takes a third of the time of a call by fields.
            yield SheetRow._make((number, id_cell, grade_cell, f"{ids}{number}", f"{grades}{number}"))


def _list_id(sheets: Iterable[Sheet], of_grades: Sheet) -> str:
    texts = (
        trim(cell.text)
        for sheet in sheets
        if sheet is not of_grades
        for row in sheet.rows
        for cell in row.cells.values()
        if cell.kind is CellKind.TEXT and len(cell.text) <= MAX_LIST_ID
    )
    ids = {text for text in texts if LIST_ID.fullmatch(text)}
    if len(ids) > 1:
        raise UnreadableFile(
            "several-list-ids",
            _(
                "This file holds the ids of several lists. Download the list of your committee again and "
                "fill in "
                "that one."
            ),
        )
    return ids.pop() if ids else ""


def _no_columns(sheets: Sequence[Sheet]) -> UnreadableFile:
    sheet = next((sheet for sheet in sheets if sheet.rows), None)
    if sheet is None:
        return UnreadableFile(
            "no-columns",
            _("This workbook is blank. Download the list of your committee and fill in that one."),
        )
    first = sheet.rows[0]
    return UnreadableFile(
        "no-columns",
        _(
            "No row among the first {most} has the headers {columns}. Row {row} of sheet “{sheet}” says "
            "{found}. "
            "Name the two columns so, or download the list of your committee and fill in that one."
        ),
        most=HEADER_WITHIN,
        columns=_quoted((ID_HEADERS[0], GRADE_HEADERS[0])),
        row=first.number,
        sheet=shown(sheet.name),
        found=_quoted(cell.text for _column, cell in sorted(first.cells.items())),
    )


def _repeated_header(sheet: Sheet, row: Row, columns: Sequence[int]) -> UnreadableFile:
    return UnreadableFile(
        "repeated-header",
        _(
            "Sheet “{sheet}” has more than one column for the same thing: {found} in row {row}. Rename or "
            "delete "
            "all but the right one and save again."
        ),
        sheet=shown(sheet.name),
        found=_quoted(row.cells[column].text for column in columns),
        row=row.number,
    )


def _quoted(texts: Iterable[str]) -> str:
    quoted = [f"“{shown(glimpse(text), 40)}”" for text in islice(texts, NAMED_AT_MOST + 1)]
    return ", ".join([*quoted[:NAMED_AT_MOST], "…"] if len(quoted) > NAMED_AT_MOST else quoted)
