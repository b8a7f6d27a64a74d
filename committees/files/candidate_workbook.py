"""Writer of a planner's list of candidates as .xlsx: one row per candidate."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from io import BytesIO

from django.utils.translation import gettext as _

from committees.files.grade_sheet.workbook import HEADER, TEXT, new_book, write_text

WIDTHS = (16, 30, 30, 24, 18, 14, 18)
"""Column widths in characters."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A candidate, in words of the active language. The order of the fields is that of the columns."""

    number: str
    name: str
    committee: str
    stage: str
    attendance: str
    status: str
    grade: str


def write_candidate_list(rows: Sequence[ListRow], moment: datetime, *, with_names: bool) -> bytes:
    """Return an .xlsx file with these rows below a header; `moment` is aware. Names are left out of anonymous exams."""
    file = BytesIO()
    book = new_book(file, moment.astimezone(UTC).replace(tzinfo=None, microsecond=0))
    sheet = book.add_worksheet(_("Candidates"))
    header, plain = book.add_format(HEADER), book.add_format(TEXT)
    columns = [column for column in range(len(WIDTHS)) if with_names or column != 1]
    for row, texts in enumerate([_heads(), *map(astuple, rows)]):
        for place, column in enumerate(columns):
            write_text(sheet, row, place, texts[column], plain if row else header)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[column])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    if rows:
        # Excel would mark each number with a green corner: "number stored as text".
        sheet.ignore_errors({"number_stored_as_text": f"A2:A{1 + len(rows)}"})
    book.close()
    return file.getvalue()


def _heads() -> tuple[str, ...]:
    return (
        _("Candidate ID"),
        _("Name"),
        _("Committee"),
        _("Stage"),
        _("Attendance"),
        _("Status"),
        _("Grade"),
    )
