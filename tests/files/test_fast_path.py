"""The fast path reads the same as the strict reader: each file of the corpus, and changed lists of three programs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committees.files.xlsx import Sheet, UnreadableFile, read_workbook
from committees.files.xlsx.fast_path import plain_rows, plain_strings
from committees.files.xlsx.markup import PartReader
from committees.files.xlsx.tables import StringsReader
from committees.files.xlsx.worksheet import SheetReader

from .build import MAIN, book
from .corpus.cases import CASES
from .corpus.listing import HEADER, SHARED, SHEET, STRINGS, packed_with, strings, worksheet

EXAMPLES = int(os.environ.get("GRADEREG_FUZZ", "0"))
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
OPENPYXL = HEADER.replace("</row>", "") + (
    '<c r="C1" t="inlineStr"><is><t>Name</t></is></c></row><row r="2"><c r="A2" s="0" t="n"><v>1001</v></c><c r="B2" s="0" '
    't="inlineStr"><is><t>A</t></is></c><c r="C2" s="0" /></row><row r="3" /><row r="4"><c r="A4" t="inlineStr"><is>'
    '<t xml:space="preserve"> 1002_x0041_</t></is></c><c r="B4" t="s"><v>3</v></c></row>'
)
CALC = (
    '<row r="1" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false">'
    '<c r="A1" s="0" t="s"><v>0</v></c><c r="B1" s="0" t="s"><v>1</v></c></row><row r="2" ht="12.8"><c r="A2" s="0" t="n">'
    '<v>1001</v></c><c r="B2" s="0" t="s"><v>2</v></c></row>'
)
EXCEL = (
    '<row r="1" spans="1:2" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2" spans="1:2" x14ac:dyDescent="0.25"><c r="A2"><v>1001</v></c><c r="B2" t="s"><v>2</v></c></row>'
)
PROGRAMS = {
    "openpyxl": worksheet(OPENPYXL),
    "calc": DECLARED + worksheet(CALC, before='<sheetFormatPr defaultRowHeight="12.8"/>'),
    "excel": DECLARED
    + worksheet(EXCEL, after='<pageMargins left="0.7"/>').replace(
        f'"{MAIN}"', f'"{MAIN}" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    ),
}
PIECES = (
    '<c r="B3" t="s"><v>3</v></c>',
    '<row r="3">',
    "</row>",
    "<v>",
    "</v>",
    "</c>",
    "<is><t>B</t></is>",
    "<t>",
    ' t="s"',
    ' t="str"',
    ' r="2"',
    ' r="B2"',
    ' s="0"',
    ' s="9"',
    ' x14ac:dyDescent="1"',
    ' xml:space="preserve"',
    ' xmlns="a"',
    "</sheetData>",
    "<sheetData>",
    "<!-- sheetData -->",
    "<mergeCells/>",
    "&amp;",
    "&#65;",
    "]]>",
    "<![CDATA[1]]>",
    "\r\n",
    "\t",
    "\0",
    "\x01",
    "\ufffe",
    "é",
    "_x0000_",
    "_xD800_",
    "00",
    "99999999",
    "-1",
    "1.5",
    "A1",
)


@contextmanager
def strict_only() -> Iterator[None]:
    with (
        patch.object(SheetReader, "take_fast", PartReader.take_fast),
        patch.object(StringsReader, "take_fast", PartReader.take_fast),
    ):
        yield


def outcome(content: bytes) -> tuple[Sheet, ...] | str:
    """Return the cells, or the code of the refusal."""
    try:
        return read_workbook(content)
    except UnreadableFile as refusal:
        return refusal.code


def agrees(content: bytes) -> None:
    found = outcome(content)
    with strict_only():
        assert found == outcome(content)


LARGE = ("bomb", "full to the brim", "130,000 blank cells")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name.startswith(LARGE) else ()) for name in CASES]
)
def test_corpus_is_read_alike(name: str) -> None:
    agrees(CASES[name].build())


@pytest.mark.parametrize("program", PROGRAMS)
def test_usual_worksheets_take_the_fast_path(program: str) -> None:
    sheet = PROGRAMS[program].encode()
    assert plain_rows(sheet, SHARED, [False]) is not None
    agrees(packed_with({SHEET: sheet}))


def test_usual_strings_take_the_fast_path() -> None:
    read = plain_strings((DECLARED + strings("Candidate ID", " æ_x0041_")).encode())
    assert read is not None
    assert (read.strings, read.characters) == (["Candidate ID", " æA"], 21)


def test_openpyxl_workbook_is_read_alike() -> None:
    agrees(
        book([("Candidate ID", "Grade"), (10001, "A"), ("010002", ""), (None, None), (3.5, "ø")], [("x",)])
    )


spoils = settings(
    deadline=None,
    max_examples=EXAMPLES or 500,
    derandomize=not EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """Return `text` with a few pieces added, removed or replaced."""
    for _change in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(["", *PIECES])) + text[place + draw(st.integers(0, 12)) :]
    return text.encode("utf-8", "surrogatepass")


@spoils
@given(st.sampled_from(list(PROGRAMS.values())).flatmap(damaged))
def test_damaged_worksheet_is_read_alike(sheet: bytes) -> None:
    agrees(packed_with({SHEET: sheet}))


@spoils
@given(damaged(DECLARED + strings(*SHARED)))
def test_damaged_strings_are_read_alike(table: bytes) -> None:
    agrees(packed_with({STRINGS: table}))
