"""Checks of the rows of a grade sheet: every row has exactly one outcome."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from re import compile as pattern
from typing import Literal, NamedTuple, Self

from committees.files.xlsx import Cell, CellKind, shown
from committees.grade_scales import GradeScale

from .reading import GradeSheet, SheetRow, read_grade_sheet
from .spelling import NOT_TEXT, Reason, Spelling, is_invisible, read_grade
from .text import MAX_SAID, code_points, trim

CANDIDATE_ID = pattern(r"([0-9]+)(?:\.0+)?")
"""A candidate number in ASCII digits, as in FS. Spreadsheets sometimes change it to "10001.0"."""
OTHERS_AT_MOST = 10


class Outcome(StrEnum):
    """Outcome of a row. UNCHANGED: the candidate already has the grade, or an earlier row of the file has set it."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    REJECTED = "rejected"


class CheckedRow(NamedTuple):
    """One row of the file, numbered as in the sheet, and its outcome.

    `cell` is the grade cell, or the candidate ID cell if the ID is the problem; `found` is its content: the first
    `MAX_SAID` characters, with hidden ones spelled out. `candidate` is "" unless the row names one of the committee.
    `grade` is the accepted grade, `proposal` the likely grade of a rejected row, "" if there is none. `same_as` is an
    earlier row with the same grade for this candidate, 0 if there is none. `explain` turns `reason` and `detail` into
    sentences.
    """

    row: int
    cell: str
    outcome: Outcome
    candidate: str = ""
    found: str = ""
    grade: str = ""
    reason: Reason | Literal[""] = ""
    proposal: str = ""
    detail: str = ""
    same_as: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All rows of a file in order, and the candidates that none of them names, by number."""

    rows: tuple[CheckedRow, ...]
    missing: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows by outcome, and number of missing candidates."""
        numbers = Counter(row.outcome for row in self.rows)
        return {**{str(outcome): numbers[outcome] for outcome in Outcome}, "missing": len(self.missing)}

    def with_current(self, current: Mapping[str, str]) -> Self:
        """Return the result for other `current` grades of the same candidates."""
        rows = tuple(
            row._replace(outcome=_outcome(row.grade, current[row.candidate]))
            if row.grade and not row.same_as
            else row
            for row in self.rows
        )
        return replace(self, rows=rows)


def check_rows(sheet: GradeSheet, *, current: Mapping[str, str], scale: GradeScale) -> CheckResult:
    """Check every row of `sheet` for a committee whose candidates have the `current` grades ("" for none).

    An empty grade changes nothing, even for an unknown candidate. Repeated rows of a candidate count once if their
    grades are spelled the same; otherwise all of them are rejected.
    """
    candidates = _Candidates(current)
    identities = [candidates.identify(row.id_cell) for row in sheet.rows]
    graded: dict[str, list[SheetRow]] = defaultdict(list)
    for row, identity in zip(sheet.rows, identities, strict=True):
        if identity.candidate and row.grade_cell:
            graded[identity.candidate].append(row)
    checker = _RowChecker(current, scale, graded)
    checked = tuple(checker.row(row, identity) for row, identity in zip(sheet.rows, identities, strict=True))
    missing = current.keys() - {identity.candidate for identity in identities}
    return CheckResult(checked, tuple(sorted(missing, key=_in_order)))


def read_and_check(
    content: bytes, *, current: Mapping[str, str], scale: GradeScale
) -> tuple[GradeSheet, CheckResult]:
    """Read the grade sheet `content` and check its rows. The returned sheet has no rows, as the result has one for
    each, and names the cells with grades that were not read.

    May raise UnreadableFile.
    """
    sheet = read_grade_sheet(content)
    beside = tuple(cell.ref for cell in sheet.beside if trim(cell.text) and _is_like_grade(cell, scale))
    read = replace(sheet, rows=(), beside=(), hidden=replace(sheet.hidden, beside=beside))
    return read, check_rows(sheet, current=current, scale=scale)


def _is_like_grade(cell: Cell, scale: GradeScale) -> bool:
    spelling = read_grade(cell, scale)
    return bool(spelling.grade or spelling.proposal in scale.codes)


class _Identity(NamedTuple):
    """The candidate of a row, or the reason why there is none and the text of the cell to show."""

    candidate: str = ""
    reason: Reason | Literal[""] = ""
    detail: str = ""
    found: str = ""


