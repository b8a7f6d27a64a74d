"""The result of an upload, in the order in which its page shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from committees.enums import Attendance
from committees.files.grade_sheet import Outcome, Reason, explain, explain_hidden
from committees.grade_scales import grade_label
from committees.models import Candidate, Committee, Exam, Upload, User
from committees.models.upload_rows import Resolution, UploadRow

CELLS_AT_MOST = 50
"""Number of cells or candidates that one sentence names."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row. While `is_open`, it can be corrected; with `can_accept`, by its proposal."""

    row: UploadRow
    is_open: bool
    can_accept: bool

    @property
    def attendance(self) -> str:
        """The label of the proposed attendance; "" for none."""
        proposed = self.row.proposed_attendance
        return str(Attendance(proposed).label) if proposed else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Rejected rows with the same problem. `why` is about the first of them; `other_cells` are the others' cells."""

    why: str
    rows: list[RejectedRow]

    @property
    def other_cells(self) -> str:
        return _listed([one.row.cell for one in self.rows[1:]])


@dataclass(frozen=True)
class UploadResult:
    """
    An upload's rows that changed something or need attention, most important first.

    `grades` are the current grades by candidate number; `elsewhere` the committees of rejected numbers by number.
    """

    upload: Upload
    grades: Mapping[str, str]
    may_change: bool
    elsewhere: Mapping[str, Committee] = field(default_factory=dict)

    @cached_property
    def rejected(self) -> list[UploadRow]:
        """Rejected rows, equal problems together."""
        groups: dict[tuple[str, ...], list[UploadRow]] = {}
        for row in self.upload.rows:
            if row.is_rejected:
                groups.setdefault(_problem_of(row), []).append(row)
        return [row for rows in groups.values() for row in rows]

    @cached_property
    def changed(self) -> list[UploadRow]:
        """Rows that changed a grade, without undone ones: grades of others first, then changed ones, then new ones."""
        rows = [
            row
            for row in self.upload.rows
            if row.outcome is Outcome.UPDATED and row.resolution != Resolution.UNDONE
        ]
        return sorted(rows, key=lambda row: (not row.has_replaced, not row.old))

    def page(self, number: str | None, length: int) -> "ResultPage":
        kept = [row for row in self.upload.rows if row.kept]
        repeated = [row for row in self.upload.rows if row.same_as and not row.is_rejected]
        every = [*self.rejected, *kept, *self.changed, *repeated]
        return ResultPage(self, Paginator(every, length).get_page(number))

    def is_open(self, row: UploadRow) -> bool:
        return self.may_change and row.is_open(self.grades)

    @property
    def proposals(self) -> int:
        """Number of proposed grades that can be accepted."""
        return sum(self.may_change and row.can_accept(self.grades) for row in self.rejected)

    @property
    def attendance(self) -> list[tuple[Attendance, int]]:
        """Proposed attendance, with the number of rows."""
        proposed = [row.proposed_attendance for row in self.rejected if self.may_change and row.candidate]
        return [(one, proposed.count(one)) for one in Attendance if one and one in proposed]

    @property
    def counts(self) -> list[tuple[str, int, str]]:
        """Numbers of rows and missing candidates: name, number, and the word for it in the active language."""
        numbers = self.upload.counts
        words = {
            "updated": npgettext("rows", "updated", "updated", numbers["updated"]),
            "unchanged": npgettext("rows", "unchanged", "unchanged", numbers["unchanged"]),
            "empty": npgettext("rows", "empty", "empty", numbers["empty"]),
            "rejected": npgettext("rows", "rejected", "rejected", numbers["rejected"]),
            "missing": npgettext("rows", "missing", "missing", numbers["missing"]),
        }
        return [(name, numbers[name], word) for name, word in words.items()]

    @property
    def replaced_count(self) -> int:
        """Number of grades of others that the file's grades replace."""
        return sum(row.has_replaced for row in self.changed)

    @property
    def sum(self) -> str:
        """The numbers that add up to all rows: "1 updated + 0 unchanged + …"."""
        return " + ".join(f"{number} {word}" for name, number, word in self.counts if name != "missing")

    @cached_property
    def graded_but_empty(self) -> list[UploadRow]:
        """Rows with an empty cell whose candidates had a grade, which stayed."""
        return [
            row for row in self.upload.rows if row.outcome is Outcome.EMPTY and row.old and not row.resolution
        ]

    @property
    def graded_but_empty_names(self) -> str:
        return _listed([f"{row.candidate} ({grade_label(row.old)})" for row in self.graded_but_empty])

    @property
    def is_all_empty(self) -> bool:
        """Whether the file has rows, but no grade, not even a wrong one or one in another column."""
        if self.upload.hidden.get("beside"):
            return False
        return 0 < len(self.upload.rows) == self.upload.counts["empty"] and not any(
            row.resolution for row in self.upload.rows
        )

    @property
    def hidden(self) -> list[str]:
        """Sentences about what was hidden in the file."""
        return explain_hidden(self.upload.hidden, self.upload.sheet)

    @property
    def named(self) -> int:
        """Number of the committee's candidates that the file names."""
        return len({row.candidate for row in self.upload.rows if row.candidate})


