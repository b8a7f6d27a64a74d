"""The downloaded grade sheet."""

import re
from datetime import datetime, timedelta, timezone
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from committees.files.grade_sheet import (
    Outcome,
    SheetHead,
    check_rows,
    read_grade_sheet,
    write_grade_sheet,
)
from committees.files.xlsx import CellKind, read_workbook
from committees.grade_scales import LETTERS, PASS, GradeScale
from committees.management.reader_check.cells import calamine_cells, openpyxl_cells, our_cells

from .build import raw_book

MOMENT = datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def head(scale: GradeScale = LETTERS, with_names: bool = False) -> SheetHead:
    return SheetHead("IN1000 =1+1", "Committee 1", "Kari Nordmann", MOMENT, "GR1.7.x", scale, with_names)


def test_list_has_two_columns_and_a_description() -> None:
    content = write_grade_sheet(head(), [("010001", "A", "Kari"), ("10002", "", "Ola")])
    grades, about = read_workbook(content)
    assert [[(cell.kind, cell.text) for cell in row.cells.values()] for row in grades.rows] == [
        [("text", "Candidate ID"), ("text", "Grade")],
        [("text", "010001"), ("text", "A")],
        [("text", "10002")],
    ]
    assert [[cell.text for cell in row.cells.values()] for row in about.rows][6:] == [
        ["Exam", "IN1000 =1+1"],
        ["Committee", "Committee 1"],
        ["Downloaded by", "Kari Nordmann"],
        ["Downloaded at", "2026-12-01 09:30+01:00"],
        ["List ID", "GR1.7.x"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#N/A", "\x00a"])
def test_texts_never_become_formulas(text: str) -> None:
    content = write_grade_sheet(head(with_names=True), [(text, text, text)])
    row = read_workbook(content)[0].rows[1]
    assert [cell.kind for cell in row.cells.values()] == [CellKind.TEXT] * 3
    assert {cell.text for cell in row.cells.values()} == {text.replace("\x00", "\ufffd")}


def test_ids_are_locked_and_grades_have_a_choice_list() -> None:
    content = write_grade_sheet(head(PASS, with_names=True), [("1", "Pass", "Kari"), ("2", "", "Ola")])
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    (offer,) = sheet.data_validations.dataValidation
    assert (offer.formula1, str(offer.sqref), offer.allow_blank) == ('"Pass,NotPass"', "B2:B3", True)
    assert [sheet[ref].protection.locked for ref in ("A2", "B2", "C2", "B3")] == [True, False, True, False]
    assert (sheet.protection.sheet, sheet.protection.password, sheet.freeze_panes) == (True, None, "A2")
    assert [sheet[ref].number_format for ref in ("A2", "B3")] == ["@", "@"]


def test_texts_are_shared_strings_with_spaces() -> None:
    names = ["Kari", " Kari", "Ola\n", "Ola Nordmann", "", "<&>", "a\rb", "_x0041_", "\u00e5se\u00a0"]
    rows = [(f"0{number}", "A" if number % 2 else "", name) for number, name in enumerate(names)]
    content = write_grade_sheet(head(with_names=True), rows)
    with ZipFile(BytesIO(content)) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode()
        sheets = [archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
    assert all("inlineStr" not in sheet for sheet in sheets)
    preserved = re.findall('<t xml:space="preserve">([^<]*)</t>', strings)
    assert preserved == [" Kari", "Ola\n", "\u00e5se\u00a0"]
    used = [int(index) for sheet in sheets for index in re.findall('t="s"><v>([0-9]+)</v>', sheet)]
    items = strings.count("<si>")
    assert f'count="{len(used)}" uniqueCount="{items}"' in strings
    assert sorted(set(used)) == list(range(items))
    read = [tuple(cell.text for cell in row.cells.values()) for row in read_workbook(content)[0].rows[1:]]
    assert read == [tuple(text for text in row if text) for row in rows]


def test_ids_have_no_number_warning() -> None:
    content = write_grade_sheet(head(), [("0001", "A", ""), ("0002", "", "")])
    with ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<ignoredError sqref="A2:A3" numberStoredAsText="1"/>' in sheet
    assert '<dimension ref="A1:B3"/>' in sheet


@pytest.mark.parametrize("count", [0, 1, 3])
def test_lists_are_readable_by_other_libraries(count: int) -> None:
    content = write_grade_sheet(head(with_names=True), [(f"00{n}", "B", "Kari") for n in range(count)])
    ours = our_cells(content)
    assert {(place.row, value.text) for place, value in ours.items() if place.column == 1} >= {
        (2 + n, f"00{n}") for n in range(count)
    }
    assert ours == openpyxl_cells(content) == calamine_cells(content)


def test_names_are_optional() -> None:
    rows = [("1", "A", "Kari")]
    texts = [
        [cell.text for cell in row.cells.values()]
        for row in read_workbook(write_grade_sheet(head(), rows))[0].rows
    ]
    assert texts == [["Candidate ID", "Grade"], ["1", "A"]]


def test_empty_committee_has_a_list() -> None:
    assert read_grade_sheet(write_grade_sheet(head(), [])).rows == ()


def test_headers_are_not_translated() -> None:
    with translation.override("nb"):
        content = write_grade_sheet(head(), [("1", "A", "")])
    header = read_workbook(content)[0].rows[0]
    assert [cell.text for cell in header.cells.values()] == ["Candidate ID", "Grade"]


def test_lists_are_reproducible_and_anonymous() -> None:
    first, second = (write_grade_sheet(head(), [("1", "A", "Kari")]) for _time in range(2))
    assert first == second
    with ZipFile(BytesIO(first)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert (core.count("2026-12-01T08:30:00Z"), "gradereg" in core, "Kari" in core) == (2, True, False)


numbers = st.text("0123456789", min_size=1, max_size=8)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(numbers, st.sampled_from(["", *LETTERS.codes]), max_size=8), st.booleans())
def test_unchanged_list_changes_nothing(current: dict[str, str], with_names: bool) -> None:
    content = write_grade_sheet(
        head(with_names=with_names), [(number, grade, "=Kari") for number, grade in current.items()]
    )
    sheet = read_grade_sheet(content)
    assert (sheet.list_id, sheet.ignored) == ("GR1.7.x", ("Name",) if with_names else ())
    result = check_rows(sheet, current=current, scale=LETTERS)
    assert [(row.candidate, row.grade) for row in result.rows] == list(current.items())
    assert {row.outcome for row in result.rows} <= {Outcome.UNCHANGED, Outcome.EMPTY}
    assert result.missing == ()


def test_repeated_shared_string_is_a_grade() -> None:
    strings = "<si><t>Candidate ID</t></si><si><t>Grade</t></si><si><t>A</t></si>"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>10001</v></c><c r="B2" t="s"><v>2</v></c></row>'
    )
    sheet = read_grade_sheet(raw_book(data, sharedStrings=f'<sst xmlns="{namespace}">{strings}</sst>'))
    assert [row.outcome for row in check_rows(sheet, current={"10001": ""}, scale=LETTERS).rows] == [
        "updated"
    ]
