"""Distribution of the grades of an exam's committees."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from committees.charts import Chart, chart
from committees.files.distribution import GradeShare, grade_distribution
from committees.grade_scales import grade_label
from committees.models import Committee, Exam


@dataclass(frozen=True, slots=True)
class Figures:
    """Distribution of the grades of a committee, or of the whole exam for None. `rows` has the exam's share beside
    each."""

    committee: Committee | None
    total: int
    graded: int
    rows: list[tuple[GradeShare, GradeShare | None]]
    chart: Chart

    @property
    def without(self) -> GradeShare:
        return self.rows[-1][0]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Figures of several committees, and of the whole exam if it is shown."""

    parts: list[Figures]
    whole: Figures | None


def distribution(exam: Exam, committees: Iterable[Committee], *, whole_shown: bool) -> Distribution:
    """Return the figures of `committees`, with `whole_shown` beside those of the whole exam. One query."""
    counts = exam.candidates.count_by_grade()
    total = sum(counts.values(), Counter[str]())
    everything = grade_distribution(exam.grades, total) if whole_shown else []
    parts = [
        _figures(exam, committee, counts[committee.pk], everything)
        for committee in committees
        if committee.pk in counts
    ]
    return Distribution(parts, _figures(exam, None, total, []) if whole_shown and total else None)


def _figures(
    exam: Exam, committee: Committee | None, counts: Counter[str], whole: Sequence[GradeShare]
) -> Figures:
    shares = grade_distribution(exam.grades, counts)
    values = [
        (grade_label(one.grade) or "–", one.percent, _("%(n)s%%") % {"n": one.percent}) for one in shares
    ]
    beside: Sequence[GradeShare | None] = whole or [None] * len(shares)
    return Figures(
        committee,
        total=sum(counts.values()),
        graded=sum(counts.values()) - counts[""],
        rows=list(zip(shares, beside, strict=True)),
        chart=chart(values, [share.percent for share in whole]),
    )
