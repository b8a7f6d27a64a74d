"""Hidden rows, columns and sheets: what is read, and what the result mentions."""

from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from committees.files.grade_sheet import (
    Hidden,
    UnreadableFile,
    explain_hidden,
    read_and_check,
    read_grade_sheet,
)
from committees.grade_scales import LETTERS

HEADERS = ["Candidate ID", "Grade", "Grade before"]


def filled(sheet: Worksheet, headers: list[str] | None = None, count: int = 5) -> None:
    sheet.append(headers or HEADERS)
    for number in range(count):
        sheet.append([10001 + number, "A", "F"])


def saved(made: Workbook) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def listed(hidden_rows: tuple[int, ...] = (), hidden_columns: str = "", count: int = 5) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    filled(sheet, count=count)
    for row in hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for column in hidden_columns:
        sheet.column_dimensions[column].hidden = True
    return saved(made)


def two_sheets(visible: list[str], state: str = "hidden") -> bytes:
    made = Workbook()
    filled(made.worksheets[0], visible)
    other = made.create_sheet("Gammel")
    filled(other)
    other.sheet_state = state
    return saved(made)


def sentences(hidden: Hidden, language: str = "en") -> list[str]:
    with translation.override(language):
        return explain_hidden(hidden.as_json(), "Sheet")


def test_nothing_hidden_gives_no_warning() -> None:
    hidden = read_grade_sheet(listed()).hidden
    assert (hidden, hidden.as_json(), sentences(hidden)) == (Hidden(), {}, [])


def test_hidden_rows_are_read_and_named() -> None:
    sheet = read_grade_sheet(listed((3, 5)))
    assert (len(sheet.rows), sheet.hidden) == (5, Hidden(2, ((3, "10002"), (5, "10004"))))
    assert sentences(sheet.hidden) == [
        "2 rows in the file are hidden: row 3 (10002), row 5 (10004). They were read like the others, so check their "
        "grades."
    ]


def test_up_to_twenty_hidden_rows_are_named() -> None:
    hidden = read_grade_sheet(listed(tuple(range(2, 42)), count=50)).hidden
    (sentence,) = sentences(hidden)
    assert (hidden.row_count, len(hidden.rows)) == (40, 20)
    assert sentence.startswith("40 rows in the file are hidden: row 2 (10001), ")
    assert "row 21 (10020), …. " in sentence


def test_hidden_row_without_a_candidate_has_its_number() -> None:
    made = Workbook()
    filled(made.worksheets[0], count=0)
    made.worksheets[0].append([None, "A"])
    made.worksheets[0].row_dimensions[2].hidden = True
    (sentence,) = sentences(read_grade_sheet(saved(made)).hidden)
    assert sentence == "1 row in the file is hidden: row 2. It was read like the others, so check its grade."


def test_hidden_blank_rows_and_header_are_ignored() -> None:
    assert read_grade_sheet(listed((1, 40))).hidden == Hidden()


@pytest.mark.parametrize(
    ("columns", "found"),
    [("B", (("B", "Grade"),)), ("AB", (("A", "Candidate ID"), ("B", "Grade"))), ("C", ())],
)
def test_hidden_column_is_named(columns: str, found: tuple[tuple[str, str], ...]) -> None:
    hidden = read_grade_sheet(listed(hidden_columns=columns)).hidden
    assert (hidden.columns, len(sentences(hidden))) == (found, len(found))
    assert all(" is hidden in the file" in sentence for sentence in sentences(hidden))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_visible_sheet_wins_over_a_hidden_one(state: str) -> None:
    sheet = read_grade_sheet(two_sheets(HEADERS, state))
    assert (sheet.sheet, sheet.hidden) == ("Sheet", Hidden(sheets=("Gammel",)))
    assert sentences(sheet.hidden) == [
        "The hidden sheet “Gammel” also has the two columns, but was not read. The grades are from “Sheet”."
    ]


def test_duplicate_header_on_a_hidden_sheet_is_ignored() -> None:
    made = Workbook()
    filled(made.worksheets[0])
    other = made.create_sheet("Gammel")
    other.append(["Candidate ID", "Grade", "Grade"])
    other.sheet_state = "hidden"
    assert read_grade_sheet(saved(made)).sheet == "Sheet"


@pytest.mark.parametrize(("state", "code"), [("hidden", "hidden-sheet"), ("veryHidden", "very-hidden-sheet")])
def test_list_on_a_hidden_sheet_only_is_refused(state: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_grade_sheet(two_sheets(["Kandidat", "Poeng"], state))
    params = {"columns": "“Candidate ID”, “Grade”", "hidden": "“Gammel”", "visible": "“Sheet”"}
    assert (refused.value.code, refused.value.params) == (code, params)


def test_unhidden_sheet_is_read() -> None:
    assert read_grade_sheet(two_sheets(["Kandidat", "Poeng"], "visible")).sheet == "Gammel"


def test_grades_beside_an_empty_grade_cell_are_named() -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in (
        ["Candidate ID", "Grade", None, "Comment"],
        [10001, None, "A", "late"],
        [10002, "B", "C", None],
        [10003, None, None, "b"],
        [None, None, "A", None],
    ):
        sheet.append(row)
    read, _result = read_and_check(saved(made), current={"10001": ""}, scale=LETTERS)
    assert read.hidden == Hidden(beside=("C2", "D4"))
    assert sentences(Hidden(beside=("C2",))) == [
        "The grade in C2 was not read, because it is not in the column “Grade”. Move it to that column, and "
        "upload the file again."
    ]
