"""Small files that need much memory or time."""

from collections.abc import Iterable

from committees.files.xlsx.limits import (
    LAST_COLUMN,
    LAST_FILLED_COLUMN,
    MAX_ELEMENTS,
    MAX_ROWS,
    MAX_STRINGS,
)
from committees.files.xlsx.references import letters
from tests.files.build import MAIN, content_types

from .case import Case
from .cells import styled
from .listing import (
    BOOK,
    HEADER,
    NEVER_PARSED,
    ONE_CELL,
    ROWS,
    files,
    good,
    listed,
    odd_grade,
    packed_with,
    refused,
    replaced,
    strings,
    with_parts,
    worksheet,
)
from .packages import override, sheets
from .zipping import Entry, archived, entries_of

MILLION = 1_000_000
B = "<si><t>B</t></si>"
MANY = [(f"T{number}", f"more{number}") for number in range(49)]


def skipped(markup: str) -> bytes:
    """Return a list with `markup` where the reader skips it."""
    return listed(after=markup)


def inline(count: int, text: str) -> str:
    """Return rows of one inline text each."""
    return "".join(f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>' for _number in range(count))


def blanks(lines: Iterable[int]) -> str:
    """Return rows of 256 blank cells with references."""
    columns = [letters(column) for column in range(1, LAST_FILLED_COLUMN + 1)]
    return "".join(
        f'<row r="{line}">' + "".join(f'<c r="{column}{line}"/>' for column in columns) + "</row>"
        for line in lines
    )


def full(last: str) -> bytes:
    """Return a list of the largest size, with filled cells beside its two columns, and `last` as its last row."""
    shared = strings("Candidate ID", "Grade", *(f"text {number}" for number in range(MAX_STRINGS - 10)))
    cells = "".join(
        f'<row r="{line}">'
        + "".join(f'<c r="{column}{line}" t="s"><v>{line}</v></c>' for column in "DEF")
        + "</row>"
        for line in range(2, MAX_ROWS - 10)
    )
    return with_parts(sheet=worksheet(HEADER + cells + last), strings=shared)


def false_size_bomb() -> bytes:
    """Return a part of 200 MB that declares 1,000 bytes."""
    said = {"size": 1000}
    data = bytes(200 * MILLION)
    return archived([*entries_of(files()), Entry(b"xl/media/a.bin", data, local=said, central=said)])


CASES = [
    *refused(
        "too-large-unpacked",
        {
            "bomb: a part of 21 MB": lambda: packed_with({"xl/media/a.bin": bytes(21 * 1024**2)}),
            "bomb: 100 parts of 1 MB": lambda: packed_with(
                {f"xl/media/{n}.bin": bytes(1024**2) for n in range(100)}
            ),
            "bomb: a part that says 4 GB": lambda: archived(
                [
                    *entries_of(files()),
                    Entry(b"xl/a", b"x", local={"size": 0xFFFFFFFE}, central={"size": 0xFFFFFFFE}),
                ]
            ),
        },
    ),
    *refused("broken-zip", {"bomb: 200 MB that say 1,000 bytes": false_size_bomb}),
    *refused(
        "too-much-markup",
        {
            "bomb: a million elements": lambda: skipped("<a/>" * MILLION),
            "bomb: a million rows": lambda: listed(HEADER + "<row/>" * MILLION),
            "bomb: a million cells": lambda: listed(HEADER + "<row>" + "<c/>" * MILLION + "</row>"),
            "bomb: a million cells in a prefix": lambda: with_parts(
                sheet=worksheet().replace(
                    "<sheetData>", f'<sheetData xmlns:x="{MAIN}"><x:row>{"<x:c/>" * MILLION}</x:row>'
                )
            ),
            "bomb: 800,000 attributes": lambda: skipped(
                '<a b="" c="" d="" e="" f="" g=""/>' * (MAX_ELEMENTS - 1_000) + "<x"
            ),
            "bomb: a million comments": lambda: skipped("<!---->" * MILLION),
            "bomb: a million strings": lambda: with_parts(strings=strings(inside="<si/>" * MILLION)),
            "bomb: a million merged cells": lambda: skipped(
                "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 600_000 + "</mergeCells>"
            ),
            "bomb: 300,000 defined names": lambda: replaced(
                BOOK,
                "</workbook>",
                "<definedNames>" + '<definedName name="n"/>' * 300_000 + "</definedNames></workbook>",
            ),
            "bomb: 300,000 types": lambda: with_parts(
                types=content_types().replace("</Types>", override("/a", "x") * 150_000 + "</Types>")
            ),
            "bomb: 20 MB of text": lambda: skipped(("<a>" + "x" * 400_000 + "</a>") * 50),
            "bomb: 20 MB of line ends": lambda: skipped(("<a>" + "\n" * 400_000 + "</a>") * 50),
            "bomb: 3 million references to characters": lambda: skipped(
                ("<a>" + "&#65;" * 80_000 + "</a>") * 40
            ),
            "bomb: 20 MB of attributes": lambda: skipped(("<a b='" + "x" * 400_000 + "'/>") * 50),
        },
    ),
    *refused(
        "damaged",
        {
            "bomb: 500,000 attributes": lambda: skipped(
                "<a " + "".join(f'a{n}="" ' for n in range(500_000)) + "/>"
            ),
            "bomb: 65 attributes, 6,000 times": lambda: skipped(
                ("<a " + "".join(f'a{n}="" ' for n in range(65)) + "/>") * 6_000
            ),
            "bomb: an attribute of 10 MB": lambda: skipped(f"<a b='{'x' * 10 * MILLION}'/>"),
            "bomb: a name of 10 MB": lambda: skipped(f"<{'a' * 10 * MILLION}/>"),
            "bomb: a comment of 10 MB": lambda: skipped(f"<!--{'x' * 10 * MILLION}-->"),
            "bomb: a text of 10 MB": lambda: with_parts(strings=strings("x" * 10 * MILLION)),
            "bomb: 60,000 elements in each other": lambda: skipped("<a>" * 60_000 + "</a>" * 60_000),
            "full to the brim, with a fault in its last row": lambda: full(
                '<row r="20000"><c r="A0"><v>1</v></c></row>'
            ),
            "bomb: full of elements, then a fault": lambda: skipped("<a/>" * (MAX_ELEMENTS - 1_000) + "<x"),
            "bomb: full of attributes, then a fault": lambda: skipped(
                '<a b="" c=""/>' * (MAX_ELEMENTS - 1_000) + "<x"
            ),
            "bomb: full of texts, then a fault": lambda: listed(inline(125, "x" * 32_000) + "<x"),
        },
    ),
    *refused(
        "too-much-text",
        {
            "bomb: 7 MB of wide texts": lambda: listed(HEADER + inline(250, "x" * 29_000 + "😀")),
            "bomb: 7 MB of wide number formats": lambda: styled(*["x" * 29_000 + "😀"] * 250, data=ROWS)(),
        },
    ),
    *refused(
        "too-many-rows",
        {
            "bomb: a row too many": lambda: listed(HEADER + "<row><c><v>1</v></c></row>" * MAX_ROWS),
            "bomb: 7 sheets of 2,000 rows": lambda: sheets(
                *MANY[:7], data=worksheet("<row><c><v>1</v></c></row>" * 2_000)
            ),
        },
    ),
    *refused(
        "too-many-cells",
        {
            "bomb: a cell too many": lambda: listed(
                HEADER + f"<row>{'<c><v>1</v></c>' * (LAST_COLUMN - 1)}</row>" * 2
            ),
            "bomb: 60,000 cells as programs write them": lambda: listed(
                HEADER + blanks(range(2, 237)).replace("/>", "><v>1</v></c>")
            ),
        },
    ),
    *refused(
        "too-much-markup",
        {
            "bomb: 49 sheets of 9,000 blank rows": lambda: sheets(*MANY, data=worksheet("<row/>" * 9_000)),
        },
    ),
    *good(
        {
            "20,000 blank rows": lambda: listed(HEADER + ROWS + "<row/>" * 20_000),
            "20,000 blank rows with borders, as programs write them": lambda: listed(
                HEADER
                + ROWS
                + "".join(
                    f'<row r="{n}" spans="1:2"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>'
                    for n in range(4, 20_004)
                )
            ),
            "130,000 blank cells as programs write them": lambda: listed(
                HEADER + ROWS + blanks(range(4, 512))
            ),
            "130,000 blank cells without references": lambda: listed(
                HEADER + ROWS + f"<row>{'<c/>' * 13_000}</row>" * 10
            ),
        },
        because="a blank row or cell holds nothing, so that only its markup counts",
    ),
    *good(
        {
            "bomb: a part of 10 MB without an element": lambda: packed_with(
                {"xl/theme/theme1.xml": " " * 10 * MILLION}
            )
        },
        because=NEVER_PARSED,
    ),
    *(
        Case(name, build, rows=("A2 rejected odd-cell",), because=ONE_CELL)
        for name, build in {
            "bomb: 40,000 sections of CDATA": lambda: listed(
                HEADER + '<row><c t="str"><v>' + "<![CDATA[xxxx]]>" * 40_000 + "</v></c></row>"
            ),
            "bomb: 500,000 digits in one number": lambda: listed(
                HEADER + "<row><c><v>" + "1" * 500_000 + "</v></c></row>"
            ),
        }.items()
    ),
    *odd_grade(
        {
            "bomb: runs of one text": lambda: with_parts(
                strings=strings(
                    "Candidate ID",
                    "Grade",
                    inside="<si>" + "<r><t>xxxxxxxxxxxxx</t></r>" * 40_000 + "</si>" + B,
                )
            )
        },
        because=ONE_CELL,
    ),
    *refused(
        "too-many-strings",
        {"bomb: a string too many": lambda: with_parts(strings=strings(inside="<si/>" * (MAX_STRINGS + 1)))},
    ),
    Case("full to the brim", lambda: full("")),
]
