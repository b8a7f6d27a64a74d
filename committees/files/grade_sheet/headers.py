"""The row that names the columns of a list: where it is, and what people see when there is none."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext_lazy as _

from committees.files.xlsx import Cell, CellKind, Row, Sheet, UnreadableFile, Visibility, shown

from .text import HYPHENS, MAX_SAID, SPACE, code_points, glimpse

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
NAMED_AT_MOST = 6
LONGEST_HEADER = 2 * MAX_SAID
"""Characters of a header, with space and what people don't see; a longer text is not looked through."""
INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u061c\u180e\ufeff"
"""Ranges of Unicode's format characters that may come into a text unseen: joiners, directions, a byte order mark."""


@dataclass(frozen=True, slots=True)
class Header:
    """A row with both headers: the columns that have each of them."""

    row: Row
    id_columns: Sequence[int]
    grade_columns: Sequence[int]


def find_header(sheet: Sheet) -> Header | None:
    """The first row of `sheet` that has both headers, None if there is none within HEADER_WITHIN."""
    for row in sheet.rows:
        if row.number > HEADER_WITHIN:
            return None
        ids, grades = _columns(row, ID_HEADER), _columns(row, GRADE_HEADER)
        if ids and grades:
            return Header(row, ids, grades)
    return None


def unique_columns(sheet: Sheet, header: Header) -> tuple[int, int]:
    """The columns of the candidate numbers and of the grades. Raises UnreadableFile where a header is there twice."""
    for columns in (header.id_columns, header.grade_columns):
        if len(columns) > 1:
            raise _repeated_header(sheet, header.row, columns)
    return header.id_columns[0], header.grade_columns[0]


def no_columns(sheets: Sequence[Sheet]) -> UnreadableFile:
    """What to raise when no sheet has the headers."""
    visible = [sheet for sheet in sheets if sheet.visibility is Visibility.VISIBLE]
    sheet = next((sheet for sheet in (*visible, *sheets) if sheet.rows), None)
    if sheet is None:
        return UnreadableFile(
            "no-columns",
            _("This workbook is blank. Download the list of your committee and fill in that one."),
        )
    first = sheet.rows[0]
    cells = [cell for _column, cell in sorted(first.cells.items())]
    odd = [cell.ref for cell in cells if cell.kind is CellKind.ODD]
    return UnreadableFile(
        "no-columns",
        ODD_HEADERS if odd else NO_HEADERS,
        most=HEADER_WITHIN,
        columns=column_names(),
        row=first.number,
        sheet=shown(sheet.name),
        found=_listed(_found(cell) for cell in cells[: NAMED_AT_MOST + 1]),
        odd=_listed(odd),
    )


NO_HEADERS = _(
    "None of the first {most} rows has the headers {columns}. Row {row} of sheet “{sheet}” contains "
    "{found}. Rename the two columns, or download the list of your committee and fill in that one."
)
ODD_HEADERS = _(
    "None of the first {most} rows has the headers {columns}. In row {row} of sheet “{sheet}” these cells "
    "can’t be read: {odd}. Clear them, type the text again, save, and upload the file again. Otherwise, "
    "download the list of your committee and fill in that one."
)


def column_names() -> str:
    """The two headers that we write, for sentences."""
    return quoted((ID_HEADERS[0], GRADE_HEADERS[0]))


def quoted(texts: Iterable[str]) -> str:
    """Each text in quotes, the first few."""
    return _listed(f"“{shown(glimpse(text), 40)}”" for text in islice(texts, NAMED_AT_MOST + 1))


def _pattern(headers: Iterable[str]) -> re.Pattern[str]:
    """What matches these headers in any case, in a time that grows only with the length of the text. Hyphens of every kind
    are one, with or without space around them; what people don't see does not count, a soft hyphen included."""
    unseen = INVISIBLE + "\u00ad"
    around = f"[{SPACE}{unseen}]*+"
    joints = {
        " ": f"(?=[{unseen}]*+[{SPACE}])[{SPACE}{unseen}]++",
        "-": f"(?=[{SPACE}{INVISIBLE}]*+[{re.escape(HYPHENS)}])[{SPACE}{INVISIBLE}{re.escape(HYPHENS)}]++",
    }
    each = (
        "".join(
            joints.get(letter, re.escape(letter) + ("" if following in joints else f"[{unseen}]*+"))
            for letter, following in zip(header, header[1:] + "-", strict=True)
        )
        for header in headers
    )
    return re.compile(f"{around}(?:{'|'.join(each)}){around}", re.IGNORECASE)


ID_HEADER, GRADE_HEADER = _pattern(ID_HEADERS), _pattern(GRADE_HEADERS)


def _columns(row: Row, wanted: re.Pattern[str]) -> list[int]:
    return [
        column
        for column, cell in sorted(row.cells.items())
        if cell.kind is CellKind.TEXT and len(cell.text) <= LONGEST_HEADER and wanted.fullmatch(cell.text)
    ]


def _found(cell: Cell) -> str:
    """A header as it is found, with what people can't see from its letters."""
    text = quoted([cell.text])
    foreign = [each for each in cell.text[:LONGEST_HEADER] if _is_foreign(each)]
    return f"{text} ({code_points(foreign)})" if foreign else text


def _is_foreign(character: str) -> bool:
    """Whether `character` may look like a letter that it is not."""
    if character.isascii() or character in SPACE or character in HYPHENS or not character.isalpha():
        return False
    return not unicodedata.name(character, "").startswith("LATIN ")


def _repeated_header(sheet: Sheet, row: Row, columns: Sequence[int]) -> UnreadableFile:
    return UnreadableFile(
        "repeated-header",
        _(
            "Sheet “{sheet}” has more than one column for the same thing: {found} in row {row}. Rename or "
            "delete "
            "all but the right one and save again."
        ),
        sheet=shown(sheet.name),
        found=quoted(row.cells[column].text for column in columns),
        row=row.number,
    )


def _listed(texts: Iterable[str]) -> str:
    every = list(texts)
    return ", ".join([*every[:NAMED_AT_MOST], "…"] if len(every) > NAMED_AT_MOST else every)
