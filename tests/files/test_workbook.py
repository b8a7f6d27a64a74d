"""Content that the strict reader finds in .xlsx files."""

import datetime as dt
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from committees.files.xlsx import Cell, CellKind, Sheet, UnreadableFile, Visibility, read_workbook, shown
from committees.files.xlsx.cells import iso_date, plain_number
from committees.files.xlsx.tables import shows_date

from .build import MAIN, OFFICE, book, packed, parts, raw_book, relations, worksheet


def cells(content: bytes) -> list[tuple[str, CellKind, str]]:
    return [
        (cell.ref, cell.kind, cell.text)
        for sheet in read_workbook(content)
        for row in sheet.rows
        for cell in row.cells.values()
    ]


def test_each_kind_of_cell_is_read() -> None:
    data = (
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>1.0001E4</v></c><c r="C2" t="b"><v>1</v></c>'
        '<c r="D2" t="e"><v>#N/A</v></c><c r="E2" t="str"><v>x</v></c>'
        '<c r="F2" t="inlineStr"><is><t> y </t></is></c>'
        '<c r="G2" t="d"><v>2026-12-01</v></c><c r="H2"><f>A1</f><v>5</v></c><c r="I2" s="0"/></row>'
    )
    assert cells(raw_book(data)) == [
        ("A2", CellKind.TEXT, "b"),
        ("B2", CellKind.NUMBER, "10001"),
        ("C2", CellKind.BOOLEAN, "TRUE"),
        ("D2", CellKind.ERROR, "#N/A"),
        ("E2", CellKind.TEXT, "x"),
        ("F2", CellKind.TEXT, " y "),
        ("G2", CellKind.DATE, "2026-12-01"),
        ("H2", CellKind.FORMULA, "=A1"),
    ]


def test_shared_formula_is_read_in_each_cell() -> None:
    data = (
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:B1">C1</f></c><c r="B1"><f t="shared" si="0"/></c>'
        '<c r="C1"><f t="array" ref="C1">SUM(D1)</f><v>1</v></c></row>'
    )
    assert [text for _ref, _kind, text in cells(raw_book(data))] == ["=C1", "=C1", "=SUM(D1)"]


def test_cells_without_references_are_read_in_order() -> None:
    data = '<row r="3"><c><v>1</v></c><c r="D3"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    assert [ref for ref, _kind, _text in cells(raw_book(data))] == ["A3", "D3", "E3", "A4"]


def test_rich_text_is_joined_without_phonetic_text() -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><r><rPr><b/></rPr><t>No</t></r><r><t>t</t></r>'
        '<rPh sb="0" eb="1"><t>x</t></rPh></si>'
        "<si><t>_x0041__x005F_x0042_</t></si><si><t>&lt;A&gt;</t></si></sst>"
    )
    row = "".join(f'<c t="s"><v>{index}</v></c>' for index in range(3))
    found = cells(raw_book(f"<row>{row}</row>", sharedStrings=strings))
    assert [text for _ref, _kind, text in found] == ["Not", "A_x0042_", "<A>"]


def test_strict_files_and_upper_case_parts_are_read() -> None:
    files = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    strict = {
        name.upper(): str(data)
        .replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, data in files.items()
    }
    assert cells(packed(strict)) == [("A1", CellKind.TEXT, "a")]


HIDDEN_ROWS = {
    '<row r="1" hidden="1"': True,
    '<row r="1" hidden="true"': True,
    '<row r="1" ht="0" customHeight="1"': True,
    '<row r="1" ht="0.0"': True,
    '<row r="1" hidden="0"': False,
    '<row r="1" hidden="false" ht="12.8"': False,
    '<row r="1" ht="10"': False,
    '<row r="1"': False,
}


@pytest.mark.parametrize("row", HIDDEN_ROWS)
@pytest.mark.parametrize("cell", ['<c r="A1"><v>7</v></c>', '<c r="A1"><v>7.0</v></c>'])
def test_row_without_height_is_hidden(row: str, cell: str) -> None:
    (sheet,) = read_workbook(raw_book(f"{row}>{cell}</row>"))
    assert [one.is_hidden for one in sheet.rows] == [HIDDEN_ROWS[row]]


