from datetime import UTC, datetime

from committees.files.grade_sheet import SheetHead, read_grade_sheet, write_grade_sheet
from committees.grade_scales import LETTERS


def test_ten_thousand_candidates_are_read_back() -> None:
    head = SheetHead("TDT4100", "1", "Kari", datetime.now(UTC), "GR1.x", LETTERS, with_names=True)
    rows = [(str(10_000 + n), "ABCDEF"[n % 6], f"Name {n}") for n in range(10_000)]
    read = read_grade_sheet(write_grade_sheet(head, rows)).rows
    found = [(row.id_cell.text, row.grade_cell.text) for row in read if row.id_cell and row.grade_cell]
    assert found == [(number, grade) for number, grade, _name in rows]
