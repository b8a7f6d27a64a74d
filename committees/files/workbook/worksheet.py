"""One worksheet: its rows and cells exactly as they stand there, or a refusal that names the place."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from .cells import Cell, CellKind, Row, iso_date, plain_number, plain_text, value_of
from .markup import PartReader
from .tables import Tables
from .unreadable import UnreadableFile, damaged, shown

MAX_ROWS = 20_000
"""Rows of a sheet that stand in the file, blank ones too; the largest exams have about 5,000 candidates."""
MAX_CELLS = 200_000
"""Cells of all sheets that stand in the file, blank ones too: MAX_ROWS with ten columns."""
MAX_COLUMNS = 16_384
"""Excel's last column is XFD."""

ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
BOOLEANS = {"0": "FALSE", "1": "TRUE", "false": "FALSE", "true": "TRUE"}


class SheetReader(PartReader):
    """Reads a worksheet part of the sheet `title`. Rows and cells must stand in order, each once, each cell
    in its row; one without a reference comes next to the one before it (ECMA-376 part 1, 18.3.1.4 and
    18.3.1.73)."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"worksheet"}),
        "worksheet": frozenset({"sheetData"}),
        "sheetData": frozenset({"row"}),
        "row": frozenset({"c"}),
        "c": frozenset({"f", "v", "is"}),
        "is": frozenset({"t", "r"}),
        "r": frozenset({"t"}),
    }
    exact = frozenset({"sheetData", "row", "c", "is", "r"})

    def __init__(self, title: str, tables: Tables, cells_before: int) -> None:
        self.title, self.tables = title, tables
        self.shown_title = shown(title, 40)
        self.rows: list[Row] = []
        self.cell_count, self.row_count = cells_before, 0
        self.row, self.column = Row(0, {}), 0
        self.attributes: Mapping[str, str] = {}
        self.found: dict[str, str] = {}
        self.runs: list[str] = []
        self.formulas: dict[str, str] = {}
        self.formula_id = ""
        self.seen_data = False

    @property
    def place(self) -> str:
        """Where we are, for sentences: "Grades!B7"."""
        return f"{self.shown_title}!{letters(self.column)}{self.row.number}"

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes.get("r", str(self.row.number + 1)))
        elif name == "f":
            self.formula_id = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "sheetData":
            if self.seen_data:
                raise damaged(self.title)
            self.seen_data = True

    def end(self, name: str, text: str) -> None:
        if name == "t":
            self.runs.append(text)
        elif name in ("v", "f", "is"):
            if name in self.found:
                raise damaged(self.place)
            self.found[name] = "".join(self.runs) if name == "is" else text
        elif name == "c":
            self._end_cell()
        elif name == "row" and self.row.cells:
            self.rows.append(self.row)
        elif name == "worksheet" and not self.seen_data:
            raise damaged(self.title)

    def _start_row(self, number: str) -> None:
        self.row_count += 1
        if self.row_count > MAX_ROWS:
            raise _too_many("too-many-rows", self.title, MAX_ROWS)
        if not ROW_NUMBER.fullmatch(number):
            raise damaged(f"{self.title}, {number}")
        if int(number) <= self.row.number:
            raise _out_of_order(int(number) == self.row.number, "row", self.title, number)
        self.row, self.column = Row(int(number), {}), 0

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self.cell_count += 1
        if self.cell_count > MAX_CELLS:
            raise _too_many("too-many-cells", self.title, MAX_CELLS)
        self.attributes, self.runs = attributes, []
        self.found.clear()
        before, reference = self.column, attributes.get("r", f"{letters(self.column + 1)}{self.row.number}")
        match = REFERENCE.fullmatch(reference)
        if not match or column_number(match[1]) > MAX_COLUMNS:
            raise damaged(f"{self.title}!{reference}")
        if int(match[2]) != self.row.number:
            raise UnreadableFile(
                "cell-in-wrong-row",
                _(
                    "Sheet “{sheet}”: cell {cell} stands in row {row}. Copy the list into a new workbook and "
                    "upload that."
                ),
                sheet=shown(self.title),
                cell=reference,
                row=self.row.number,
            )
        self.column = column_number(match[1])
        if self.column <= before:
            raise _out_of_order(self.column == before, "cell", self.title, reference)

    def _end_cell(self) -> None:
        kind, text = self._value()
        if text:
            ref = f"{letters(self.column)}{self.row.number}"
            self.row.cells[self.column] = Cell(ref, kind, text)

    def _value(self) -> tuple[CellKind, str]:
        declared = self.attributes.get("t", "n")
        if "f" in self.found:
            return CellKind.FORMULA, self._formula(self.found["f"])
        if ("is" in self.found) if declared != "inlineStr" else ("v" in self.found):
            raise damaged(self.place)
        if declared == "inlineStr":
            return CellKind.TEXT, plain_text(self.found.get("is", ""), self.place)
        if "v" not in self.found:
            return CellKind.TEXT, ""
        if declared == "str":
            return CellKind.TEXT, plain_text(self.found["v"], self.place)
        return self._simple_value(declared, self.found["v"].strip(" \t\r\n"))

    def _simple_value(self, declared: str, value: str) -> tuple[CellKind, str]:
        match declared:
            case "s":
                return CellKind.TEXT, self.tables.string(value, self.place)
            case "b":
                return CellKind.BOOLEAN, value_of(BOOLEANS, value, self.place)
            case "e":
                return CellKind.ERROR, plain_text(value, self.place)
            case "d":
                return CellKind.DATE, plain_text(value, self.place)
            case "n":
                return self._number(value)
        raise damaged(self.place)

    def _number(self, value: str) -> tuple[CellKind, str]:
        if not value:
            return CellKind.NUMBER, ""
        number = plain_number(value, self.place)
        if self.tables.is_date(self.attributes.get("s", "0"), self.place):
            return CellKind.DATE, iso_date(number, since_1904=self.tables.since_1904)
        return CellKind.NUMBER, number

    def _formula(self, text: str) -> str:
        if self.formula_id and text:
            self.formulas[self.formula_id] = text
        return "=" + plain_text(text or self.formulas.get(self.formula_id, ""), self.place)


def refuse_endless(title: str, data: bytes) -> None:
    """Refuse a worksheet that plainly has too many rows or cells, in far less time than walking it takes."""
    if data.count(b"<row ") + data.count(b"<row>") + data.count(b"<row/") > MAX_ROWS:
        raise _too_many("too-many-rows", title, MAX_ROWS)
    if data.count(b"<c ") + data.count(b"<c>") + data.count(b"<c/") > MAX_CELLS:
        raise _too_many("too-many-cells", title, MAX_CELLS)


@lru_cache(maxsize=256)
def letters(column: int) -> str:
    """The letters of `column`, A = 1; "" for 0."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def column_number(name: str) -> int:
    """The number of the column that has the letters `name`, A = 1."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _too_many(code: str, sheet: str, most: int) -> UnreadableFile:
    sentence = {
        "too-many-rows": _(
            "Sheet “{sheet}” has more than {most} rows. Copy the list into a new workbook and upload that."
        ),
        "too-many-cells": _(
            "This file has more than {most} cells. Copy the list into a new workbook and upload that."
        ),
    }
    return UnreadableFile(code, sentence[code], sheet=shown(sheet), most=most)


def _out_of_order(is_double: bool, what: str, sheet: str, place: str) -> UnreadableFile:
    code = f"duplicate-{what}" if is_double else f"{what}s-out-of-order"
    sentence = {
        "duplicate-row": _(
            "Sheet “{sheet}” holds row {place} twice. Copy the list into a new workbook and upload that."
        ),
        "duplicate-cell": _(
            "Sheet “{sheet}” holds cell {place} twice. Copy the list into a new workbook and upload that."
        ),
        "rows-out-of-order": _(
            "Sheet “{sheet}” holds its rows out of order at row {place}. Open it, choose Save as, and upload "
            "the new file."
        ),
        "cells-out-of-order": _(
            "Sheet “{sheet}” holds its cells out of order at {place}. Open it, choose Save as, and upload "
            "the new file."
        ),
    }
    return UnreadableFile(code, sentence[code], sheet=shown(sheet), place=place)
