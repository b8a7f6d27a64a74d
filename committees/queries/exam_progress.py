"""Progress of the grading of whole exams."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from committees.enums import Stage
from committees.models import Candidate, Committee
from committees.models.committees import StageFacts


@dataclass(frozen=True, slots=True)
class ExamProgress:
    """
    Sums over the committees of an exam.

    `stage` is that of the whole exam: the one that all its committees with candidates have, or the least advanced one
    that was begun. `is_open`: whether a candidate is on no committee or on one that is not confirmed.
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
    known = [(one, one.stage) for one in committees]
    stages = {stage for one, stage in known if one.candidate_count}
    return ExamProgress(
        candidates=sum(one.candidate_count for one, _stage in known),
        graded=sum(one.graded_count for one, _stage in known),
        confirmed=sum(one.candidate_count for one, stage in known if stage in Stage.locked()),
        stage=_of_whole(stages | {Stage.NOT_STARTED} if has_unplaced else stages),
        is_open=has_unplaced or bool(stages - set(Stage.locked())),
    )


def _of_whole(stages: Collection[Stage]) -> Stage:
    """Return the stage of an exam whose parts have these stages."""
    if len(stages) > 1 and Stage.NOT_STARTED in stages:
        return Stage.GRADING
    return next((stage for stage in Stage if stage in stages), Stage.NOT_STARTED)


def progress_of(exams: Collection[int]) -> dict[int, ExamProgress]:
    """Return the progress of each of these exams by pk. Five queries."""
    committees: dict[int, list[StageFacts]] = defaultdict(list)
    for exam, facts in Committee.objects.stage_facts(exams):
        committees[exam].append(facts)
    unplaced = with_unplaced(exams)
    return {pk: progress_from(committees[pk], has_unplaced=pk in unplaced) for pk in exams}


def with_unplaced(exams: Collection[int]) -> set[int]:
    """Return those of these exams that have a candidate on no committee. One query."""
    rows = Candidate.objects.filter(exam__in=exams, committee=None).order_by()
    return set(rows.values_list("exam", flat=True).distinct())
