"""Grades that a planner may see: those of confirmed committees, and all where the exam allows it."""

from collections.abc import Iterable
from dataclasses import dataclass

from committees.models import Candidate, Committee, Exam


@dataclass(frozen=True, slots=True)
class PlannedCandidate:
    """A candidate with its committee's stage. `grade` is "" if none is set, or if `is_hidden` from planners."""

    candidate: Candidate
    committee: Committee | None
    grade: str
    is_hidden: bool


def hidden_committees(exam: Exam) -> set[int]:
    """Return the pks of the committees whose grades planners can't see yet. At most one query."""
    return set() if exam.planners_see_grades else {one.pk for one in exam.committees.unconfirmed()}


def planned_candidates(exam: Exam, candidates: Iterable[Candidate]) -> list[PlannedCandidate]:
    """Return these candidates of the exam with what planners may see of their grades. One query besides theirs."""
    committees = {one.pk: one for one in exam.committees.with_stage()}
    return [_planned(exam, one, committees.get(one.committee_id or 0)) for one in candidates]


def _planned(exam: Exam, candidate: Candidate, committee: Committee | None) -> PlannedCandidate:
    is_hidden = not exam.planners_see_grades and not (committee and committee.is_locked)
    grade = "" if is_hidden else candidate.grade
    return PlannedCandidate(candidate, committee, grade, is_hidden=is_hidden and candidate.is_submitted)
