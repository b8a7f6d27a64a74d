"""Writes the list that graders download: one row per candidate, and a second sheet that says what to do with
it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from committees.enums import GradeScale

from .headers import GRADE_HEADERS, ID_HEADERS

MAX_TITLE = 31
"""Characters of a sheet's name: Excel's limit."""
WIDTHS = (16.0, 12.0, 36.0)
"""Of the columns, in characters."""
ABOUT_WIDTHS = (18.0, 80.0)
LINE_HEIGHT = 16
"""Points of a line of text. Set, since LibreOffice takes the height of a wrapped line from the file."""
BOLD = Font(name="Calibri", size=11, bold=True)
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
PATTERN = 2
"""The row of the first candidate, which all others are written like."""
FIRST_SHEET = "xl/worksheets/sheet1.xml"
PATTERN_ROW = re.compile(f'(<row r="{PATTERN}".*?</row>)')
DIMENSION = re.compile("<dimension [^>]*>")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment of every part of the archive, so that the same list is the same bytes."""


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What a list says about itself. `moment` is aware, in the zone in which it is to be shown."""

    exam: str
    committee: str
    downloaded_by: str
    moment: datetime
    list_id: str
    scale: GradeScale
    with_names: bool


def write_grade_sheet(head: SheetHead, rows: Iterable[tuple[str, str, str]]) -> bytes:
    """An .xlsx file with `rows` (candidate number, grade or "", name), in the active language but for the two
    headers that `read_grade_sheet` looks for. Names are left out unless `head.with_names`."""
    book = Workbook()
    moment = head.moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.creator = "gradereg"
    book.properties.created = book.properties.modified = moment
    grades, about = book.worksheets[0], book.create_sheet()
    grades.title, about.title = _("Grades")[:MAX_TITLE], _("About this list")[:MAX_TITLE]
    columns = "ABC" if head.with_names else "AB"
    texts = [row[: len(columns)] for row in rows]
    _write_head(grades, columns, 1 + len(texts))
    _protect(grades)
    _offer_grades(grades, head.scale, 1 + len(texts))
    _write_about(about, head)
    styles = [grades[f"{column}{PATTERN}"].style_id for column in columns]
    return _packed(book, f"A1:{columns[-1]}{1 + len(texts)}", _rows(columns, styles, texts))


def _write_head(sheet: Worksheet, columns: str, last: int) -> None:
    """The headers, and below them the blank row whose cells have the styles of all rows to come, down to row `last`."""
    for column, header in enumerate((ID_HEADERS[0], GRADE_HEADERS[0], _("Name"))[: len(columns)], start=1):
        cell = write_text(sheet, 1, column, header)
        cell.font, cell.fill = BOLD, PatternFill("solid", fgColor="E3E8EF")
        write_text(sheet, PATTERN, column, "").protection = Protection(locked=column != 2)
    _set_widths(sheet, WIDTHS[: len(columns)])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{columns[-1]}{last}"


def _rows(columns: str, styles: Sequence[int], rows: Sequence[Sequence[str]]) -> str:
    """The rows from `PATTERN` on as they stand in the file. Of all that openpyxl does for a cell, they need nothing."""
    blank = [f'" s="{style}" />' for style in styles]
    begin = [f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">' for style in styles]
    written = []
    for number, texts in enumerate(rows, start=PATTERN):
        cells = [
            f'<c r="{column}{number}'
            + (f"{begin[at]}{escape(_escaped(text))}</t></is></c>" if text else blank[at])
            for at, (column, text) in enumerate(zip(columns, texts, strict=True))
        ]
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(written)


def _protect(sheet: Worksheet) -> None:
    """Keep people from typing over candidate IDs by mistake. No password: it is a help, not a safeguard."""
    protection = sheet.protection
    protection.sheet = True
    # In the file, a false here means that it is not forbidden.
    protection.sort = protection.autoFilter = False
    protection.formatColumns = protection.formatRows = False


def _offer_grades(sheet: Worksheet, scale: GradeScale, last: int) -> None:
    if last < 2:
        return
    grades = ", ".join(scale.grades)
    offer = DataValidation(
        type="list",
        formula1=f'"{",".join(scale.grades)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="stop",
        errorTitle=_("Not a grade of this exam")[:32],
        error=_("Write one of %(grades)s, or leave the cell empty.") % {"grades": grades},
    )
    offer.add(f"B2:B{last}")
    sheet.add_data_validation(offer)


def _write_about(sheet: Worksheet, head: SheetHead) -> None:
    facts = (
        (_("Exam"), head.exam),
        (_("Committee"), head.committee),
        (_("Downloaded by"), head.downloaded_by),
        (_("Downloaded at"), head.moment.isoformat(sep=" ", timespec="minutes")),
        (_("List ID"), head.list_id),
    )
    steps = [(f"{number}.", step) for number, step in enumerate(_steps(head.scale), start=1)]
    lines = [(_("What to do"), ""), *steps, ("", ""), *facts]
    for row, (label, text) in enumerate(lines, start=1):
        cell = write_text(sheet, row, 1, label)
        cell.alignment = Alignment(vertical="top")
        if (label, text) not in steps:
            cell.font = BOLD
        write_text(sheet, row, 2, text).alignment = Alignment(vertical="top", wrap_text=True)
        sheet.row_dimensions[row].height = LINE_HEIGHT * (1 + len(text) // int(ABOUT_WIDTHS[1]))
    _set_widths(sheet, ABOUT_WIDTHS)


def _steps(scale: GradeScale) -> Sequence[str]:
    spelling = {
        GradeScale.LETTERS: _("Write the grades in capital letters: A, B, C, D, E or F."),
        GradeScale.PASS: _("Write the grades as Pass or NotPass, exactly so."),
    }
    return (
        _(
            "Fill in the column Grade on the first sheet, one grade for each candidate. Also fill in F and "
            "NotPass."
        ),
        spelling[scale],
        _("Leave the cell empty if a candidate is to have no grade, for example who did not attend."),
        _("Save the file as Excel Workbook (.xlsx). Keep both sheets."),
        _("Upload it where you downloaded it: Upload → Grades from Excel."),
    )


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write `text` as text whatever it begins with, so that = + - @ start no formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 nothing is merged here
    cell.number_format = "@"
    if text:
        cell.value = _escaped(text)
        cell.data_type = "s"
    return cell


def _escaped(text: str) -> str:
    """`text` as it stands in a file (ECMA-376 part 1, 22.9.2.19): what XML would change is written as an escape,
    what looks like an escape has its underscore escaped, and what no XML can hold becomes U+FFFD."""
    text = LOOKS_ESCAPED.sub("_x005F_", NOT_IN_XML.sub("\ufffd", text))
    return text.replace("\r", "_x000D_")


def _set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    for letter, width in zip("ABC", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as there are rows for, each as wide as the columns


def _packed(book: Workbook, covered: str, rows: str) -> bytes:
    """
    The file, its parts stamped alike: not `book.save`, which stamps it with the moment of saving. The first sheet, whose
    cells are `covered`, has `rows` in place of its pattern.
    """
    loose, packed = BytesIO(), BytesIO()
    with ZipFile(loose, "w") as archive:
        ExcelWriter(book, archive).save()
    with ZipFile(loose) as parts, ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            part = ZipInfo(name, EPOCH)
            part.external_attr = 0o600 << 16
            data = parts.read(name)
            if name == FIRST_SHEET:
                before, _pattern, after = PATTERN_ROW.split(data.decode())
                data = (DIMENSION.sub(f'<dimension ref="{covered}" />', before) + rows + after).encode()
            archive.writestr(part, data, ZIP_DEFLATED)
    return packed.getvalue()
