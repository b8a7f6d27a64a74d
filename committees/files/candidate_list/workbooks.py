"""Conversion of a workbook to a text that can be read like a pasted one."""

from committees.files.grade_sheet.text import squeeze
from committees.files.xlsx import CellKind, Sheet, Visibility, read_workbook

from .headers import columns_of

MAX_ROW = 20_000
"""Last row that is read."""


def as_text(content: bytes) -> str:
    """
    Return the list in the .xlsx file `content`, with tabs between columns. Row 7 is line 7.

    The list is on the first visible sheet with headers, or else on the first visible one with any text. Hidden rows
    are read too. Raise UnreadableFile like `read_workbook`.
    """
    sheets = [one for one in read_workbook(content) if one.visibility is Visibility.VISIBLE and one.rows]
    if not sheets:
        return ""
    sheet = next((one for one in sheets if _has_headers(one)), sheets[0])
    width = max(column for row in sheet.rows for column in row.cells)
    lines = [""] * min(sheet.rows[-1].number, MAX_ROW)
    for row in sheet.rows:
        if row.number <= MAX_ROW:
            lines[row.number - 1] = "\t".join(
                _text(row.cells[column].kind, row.cells[column].text) if column in row.cells else ""
                for column in range(1, min(width, 100) + 1)
            )
    return "\n".join(line if line.strip() else "" for line in lines)


def _has_headers(sheet: Sheet) -> bool:
    return any(
        columns_of([cell.text for _column, cell in sorted(row.cells.items())]) for row in sheet.rows[:20]
    )


def _text(kind: CellKind, text: str) -> str:
    """Return the text of a cell; a cell without a certain value as one that no field accepts."""
    if kind in (CellKind.TEXT, CellKind.NUMBER):
        return squeeze(text).replace('"', "”")
    return f"={squeeze(text).lstrip('=')}".replace('"', "”")
