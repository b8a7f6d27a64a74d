"""Progress of the grading of whole exams."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from committees.enums import Stage
from committees.models import Candidate, Committee


@dataclass(frozen=True, slots=True)
class ExamProgress:
    """
    Sums over the committees of an exam.

    `stages` are those of its committees, NOT_STARTED if there are none. `is_open`: whether a candidate is on no
    committee or on one whose grades FS does not have.
    """

    candidates: int
    graded: int
    confirmed: int
    stages: frozenset[Stage]
    is_open: bool

    @property
    def share(self) -> tuple[float, float]:
        """The shares of graded and of confirmed candidates, to sort by."""
        of = self.candidates or 1
        return self.graded / of, self.confirmed / of


def progress_from(committees: Iterable[Committee], *, has_unplaced: bool) -> ExamProgress:
    """Return the progress of an exam with these committees, which have their stages."""
    known = [(one, one.stage) for one in committees]
    return ExamProgress(
        candidates=sum(one.candidate_count for one, _stage in known),
        graded=sum(one.graded_count for one, _stage in known),
        confirmed=sum(one.candidate_count for one, stage in known if stage in Stage.locked()),
        stages=frozenset(stage for _one, stage in known) or frozenset({Stage.NOT_STARTED}),
        is_open=has_unplaced
        or any(one.candidate_count and stage != Stage.TRANSFERRED for one, stage in known),
    )


def progress_of(exams: Collection[int]) -> dict[int, ExamProgress]:
    """Return the progress of each of these exams by pk. Two queries."""
    committees: dict[int, list[Committee]] = defaultdict(list)
    for one in Committee.objects.with_stage().filter(exam__in=exams).only("exam", "digest").order_by():
        committees[one.exam_id].append(one)
    unplaced = with_unplaced(exams)
    return {pk: progress_from(committees[pk], has_unplaced=pk in unplaced) for pk in exams}


def with_unplaced(exams: Collection[int]) -> set[int]:
    """Return those of these exams that have a candidate on no committee. One query."""
    rows = Candidate.objects.filter(exam__in=exams, committee=None).order_by()
    return set(rows.values_list("exam", flat=True).distinct())
