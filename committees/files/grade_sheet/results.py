"""Results of an upload in a list: a column, notes at the grade cells, and a sheet of the rows without a candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from .workbook import HEADER, MAX_TITLE, NOT_IN_XML, TEXT, write_text

NOTES_AT_MOST = 1_000
"""Number of notes; the column has every result."""
NOTE = {"author": "gradereg", "x_scale": 2.5, "y_scale": 1.5}
WIDTHS = (10.0, 24.0, 90.0)


class RowResult(NamedTuple):
    """The result of a candidate's row, and the note at its grade cell; "" for none."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """Results by candidate number, and the cell, content and problem of each rejected row without a candidate."""

    rows: Mapping[str, RowResult]
    others: Sequence[tuple[str, str, str]] = ()

    def text_of(self, number: str) -> str:
        return self.rows[number].text if number in self.rows else ""


def write_notes(sheet: Worksheet, results: Results, numbers: Sequence[str], *, first: int) -> None:
    """Write the notes of these candidates, whose rows begin at `first` (from 0), at their cells in column B."""
    notes = [
        (row, results.rows[number].note)
        for row, number in enumerate(numbers, first)
        if number in results.rows
    ]
    for row, note in [one for one in notes if one[1]][:NOTES_AT_MOST]:
        sheet.write_comment(row, 1, NOT_IN_XML.sub("\ufffd", note), NOTE)


def write_others(book: Workbook, results: Results) -> None:
    """Write a sheet of the rejected rows without a candidate. Its headers are not those of a list."""
    sheet = book.add_worksheet(_("Rows without a candidate")[:MAX_TITLE])
    header, text = book.add_format(HEADER), book.add_format(TEXT)
    for column, (title, width) in enumerate(
        zip((_("Cell"), _("In the cell"), _("Problem")), WIDTHS, strict=True)
    ):
        write_text(sheet, 0, column, title, header)
        sheet.set_column(column, column, width)
    for row, values in enumerate(results.others, start=1):
        for column, value in enumerate(values):
            write_text(sheet, row, column, value, text)
