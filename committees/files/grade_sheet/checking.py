"""What becomes of each row of a grade sheet. Every row has exactly one outcome; nothing is guessed
silently."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from re import compile as pattern
from typing import Any, Literal, NamedTuple, Self

from committees.enums import GradeScale
from committees.files.xlsx import Cell, CellKind, shown

from .reading import GradeSheet, SheetRow
from .spelling import NOT_TEXT, Reason, Spelling, is_invisible, read_grade
from .text import MAX_SAID, code_points, trim

CANDIDATE_ID = pattern(r"([0-9]+)(?:\.0+)?")
"""A candidate number; spreadsheets make "10001.0" of one now and then. ASCII digits only, as FS's numbers
are."""
OTHERS_AT_MOST = 10


class Outcome(StrEnum):
    """What becomes of a row. `unchanged`: the grade stands already, or an earlier row of the file gave it."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    REJECTED = "rejected"


class CheckedRow(NamedTuple):
    """One row of the file (numbered as in the sheet) and what becomes of it.

    `cell` is where to look: the grade, or the candidate ID if that is the trouble; `found` is what stands
    there, its first `MAX_SAID` characters, with hidden ones written out. `candidate` is "" unless the row names one of the
    committee. `grade` is the grade taken, `proposal` the likely one of a rejected row, "" if there is none.
    `same_as` is the row that said the same of this candidate before, 0 if there is none. `explain` puts
    `reason` and `detail` into words.
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

    def as_json(self) -> dict[str, Any]:
        """
        The row as plain JSON values. What goes without saying is left out, since a large list has ten thousand rows: what
        was found where it is the grade itself, what only rejected rows have, and `same_as` where it is 0.
        """
        said: dict[str, Any] = {
            "row": self.row,
            "cell": self.cell,
            "outcome": str(self.outcome),
            "candidate": self.candidate,
            "grade": self.grade,
        }
        if self.found != self.grade:
            said["found"] = self.found
        if self.reason:
            said |= {"reason": self.reason.value, "proposal": self.proposal, "detail": self.detail}
        if self.same_as:
            said["same_as"] = self.same_as
        return said

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The row that `as_json` made `data` of; what else stands in `data` is left aside."""
        known = {name: data[name] for name in cls._fields if name in data}
        known["found"] = known.get("found") or known.get("grade", "")
        reason = Reason(known["reason"]) if known.get("reason") else ""
        return cls(**{**known, "outcome": Outcome(known["outcome"]), "reason": reason})


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All rows of a file, in its order, and the candidates whom none of them names, in order of number."""

    rows: tuple[CheckedRow, ...]
    missing: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome, and how many candidates are missing."""
        numbers = Counter(row.outcome for row in self.rows)
        return {**{str(outcome): numbers[outcome] for outcome in Outcome}, "missing": len(self.missing)}

    def with_current(self, current: Mapping[str, str]) -> Self:
        """The result of the same rows, candidates and scale beside other `current` grades."""
        rows = tuple(
            row._replace(outcome=_outcome(row.grade, current[row.candidate]))
            if row.grade and not row.same_as
            else row
            for row in self.rows
        )
        return replace(self, rows=rows)

    def as_json(self) -> dict[str, Any]:
        """The result as plain JSON values."""
        return {"rows": [row.as_json() for row in self.rows], "missing": list(self.missing)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The result that `as_json` made `data` of."""
        return cls(tuple(CheckedRow.from_json(row) for row in data["rows"]), tuple(data["missing"]))


def check_rows(sheet: GradeSheet, *, current: Mapping[str, str], scale: GradeScale) -> CheckResult:
    """Check every row of `sheet` for a committee whose candidates have the `current` grades ("" for none).

    An empty grade changes nothing, whoever it is for. The same candidate twice counts once if the grades are
    written alike; otherwise all of the candidate's grades are rejected.
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


class _Identity(NamedTuple):
    """Whom a row is about, or why that can't be said, and what people are shown of the cell then."""

    candidate: str = ""
    reason: Reason | Literal[""] = ""
    detail: str = ""
    found: str = ""


class _Candidates:
    """The candidates of a committee, found by what stands in a cell."""

    def __init__(self, numbers: Mapping[str, str]) -> None:
        self.numbers = {number: _Identity(number) for number in numbers}
        self.others: dict[tuple[CellKind, str], _Identity] = {}

    @cached_property
    def without_zeros(self) -> Mapping[str, list[str]]:
        alike: dict[str, list[str]] = defaultdict(list)
        for number in self.numbers:
            alike[number.lstrip("0")].append(number)
        return alike

    def identify(self, cell: Cell | None) -> _Identity:
        if cell is None:
            return _Identity(reason=Reason.NO_CANDIDATE_ID)
        if cell.kind not in NOT_TEXT and (found := self.numbers.get(cell.text)):
            return found
        # The same text may stand in thousands of cells.
        known = self.others.get(said := (cell.kind, cell.text))
        if known is None:
            text = trim(cell.text)
            known = self.others[said] = self._read(cell.kind, text)._replace(found=shown(text, MAX_SAID))
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
        return self.numbers.get(match[1]) or self._alike(match[1])

    def _alike(self, number: str) -> _Identity:
        alike = self.without_zeros.get(number.lstrip("0"), [])
        if len(alike) > 1:
            return _Identity(reason=Reason.AMBIGUOUS_CANDIDATE, detail=_listed(alike))
        return self.numbers[alike[0]] if alike else _Identity(reason=Reason.UNKNOWN_CANDIDATE)


class _RowChecker:
    def __init__(
        self, current: Mapping[str, str], scale: GradeScale, graded: Mapping[str, Sequence[SheetRow]]
    ) -> None:
        self.current, self.scale, self.graded = current, scale, graded
        self.spellings: dict[tuple[CellKind, str], tuple[str, Spelling]] = {}
        repeated = {candidate: rows for candidate, rows in graded.items() if len(rows) > 1}
        self.conflicts = {candidate for candidate, rows in repeated.items() if len(set(map(_said, rows))) > 1}

    def row(self, row: SheetRow, identity: _Identity) -> CheckedRow:
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
        """What stands in the cell, as people are shown it, and what it says: few things stand there very often."""
        known = self.spellings.get(said := (cell.kind, cell.text))
        if known is None:
            known = self.spellings[said] = shown(trim(cell.text), MAX_SAID), read_grade(cell, self.scale)
        return known


def _outcome(grade: str, current: str) -> Outcome:
    """What becomes of a row that gives `grade` to a candidate whose grade is `current`."""
    return Outcome.UNCHANGED if grade == current else Outcome.UPDATED


def _said(row: SheetRow) -> tuple[CellKind, str] | None:
    return (row.grade_cell.kind, trim(row.grade_cell.text)) if row.grade_cell else None


def _listed(texts: Sequence[str]) -> str:
    return ", ".join([*texts[:OTHERS_AT_MOST], "…"] if len(texts) > OTHERS_AT_MOST else texts)


def _in_order(number: str) -> tuple[int, str, str]:
    plain = number.lstrip("0")
    return len(plain), plain, number
