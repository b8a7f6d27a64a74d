"""Grade sheets: lists of a committee's candidates and grades, downloaded and uploaded as .xlsx."""

from committees.files.xlsx import UnreadableFile

from .checking import CheckedRow, CheckResult, Outcome, check_rows, read_and_check
from .explaining import explain
from .headers import GRADE_HEADERS, ID_HEADERS
from .hidden import Hidden, explain_hidden
from .problems import FileProblem, sentence_of
from .reading import LIST_ID, GradeSheet, SheetRow, read_grade_sheet
from .results import Results, RowResult
from .spelling import Reason
from .writing import SheetHead, write_grade_sheet

__all__ = [
    "GRADE_HEADERS",
    "ID_HEADERS",
    "LIST_ID",
    "CheckResult",
    "CheckedRow",
    "FileProblem",
    "GradeSheet",
    "Hidden",
    "Outcome",
    "Reason",
    "Results",
    "RowResult",
    "SheetHead",
    "SheetRow",
    "UnreadableFile",
    "check_rows",
    "explain",
    "explain_hidden",
    "read_and_check",
    "read_grade_sheet",
    "sentence_of",
    "write_grade_sheet",
]
