"""Regular expressions that read rows and strings in the usual notation much faster than the walk over elements."""

# Everything else is left to the walk, which reads or refuses it. tests/files/test_fast_path.py checks that
# both give the same result.

import re
from collections.abc import Sequence
from operator import ge
from typing import NamedTuple

from .cells import Cell, CellKind, Row, plain_text
from .hiding import is_hidden
from .limits import LAST_FILLED_COLUMN, LAST_FILLED_ROW, MAX_ATTRIBUTES, MAX_CELLS, MAX_TEXT
from .references import column_number

NAME = "[A-Za-z][A-Za-z0-9]*+"
ATTRIBUTE = rf""" ({NAME}(?::{NAME})?+)="[ !#-%'-;=?-~]*+\""""
ATTRIBUTES = f"(?:{ATTRIBUTE.replace('(', '(?:', 1)})*+"
PROLOG = r"(?:<\?xml [^<>?]*+\?>\s*+)?+"
WORKSHEET = re.compile(
    rf"{PROLOG}<worksheet({ATTRIBUTES})>.*?<sheetData>(.*)</sheetData>".encode(), re.DOTALL
)
STRINGS = re.compile(rf"{PROLOG}<sst{ATTRIBUTES}>(.*)</sst>\s*+".encode(), re.DOTALL)

# Text without markup and without characters that an XML parser changes or refuses.
TEXT = "[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
ONE_TEXT = '<t(?: xml:space="preserve")?+>{}</t>'
STRING = f"<si>{ONE_TEXT}</si>"
ONLY_STRINGS = re.compile(f"(?:{STRING.format(TEXT)})*+")
EACH_STRING = re.compile(STRING.format(f"({TEXT})"))

EMPTY = " ?/>"
INSIDE = f"(?:<v>{{}}</v>|<is>{ONE_TEXT}</is>)?+"
CELL = f'<c r="{{}}"(?: s="{{}}")?+(?: t="{{}}")?+(?:{EMPTY}|>{INSIDE}</c>)'
# Each reference must name the row that contains the cell, so that cells can be assigned to rows by
# reference.
ANY_CELL = CELL.format("[A-Z]{1,3}(?P=row)", "[0-9]{1,5}", "(?:s|n|inlineStr)", "[0-9]{1,15}", TEXT)
EACH_CELL = re.compile(CELL.format("([A-Z]+)([0-9]+)", "([0-9]+)", "([a-zA-Z]+)", "([0-9]+)", f"({TEXT})"))
ROWS = re.compile(f'(?:<row r="(?P<row>[1-9][0-9]{{0,6}})"{ATTRIBUTES}(?:{EMPTY}|>(?:{ANY_CELL})*+</row>))*+')
EACH_ROW = re.compile(f'<row r="([0-9]+)"({ATTRIBUTES})')
EACH_HIDING = re.compile(' (hidden|ht)="([^"]*)"')
"""Attributes of a row that can hide it."""
EACH_ATTRIBUTE = re.compile(ATTRIBUTE)

EXCELS_OWN = "x14ac:dyDescent"
"""The only accepted row attribute outside the spreadsheet namespace."""


class PlainStrings(NamedTuple):
    """Shared strings, their number of characters in the file, and the part without them."""

    strings: list[str]
    characters: int
    rest: bytes


class PlainRows(NamedTuple):
    """Non-empty rows; the characters of values in the file; the characters of shared strings, counted for each
    cell that refers to them; and the part without the rows."""

    rows: list[Row]
    characters: int
    referenced: int
    rest: bytes


class _NotPlain(Exception):
    """Something must be left to the walk."""


def plain_strings(data: bytes) -> PlainStrings | None:
    """Return all strings of the part `data`, or None if one of them is not plain."""
    found = STRINGS.fullmatch(data)
    text = _decoded(found[1]) if found else None
    if not found or text is None or not ONLY_STRINGS.fullmatch(text):
        return None
    strings = EACH_STRING.findall(text)
    if any(len(text) > MAX_TEXT for text in strings):
        return None
    rest = data[: found.start(1)] + data[found.end(1) :]
    return PlainStrings([plain_text(text) for text in strings], sum(map(len, strings)), rest)