HIDDEN_COLUMNS = {
    '<cols><col min="2" max="3" hidden="1"/></cols>': [2, 3],
    '<cols><col min="2" max="2" width="0" customWidth="1"/><col min="4" max="16384" hidden="true"/></cols>': [
        2,
        4,
        5,
    ],
    '<sheetFormatPr defaultColWidth="0"/><cols><col min="1" max="3" width="9"/></cols>': [4, 5],
    '<cols><col min="1" max="5" width="9" hidden="0"/></cols>': [],
    '<cols><col min="x" max="" hidden="1"/></cols>': [],
}


@pytest.mark.parametrize("columns", HIDDEN_COLUMNS)
def test_column_without_width_is_hidden(columns: str) -> None:
    (sheet,) = read_workbook(raw_book("", sheet1=worksheet("").replace("<sheetData", f"{columns}<sheetData")))
    assert [column for column in range(1, 6) if sheet.is_hidden_column(column)] == HIDDEN_COLUMNS[columns]


def test_hidden_sheets_and_rows_are_read() -> None:
    made = Workbook()
    sheet = made.create_sheet("Hidden")
    sheet.sheet_state = "veryHidden"
    sheet["C3"] = "x"
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("C3:D4")
    out = BytesIO()
    made.save(out)
    assert [(found.name, len(found.rows), found.visibility) for found in read_workbook(out.getvalue())] == [
        ("Sheet", 0, Visibility.VISIBLE),
        ("Hidden", 1, Visibility.VERY_HIDDEN),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10001.0", "10001"),
        ("1.0001E4", "10001"),
        ("10001.50", "10001.5"),
        ("-0", "0"),
        ("+7", "7"),
        (".5", "0.5"),
        ("1000.9999999", "1000.9999999"),
        ("10000000000000000000000000000001", "10000000000000000000000000000001"),
        ("1e3", "1000"),
        ("1E-5", "0.00001"),
    ],
)
def test_number_is_read_as_a_decimal(written: str, read: str) -> None:
    assert plain_number(written) == read


@pytest.mark.parametrize("written", ["1_000", "١", "NaN", "INF", "1,5", "0x10", "1e9999", "--1", "1e", "1 0"])
def test_invalid_number_is_unreadable(written: str) -> None:
    assert cells(raw_book(f"<row><c><v>{written}</v></c></row>")) == [("A1", CellKind.ODD, written)]


ODD = {
    '<c t="s"><v>3</v></c>': "3",
    '<c t="s"><v>-1</v></c>': "-1",
    '<c t="s"><v> 1</v></c>': " 1",
    '<c t="x"><v>1</v></c>': "1",
    '<c s="9"><v>1</v></c>': "1",
    '<c s=""><v>1</v></c>': "1",
    '<c t="b"><v>2</v></c>': "2",
    '<c t="d"><v>tomorrow</v></c>': "tomorrow",
    "<c><v>1<!-- -->2</v></c>": "12",
    "<c><v>1<?x?>2</v></c>": "12",
    "<c><v><![CDATA[12]]></v></c>": "12",
    "<c><v>1</v><v>2</v></c>": "2",
    "<c><v>1<b/></v></c>": "1",
    "<c><x/></c>": "",
    '<c t="inlineStr"><v>1</v></c>': "1",
    '<c t="inlineStr"><is><t>1</t><t>2</t></is></c>': "",
    "<c><is><t>1</t></is></c>": "1",
    f'<c t="str"><v>{"x" * 32_768}</v></c>': "x" * 80,
}


@pytest.mark.parametrize("xml", ODD)
def test_ambiguous_cell_is_unreadable_and_its_neighbours_are_read(xml: str) -> None:
    data = f'<row>{xml}<c t="s"><v>0</v></c></row>'
    assert cells(raw_book(data)) == [("A1", CellKind.ODD, ODD[xml]), ("B1", CellKind.TEXT, "a")]


@pytest.mark.parametrize(
    "text", ["09:30", "09:30:00", "09:30:00.5", "T09:30:00Z", "2026-12-01T09:30:00", "2026-12-01"]
)
def test_date_may_be_a_time_only(text: str) -> None:
    assert cells(raw_book(f'<row><c t="d"><v>{text}</v></c></row>')) == [("A1", CellKind.DATE, text)]


