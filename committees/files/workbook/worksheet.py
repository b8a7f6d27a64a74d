"""One worksheet: its rows and cells exactly as they stand there, or a refusal that names the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from .bounds import LAST_FILLED_COLUMN, LAST_FILLED_ROW, MAX_CELLS, MAX_MERGES, MAX_ROWS, Budget
from .cells import Cell, CellKind, Merge, Row, iso_date, plain_date, plain_number, plain_text, value_of
from .markup import PartReader
from .misplaced import cell_in_wrong_row, far_cell, out_of_order, too_many
from .plain import plain_rows
from .references import letters, place_of, range_of, row_of
from .runs import Runs
from .tables import Tables
from .unreadable import damaged, shown

__all__ = ["Counts", "SheetReader", "letters"]

BOOLEANS = {"0": "FALSE", "1": "TRUE", "false": "FALSE", "true": "TRUE"}


@dataclass
class Counts:
    """Rows, cells and merged ranges of all sheets of a file, so far."""

    rows: int = 0
    cells: int = 0
    merges: int = 0


class SheetReader(PartReader):
    """Reads a worksheet part of the sheet `title`. Rows and cells must stand in order, each once, each cell
    in its row; one without a reference comes next to the one before it (ECMA-376 part 1, 18.3.1.4 and
    18.3.1.73)."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"worksheet"}),
        "worksheet": frozenset({"sheetData", "mergeCells"}),
        "sheetData": frozenset({"row"}),
        "row": frozenset({"c"}),
        "c": frozenset({"f", "v", "is"}),
        "is": frozenset({"t", "r"}),
        "r": frozenset({"t"}),
        "mergeCells": frozenset({"mergeCell"}),
    }
    exact = frozenset({"sheetData", "row", "c", "is", "r", "mergeCells"})
    once = frozenset({"sheetData", "mergeCells"})
    told = frozenset({"row", "c", "f", "r", "mergeCell", "sheetData"})

    def __init__(self, title: str, tables: Tables, counts: Counts) -> None:
        self.title, self.tables, self.counts = title, tables, counts
        self.shown_title = shown(title, 40)
        self.rows: list[Row] = []
        self.merges: list[Merge] = []
        self.row, self.column, self.ref = Row(0, {}), 0, ""
        self.attributes: Mapping[str, str] = {}
        self.found: dict[str, str] = {}
        self.runs = Runs()
        self.formulas: dict[str, str] = {}
        self.formula_id = ""
        self.seen_data = False

    @property
    def place(self) -> str:
        """Where we are, for sentences: "Grades!B7"."""
        return f"{self.shown_title}!{self.ref}"

    def take_plain(self, data: bytes, budget: Budget) -> bytes:
        plain, counts = plain_rows(data, self.tables.strings, self.tables.date_styles), self.counts
        if plain is None or plain.characters > budget.characters or plain.referenced > budget.referenced:
            return data
        if counts.rows + plain.row_count > MAX_ROWS or counts.cells + plain.cell_count > MAX_CELLS:
            return data
        budget.spend_text(plain.characters)
        budget.spend_reference(plain.referenced)
        counts.rows += plain.row_count
        counts.cells += plain.cell_count
        self.rows = plain.rows
        return plain.rest

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "f":
            self.formula_id = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "r":
            self.runs.start_run()
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "sheetData":
            self.seen_data = True

    def end(self, name: str, text: str) -> None:
        if name == "t":
            self.runs.add(text)
        elif name == "r":
            self.runs.end_run()
        elif name in ("v", "f", "is"):
            if name in self.found:
                raise damaged(self.place)
            self.found[name] = self.runs.take() if name == "is" else text
        elif name == "c":
            if self.found:
                self._end_cell()
        elif name == "row":
            if self.row.cells:
                self.rows.append(self.row)
        elif name == "worksheet" and not self.seen_data:
            raise damaged(self.title)

    def _start_row(self, said: str | None) -> None:
        self.counts.rows += 1
        if self.counts.rows > MAX_ROWS:
            raise too_many("too-many-rows", MAX_ROWS)
        number = self.row.number + 1 if said is None else row_of(said)
        if not number:
            raise damaged(f"{self.title}, {said}")
        if number <= self.row.number:
            raise out_of_order(number == self.row.number, "row", self.title, str(number))
        self.row, self.column = Row(number, {}), 0

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self.counts.cells += 1
        if self.counts.cells > MAX_CELLS:
            raise too_many("too-many-cells", MAX_CELLS)
        self.attributes = attributes
        self.found.clear()
        before, number = self.column, self.row.number
        self.ref = attributes.get("r") or f"{letters(before + 1)}{number}"
        column, row = place_of(self.ref)
        if not column or attributes.get("r") == "":
            raise damaged(f"{self.title}!{self.ref}")
        if row != number:
            raise cell_in_wrong_row(self.title, self.ref, number)
        if column <= before:
            raise out_of_order(column == before, "cell", self.title, self.ref)
        self.column = column

    def _end_cell(self) -> None:
        kind, text = self._value()
        if text:
            if self.column > LAST_FILLED_COLUMN or self.row.number > LAST_FILLED_ROW:
                raise far_cell(self.title, self.ref)
            self.row.cells[self.column] = Cell(self.ref, kind, text)

    def _merge(self, reference: str) -> None:
        self.counts.merges += 1
        if self.counts.merges > MAX_MERGES:
            raise too_many("too-many-merges", MAX_MERGES)
        merge = range_of(reference)
        if merge is None:
            raise damaged(f"{self.title}!{reference}")
        self.merges.append(merge)

    def _value(self) -> tuple[CellKind, str]:
        declared = self.attributes.get("t", "n")
        if "f" in self.found:
            return CellKind.FORMULA, self._formula(self.found["f"])
        if ("is" in self.found) if declared != "inlineStr" else ("v" in self.found):
            raise damaged(self.place)
        if declared == "inlineStr":
            return CellKind.TEXT, plain_text(self.found["is"], self.place)
        if declared == "str":
            return CellKind.TEXT, plain_text(self.found["v"], self.place)
        return self._simple_value(declared, self.found["v"])

    def _simple_value(self, declared: str, value: str) -> tuple[CellKind, str]:
        match declared:
            case "s":
                return CellKind.TEXT, self.tables.string(value, self.place)
            case "n":
                return self._number(value)
            case "b":
                return CellKind.BOOLEAN, value_of(BOOLEANS, value, self.place)
            case "e":
                return CellKind.ERROR, plain_text(value, self.place)
            case "d":
                return CellKind.DATE, plain_date(value, self.place)
        raise damaged(self.place)

    def _number(self, value: str) -> tuple[CellKind, str]:
        if not value:
            return CellKind.NUMBER, ""
        number = plain_number(value, self.place)
        if self.tables.is_date(self.attributes.get("s", "0"), self.place):
            return CellKind.DATE, iso_date(number, since_1904=self.tables.since_1904)
        return CellKind.NUMBER, number

    def _formula(self, text: str) -> str:
        if text or self.formula_id not in self.formulas:
            formula = "=" + plain_text(text, self.place)
            if self.formula_id and text:
                self.formulas[self.formula_id] = formula
            return formula
        formula = self.formulas[self.formula_id]
        self.tables.budget.spend_reference(len(formula))
        return formula
