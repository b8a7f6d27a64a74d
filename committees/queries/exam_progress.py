"""Progress of the grading of whole exams."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from committees.enums import Stage
from committees.models import Candidate, Committee
from committees.models.committees import StageFacts

LOCKED = frozenset(Stage.locked())


@dataclass(frozen=True, slots=True)
class ExamProgress:
    """
    Sums over the committees of an exam.

    `stage` is that of the whole exam: the one that all its committees with candidates have, or the least advanced one
    that was begun. `is_open`: whether a candidate is in no committee or in one that is not confirmed.
    """

    candidates: int
    graded: int
    confirmed: int
    stage: Stage
    is_open: bool

    @property
    def share(self) -> tuple[float, float]:
        """The shares of graded and of confirmed candidates, to sort by."""
        of = self.candidates or 1
        return self.graded / of, self.confirmed / of


def progress_from(committees: Iterable[Committee | StageFacts], *, has_unplaced: bool) -> ExamProgress:
    """Return the progress of an exam with these committees, which have their stages."""
    candidates = graded = confirmed = 0
    stages = {Stage.NOT_STARTED} if has_unplaced else set()
    for one in committees:
        if not one.candidate_count:
            continue
        stages.add(stage := one.stage)
        candidates += one.candidate_count
        graded += one.graded_count
        confirmed += one.candidate_count if stage in LOCKED else 0
    return ExamProgress(candidates, graded, confirmed, _of_whole(stages), is_open=bool(stages - LOCKED))


def _of_whole(stages: Collection[Stage]) -> Stage:
    """Return the stage of an exam whose parts have these stages."""
    if len(stages) > 1 and Stage.NOT_STARTED in stages:
        return Stage.GRADING
    return next((stage for stage in Stage if stage in stages), Stage.NOT_STARTED)


def progress_of(exams: Collection[int], query: QuerySet[Any]) -> dict[int, ExamProgress]:
    """Return the progress of each of these exams by pk; `query` selects their pks. Five queries."""
    committees: dict[int, list[StageFacts]] = defaultdict(list)
    for exam, facts in Committee.objects.stage_facts(query):
        committees[exam].append(facts)
    unplaced = with_unplaced(query)
    return {pk: progress_from(committees[pk], has_unplaced=pk in unplaced) for pk in exams}


def with_unplaced(exams: Collection[int] | QuerySet[Any]) -> set[int]:
    """Return those of these exams that have a candidate in no committee. One query."""
    rows = Candidate.objects.filter(exam__in=exams, committee=None).order_by()
    return set(rows.values_list("exam", flat=True).distinct())
