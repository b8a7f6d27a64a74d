"""A picture of a workbook's first sheet as a spreadsheet program shows it, for pictures and the film of Help."""

from html import escape
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

LINES, COLUMNS = 16, 6
STYLE = """
body { margin: 0; font: 17px/1.4 "DejaVu Sans", sans-serif; color: #1b1b1b; background: #fff; }
header { background: #1e6b41; color: #fff; padding: 10px 18px; }
table { border-collapse: collapse; }
td, th { border: 1px solid #cfd4d2; padding: 5px 12px; min-width: 110px; height: 25px; text-align: left; }
thead th, tbody th { background: #eef1f0; color: #555; font-weight: 400; text-align: center; min-width: 34px; }
tr:first-child td { font-weight: 700; }
.chosen { outline: 3px solid #1e6b41; outline-offset: -2px; }
"""


def cells_of(file: Path) -> list[list[str]]:
    """Return the texts of the first sheet's upper left corner."""
    sheet = load_workbook(file).worksheets[0]
    rows = sheet.iter_rows(max_row=LINES, max_col=COLUMNS, values_only=True)
    return [["" if value is None else str(value) for value in row] for row in rows]


def page_of_workbook(file: Path) -> str:
    """Return an HTML page with the cells, each with its place as id."""
    letters = [get_column_letter(column) for column in range(1, COLUMNS + 1)]
    head = "".join(f"<th>{letter}</th>" for letter in letters)
    lines = []
    for number, row in enumerate(cells_of(file), start=1):
        cells = zip(letters, row, strict=True)
        lines.append(
            f"<tr><th>{number}</th>"
            + "".join(f'<td id="{letter}{number}">{escape(text)}</td>' for letter, text in cells)
            + "</tr>"
        )
    return (
        f"<!doctype html><html lang='en'><title>{escape(file.name)}</title><style>{STYLE}</style>"
        f"<header>{escape(file.name)}</header><table><thead><tr><th></th>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></html>"
    )
