"""Workbooks that we write: every text is written as text."""

import re
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MAX_TITLE = 31
"""Characters of a sheet name: Excel's limit."""
TEXT = {"num_format": "@"}
"""Format of every cell: text, so that spreadsheet programs keep typed values unchanged."""
HEADER = {**TEXT, "bold": True, "bg_color": "#E3E8EF"}
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def new_book(file: BytesIO, moment: datetime) -> Workbook:
    """Return a workbook, created at `moment` (naive, UTC), that `close` writes to `file`."""
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"author": "gradereg", "created": moment})
    return book


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write `text` as text, so that = + - @ at its beginning start no formula. Rows and columns count from 0."""
    if text:
        sheet.write_string(row, column, NOT_IN_XML.sub("\ufffd", text), style)
    else:
        sheet.write_blank(row, column, None, style)
