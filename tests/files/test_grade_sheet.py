"""Uploaded grade sheets and the result of each row."""

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committees.files.grade_sheet import (
    CheckedRow,
    GradeSheet,
    Outcome,
    Reason,
    SheetRow,
    UnreadableFile,
    check_rows,
    explain,
    read_grade_sheet,
    sentence_of,
)
from committees.files.xlsx import Cell, CellKind
from committees.grade_scales import LETTERS, PASS, GradeScale

from .build import book, grade_list, raw_book

CURRENT = {"10001": "", "10002": "C", "10003": ""}
DAY = date(2026, 12, 1)


def sheet_of(*rows: tuple[object, object]) -> GradeSheet:
    return read_grade_sheet(grade_list(*rows))


def checked(*rows: tuple[object, object], scale: GradeScale = LETTERS) -> tuple[CheckedRow, ...]:
    return check_rows(sheet_of(*rows), current=CURRENT, scale=scale).rows


def one(candidate: object, grade: object, scale: GradeScale = LETTERS) -> CheckedRow:
    (row,) = checked((candidate, grade), scale=scale)
    return row


def outcomes(rows: Iterable[CheckedRow]) -> list[tuple[str, str]]:
    return [(row.outcome, row.reason) for row in rows]


def refusal(content: bytes) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(UnreadableFile) as refused:
        read_grade_sheet(content)
    assert sentence_of(refused.value)
    return refused.value.code, refused.value.params


# Find the list


def test_columns_are_found_by_header_in_any_order() -> None:
    sheet = read_grade_sheet(
        book(
            [
                ["Sensur"],
                [],
                ["Navn", " KARAKTER ", None, "kandidat-ID"],
                ["Kari", "A", "x", 7],
            ]
        )
    )
    assert sheet == GradeSheet(
        "Sheet",
        "",
        ("Navn",),
        (SheetRow(4, Cell("D4", CellKind.NUMBER, "7"), Cell("B4", CellKind.TEXT, "A"), "D4", "B4"),),
    )


def test_blank_rows_are_ignored() -> None:
    sheet = sheet_of((None, None), (" ", "\u2003"), ("10001", None), (None, "A"))
    assert [(row.number, row.id_ref, row.grade_ref) for row in sheet.rows] == [
        (4, "A4", "B4"),
        (5, "A5", "B5"),
    ]


def test_header_below_row_20_is_not_found() -> None:
    above: list[list[str]] = [["x"]] * 19
    header = [["Candidate ID", "Grade"]]
    assert read_grade_sheet(book([*above, *header])).rows == ()
    assert refusal(book([*above, ["x"], *header]))[0] == "no-columns"


def test_missing_columns_are_refused_with_what_was_found() -> None:
    assert refusal(book([["Kandidat", "Poeng", 3]])) == (
        "no-columns",
        {
            "most": 20,
            "columns": "“Candidate ID”, “Grade”",
            "row": 1,
            "sheet": "Sheet",
            "found": "“Kandidat”, “Poeng”, “3”",
        },
    )


def test_blank_workbook_is_refused() -> None:
    assert refusal(book([])) == ("blank-workbook", {})


def test_two_sheets_with_the_columns_are_refused() -> None:
    code, params = refusal(book([["Candidate ID", "Grade"]], [["Kandidatnr.", "karakter"]]))
    assert (code, params["sheets"]) == ("several-lists", "“Sheet”, “Sheet1”")


@pytest.mark.parametrize(
    "header", [["Candidate ID", "Grade", "Karakter"], ["Kandidatnr", "Candidate ID", "Grade"]]
)
def test_duplicate_header_is_refused(header: list[str]) -> None:
    assert refusal(book([header]))[0] == "repeated-header"


HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u02d7\u2e3a\ufe58\ufe63\uff0d"


@pytest.mark.parametrize("hyphen", HYPHENS)
@pytest.mark.parametrize("header", ["Kandidat{}ID", "kandidat {} id", "\ufeffKandidat\u200b{}ID\u00a0"])
def test_hyphens_in_headers_are_equivalent(hyphen: str, header: str) -> None:
    assert len(read_grade_sheet(book([[header.format(hyphen), "Grade"], [10001, "A"]])).rows) == 1


