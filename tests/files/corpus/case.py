"""One file of the corpus, and what must become of it."""

from collections.abc import Callable
from dataclasses import dataclass

from committees.enums import GradeScale
from committees.files.grade_sheet import CheckResult, check_rows, read_grade_sheet

CURRENT = {"1001": "", "1002": "C", "1003": ""}
"""The committee to which every list is uploaded: its candidates and their grades."""


@dataclass(frozen=True)
class Case:
    """A file, built when it is asked for. Either `refused` says with which code it is refused whole, or `rows` what
    becomes of each of its rows ("B2 updated 1001 A"). `calamine` and `openpyxl` say why that reader is not to be
    asked, or known to be wrong, about a file that we take. `because` says of a file that looks as if it should be
    refused, and once was, why nothing in it can change a value that is read."""

    name: str
    build: Callable[[], bytes]
    refused: str = ""
    rows: tuple[str, ...] = ()
    calamine: str = ""
    openpyxl: str = ""
    because: str = ""


def outcomes(content: bytes) -> tuple[str, ...]:
    """What becomes of each row of the list in `content`. Raises UnreadableFile."""
    return named(checked(content))


def checked(content: bytes) -> CheckResult:
    """The list in `content` beside the grades of the committee. Raises UnreadableFile."""
    return check_rows(read_grade_sheet(content), current=CURRENT, scale=GradeScale.LETTERS)


def named(result: CheckResult) -> tuple[str, ...]:
    """What becomes of each row, as a case says it."""
    return tuple(
        " ".join(filter(None, (row.cell, row.outcome, row.candidate, row.grade or row.reason)))
        for row in result.rows
    )
