"""What a grade sheet is: the list of a committee's candidates and grades that goes out and comes back as
.xlsx."""

from committees.files.workbook import UnreadableFile

from .explaining import explain
from .headers import GRADE_HEADERS, ID_HEADERS
from .hidden import Hidden, explain_hidden
from .judging import JudgedRow, Judgement, Outcome, judge_rows, read_and_judge
from .reading import LIST_ID, GradeSheet, SheetRow, read_grade_sheet
from .spelling import Reason
from .writing import SheetHead, write_grade_sheet

__all__ = [
    "GRADE_HEADERS",
    "ID_HEADERS",
    "LIST_ID",
    "GradeSheet",
    "Hidden",
    "JudgedRow",
    "Judgement",
    "Outcome",
    "Reason",
    "SheetHead",
    "SheetRow",
    "UnreadableFile",
    "explain",
    "explain_hidden",
    "judge_rows",
    "read_and_judge",
    "read_grade_sheet",
    "write_grade_sheet",
]
