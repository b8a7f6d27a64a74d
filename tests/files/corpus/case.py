"""One file of the corpus with its expected result."""

from collections.abc import Callable
from dataclasses import dataclass

from committees.files.grade_sheet import CheckResult, check_rows, read_grade_sheet
from committees.grade_scales import LETTERS

CURRENT = {"1001": "", "1002": "C", "1003": ""}
"""The committee of all uploads: its candidates and their grades."""


@dataclass(frozen=True)
class Case:
    """
    A file, built on request. Either `refused` is the code with which the whole file is refused, or `rows` has the
    result of each row ("B2 updated 1001 A"). `calamine` and `openpyxl` have the reason why that reader is not
    compared, or known to be wrong, for a file that we accept. `because` explains why nothing in a suspicious file
    that was once refused can change a value.
    """

    name: str
    build: Callable[[], bytes]
    refused: str = ""
    rows: tuple[str, ...] = ()
    calamine: str = ""
    openpyxl: str = ""
    because: str = ""


def outcomes(content: bytes) -> tuple[str, ...]:
    """Return the result of each row of the list in `content`. May raise UnreadableFile."""
    return named(checked(content))


def checked(content: bytes) -> CheckResult:
    """Compare the list in `content` with the grades of the committee. May raise UnreadableFile."""
    return check_rows(read_grade_sheet(content), current=CURRENT, scale=LETTERS)


def named(result: CheckResult) -> tuple[str, ...]:
    """Return the result of each row in the form of a case."""
    return tuple(
        " ".join(filter(None, (row.cell, row.outcome, row.candidate, row.grade or row.reason)))
        for row in result.rows
    )
