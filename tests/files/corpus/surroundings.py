"""Content around the cells: merged ranges, dimension, filters, names, formats."""

from collections.abc import Callable

from tests.files.build import MAIN, OFFICE, SHEET_TYPES, content_types, relations

from .case import Case
from .cells import rows
from .listing import (
    BOOK,
    GOOD,
    HEADER,
    ROWS,
    SHEET,
    TYPES,
    good,
    listed,
    packed_with,
    refused,
    replaced,
    row,
    worksheet,
)

EACH_CELL = "makes a cell of each that is merged, in gigabytes"


def merged(*ranges: str, data: str = HEADER + ROWS) -> Callable[[], bytes]:
    """Build a list with merged cells."""
    inside = "".join(f'<mergeCell ref="{cells}"/>' for cells in ranges)
    return lambda: listed(data, after=f'<mergeCells count="1">{inside}</mergeCells>')


def after(text: str) -> Callable[[], bytes]:
    return lambda: listed(after=text)


def shifted(lines: int) -> str:
    """Return the rows of a list, `lines` further down."""
    data = HEADER + ROWS
    for number in (3, 2, 1):
        for old in (f'r="{number}"', f'r="A{number}"', f'r="B{number}"'):
            data = data.replace(old, old.replace(str(number), str(number + lines)))
    return data


def with_table() -> bytes:
    """Return a list that is a table, as from Format as Table in Excel."""
    columns = '<tableColumn id="1" name="Candidate ID"/><tableColumn id="2" name="Grade"/>'
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B3"><autoFilter ref="A1:B3"/>'
        f'<tableColumns count="2">{columns}</tableColumns></table>'
    )
    part = f'<tableParts count="1"><tablePart xmlns:r="{OFFICE}" r:id="t1"/></tableParts>'
    table_type = f'<Override PartName="/xl/tables/table1.xml" ContentType="{SHEET_TYPES}table+xml"/></Types>'
    return packed_with(
        {
            SHEET: worksheet(after=part),
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("t1", "table", "../tables/table1.xml")),
            "xl/tables/table1.xml": table,
            TYPES: content_types().replace("</Types>", table_type),
        }
    )


CASES = [
    *refused(
        "damaged",
        {
            "merged cells A0:B1": merged("A0:B1"),
            "merged cells from end to begin": merged("B9:A8"),
            "merged cells $A$5:$B$5": merged("$A$5:$B$5"),
            "merged columns A:B": merged("A:B"),
        },
    ),
    *refused(
        "merged-cells",
        {
            "merge over the whole sheet": merged("A1:XFD1048576"),
            "merged cells on top of each other": merged("A9:B12", "B11:C14"),
            "merge that hides a grade": merged("A2:B2"),
            "merge that hides rows": merged("A2:A3"),
            "one grade merged over two rows": merged(
                "B2:B3", data=HEADER + row(2, "1001", "A") + row(3, "1002", "")
            ),
        },
    ),
    *refused("too-many-merges", {"10,001 merged cells": merged(*(f"D{n}:E{n}" for n in range(10, 10_011)))}),
    *good(
        {
            "empty table of merged cells": merged(),
            "empty cells merged with a candidate's": merged("B2:F2"),
            "10,000 merged cells beside": merged(*(f"D{n}:E{n}" for n in range(10, 10_010))),
            "dimension too small": lambda: listed(before='<dimension ref="A1"/>'),
            "dimension too large": lambda: listed(before='<dimension ref="A1:XFD1048576"/>'),
            "dimension elsewhere": lambda: listed(before='<dimension ref="C7:D9"/>'),
            "hidden rows": rows(ROWS.replace('<row r="3"', '<row hidden="1" r="3"')),
            "hidden columns": lambda: listed(
                before='<cols><col min="1" max="16384" hidden="1" width="0"/></cols>'
            ),
            "filter": after(
                '<autoFilter ref="A1:B3"><filterColumn colId="1"><filters><filter val="A"/></filters>'
                "</filterColumn></autoFilter>"
            ),
            "table": with_table,
            "5,000 conditional formats": after(
                '<conditionalFormatting sqref="A1:XFD1048576"><cfRule type="expression" priority="1"><formula>1</formula>'
                "</cfRule></conditionalFormatting>" * 5000
            ),
            "5,000 validations over the whole sheet": after(
                "<dataValidations>"
                + '<dataValidation sqref="A1:XFD1048576" type="list"/>' * 5000
                + "</dataValidations>"
            ),
            "5,000 defined names": lambda: replaced(
                BOOK,
                "</workbook>",
                "<definedNames>"
                + "".join(f'<definedName name="n{n}">S!$A$1:$XFD$1048576</definedName>' for n in range(5000))
                + "</definedNames></workbook>",
            ),
        }
    ),
    Case(
        "titles above the list, merged",
        merged("A1:F2", "A3:B3", data='<row r="1"><c t="str"><v>Sensur</v></c></row>' + shifted(3)),
        rows=("B5 updated 1001 A", "B6 updated 1002 B"),
    ),
    Case(
        "header of two rows, merged",
        merged("A1:A2", "B1:B2", data=HEADER + row(3, "1001", "A")),
        rows=("B3 updated 1001 A",),
    ),
    Case("merged cells beside the list", merged("D1:XFD1048576"), rows=GOOD, openpyxl=EACH_CELL),
    Case("merged cells below the list", merged("A4:B1048576"), rows=GOOD, openpyxl=EACH_CELL),
    Case(
        "dimension that is none",
        lambda: listed(before='<dimension ref="x"/>'),
        rows=GOOD,
        calamine="takes the dimension for true",
    ),
]
