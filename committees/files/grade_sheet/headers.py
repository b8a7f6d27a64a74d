"""Search for the header row of a list, and refusals of workbooks without one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from committees.files.xlsx import Cell, CellKind, Row, Sheet, UnreadableFile, Visibility, shown

from .problems import FileProblem
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
"""Accepted headers of the candidate numbers, in any case; the first is used in our lists."""
GRADE_HEADERS = ("Grade", "Karakter")
"""Accepted headers of the grades, in any case; the first is used in our lists."""

HEADER_WITHIN = 20
"""Number of rows from the top that may contain the headers; people put titles above them."""
NAMED_AT_MOST = 6
LONGEST_HEADER = 2 * MAX_SAID
"""Characters of a header with space and hidden characters; longer texts are not searched."""
INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u061c\u180e\ufeff"
"""Ranges of Unicode's format characters that get into texts unnoticed: joiners, directions, a byte order mark."""


@dataclass(frozen=True, slots=True)
class Header:
    """A row with both headers, and the columns of each."""

    row: Row
    id_columns: Sequence[int]
    grade_columns: Sequence[int]


def find_header(sheet: Sheet) -> Header | None:
    """Return the first row of `sheet` with both headers, None if there is none within HEADER_WITHIN."""
    for row in sheet.rows:
        if row.number > HEADER_WITHIN:
            return None
        ids, grades = _columns(row, ID_HEADER), _columns(row, GRADE_HEADER)
        if ids and grades:
            return Header(row, ids, grades)
    return None


def unique_columns(sheet: Sheet, header: Header) -> tuple[int, int]:
    """Return the columns of the candidate numbers and of the grades. Raises UnreadableFile if a header occurs
    twice."""
    for columns in (header.id_columns, header.grade_columns):
        if len(columns) > 1:
            raise _repeated_header(sheet, header.row, columns)
    return header.id_columns[0], header.grade_columns[0]


def no_columns(sheets: Sequence[Sheet]) -> UnreadableFile:
    """Return the refusal of a workbook without the headers."""
    visible = [sheet for sheet in sheets if sheet.visibility is Visibility.VISIBLE]
    sheet = next((sheet for sheet in (*visible, *sheets) if sheet.rows), None)
    if sheet is None:
        return UnreadableFile(FileProblem.BLANK_WORKBOOK)
    first = sheet.rows[0]
    cells = [cell for _column, cell in sorted(first.cells.items())]
    odd = [cell.ref for cell in cells if cell.kind is CellKind.ODD]
    place: dict[str, str | int] = {
        "most": HEADER_WITHIN,
        "columns": column_names(),
        "row": first.number,
        "sheet": shown(sheet.name),
    }
    if odd:
        return UnreadableFile(FileProblem.ODD_HEADERS, **place, odd=_listed(odd))
    found = _listed(_found(cell) for cell in cells[: NAMED_AT_MOST + 1])
    return UnreadableFile(FileProblem.NO_COLUMNS, **place, found=found)


def column_names() -> str:
    """Return the two headers of our lists, for sentences."""
    return quoted((ID_HEADERS[0], GRADE_HEADERS[0]))


def quoted(texts: Iterable[str]) -> str:
    """Return the first few texts, each in quotes."""
    return _listed(f"“{shown(glimpse(text), 40)}”" for text in islice(texts, NAMED_AT_MOST + 1))


def _pattern(headers: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for these headers in any case, which takes time linear in the length of the text.

    Hyphens of every kind are equal, with or without space around them. Hidden characters are ignored, soft hyphens
    included.
    """
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
    """Return a header in quotes, with the code points of letters that look like others."""
    text = quoted([cell.text])
    foreign = [each for each in cell.text[:LONGEST_HEADER] if _is_foreign(each)]
    return f"{text} ({code_points(foreign)})" if foreign else text


def _is_foreign(character: str) -> bool:
    """Return whether `character` may look like another letter."""
    if character.isascii() or character in SPACE or character in HYPHENS or not character.isalpha():
        return False
    return not unicodedata.name(character, "").startswith("LATIN ")


def _repeated_header(sheet: Sheet, row: Row, columns: Sequence[int]) -> UnreadableFile:
    return UnreadableFile(
        FileProblem.REPEATED_HEADER,
        sheet=shown(sheet.name),
        found=quoted(row.cells[column].text for column in columns),
        row=row.number,
    )


def _listed(texts: Iterable[str]) -> str:
    every = list(texts)
    return ", ".join([*every[:NAMED_AT_MOST], "…"] if len(every) > NAMED_AT_MOST else every)