@pytest.mark.parametrize(
    "header", ["Kandi\u00addat\u00adnummer", "Candidate\u00a0ID", "Candidate\u202f\u2003ID"]
)
def test_header_may_have_soft_hyphens_and_any_spaces(header: str) -> None:
    assert len(read_grade_sheet(book([[header, "Grade"], [10001, "A"]])).rows) == 1


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("\u0421andidate ID", "“\u0421andidate ID” (U+0421 CYRILLIC CAPITAL LETTER ES)"),
        ("\uff23andidate ID", "“\uff23andidate ID” (U+FF23 FULLWIDTH LATIN CAPITAL LETTER C)"),
        ("Prénom", "“Prénom”"),
    ],
)
def test_lookalike_header_is_refused_with_the_difference(header: str, shown: str) -> None:
    assert refusal(book([[header, "Grade"]]))[1]["found"] == f"{shown}, “Grade”"


def test_unreadable_headers_are_refused_with_their_cells() -> None:
    data = '<row r="1"><c r="A1" t="s"><v>7</v></c><c r="B1" t="s"><v>0</v></c></row>'
    code, params = refusal(raw_book(data))
    assert (code, params["odd"]) == ("odd-headers", "A1")


@pytest.mark.parametrize("place", ["id", "grade"])
def test_unreadable_cell_rejects_its_row(place: str) -> None:
    odd = '<c t="s"><v>99</v></c>'
    cells = {"id": '<c t="str"><v>10001</v></c>', "grade": '<c t="str"><v>A</v></c>', place: odd}
    header = '<row><c t="str"><v>Candidate ID</v></c><c t="str"><v>Grade</v></c></row>'
    sheet = read_grade_sheet(raw_book(f"{header}<row>{cells['id']}{cells['grade']}{odd}</row>"))
    (row,) = check_rows(sheet, current=CURRENT, scale=LETTERS).rows
    cell = "A2" if place == "id" else "B2"
    assert (row.cell, row.outcome, row.reason, row.grade) == (cell, "rejected", "odd-cell", "")
    assert explain(row, planner="") == (
        f"Cell {cell} can be read in different ways (“99”). Clear the cell, type the "
        "value again, save, and upload the file again."
    )


def test_list_id_on_another_sheet_is_found() -> None:
    grades: list[list[object]] = [["Candidate ID", "Grade"], ["GR1.9", None]]
    about: list[list[object]] = [["x"], [None, " GR1.7.ab_c-9 "], ["see GR1.8"]]
    assert read_grade_sheet(book(grades, about)).list_id == "GR1.7.ab_c-9"
    assert read_grade_sheet(book(grades)).list_id == ""


def test_two_list_ids_are_refused() -> None:
    assert refusal(book([["Candidate ID", "Grade"]], [["GR1.7", "GR1.8"]]))[0] == "several-list-ids"


# Candidates


@pytest.mark.parametrize("written", [10001, 10001.0, "10001", "10001.0", " 10001\u00a0", "0010001"])
def test_equivalent_candidate_numbers(written: object) -> None:
    assert one(written, "A") == CheckedRow(2, "B2", Outcome.UPDATED, "10001", "A", "A")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("١٠٠٠١", Reason.BAD_CANDIDATE_ID),
        ("10_001", Reason.BAD_CANDIDATE_ID),
        ("+10001", Reason.BAD_CANDIDATE_ID),
        ("1.0001e4", Reason.BAD_CANDIDATE_ID),
        ("10001\u200b", Reason.BAD_CANDIDATE_ID),
        ("10001_x001F_", Reason.BAD_CANDIDATE_ID),
        (10000.9999999, Reason.BAD_CANDIDATE_ID),
        (-10001, Reason.BAD_CANDIDATE_ID),
        ("１０００１", Reason.BAD_CANDIDATE_ID),
        ("10009", Reason.UNKNOWN_CANDIDATE),
        (None, Reason.NO_CANDIDATE_ID),
        (" ", Reason.NO_CANDIDATE_ID),
        ("=A1", Reason.FORMULA),
        ("#N/A", Reason.ERROR_VALUE),
        (True, Reason.TRUE_FALSE),
        (DAY, Reason.DATE),
    ],
)
def test_values_that_are_no_candidate_number(written: object, reason: Reason) -> None:
    row = one(written, "A")
    assert (row.cell, row.outcome, row.reason, row.candidate, row.proposal) == (
        "A2",
        "rejected",
        reason,
        "",
        "",
    )


def test_row_without_candidate_number_keeps_its_grade() -> None:
    assert [one(None, "A").detail, one(None, "absent").detail] == ["A", "absent"]


