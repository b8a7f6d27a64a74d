"""A text that is stored once but shown in thousands of cells is counted for each cell and checked once."""

import pytest

from committees.files.grade_sheet import CheckedRow, check_rows, checking, read_grade_sheet
from committees.files.xlsx import UnreadableFile, read_workbook
from committees.files.xlsx.limits import MAX_REFERENCED, MAX_TEXT
from committees.grade_scales import LETTERS

from .corpus.listing import HEADER, SHARED, listed, strings, with_parts, worksheet

FULL = MAX_REFERENCED // MAX_TEXT
"""The number of cells that may refer to a text of Excel's maximum length."""
WALKED = '<f t="normal"/>'
"""Makes the strict reader read a sheet: the fast path accepts no formulas."""


def shared_list(text: str, rows: int, *, more: str = "") -> bytes:
    """Return a list in which each ID refers to the shared string `text`."""
    lines = "".join(
        f'<row r="{line}"><c r="A{line}" t="s"><v>4</v></c><c r="B{line}" t="s"><v>2</v></c></row>'
        for line in range(2, rows + 2)
    )
    return with_parts(sheet=worksheet(HEADER + lines + more), strings=strings(*SHARED, text))


def walked(line: int) -> str:
    return f'<row r="{line}"><c r="D{line}">{WALKED}<v>1</v></c></row>'


def checked(content: bytes) -> tuple[CheckedRow, ...]:
    return check_rows(read_grade_sheet(content), current={"1001": ""}, scale=LETTERS).rows


@pytest.mark.parametrize("more", ["", walked(20_000)], ids=["fast path", "strict walk"])
def test_shared_string_counts_once_per_reference(more: str) -> None:
    assert len(read_workbook(shared_list("x" * MAX_TEXT, FULL - 1, more=more))[0].rows) >= FULL
    with pytest.raises(UnreadableFile) as refused:
        read_workbook(shared_list("x" * MAX_TEXT, FULL + 1, more=more))
    assert (refused.value.code, refused.value.params) == ("too-much-text", {"most": 16})


def test_ten_thousand_references_to_long_strings_are_limited() -> None:
    assert sum(len(sheet.rows) for sheet in read_workbook(shared_list("x" * 800, 10_000))) == 10_001
    with pytest.raises(UnreadableFile):
        read_workbook(shared_list("x" * 2000, 10_000))


def shared_formulas(cells: int) -> bytes:
    first = f'<row r="2"><c r="A2"><f t="shared" ref="A2:A9999" si="0">{"x" * (MAX_TEXT - 1)}</f></c></row>'
    return listed(
        HEADER
        + first
        + "".join(
            f'<row r="{line}"><c r="A{line}"><f t="shared" si="0"/></c></row>' for line in range(3, cells + 3)
        )
    )


def test_shared_formula_counts_per_cell_and_is_stored_once() -> None:
    (sheet,) = read_workbook(shared_formulas(FULL))
    assert len({id(row.cells[1].text) for row in sheet.rows[1:]}) == 1
    with pytest.raises(UnreadableFile) as refused:
        read_workbook(shared_formulas(FULL + 1))
    assert refused.value.code == "too-much-text"


def test_long_comments_are_far_below_the_limit() -> None:
    texts = [f"Comment {number}: " + "well done " * 18 for number in range(20_000)]
    lines = "".join(
        f'<row r="{line}"><c r="A{line}"><v>{line}</v></c><c r="B{line}" t="s"><v>2</v></c>'
        f'<c r="C{line}" t="s"><v>{line + 2}</v></c></row>'
        for line in range(2, 10_002)
    )
    content = with_parts(sheet=worksheet(HEADER + lines), strings=strings(*SHARED, *texts))
    assert len(read_grade_sheet(content).rows) == 10_000


@pytest.mark.parametrize("text", ["1" * 41, "é" * 41, "\u200b" * 41, "0" * 300, "9" * 30 + "." + "0" * 10])
def test_id_beyond_forty_characters_is_rejected_unread(text: str) -> None:
    (row,) = checked(shared_list(text, 1))
    assert (row.reason, row.detail, len(row.found)) == ("bad-candidate-id", "", 40)


@pytest.mark.parametrize("text", ["\u200b" * 41, "A" + "é" * 40, "а" * 41])
def test_grade_beyond_forty_characters_is_rejected_unread(text: str) -> None:
    row_2 = '<row r="2"><c r="A2"><v>1001</v></c><c r="B2" t="s"><v>4</v></c></row>'
    (row,) = checked(with_parts(sheet=worksheet(HEADER + row_2), strings=strings(*SHARED, text)))
    assert (row.reason, row.proposal, row.detail) == ("not-in-scale", "", "A, B, C, D, E, F")


def test_surrounding_space_is_not_counted() -> None:
    (row,) = checked(shared_list(" " * 50 + "1001" + "\u00a0" * 50, 1))
    assert (row.outcome, row.candidate, row.grade) == ("updated", "1001", "A")


def test_repeated_bad_id_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def shown(text: str, most: int) -> str:
        looked_at.append(text)
        return text[:most]

    monkeypatch.setattr(checking, "shown", shown)
    rows = checked(shared_list("10é01", 500))
    assert {row.detail for row in rows} == {"U+00E9 LATIN SMALL LETTER E WITH ACUTE"}
    assert (len(rows), looked_at) == (500, ["10é01"])