def plain_rows(data: bytes, strings: Sequence[str | None], dates: Sequence[bool]) -> PlainRows | None:
    """Return all rows of the worksheet part `data`, or None if one of them is not plain. `strings` are the shared
    strings; `dates` has, by cell style, whether numbers are dates."""
    found = WORKSHEET.match(data)
    # The walk through the rest checks the name and namespace of the element.
    if not found or data.count(b"sheetData") != 2:
        return None
    text, root = _decoded(found[2]), _decoded(found[1])
    # The walk stops at the first cell over the limit, so that no memory is spent on the others.
    if text is None or root is None or text.count("<c ") > MAX_CELLS or not ROWS.fullmatch(text):
        return None
    tags = EACH_ROW.findall(text)
    numbers = [0, *(int(number) for number, _attributes in tags)]
    if numbers[-1] > LAST_FILLED_ROW or any(map(ge, numbers, numbers[1:])):
        return None
    if not all(_is_well_formed(attributes, root) for attributes in {one for _row, one in tags}):
        return None
    cells = EACH_CELL.findall(text)
    try:
        rows, characters, referenced = _read(cells, strings, dates)
    except _NotPlain:
        return None
    hidden = {
        int(number) for number, attributes in tags if is_hidden(dict(EACH_HIDING.findall(attributes)), "ht")
    }
    if hidden:
        rows = [row._replace(is_hidden=row.number in hidden) for row in rows]
    rest = data[: found.start(2)] + data[found.end(2) :]
    return PlainRows(rows, characters, referenced, rest)


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _is_well_formed(attributes: str, root: str) -> bool:
    """Return whether an XML parser accepts these attributes of a row, next to its "r", below the attributes of the
    root."""
    names = ["r", *EACH_ATTRIBUTE.findall(attributes)]
    foreign = {name for name in names if ":" in name or name == "xmlns"}
    is_named = foreign <= {EXCELS_OWN} and (not foreign or ' xmlns:x14ac="' in root)
    return is_named and len(set(names)) == len(names) <= MAX_ATTRIBUTES


def _read(
    found: Sequence[tuple[str, ...]], strings: Sequence[str | None], dates: Sequence[bool]
) -> tuple[list[Row], int, int]:
    rows: list[Row] = []
    cells: dict[int, Cell] = {}
    here, before, characters, referenced = "", 0, 0, 0
    # `_make` takes a third of the time of the constructor.
    make, of_text = Cell._make, CellKind.TEXT
    for letters, place, style, kind, value, text in found:
        if place != here:
            here, before, cells = place, 0, {}
        column = column_number(letters)
        if not before < column <= LAST_FILLED_COLUMN:
            raise _NotPlain
        before = column
        if text:
            if kind != "inlineStr":
                raise _NotPlain
            what, read = of_text, _text(text)
        elif value:
            what, read = _value(kind, value, strings, dates, style)
            if kind == "s":
                referenced += len(read)
        else:
            continue
        characters += len(value) + len(text)
        if read:
            if not cells:
                rows.append(Row(int(place), cells))
            cells[column] = make((letters + place, what, read))
    return rows, characters, referenced


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise _NotPlain
    return plain_text(text) if "_x" in text else text


def _value(
    kind: str, value: str, strings: Sequence[str | None], dates: Sequence[bool], style: str
) -> tuple[CellKind, str]:
    if kind == "s":
        string = strings[int(value)] if len(value) < 9 and int(value) < len(strings) else None
        if string is None:
            raise _NotPlain
        return CellKind.TEXT, string
    shape = int(style or 0)
    if kind == "inlineStr" or value[0] == "0" or shape >= len(dates) or dates[shape]:
        raise _NotPlain
    return CellKind.NUMBER, value
