"""Lists as usual programs write them."""

from datetime import datetime, timedelta, timezone

from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.grade_scales import LETTERS
from tests.files.build import MAIN, OFFICE, book, content_types, packed

from .case import Case
from .cells import styled
from .listing import BOOK, GOOD, HEADER, ROWS, SHEET, STRINGS, TYPES, Files, files, worksheet
from .packages import override
from .zipping import archived, described, entries_of

MOMENT = datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def ours() -> bytes:
    """Return the downloaded list, filled in."""
    head = SheetHead("TDT4100", "Committee 1", "Kari", MOMENT, "GR1.7.x", LETTERS, True)
    return write_grade_sheet(head, [("1001", "A", "=Nils"), ("1002", "B", "Åse")])


def excel() -> bytes:
    """Return a list with what Excel adds: markup for other versions, row ids, a theme's name, space for growth."""
    sheet = worksheet(
        HEADER.replace('r="1"', 'r="1" spans="1:2" x14ac:dyDescent="0.25"', 1) + ROWS,
        before='<sheetPr/><dimension ref="A1:B3"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>',
        after='<phoneticPr fontId="1" type="noConversion"/><pageMargins left="0.7" right="0.7" top="0.7" bottom="0.7" '
        'header="0.3" footer="0.3"/><ignoredErrors><ignoredError sqref="A2" numberStoredAsText="1"/></ignoredErrors>',
    ).replace(
        f'xmlns="{MAIN}"',
        f'xmlns="{MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"',
    )
    return packed({**files(), SHEET: "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n" + sheet})


def libreoffice() -> Files:
    """
    Return a list with comments and their authors, a style for every cell, explicit `t="n"`, and settings at the end.
    """
    data = (HEADER + ROWS).replace("<c r", '<c s="0" r').replace('"><v>100', '" t="n"><v>100')
    return {
        **files(
            data,
            before='<sheetPr filterMode="false"><pageSetUpPr fitToPage="false"/></sheetPr><dimension ref="A1:B3"/>',
            after='<printOptions headings="false"/><headerFooter><oddHeader>&amp;C&amp;A</oddHeader></headerFooter>',
        ),
        "docProps/custom.xml": "<Properties/>",
    }


def google() -> Files:
    """Return a list with prefixes declared for all elements, a thousand empty rows, and doubles as "1001.0"."""
    data = (
        HEADER + ROWS.replace("1001", "1001.0") + "".join(f'<row r="{number}"/>' for number in range(4, 1001))
    )
    return {**files(data, after=f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/>'), "xl/media/image1.png": PICTURE}


def numbers() -> Files:
    """Return a list without shared strings, below a title."""
    cells = (("1", "Kandidat-ID", "Karakter"), ("2", "1001", "A"), ("3", "1002", "B"))
    data = "".join(
        f'<row r="{row}" ht="20" customHeight="1">'
        f'<c r="A{row}" t="inlineStr"><is><t>{one}</t></is></c><c r="B{row}" t="inlineStr"><is><t>{two}</t></is></c></row>'
        for row, one, two in cells
    )
    made = {name: text for name, text in files(data).items() if name != STRINGS}
    made[TYPES] = content_types().replace(override("/xl/sharedStrings.xml", "sharedStrings"), "")
    return made | {
        "xl/_rels/workbook.xml.rels": str(files()["xl/_rels/workbook.xml.rels"]).split(
            '<Relationship Id="t"'
        )[0]
        + "</Relationships>"
    }


CASES = [
    Case("as our own list", ours, rows=GOOD),
    Case("as Excel writes it", excel, rows=GOOD),
    Case("as LibreOffice writes it", lambda: packed(libreoffice()), rows=GOOD),
    Case("as Google Sheets writes it", lambda: packed(google()), rows=GOOD),
    Case("as Numbers exports it", lambda: packed(numbers()), rows=GOOD),
    Case("as streams write it", lambda: archived(list(map(described, entries_of(numbers())))), rows=GOOD),
    Case(
        "as openpyxl writes it",
        lambda: book([["Grade", None, "Candidate ID"], ["A", "x", 1001], ["B", None, "1002"]]),
        rows=("A2 updated 1001 A", "A3 updated 1002 B"),
    ),
    Case(
        "with formats of numbers",
        styled("0", "#,##0", "@", data=ROWS.replace('r="A2"', 'r="A2" s="2"')),
        rows=GOOD,
    ),
    Case(
        "with dates from 1904",
        lambda: packed(
            {**files(), BOOK: str(files()[BOOK]).replace("<sheets", '<workbookPr date1904="1"/><sheets')}
        ),
        rows=GOOD,
    ),
]