def test_leading_zeros_may_differ_if_unique() -> None:
    sheet = sheet_of(("007", "A"), ("07", "B"), ("7", "C"), ("8", "D"))
    rows = check_rows(sheet, current={"007": "", "07": "", "0008": ""}, scale=LETTERS).rows
    assert [(row.candidate, row.reason, row.detail) for row in rows] == [
        ("007", "", ""),
        ("07", "", ""),
        ("", "ambiguous-candidate", "007, 07"),
        ("0008", "", ""),
    ]


# Grades


@pytest.mark.parametrize("grade", [*LETTERS.codes, *PASS.codes])
def test_exact_spelling_is_accepted_with_spaces_around_it(grade: str) -> None:
    scale = LETTERS if grade in LETTERS.codes else PASS
    assert one(10001, f"\u3000{grade}\u00a0 ", scale) == CheckedRow(
        2, "B2", Outcome.UPDATED, "10001", grade, grade
    )


@pytest.mark.parametrize(
    ("scale", "written", "reason", "proposal", "detail"),
    [
        (LETTERS, "a", "lower-case", "A", ""),
        (LETTERS, "A.", "other-spelling", "A", ""),
        (LETTERS, "'A'", "other-spelling", "A", ""),
        (LETTERS, "“f”", "other-spelling", "F", ""),
        (LETTERS, "А", "look-alike", "A", "U+0410 CYRILLIC CAPITAL LETTER A"),
        (LETTERS, "Ε", "look-alike", "E", "U+0395 GREEK CAPITAL LETTER EPSILON"),
        (LETTERS, "Ａ", "look-alike", "A", "U+FF21 FULLWIDTH LATIN CAPITAL LETTER A"),
        (LETTERS, "𝐁", "look-alike", "B", "U+1D401 MATHEMATICAL BOLD CAPITAL B"),
        (LETTERS, "\u200bA", "invisible-character", "A", "U+200B ZERO WIDTH SPACE"),
        (LETTERS, "A\u202e", "invisible-character", "A", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        (LETTERS, "A_x0007_", "invisible-character", "A", "U+0007"),
        (LETTERS, "A_x001F_", "invisible-character", "A", "U+001F"),
        (LETTERS, "B\ufe0f", "invisible-character", "B", "U+FE0F VARIATION SELECTOR-16"),
        (LETTERS, "\u200b", "invisible-character", "", "U+200B ZERO WIDTH SPACE"),
        (LETTERS, "Á", "strange-character", "", "U+00C1 LATIN CAPITAL LETTER A WITH ACUTE"),
        (LETTERS, "G", "not-in-scale", "", "A, B, C, D, E, F"),
        (LETTERS, "A/B", "not-in-scale", "", "A, B, C, D, E, F"),
        (LETTERS, "A-", "not-in-scale", "", "A, B, C, D, E, F"),
        (LETTERS, "Pass", "not-in-scale", "", "A, B, C, D, E, F"),
        (LETTERS, "Bestått", "not-in-scale", "", "A, B, C, D, E, F"),
        (LETTERS, 5, "number", "", ""),
        (LETTERS, "=A1", "formula", "", ""),
        (LETTERS, "#REF!", "error-value", "", ""),
        (LETTERS, False, "true-false", "", ""),
        (LETTERS, DAY, "date", "", ""),
        (PASS, "pass", "lower-case", "Pass", ""),
        (PASS, "PASS", "other-spelling", "Pass", ""),
        (PASS, "passed", "other-spelling", "Pass", ""),
        (PASS, "Bestått", "other-spelling", "Pass", ""),
        (PASS, "Besta\u030att", "other-spelling", "Pass", ""),
        (PASS, "notpass", "lower-case", "NotPass", ""),
        (PASS, "Not\u00a0Pass", "other-spelling", "NotPass", ""),
        (PASS, "not-pass", "other-spelling", "NotPass", ""),
        (PASS, "Ikke bestått", "other-spelling", "NotPass", ""),
        (PASS, "IKKJE BESTÅTT.", "other-spelling", "NotPass", ""),
        (PASS, "failed", "other-spelling", "NotPass", ""),
        (
            PASS,
            "Раss",
            "look-alike",
            "Pass",
            "U+0420 CYRILLIC CAPITAL LETTER ER, U+0430 CYRILLIC SMALL LETTER A",
        ),
        (PASS, "A", "not-in-scale", "", "Pass, NotPass"),
        (PASS, "F", "not-in-scale", "", "Pass, NotPass"),
    ],
)
def test_other_spellings_are_rejected_with_the_likely_grade(
    scale: GradeScale, written: object, reason: str, proposal: str, detail: str
) -> None:
    row = one(10001, written, scale)
    assert (row.cell, row.outcome, row.reason, row.proposal, row.detail, row.grade) == (
        "B2",
        "rejected",
        reason,
        proposal,
        detail,
        "",
    )


def test_cell_content_is_quoted_short_with_hidden_characters() -> None:
    assert (one(10001, "A\u200b").found, one(10001, "x" * 99).found) == ("A[U+200B]", "x" * 39 + "…")


# Results of rows


def test_each_row_has_an_outcome() -> None:
    sheet = sheet_of((10001, "A"), (10002, "C"), (10009, None), (10001, " "), (10009, "B"))
    result = check_rows(sheet, current=CURRENT, scale=LETTERS)
    assert result.counts == {"updated": 1, "unchanged": 1, "empty": 2, "rejected": 1, "missing": 1}
    assert result.missing == ("10003",)


def test_row_without_a_grade_is_empty() -> None:
    assert one(10001, None) == CheckedRow(2, "B2", Outcome.EMPTY, "10001")


def test_candidate_with_different_grades_is_rejected_in_all_rows() -> None:
    rows = checked((10001, "A"), ("10001", "a"), (10001, None), (10001, "A "))
    assert [(row.outcome, row.reason, row.proposal, row.detail) for row in rows] == [
        ("rejected", "conflicting-rows", "", "3, 5"),
        ("rejected", "conflicting-rows", "", "2, 5"),
        ("empty", "", "", ""),
        ("rejected", "conflicting-rows", "", "2, 3"),
    ]


def test_candidate_with_equal_grades_counts_once() -> None:
    rows = checked((10001, "A"), (10001, " A"), (10003, "b"), (10003, "b"))
    assert [(row.outcome, row.reason, row.proposal, row.same_as) for row in rows] == [
        ("updated", "", "", 0),
        ("unchanged", "", "", 2),
        ("rejected", "lower-case", "B", 0),
        ("rejected", "lower-case", "", 4),
    ]


def test_conflict_names_up_to_ten_rows() -> None:
    rows = checked(*[(10001, "AB"[number % 2]) for number in range(30)])
    assert rows[29].detail == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"


def test_missing_candidates_are_sorted() -> None:
    current = {"100": "", "99": "", "0101": ""}
    assert check_rows(sheet_of(), current=current, scale=LETTERS).missing == ("99", "100", "0101")


def test_every_reason_has_a_complete_sentence() -> None:
    for reason in Reason:
        row = CheckedRow(7, "B7", Outcome.REJECTED, "10001", "100 %", "", reason, "", "detail")
        sentence = explain(row, planner="")
        assert ("%(" in sentence, sentence.endswith("."), "7" in sentence) == (False, True, True)


def test_explanation_names_cell_and_remedy() -> None:
    assert explain(one(10001, "a"), planner="") == (
        "Cell B2 contains “a” in lower case. Accept the proposal A, or correct the cell and upload the file again."
    )


def test_explanation_of_a_repeated_row_names_the_first() -> None:
    rows = checked((10001, "A"), (10001, "A"))
    assert [explain(row, planner="") for row in rows] == [
        "",
        "Row 3 is the same as row 2 for candidate 10001 and counts only once.",
    ]


cell_values = st.sampled_from(
    ["A", "B", " A", "a", "А", "", " ", "Pass", "=A1", True, 5, None, "A\u200b", "G", DAY, "#N/A"]
)
id_values = st.sampled_from([10001, "10001", "010002", "10003 ", 10009, None, " ", "x", "=A1", True, 10001.5])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(id_values, cell_values), max_size=12))
def test_rows_and_candidates_are_all_accounted_for(rows: list[tuple[object, object]]) -> None:
    sheet = sheet_of(*rows)
    result = check_rows(sheet, current=CURRENT, scale=LETTERS)
    assert [row.row for row in result.rows] == [row.number for row in sheet.rows]
    assert sum(result.counts.values()) == len(sheet.rows) + len(result.missing)
    assert {row.candidate for row in result.rows} - {""} == CURRENT.keys() - set(result.missing)
    updated = [row.candidate for row in result.rows if row.outcome is Outcome.UPDATED]
    assert len(updated) == len(set(updated))
    assert all((row.outcome is Outcome.REJECTED) == bool(row.reason) for row in result.rows)
