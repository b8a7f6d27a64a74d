"""Rows of the Plan tab and its workbook, with the data of each exam."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from committees.enums import LogAction
from committees.files.exam_overview import OverviewRow
from committees.models import Exam, LogEntry
from committees.queries.exam_progress import ExamProgress, progress_from, with_unplaced
from committees.queries.overview import Part, parts_of
from committees.queries.planned_exams import in_order


@dataclass(frozen=True, slots=True)
class PlanRow:
    """
    An exam of the Plan tab. `missing` counts the graders of its unconfirmed committees who have not confirmed;
    `removed_by` is the log entry that deleted or cancelled it.
    """

    exam: Exam
    parts: list[Part]
    is_done: bool
    reminded_at: datetime | None
    missing: int
    removed_by: int | None


def plan_rows(exams: Sequence[int]) -> list[PlanRow]:
    """Return the rows of these exams in the same order. Six queries for any number."""
    parts, unplaced, reminded = parts_of(list(exams)), with_unplaced(exams), last_reminded(exams)
    removals = _removals(exams)
    return [
        PlanRow(
            exam,
            mine := parts.get(exam.pk, []),
            bool(exam.removal) or not _progress(mine, has_unplaced=exam.pk in unplaced).is_open,
            reminded.get(exam.pk),
            0 if exam.removal else sum(len(waiting_for(part)) for part in mine if part[0].candidate_count),
            removals.get(exam.pk) if exam.removal else None,
        )
        for exam in in_order(exams)
    ]


def is_done(exam: Exam, parts: list[Part]) -> bool:
    """Return whether nothing is left to grade or confirm in the exam, which has these `parts`. One query."""
    has_unplaced = bool(with_unplaced([exam.pk]))
    return exam.is_cancelled or not _progress(parts, has_unplaced=has_unplaced).is_open


def _progress(parts: list[Part], *, has_unplaced: bool) -> ExamProgress:
    return progress_from((committee for committee, _graders in parts), has_unplaced=has_unplaced)


def last_reminded(exams: Sequence[int]) -> dict[int, datetime]:
    """Return when graders of these exams were last reminded, by exam. One query."""
    entries = LogEntry.objects.filter(exam__in=exams, action=LogAction.REMINDED).order_by()
    return dict(entries.values("exam").annotate(at=Max("at")).values_list("exam", "at"))


def _removals(exams: Sequence[int]) -> dict[int, int]:
    """Return the newest log entry that deleted or cancelled each exam. One query."""
    acts = (LogAction.EXAM_DELETED, LogAction.EXAM_CANCELLED)
    entries = LogEntry.objects.filter(exam__in=exams, action__in=acts).order_by()
    return dict(entries.values("exam").annotate(newest=Max("pk")).values_list("exam", "newest"))


def waiting_for(part: Part) -> list[str]:
    """Return the names of the graders who have not confirmed, none for a confirmed committee."""
    committee, graders = part
    return [] if committee.is_locked else [str(one.person) for one in graders if not one.has_confirmed]


def overview_rows(exams: Sequence[int]) -> list[OverviewRow]:
    """Return a row per committee of these exams, and one per exam without committees. Three queries."""
    parts = parts_of(list(exams))
    return [row for exam in in_order(exams) for row in _rows_of(exam, parts.get(exam.pk, []))]


def _rows_of(exam: Exam, parts: list[Part]) -> list[OverviewRow]:
    if not parts:
        return [OverviewRow(exam.emnekode, exam.title, exam.term, exam.deadline)]
    return [
        OverviewRow(
            exam.emnekode,
            exam.title,
            exam.term,
            exam.deadline,
            str(committee),
            ", ".join(str(one.person) for one in graders),
            committee.graded_count,
            committee.candidate_count,
            str(committee.stage.label),
            ", ".join(waiting_for((committee, graders))),
        )
        for committee, graders in parts
    ]