@pytest.mark.parametrize("kind", ["s", "n", "b", "e", "d", "str", "x"])
@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
def test_cell_without_a_value_is_blank(kind: str, value: str) -> None:
    assert cells(raw_book(f'<row><c t="{kind}">{value}</c></row>')) == []


def test_unreadable_shared_string_affects_its_cells_only() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>a</t><t>b</t></si><si><t>c</t></si></sst>'
    data = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    assert cells(raw_book(data, sharedStrings=strings)) == [
        ("A1", CellKind.ODD, "0"),
        ("B1", CellKind.TEXT, "c"),
    ]


@pytest.mark.parametrize("missing", ["xl/sharedStrings.xml", "xl/styles.xml"])
def test_missing_table_affects_its_cells_only(missing: str) -> None:
    files = parts('<row><c t="s" s="0"><v>0</v></c><c s="1"><v>1</v></c><c><v>2</v></c></row>')
    links = [("s1", "worksheet", "worksheets/sheet1.xml"), ("t", "sharedStrings", "sharedStrings.xml")]
    files["xl/_rels/workbook.xml.rels"] = relations(*links, ("y", "styles", "styles.xml"))
    style = '<cellXfs><xf numFmtId="0"/><xf numFmtId="0"/></cellXfs>'
    files["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{style}</styleSheet>'
    del files[missing]
    kinds = [CellKind.TEXT, CellKind.NUMBER, CellKind.NUMBER]
    kinds[0 if "Strings" in missing else 1] = CellKind.ODD
    assert [kind for _ref, kind, _text in cells(packed(files))] == kinds


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("[h]:mm", True),
        ("[h]", True),
        ("General", False),
        ("0.00E+00", False),
        ('0 "days"', False),
        ("[Red]0", False),
        ("[$-414]d. mmmm", True),
        (r"0\d", False),
        ("#,##0_m", False),
        ("@", False),
    ],
)
def test_date_formats_are_recognised_by_their_letters(code: str, is_date: bool) -> None:
    assert shows_date(code) == is_date


def test_dates_are_recognised_by_their_style() -> None:
    half_past = dt.datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001 a sheet has no zone
    moments = [dt.date(2026, 12, 1), half_past, dt.time(9, 30), 46357]
    assert [(kind, text) for _ref, kind, text in cells(book([moments]))] == [
        (CellKind.DATE, "2026-12-01"),
        (CellKind.DATE, "2026-12-01T09:30"),
        (CellKind.DATE, "0.3958333333333333"),
        (CellKind.NUMBER, "46357"),
    ]
    assert iso_date("44895", since_1904=True) == "2026-12-01"


def test_quoted_text_shows_hidden_characters() -> None:
    assert shown("A\u202eB\x00\n\ud800" + "x" * 100) == "A[U+202E]B[U+0000] [U+D800]" + "x" * 52 + "…"


def test_rich_text_of_openpyxl_is_one_text() -> None:
    text = CellRichText("No", TextBlock(InlineFont(b=True), "t"), "Pass")
    assert cells(book([[text]])) == [("A1", CellKind.TEXT, "NotPass")]


letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
plain_texts = letters.filter(lambda text: "_x" not in text and not text.startswith("="))
values = st.none() | plain_texts | st.integers(-(10**15), 10**15) | st.booleans()


def as_openpyxl(cell: Cell) -> object:
    if cell.kind is CellKind.BOOLEAN:
        return cell.text == "TRUE"
    return int(cell.text) if cell.kind is CellKind.NUMBER else cell.text


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(values, max_size=6), max_size=12))
def test_good_workbook_is_read_as_by_openpyxl(rows: list[list[object]]) -> None:
    content = book(rows)
    theirs = {
        cell.coordinate: cell.value
        for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }
    (sheet,) = read_workbook(content)
    assert {cell.ref: as_openpyxl(cell) for row in sheet.rows for cell in row.cells.values()} == theirs


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_changed_bytes_are_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(raw_book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))
    for _change in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        sheets = read_workbook(bytes(content))
    except UnreadableFile:
        return
    assert all(isinstance(sheet, Sheet) for sheet in sheets)
