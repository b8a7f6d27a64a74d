"""Reader of the list of candidates and grades in a workbook."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from committees.files.xlsx import (
    Cell,
    CellKind,
    Row,
    Sheet,
    UnreadableFile,
    Visibility,
    letters,
    read_workbook,
    shown,
)

from .headers import column_names, find_header, no_columns, quoted, unique_columns
from .hidden import NOTHING_HIDDEN, Hidden, hidden_of, only_hidden
from .merged import refuse_merged
from .problems import FileProblem
from .text import glimpse, trim

LIST_ID = re.compile(r"GR1(?:\.[A-Za-z0-9_-]+)+")
"""Id of a downloaded list, alone in a cell of another sheet."""
SHORT = 20
"""Characters of a text beside an empty grade cell that may be a grade."""
BESIDE_AT_MOST = 1_000
MAX_LIST_ID = 200
"""Characters of a list id with surrounding space; ours have about 60."""


class SheetRow(NamedTuple):
    """One row of the list. A blank cell is None, but still has a ref ("A7", "B7")."""

    number: int
    id_cell: Cell | None
    grade_cell: Cell | None
    id_ref: str
    grade_ref: str


@dataclass(frozen=True, slots=True)
class GradeSheet:
    """A list in a file: name of its sheet, list id ("" if there is none), headers of ignored columns, rows, hidden
    parts, and short texts in other columns of rows without a grade."""

    sheet: str
    list_id: str
    ignored: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    hidden: Hidden = NOTHING_HIDDEN
    beside: tuple[Cell, ...] = ()


def read_grade_sheet(content: bytes) -> GradeSheet:
    """Read the list in the .xlsx file `content`, whose columns are found by their headers in any order.

    Raises UnreadableFile for what `read_workbook` refuses, and unless exactly one visible sheet has each header
    exactly once, no merged cells hide values, and all list ids in the file are equal. Hidden sheets are not read.
    """
    sheets = read_workbook(content)
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet))]
    if not found:
        raise no_columns(sheets)
    visible = [(sheet, header) for sheet, header in found if sheet.visibility is Visibility.VISIBLE]
    unseen = [sheet for sheet, _header in found if sheet.visibility is not Visibility.VISIBLE]
    if not visible:
        raise only_hidden(unseen, sheets)
    columns = [unique_columns(sheet, header) for sheet, header in visible]
    if len(visible) > 1:
        raise _several_lists(sheet for sheet, _header in visible)
    sheet, header = visible[0]
    return _list_on(sheet, header.row, *columns[0], _list_id(sheets, sheet), unseen)


def _list_on(
    sheet: Sheet, header: Row, id_column: int, grade_column: int, list_id: str, unseen: Sequence[Sheet]
) -> GradeSheet:
    refuse_merged(sheet, header.number, id_column, grade_column)
    columns = (id_column, grade_column)
    ignored = tuple(
        shown(glimpse(cell.text))
        for column, cell in sorted(header.cells.items())
        if column not in columns and trim(cell.text)
    )
    rows = tuple(_rows(sheet, header.number, id_column, grade_column))
    headers = {column: header.cells[column].text for column in columns}
    hidden = hidden_of(sheet, {row.number: row.id_cell for row in rows}, headers, unseen)
    beside = tuple(islice(_beside(sheet, header.number, id_column, grade_column), BESIDE_AT_MOST))
    return GradeSheet(shown(sheet.name), list_id, ignored, rows, hidden, beside)


def _unless_blank(cell: Cell | None) -> Cell | None:
    """Return `cell`, or None if it is empty or only Unicode space."""
    return cell if cell and (cell.kind is not CellKind.TEXT or trim(cell.text)) else None


def _rows(sheet: Sheet, header: int, id_column: int, grade_column: int) -> Iterator[SheetRow]:
    ids, grades = letters(id_column), letters(grade_column)
    for number, cells, _is_hidden in sheet.rows:
        if number <= header:
            continue
        id_cell = _unless_blank(cells.get(id_column))
        grade_cell = _unless_blank(cells.get(grade_column))
        if id_cell or grade_cell:
            # `_make` takes a third of the time of the constructor.
            yield SheetRow._make((number, id_cell, grade_cell, f"{ids}{number}", f"{grades}{number}"))


def _beside(sheet: Sheet, header: int, id_column: int, grade_column: int) -> Iterator[Cell]:
    for number, cells, _is_hidden in sheet.rows:
        if number > header and id_column in cells and not _unless_blank(cells.get(grade_column)):
            others = (cell for column, cell in cells.items() if column not in (id_column, grade_column))
            yield from (cell for cell in others if cell.kind is CellKind.TEXT and len(cell.text) <= SHORT)


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
        raise UnreadableFile(FileProblem.SEVERAL_LIST_IDS)
    return ids.pop() if ids else ""


def _several_lists(sheets: Iterable[Sheet]) -> UnreadableFile:
    return UnreadableFile(
        FileProblem.SEVERAL_LISTS,
        columns=column_names(),
        sheets=quoted(sheet.name for sheet in sheets),
    )
