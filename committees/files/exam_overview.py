"""Writer of a planner's overview: a workbook with a row per committee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.files.grade_sheet.workbook import HEADER, MAX_TITLE, TEXT, new_book, write_text

COLUMNS = (
    (gettext_lazy("Exam"), 12),
    (gettext_lazy("Name"), 36),
    (gettext_lazy("Term"), 12),
    (gettext_lazy("Committee"), 24),
    (gettext_lazy("Graders"), 40),
    (gettext_lazy("Graded"), 10),
    (gettext_lazy("Candidates"), 11),
    (gettext_lazy("Stage"), 24),
    (gettext_lazy("Grading deadline"), 16),
    (gettext_lazy("Not yet confirmed by"), 40),
)
"""Headers with their widths in characters."""


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A committee, or an exam without committees. `waiting_for` and `graders` are names."""

    code: str
    name: str
    term: str
    deadline: date
    committee: str = ""
    graders: str = ""
    graded: int = 0
    candidates: int = 0
    stage: str = ""
    waiting_for: str = ""

    @property
    def cells(self) -> tuple[str | int | date, ...]:
        """Values in the order of `COLUMNS`."""
        return (
            self.code,
            self.name,
            self.term,
            self.committee,
            self.graders,
            self.graded,
            self.candidates,
            self.stage,
            self.deadline,
            self.waiting_for,
        )


def write_overview(rows: Iterable[OverviewRow], moment: datetime) -> bytes:
    """Return an .xlsx file with `rows` in the active language, made at `moment` (aware). Numbers and dates are such."""
    file = BytesIO()
    book = new_book(file, moment.astimezone(UTC).replace(tzinfo=None, microsecond=0))
    sheet = book.add_worksheet(_("Overview")[:MAX_TITLE])
    header, text = book.add_format(HEADER), book.add_format({**TEXT, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    number = book.add_format({"valign": "top"})
    for column, (label, width) in enumerate(COLUMNS):
        write_text(sheet, 0, column, str(label), header)
        sheet.set_column(column, column, width)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row.cells):
            if isinstance(value, str):
                write_text(sheet, last, column, value, text)
            elif isinstance(value, int):
                sheet.write_number(last, column, value, number)
            else:
                sheet.write_datetime(last, column, value, day)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()
