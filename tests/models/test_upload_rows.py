import json
from datetime import UTC, datetime

from committees.files.grade_sheet import CheckedRow, Outcome, Reason
from committees.models.upload_rows import ReplacedGrade, Resolution, RowEncoder, UploadRow

REPLACED = ReplacedGrade("C", "Ola", datetime(2026, 12, 1, 9, tzinfo=UTC))
REJECTED = CheckedRow(3, "B3", Outcome.REJECTED, "10001", "å", "", Reason.NOT_IN_SCALE, "A", "A, B", 2)


def kept(row: UploadRow) -> UploadRow:
    return UploadRow.from_json(json.loads(json.dumps(row, cls=RowEncoder)))


def test_every_field_survives_json() -> None:
    row = UploadRow.of(REJECTED, old="D")
    row.replaced, row.kept, row.original, row.resolution = REPLACED, REPLACED, "", Resolution.ACCEPTED
    assert (kept(row), type(kept(row).outcome), type(kept(row).reason)) == (row, Outcome, Reason)


def test_plain_row_is_short() -> None:
    row = UploadRow.of(CheckedRow(2, "B2", Outcome.UPDATED, "10001", "A", "A"))
    assert row.to_json() == {
        "row": 2,
        "cell": "B2",
        "outcome": "updated",
        "candidate": "10001",
        "grade": "A",
    }
    assert kept(row) == row


def test_undone_row_replaces_nothing() -> None:
    row = UploadRow.of(CheckedRow(2, "B2", Outcome.UPDATED, "10001", "A", "A"))
    row.replaced = REPLACED
    assert row.has_replaced is True
    row.resolution = Resolution.UNDONE
    assert row.has_replaced is False
