"""Lists with the results of an upload: a column, notes, and a sheet of rows without a candidate."""

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from committees.files.grade_sheet import Results, RowResult, SheetHead, read_grade_sheet, write_grade_sheet
from committees.files.grade_sheet.results import NOTES_AT_MOST
from committees.grade_scales import LETTERS
from committees.management.reader_check.cells import calamine_cells, openpyxl_cells, our_cells
from tests.files.test_written_files import HARMFUL, converted

ROWS = [("0001", "A", "Kari"), ("0002", "b", "Ola"), ("0003", "", "Ada"), ("0004", "=A1", "")]
RESULTS = Results(
    {
        "0001": RowResult("Updated: B → A"),
        "0002": RowResult("Rejected: lower case", "Cell B3 contains “b” in lower case.\x01"),
        "0004": RowResult("Rejected: a formula", "=1+1"),
    },
    [("A9", "=cmd|' /C calc'!A0", "Unknown")],
)


def result_list(*, with_names: bool = False, results: Results = RESULTS) -> bytes:
    moment = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    head = SheetHead("Exam", "Committee", "Kari", moment, "GR1.7.x", LETTERS, with_names=with_names)
    return write_grade_sheet(head, ROWS, results)


@pytest.mark.parametrize("with_names", [False, True])
def test_each_row_has_its_result_and_its_problem_as_a_note(with_names: bool) -> None:
    sheet = load_workbook(BytesIO(result_list(with_names=with_names))).worksheets[0]
    headers = ["Candidate ID", "Grade", *(["Name"] if with_names else []), "Result"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert (rows[0], [row[-1] for row in rows[1:]]) == (
        headers,
        ["Updated: B → A", "Rejected: lower case", None, "Rejected: a formula"],
    )
    notes = {cell.coordinate: cell.comment.text for (cell,) in sheet["B1:B5"] if cell.comment}
    assert notes == {"B3": "Cell B3 contains “b” in lower case.\ufffd", "B5": "=1+1"}


def test_rows_without_a_candidate_are_on_a_sheet_of_their_own() -> None:
    book = load_workbook(BytesIO(result_list()))
    assert list(book.worksheets[2].values) == [
        ("Cell", "In the cell", "Problem"),
        ("A9", "=cmd|' /C calc'!A0", "Unknown"),
    ]
    assert len(load_workbook(BytesIO(result_list(results=Results({})))).worksheets) == 2


def test_list_with_results_is_read_alike() -> None:
    sheet = read_grade_sheet(result_list())
    assert [
        (row.id_cell and row.id_cell.text, row.grade_cell and row.grade_cell.text) for row in sheet.rows
    ] == [(number, grade or None) for number, grade, _name in ROWS]
    assert (sheet.list_id, sheet.ignored) == ("GR1.7.x", ("Result",))


def test_every_row_is_in_the_file_once() -> None:
    with ZipFile(BytesIO(result_list())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall('<row r="([0-9]+)"', sheet) == ["1", "2", "3", "4", "5"]


def test_three_readers_find_the_same_cells() -> None:
    content = result_list(with_names=True)
    assert our_cells(content) == openpyxl_cells(content) == calamine_cells(content)


@pytest.mark.xdist_group("soffice")
def test_libreoffice_keeps_grades_results_and_notes(tmp_path: Path) -> None:
    (saved,) = converted(result_list(), tmp_path, "xlsx", suffix="xlsx")
    sheet = load_workbook(saved).worksheets[0]
    assert [row[:3] for row in sheet.iter_rows(min_row=2, max_row=5, values_only=True)] == [
        (number, grade or None, RESULTS.text_of(number) or None) for number, grade, _name in ROWS
    ]
    assert [ref for ref in ("B2", "B3", "B4", "B5") if sheet[ref].comment] == ["B3", "B5"]
    assert len(read_grade_sheet(saved.read_bytes()).rows) == 4


PLAIN = [text for text in HARMFUL if not {"\r", "_"} & set(text)]
"""Without those that openpyxl does not decode: "_x000D_"."""
CORPUS = {
    "every problem": (
        [(str(1000 + at), text, "") for at, text in enumerate(["b", "X", "=A1", "#N/A", "absent", "3", ""])],
        Results(
            {
                str(1000 + at): RowResult(f"Rejected: {at}", f"Cell B{at + 2}: “æøå” & <b>\nline 2")
                for at in range(7)
            },
            [("A9", "", "Row 9 has no candidate ID."), ("A10", "0099", "Unknown")],
        ),
    ),
    "leading zeros": (
        [("0001", "A", ""), ("01", "B", ""), ("1", "", "")],
        Results({"01": RowResult("Unchanged")}),
    ),
    "names like formulas": (
        [(str(number), "A", text) for number, text in enumerate(PLAIN, 2000)],
        Results({str(number): RowResult(text, text) for number, text in enumerate(PLAIN, 2000)}),
    ),
    "nothing to tell": ([("0001", "A", "Kari")], Results({})),
    "long texts": ([("0001", "é" * 200, "Ø" * 200)], Results({"0001": RowResult("R" * 500, "N" * 2000)})),
}
"""Rows and results of returned lists."""


@pytest.mark.slow
@pytest.mark.xdist_group("soffice")
@pytest.mark.parametrize("name", CORPUS)
def test_returned_lists_survive_libreoffice_and_three_readers(name: str, tmp_path: Path) -> None:
    rows, results = CORPUS[name]
    head = SheetHead(
        "Exam", "Committee", "Kari", datetime(2026, 12, 1, tzinfo=UTC), "GR1", LETTERS, with_names=True
    )
    content = write_grade_sheet(head, rows, results)
    (saved,) = converted(content, tmp_path, "xlsx", suffix="xlsx")
    read = []
    for file in (content, saved.read_bytes()):
        cells = our_cells(file)
        assert cells == openpyxl_cells(file) == calamine_cells(file)
        read.append(cells)
        sheet = read_grade_sheet(file)
        assert [
            (row.id_cell.text, row.grade_cell.text if row.grade_cell else "")
            for row in sheet.rows
            if row.id_cell
        ] == [row[:2] for row in rows]
    assert read[0] == read[1]


def test_long_list_has_all_results_and_limited_notes() -> None:
    numbers = [str(n) for n in range(10_000, 12_000)]
    head = SheetHead(
        "Exam", "Committee", "Kari", datetime(2026, 12, 1, tzinfo=UTC), "", LETTERS, with_names=False
    )
    results = Results({number: RowResult("Rejected", "lower case") for number in numbers})
    content = write_grade_sheet(head, [(number, "b", "") for number in numbers], results)
    with ZipFile(BytesIO(content)) as archive:
        assert archive.read("xl/comments1.xml").count(b"<comment ") == NOTES_AT_MOST
    assert len(read_grade_sheet(content).rows) == 2_000
