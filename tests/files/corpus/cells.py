"""Worksheets with invalid rows, cells and references."""

from collections.abc import Callable

from tests.files.build import MAIN, relations

from .case import Case
from .listing import (
    BOOK_RELATIONS,
    GOOD,
    HEADER,
    ONE_CELL,
    ROWS,
    SHEET,
    STRINGS,
    good,
    listed,
    odd_grade,
    odd_id,
    one_row,
    packed_with,
    refused,
    replaced,
    strings,
    worksheet,
)
from .packages import LINKED

ROW_2, ROW_3 = ROWS.split("</row>")[0] + "</row>", ROWS.split("</row>")[1] + "</row>"

INLINE = "".join(
    f'<row r="{number}"><c r="A{number}" t="str"><v>{one}</v></c><c r="B{number}" t="str"><v>{two}</v></c></row>'
    for number, one, two in ((1, "Candidate ID", "Grade"), (2, "1001", "A"), (3, "1002", "B"))
)
"""The list with inline texts only."""
BESIDE = {
    "a time in ISO form": '<c r="C2" t="d"><v>09:30:00</v></c>',
    "a string without an index": '<c r="C2" t="s"><v/></c>',
    "a string that is not there": '<c r="C2" t="s"><v>99</v></c>',
    "a number with a space": '<c r="C2"><v>2 </v></c>',
    "a style without a number": '<c r="C2" s=""><v>2</v></c>',
    "a style that is not there": '<c r="C2" s="99"><v>2</v></c>',
    "a type that is not there": '<c r="C2" t="x"><v>2</v></c>',
    "a number that is none": '<c r="C2"><v>N/A</v></c>',
    "a truth value that is none": '<c r="C2" t="b"><v>yes</v></c>',
    "two values": '<c r="C2"><v>1</v><v>2</v></c>',
    "a comment in a value": '<c r="C2"><v>1<!-- -->2</v></c>',
}

INDEXES = {said: said for said in ("4", "-1", "99999999999", "2.0", "+2", "0x2", "٢", "2 3")} | {
    "with space in front": " 2",
    "with space behind": "2 ",
    "with a line end behind": "2\n",
}

ESCAPES = "leaves escapes in texts as they are"


def rows(data: str) -> Callable[[], bytes]:
    """Build a list with `data` below its header."""
    return lambda: listed(HEADER + data)


def referenced(reference: str) -> Callable[[], bytes]:
    """Build a list in which cell A2 has another reference."""
    return rows(ROWS.replace('r="A2"', f'r="{reference}"'))


def numbered(number: str) -> Callable[[], bytes]:
    """Build a list whose last row has another number, and no references."""
    return rows(ROW_2 + f'<row r="{number}"><c><v>1002</v></c></row>')


def styled(*formats: str, data: str) -> Callable[[], bytes]:
    """Build a list with number `formats` as cell styles 0, 1, and so on."""
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    cell_styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    sheet = (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{cell_styles}</cellXfs></styleSheet>'
    )
    return lambda: packed_with(
        {
            BOOK_RELATIONS: relations(*LINKED, ("y", "styles", "styles.xml")),
            "xl/styles.xml": sheet,
            SHEET: worksheet(HEADER + data),
        }
    )


