"""Reader of one worksheet: its exact rows and cells, or a refusal that names the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from .cells import (
    Cell,
    CellKind,
    Merge,
    OddCell,
    Row,
    iso_date,
    plain_date,
    plain_number,
    plain_text,
    value_of,
)
from .errors import Problem, UnreadableFile, damaged
from .fast_path import plain_rows
from .hiding import is_hidden, is_zero
from .limits import LAST_COLUMN, MAX_CELLS, MAX_MERGES, MAX_ROWS, Budget
from .markup import PartReader
from .placement import cell_in_wrong_row, cell_out_of_order, row_out_of_order
from .references import letters, place_of, range_of, row_of
from .rich_text import Runs
from .tables import Tables

__all__ = ["Counts", "SheetReader", "letters"]

ODD_LENGTH = 80
"""Characters kept of the content of an odd cell."""
BOOLEANS = {"0": "FALSE", "1": "TRUE", "false": "FALSE", "true": "TRUE"}


@dataclass
class Counts:
    """Running counts over all sheets of a file: non-empty rows and cells, and merged ranges."""

    rows: int = 0
    cells: int = 0
    merges: int = 0


class SheetReader(PartReader):
    """Reader of a worksheet part of the sheet `title`.

    Rows and cells must be in order, each once, each cell in its row. One without a reference follows the one before
    it (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73).
    """

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"worksheet"}),
        "worksheet": frozenset({"sheetFormatPr", "cols", "sheetData", "mergeCells"}),
        "cols": frozenset({"col"}),
        "sheetData": frozenset({"row"}),
        "row": frozenset({"c"}),
        "c": frozenset({"f", "v", "is"}),
        "is": frozenset({"t", "r"}),
        "r": frozenset({"t"}),
        "mergeCells": frozenset({"mergeCell"}),
    }
    exact = frozenset({"sheetData", "row", "c", "is", "r", "mergeCells"})
    values = frozenset({"c", "f", "v", "is", "t", "r"})
    once = frozenset({"sheetData", "mergeCells"})
    reported = frozenset({"row", "c", "f", "r", "mergeCell", "sheetData", "sheetFormatPr", "col"})

    def __init__(self, title: str, tables: Tables, counts: Counts) -> None:
        self.title, self.tables, self.counts = title, tables, counts
        self.rows: list[Row] = []
        self.merges: list[Merge] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.column_end, self.narrow = 0, False
        self.row, self.column, self.ref = Row(0, {}), 0, ""
        self.attributes: Mapping[str, str] = {}
        self.found: dict[str, str] = {}
        self.runs = Runs()
        self.formulas: dict[str, str] = {}
        self.formula_id = ""
        self.seen_data = self.is_odd = False

    def take_fast(self, data: bytes, budget: Budget) -> bytes:
        plain, counts = plain_rows(data, self.tables.strings, self.tables.date_styles), self.counts
        if plain is None or plain.characters > budget.characters or plain.referenced > budget.referenced:
            return data
        cell_count = sum(len(row.cells) for row in plain.rows)
        if counts.rows + len(plain.rows) > MAX_ROWS or counts.cells + cell_count > MAX_CELLS:
            return data
        budget.spend_text(plain.characters)
        budget.spend_reference(plain.referenced)
        counts.rows += len(plain.rows)
        counts.cells += cell_count
        self.rows = plain.rows
        return plain.rest

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self.formula_id = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "r":
            self.runs.start_run()
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "sheetData":
            self.seen_data = True
        elif name == "sheetFormatPr":
            self.narrow = is_zero(attributes.get("defaultColWidth", ""))
        elif name == "col":
            self._column(attributes)

    def spoil(self) -> None:
        self.is_odd = True

    def obeyed_elsewhere(self, name: str, attributes: Mapping[str, str], *, is_repeated: bool) -> bool:
        # calamine reads the first element of that name.
        return name == "sheetData" and not is_repeated

    def end(self, name: str, text: str) -> None:
        if name == "t":
            self.runs.add(text)
        elif name == "r":
            self.runs.end_run()
        elif name == "is":
            self._find(name, self._taken())
        elif name in ("v", "f"):
            self._find(name, text)
        elif name == "c":
            if self.found or self.is_odd:
                self._end_cell()
        elif name == "row":
            if self.row.cells:
                self._end_row()
        elif name == "worksheet":
            self._end_sheet()

    def _find(self, name: str, text: str) -> None:
        if name in self.found:
            self.is_odd = True
        self.found[name] = text

    def _taken(self) -> str:
        try:
            return self.runs.take()
        except OddCell:
            self.is_odd = True
            return ""

    def _end_sheet(self) -> None:
        if not self.seen_data:
            raise damaged(self.title)
        if self.narrow:  # the columns after the last one with a width
            self.hidden_columns.append((self.column_end + 1, LAST_COLUMN))

    def _column(self, attributes: Mapping[str, str]) -> None:
        first, last = (attributes.get(end, "") for end in ("min", "max"))
        if first.isdecimal() and last.isdecimal() and len(first + last) < 12:
            if is_hidden(attributes, "width"):
                self.hidden_columns.append((int(first), int(last)))
            self.column_end = max(self.column_end, int(last))

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        number = self.row.number + 1 if reference is None else row_of(reference)
        if not number:
            raise damaged(f"{self.title}, {reference}")
        if number <= self.row.number:
            raise row_out_of_order(self.title, number, self.row.number)
        self.row, self.column = Row(number, {}, is_hidden(attributes, "ht")), 0

    def _end_row(self) -> None:
        self.counts.rows += 1
        if self.counts.rows > MAX_ROWS:
            raise UnreadableFile(Problem.TOO_MANY_ROWS, most=MAX_ROWS)
        self.rows.append(self.row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self.attributes = attributes
        self.found.clear()
        self.is_odd = False
        before, number = self.column, self.row.number
        self.ref = attributes.get("r") or f"{letters(before + 1)}{number}"
        column, row = place_of(self.ref)
        if not column or attributes.get("r") == "":
            raise damaged(f"{self.title}!{self.ref}")
        if row != number:
            raise cell_in_wrong_row(self.title, self.ref, number)
        if column <= before:
            raise cell_out_of_order(self.title, self.ref, column, before)
        self.column = column

    def _end_cell(self) -> None:
        try:
            kind, text = self._value()
        except OddCell:
            kind, text = CellKind.ODD, (self.found.get("v") or self.found.get("is") or "")[:ODD_LENGTH]
        if text or kind is CellKind.ODD:
            self.counts.cells += 1
            if self.counts.cells > MAX_CELLS:
                raise UnreadableFile(Problem.TOO_MANY_CELLS, most=MAX_CELLS)
            self.row.cells[self.column] = Cell(self.ref, kind, text)

    def _merge(self, reference: str) -> None:
        self.counts.merges += 1
        if self.counts.merges > MAX_MERGES:
            raise UnreadableFile(Problem.TOO_MANY_MERGES, most=MAX_MERGES)
        merge = range_of(reference)
        if merge is None:
            raise damaged(f"{self.title}!{reference}")
        self.merges.append(merge)

    def _value(self) -> tuple[CellKind, str]:
        declared = self.attributes.get("t", "n")
        if "f" in self.found:
            return CellKind.FORMULA, self._formula(self.found["f"])
        if self.is_odd or (("is" in self.found) if declared != "inlineStr" else ("v" in self.found)):
            raise OddCell
        if not any(self.found.values()):
            return CellKind.TEXT, ""
        if declared == "inlineStr":
            return CellKind.TEXT, plain_text(self.found["is"])
        if declared == "str":
            return CellKind.TEXT, plain_text(self.found["v"])
        return self._simple_value(declared, self.found["v"])

    def _simple_value(self, declared: str, value: str) -> tuple[CellKind, str]:
        match declared:
            case "s":
                return CellKind.TEXT, self.tables.string(value)
            case "n":
                return self._number(value)
            case "b":
                return CellKind.BOOLEAN, value_of(BOOLEANS, value)
            case "e":
                return CellKind.ERROR, plain_text(value)
            case "d":
                return CellKind.DATE, plain_date(value)
        raise OddCell

    def _number(self, value: str) -> tuple[CellKind, str]:
        number = plain_number(value)
        if self.tables.is_date(self.attributes.get("s", "0")):
            return CellKind.DATE, iso_date(number, since_1904=self.tables.since_1904)
        return CellKind.NUMBER, number

    def _formula(self, text: str) -> str:
        if text or self.formula_id not in self.formulas:
            formula = "=" + plain_text(text)
            if self.formula_id and text:
                self.formulas[self.formula_id] = formula
            return formula
        formula = self.formulas[self.formula_id]
        self.tables.budget.spend_reference(len(formula))
        return formula
