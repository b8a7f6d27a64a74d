"""What a grade sheet is: the list of a committee's candidates and grades that goes out and comes back as
.xlsx."""

from committees.files.xlsx import UnreadableFile

from .checking import CheckedRow, CheckResult, Outcome, check_rows
from .explaining import explain
from .headers import GRADE_HEADERS, ID_HEADERS
from .hidden import Hidden, explain_hidden
from .reading import LIST_ID, GradeSheet, SheetRow, read_grade_sheet
from .spelling import Reason
from .writing import SheetHead, write_grade_sheet

__all__ = [
    "GRADE_HEADERS",
    "ID_HEADERS",
    "LIST_ID",
    "CheckResult",
    "CheckedRow",
    "GradeSheet",
    "Hidden",
    "Outcome",
    "Reason",
    "SheetHead",
    "SheetRow",
    "UnreadableFile",
    "check_rows",
    "explain",
    "explain_hidden",
    "read_grade_sheet",
    "write_grade_sheet",
]