CASES = [
    *refused("rows-out-of-order", {"rows out of order": rows(ROW_3 + ROW_2)}),
    *refused("duplicate-row", {"a row twice": rows(ROW_2 + ROW_2)}),
    *refused(
        "cells-out-of-order",
        {"cells out of order": rows('<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1001</v></c></row>')},
    ),
    *refused("duplicate-cell", {"a cell twice": rows(ROWS.replace('"B2"', '"A2"'))}),
    *refused("cell-in-wrong-row", {"a cell of another row": referenced("A3")}),
    *refused(
        "damaged",
        {
            **{
                f"reference {said or 'of nothing'}": referenced(said)
                for said in (
                    "",
                    "A0",
                    "a2",
                    "AAAA2",
                    "$A$2",
                    "A02",
                    "2A",
                    "A",
                    "XFE2",
                    "A2:B2",
                    "R2C1",
                    "Α2",
                    "A２",
                    "A2 ",
                    "A-2",
                )
            },
            **{
                f"row {said or 'without a number'}": numbered(said)
                for said in ("", "0", "03", "+3", "3.0", "-3", "1048577", "9999999999", "٣", "3 ")
            },
            "two codes of one number format": styled(
                "0", '0"/><numFmt numFmtId="164" formatCode="yyyy', data=ROWS
            ),
        },
    ),
    *odd_grade(
        {
            **{
                f"index of a string: {what}": rows(ROWS.replace("<v>2</v>", f"<v>{said}</v>"))
                for what, said in INDEXES.items()
            },
            "two texts in a string": lambda: replaced(STRINGS, ">A</t>", ">A</t><t>B</t>"),
            "a text beside runs": lambda: replaced(STRINGS, ">A</t>", ">A</t><r><t>B</t></r>"),
            "two texts in a run": lambda: replaced(
                STRINGS, '<t xml:space="preserve">A</t>', "<r><t>A</t><t>B</t></r>"
            ),
            "shared text of 32,768 characters": lambda: replaced(STRINGS, ">A<", f">{'x' * 32_768}<"),
        },
        because=ONE_CELL,
    ),
    *odd_id(
        {
            "style that is not there": rows(ROWS.replace('r="A2"', 'r="A2" s="7"')),
            "style below zero": rows(ROWS.replace('r="A2"', 'r="A2" s="-1"')),
            "style without a number": rows(ROWS.replace('r="A2"', 'r="A2" s=""')),
            "unknown type of cell": rows(ROWS.replace('r="A2"', 'r="A2" t="x"')),
            "type of cell without a name": rows(ROWS.replace('r="A2"', 'r="A2" t=""')),
            "two values in a cell": rows(ROWS.replace("<v>1001</v>", "<v>1001</v><v>1002</v>")),
            "value and text in a cell": rows(ROWS.replace("<v>1001</v>", "<v>1001</v><is><t>1</t></is>")),
            "text as a number": rows(ROWS.replace("<v>1001</v>", "<is><t>1001</t></is>")),
            "number as a text": rows(ROWS.replace('<c r="A2">', '<c r="A2" t="inlineStr">')),
            "space around a number": rows(ROWS.replace("<v>1001<", "<v> 1001\n<")),
            "space behind a number": rows(ROWS.replace("<v>1001<", "<v>1001 <")),
            "number that is none": rows(ROWS.replace("1001", "1_001")),
            "number in Arabic digits": rows(ROWS.replace("1001", "١٠٠١")),
            "number with a comma": rows(ROWS.replace("1001", "1,001")),
            "number in base 16": rows(ROWS.replace("1001", "0x3E9")),
            "not a number": rows(ROWS.replace("1001", "NaN")),
            "infinity": rows(ROWS.replace("1001", "INF")),
            "number without end": rows(ROWS.replace("1001", "1e999999999")),
            "number of 500 digits": rows(ROWS.replace("1001", "1" * 500)),
            "truth value that is none": rows(ROWS.replace('<c r="A2">', '<c r="A2" t="b">')),
            "date that is none": rows(ROWS.replace('<c r="A2">', '<c r="A2" t="d">')),
        },
        because=ONE_CELL,
    ),
    Case(
        "two texts in a cell",
        rows('<row><c t="inlineStr"><is><t>1001</t><t>0</t></is></c></row>'),
        rows=("A2 rejected odd-cell",),
        because=ONE_CELL,
    ),
    Case(
        "text of 32,768 characters",
        one_row("1001", "x" * 32_768),
        rows=("B2 rejected 1001 odd-cell",),
        because="no cell of Excel holds so much, so that programs cut it; " + ONE_CELL,
    ),
    *(
        Case(
            f"index of a string: {said}",
            rows(ROWS.replace("<v>2</v>", xml)),
            rows=("B2 empty 1001", "B3 updated 1002 B"),
            because="every program finds an empty cell there, and an empty grade changes nothing",
        )
        for said, xml in (("nothing", "<v></v>"), ("no value", "<v/>"), ("no element", ""))
    ),
    *(
        Case(
            f"odd cell beside the list: {what}",
            rows(ROWS.replace("</row>", f"{xml}</row>", 1)),
            rows=GOOD,
            because="nothing is read from the cells of other columns",
        )
        for what, xml in BESIDE.items()
    ),
    Case(
        "no table of strings, and no cell that needs one",
        lambda: packed_with({STRINGS: None, SHEET: worksheet(INLINE)}),
        rows=GOOD,
        openpyxl="refuses the whole file",
        because="a relationship to a table that is missing says nothing of cells that hold their own text",
    ),
    *(
        Case(
            what,
            rows(ROWS + xml),
            rows=GOOD,
            calamine="makes room for all cells up to it" if what == "one cell at XFD1048576" else "",
            because="a value far from the list is in another column, and we make room for nothing around it",
        )
        for what, xml in {
            "one cell at XFD1048576": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "a formula at XFD4": '<row r="4"><c r="XFD4"><f>1</f></c></row>',
            "a space in row 1048576": '<row r="1048576"><c t="str"><v> </v></c></row>',
        }.items()
    ),
    *good(
        {
            "rows and cells without references": rows(
                ROWS.replace(' r="2"', "").replace(' r="A2"', "").replace(' r="B2"', "")
            ),
            "blank cell at XFD1048576": rows(ROWS + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'),
            "1,000 blank rows": rows(ROWS + "<row/>" * 1000),
            "runs of rich text": lambda: replaced(
                STRINGS, '<t xml:space="preserve">A</t>', "<r><rPr><b/></rPr><t>A</t></r><r><t/></r>"
            ),
            "how to pronounce it": lambda: replaced(
                STRINGS, ">A</t>", '>A</t><rPh sb="0" eb="1"><t>B</t></rPh><phoneticPr fontId="1"/>'
            ),
            "strings that nobody uses": lambda: packed_with(
                {STRINGS: strings("Candidate ID", "Grade", "A", "B", "=1", "B")}
            ),
            "texts of formulas' type": rows(ROWS.replace('t="s"><v>2<', 't="str"><v>A<')),
        }
    ),
    Case(
        "last cell that may hold something",
        rows(ROWS + '<row r="65536"><c r="IV65536"><v>1</v></c></row>'),
        rows=GOOD,
    ),
    Case(
        "references that skip cells",
        rows(
            '<row r="7"><c r="A7"><v>1001</v></c><c r="B7" t="s"><v>2</v></c></row><row><c><v>1002</v></c></row>'
        ),
        rows=("B7 updated 1001 A", "B8 empty 1002"),
    ),
    Case("escapes in texts", lambda: replaced(STRINGS, ">A<", ">_x0041_<"), rows=GOOD, openpyxl=ESCAPES),
]