@dataclass(frozen=True)
class ResultPage:
    """One page of a result, by section."""

    result: UploadResult
    rows: "Page[UploadRow]"

    @cached_property
    def problems(self) -> list[Problem]:
        groups: dict[tuple[str, ...], list[UploadRow]] = {}
        for row in self.rows:
            if row.is_rejected:
                groups.setdefault(_problem_of(row), []).append(row)
        return [self._problem(rows) for rows in groups.values()]

    def _problem(self, rows: list[UploadRow]) -> Problem:
        states = [(row, self.result.is_open(row)) for row in rows]
        found = [RejectedRow(row, is_open, is_open and bool(row.proposal)) for row, is_open in states]
        # Without a proposal that can no longer be accepted.
        first = rows[0] if any(one.can_accept for one in found) else replace(rows[0], proposal="")
        why = explain(first, planner=self.result.upload.committee.exam.planner_contact)
        if committee := self.result.elsewhere.get(first.found):
            words = {"candidate": first.found, "committee": committee}
            why += " " + _("%(candidate)s is in %(committee)s, where you are also a grader.") % words
        return Problem(why, found)

    @property
    def replaced(self) -> list[UploadRow]:
        return [row for row in self._updated if row.has_replaced]

    @property
    def regraded(self) -> list[UploadRow]:
        return [row for row in self._updated if row.old and not row.has_replaced]

    @property
    def first_grades(self) -> list[UploadRow]:
        return [row for row in self._updated if not row.old and not row.has_replaced]

    @property
    def _updated(self) -> Iterable[UploadRow]:
        return (row for row in self.rows if row.outcome is Outcome.UPDATED)

    @property
    def kept(self) -> list[UploadRow]:
        return [row for row in self.rows if row.kept]

    @property
    def repeated(self) -> list[UploadRow]:
        return [row for row in self.rows if row.same_as and not row.is_rejected]


def committees_elsewhere(upload: Upload, exam: Exam, person: User) -> dict[str, Committee]:
    """Return the exam's committees of `person` that have the file's unknown numbers, by number. At most one query."""
    unknown = {row.found for row in upload.rows if row.reason is Reason.UNKNOWN_CANDIDATE}
    if not unknown:
        return {}
    mine = Committee.objects.filter(exam=exam, graders__person=person)
    found = Candidate.objects.filter(committee__in=mine, number__in=unknown).select_related("committee")
    return {candidate.number: candidate.committee for candidate in found if candidate.committee}


def _problem_of(row: UploadRow) -> tuple[str, ...]:
    """Return a key that is equal for rows whose problem is explained by the same sentence, but for the cell."""
    candidate = row.candidate if row.reason is Reason.CONFLICTING_ROWS or row.same_as else ""
    detail = "" if row.grade_without_candidate else row.detail
    return (row.reason, row.found, row.proposal, detail, candidate)


def _listed(texts: list[str]) -> str:
    return ", ".join([*texts[:CELLS_AT_MOST], "…"] if len(texts) > CELLS_AT_MOST else texts)
