"""Cells of a workbook as read by three readers: ours, openpyxl and calamine."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel
from openpyxl.utils.escape import unescape

from committees.files.xlsx import Cell, CellKind, read_workbook

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

DAYS_TO_1904 = 1462
DAY, MINUTE = 1, 1 / 24 / 60
"""In days. Our reader rounds dates to the minute."""
FIRST_SURE_DAY, LAST_DAY = 61, 2_958_465
"""1 March 1900 and 31 December 9999. Before the first, readers differ by one day: Excel counts a 29 February 1900."""


class Place(NamedTuple):
    """Position of a cell in a workbook, with rows and columns counted from 1."""

    sheet: str
    row: int
    column: int


class Value(NamedTuple):
    """Value of a cell. `text` is "" except for texts, errors and booleans. `number` is the number or, for a date,
    the day count from 1900."""

    kind: CellKind
    text: str
    number: float


Cells = Mapping[Place, Value]

FORMULA = Value(CellKind.FORMULA, "", 0)


def our_cells(content: bytes) -> Cells:
    """Return every cell of `content` as our reader reads it. May raise UnreadableFile."""
    return {
        Place(sheet.name, row.number, column): _our_value(cell)
        for sheet in read_workbook(content)
        for row in sheet.rows
        for column, cell in row.cells.items()
        if cell.kind is not CellKind.TEXT or cell.text.strip()
    }


def openpyxl_cells(content: bytes) -> Cells:
    """Return every cell of `content` as openpyxl reads it. Raises any exception."""
    book = load_workbook(BytesIO(content))
    return {
        Place(sheet.title, row, column): value
        for sheet in book.worksheets
        for (
            row,
            column,
        ), cell in sheet._cells.items()  # iter_rows would create the cells that the file does not have
        if (value := _openpyxl_value(cell.data_type, cell.value))
    }


def calamine_cells(content: bytes) -> Cells:
    """Return every cell of `content` as calamine reads it, formulas as their last results. Raises any exception,
    and may crash the process."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum  # noqa: PLC0415 a development dependency

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return dict(cell for name in names for cell in _calamine_sheet(book.get_sheet_by_name(name)))


OTHERS: Mapping[str, Callable[[bytes], Cells]] = {"openpyxl": openpyxl_cells, "calamine": calamine_cells}


def same(one: Value | None, other: Value | None) -> bool:
    """Return whether two readers give the same value.

    Texts are compared without space at their ends, numbers as doubles, dates to the minute. Some readers return an
    ISO date as text, or leave escapes such as _x0041_ undecoded.
    """
    if one is None or other is None:
        return one is other
    kinds = {one.kind, other.kind}
    if kinds == {CellKind.DATE, CellKind.TEXT}:
        text, date = sorted((one, other), key=lambda value: value.kind is CellKind.DATE)
        day = _day_count(text.text)
        return day is not None and abs(day - date.number) <= MINUTE
    if kinds == {CellKind.DATE}:
        early, late = sorted((one.number, other.number))
        # In a workbook with dates from 1904, some readers return a time or duration without that offset.
        apart = late - early - (DAYS_TO_1904 if early < DAYS_TO_1904 <= late else 0)
        return abs(apart) <= (MINUTE if late >= FIRST_SURE_DAY else DAY) or late - early <= MINUTE
    if kinds == {CellKind.TEXT}:
        return one.text == other.text or one.text in _decoded(other) or other.text in _decoded(one)
    return one == other


def is_impossible_date(value: Value | None) -> bool:
    """Return whether a date is outside Excel's range, where each reader returns something else."""
    return value is not None and value.kind is CellKind.DATE and not 0 <= value.number <= LAST_DAY


def _decoded(value: Value) -> tuple[str, ...]:
    """Return the text with its escapes decoded (ECMA-376 part 1, 22.9.2.19), if it has any."""
    if "_x" not in value.text:
        return ()
    units = unescape(value.text).encode("utf-16", "surrogatepass")
    return (units.decode("utf-16", "replace").strip(),)


def _our_value(cell: Cell) -> Value:
    match cell.kind:
        case CellKind.TEXT | CellKind.ERROR | CellKind.BOOLEAN:
            return Value(cell.kind, cell.text.strip(), 0)
        case CellKind.NUMBER:
            return Value(cell.kind, "", float(cell.text))
        case CellKind.DATE:
            day = _day_count(cell.text)
            return Value(cell.kind, "", day) if day is not None else Value(CellKind.TEXT, cell.text, 0)
    return FORMULA


def _day_count(text: str) -> float | None:
    """Return the day count of a date or time in ISO form, or of a number; None for any other text."""
    for parse in (float, _moment, dt.time.fromisoformat):
        try:
            found = parse(text)
        except ValueError:
            continue
        return found if isinstance(found, float) else _days(found)
    return None


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)


def _days(moment: object) -> float:
    if isinstance(moment, dt.timedelta):
        return moment / dt.timedelta(days=1)
    return float(to_excel(moment))  # type: ignore[no-untyped-call]


def _openpyxl_value(kind: str, value: object) -> Value | None:
    if kind == "f":
        return FORMULA
    if kind == "e":
        return Value(CellKind.ERROR, str(value), 0)
    return _python_value(value)


def _calamine_sheet(sheet: "CalamineSheet") -> Iterator[tuple[Place, Value]]:
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        for column, value in enumerate(values, start=left + 1):
            found = _python_value(value)
            if found:
                yield Place(sheet.name, row, column), found


def _python_value(value: object) -> Value | None:
    """Return the cell value for a Python value, None for a blank cell."""
    if isinstance(value, bool):
        return Value(CellKind.BOOLEAN, str(value).upper(), 0)
    if isinstance(value, int | float):
        return Value(CellKind.NUMBER, "", float(value))
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Value(CellKind.DATE, "", _days(value))
    text = "" if value is None else str(value).strip()
    return Value(CellKind.TEXT, text, 0) if text else None