class _Candidates:
    """The candidates of a committee, found by the content of a cell."""

    def __init__(self, numbers: Mapping[str, str]) -> None:
        self.numbers = {number: _Identity(number) for number in numbers}
        self.others: dict[tuple[CellKind, str], _Identity] = {}

    @cached_property
    def without_zeros(self) -> Mapping[str, list[str]]:
        numbers: dict[str, list[str]] = defaultdict(list)
        for number in self.numbers:
            numbers[number.lstrip("0")].append(number)
        return numbers

    def identify(self, cell: Cell | None) -> _Identity:
        if cell is None:
            return _Identity(reason=Reason.NO_CANDIDATE_ID)
        if cell.kind not in NOT_TEXT and (found := self.numbers.get(cell.text)):
            return found
        # Thousands of cells may have the same text.
        known = self.others.get(content := (cell.kind, cell.text))
        if known is None:
            text = trim(cell.text)
            known = self.others[content] = self._read(cell.kind, text)._replace(found=shown(text, MAX_SAID))
        return known

    def _read(self, kind: CellKind, text: str) -> _Identity:
        if kind in NOT_TEXT:
            return _Identity(reason=NOT_TEXT[kind])
        if len(text) > MAX_SAID:
            return _Identity(reason=Reason.BAD_CANDIDATE_ID)
        match = CANDIDATE_ID.fullmatch(text)
        if not match:
            strange = (each for each in text if not each.isascii() or is_invisible(each))
            return _Identity(reason=Reason.BAD_CANDIDATE_ID, detail=code_points(strange))
        return self.numbers.get(match[1]) or self._without_zeros(match[1])

    def _without_zeros(self, number: str) -> _Identity:
        matches = self.without_zeros.get(number.lstrip("0"), [])
        if len(matches) > 1:
            return _Identity(reason=Reason.AMBIGUOUS_CANDIDATE, detail=_listed(matches))
        return self.numbers[matches[0]] if matches else _Identity(reason=Reason.UNKNOWN_CANDIDATE)


class _RowChecker:
    def __init__(
        self, current: Mapping[str, str], scale: GradeScale, graded: Mapping[str, Sequence[SheetRow]]
    ) -> None:
        self.current, self.scale, self.graded = current, scale, graded
        self.spellings: dict[tuple[CellKind, str], tuple[str, Spelling]] = {}
        repeated = {candidate: rows for candidate, rows in graded.items() if len(rows) > 1}
        self.conflicts = {
            candidate for candidate, rows in repeated.items() if len(set(map(_content, rows))) > 1
        }

    def row(self, row: SheetRow, identity: _Identity) -> CheckedRow:
        if identity.reason is Reason.NO_CANDIDATE_ID:
            # The grade is all that tells people which row it is.
            identity = identity._replace(detail=self._spelling(row.grade_cell)[0] if row.grade_cell else "")
        if identity.reason and (row.id_cell is None or row.grade_cell or row.id_cell.kind in NOT_TEXT):
            return CheckedRow(
                row.number,
                row.id_ref,
                Outcome.REJECTED,
                found=identity.found,
                reason=identity.reason,
                detail=identity.detail,
            )
        if row.grade_cell is None:
            return CheckedRow(row.number, row.grade_ref, Outcome.EMPTY, identity.candidate)
        return self._graded(row, row.grade_cell, identity.candidate)

    def _graded(self, row: SheetRow, cell: Cell, candidate: str) -> CheckedRow:
        place, rows = (row.number, row.grade_ref), self.graded[candidate]
        found, spelling = self._spelling(cell)
        if candidate in self.conflicts:
            others = _listed([str(other.number) for other in rows[: OTHERS_AT_MOST + 2] if other != row])
            return CheckedRow(
                *place, Outcome.REJECTED, candidate, found, reason=Reason.CONFLICTING_ROWS, detail=others
            )
        same_as = 0 if rows[0] is row else rows[0].number
        if spelling.reason:
            return CheckedRow(
                *place,
                Outcome.REJECTED,
                candidate,
                found,
                reason=spelling.reason,
                proposal="" if same_as else spelling.proposal,
                detail=spelling.detail,
                same_as=same_as,
            )
        outcome = Outcome.UNCHANGED if same_as else _outcome(spelling.grade, self.current[candidate])
        return CheckedRow(*place, outcome, candidate, found, spelling.grade, same_as=same_as)

    def _spelling(self, cell: Cell) -> tuple[str, Spelling]:
        """Return the cell's text to show, and the grade read from it; cached, because few different texts occur."""
        known = self.spellings.get(content := (cell.kind, cell.text))
        if known is None:
            known = self.spellings[content] = shown(trim(cell.text), MAX_SAID), read_grade(cell, self.scale)
        return known


def _outcome(grade: str, current: str) -> Outcome:
    return Outcome.UNCHANGED if grade == current else Outcome.UPDATED


def _content(row: SheetRow) -> tuple[CellKind, str] | None:
    return (row.grade_cell.kind, trim(row.grade_cell.text)) if row.grade_cell else None


def _listed(texts: Sequence[str]) -> str:
    return ", ".join([*texts[:OTHERS_AT_MOST], "…"] if len(texts) > OTHERS_AT_MOST else texts)


def _in_order(number: str) -> tuple[int, str, str]:
    plain = number.lstrip("0")
    return len(plain), plain, number
