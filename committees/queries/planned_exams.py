"""The exams of the Plan tab: filtered, searched and sorted."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone

from committees.enums import ExamRemoval, LogAction, PlannedBy, PlanShow, PlanSort, Stage
from committees.models import Candidate, Exam, Grader, LogEntry, User
from committees.models.exams import ExamQuerySet
from committees.queries.exam_progress import ExamProgress, progress_of
from committees.requests import choice_in, parse_id

WORDS = 5
"""Words of a search that count."""
Term = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What the Plan tab shows. Empty values filter nothing; `search` is never part of a URL."""

    term: str = ""
    year: int | None = None
    stage: Stage | None = None
    is_late: bool = False
    planned_by: PlannedBy = PlannedBy.ANYBODY
    show: PlanShow = PlanShow.CURRENT
    sort: PlanSort = PlanSort.DEADLINE
    search: str = ""

    @classmethod
    def read(cls, query: QueryDict, search: str = "") -> "PlanFilter":
        """Return the filter of a URL or posted form. Unknown values count as empty."""
        return cls(
            term=query.get("term", "").replace("\0", "")[:20],
            year=parse_id(query.get("year", "")[:4]),
            stage=choice_in(Stage, query.get("stage", "")),
            is_late="late" in query,
            planned_by=choice_in(PlannedBy, query.get("mine", "")) or PlannedBy.ANYBODY,
            show=choice_in(PlanShow, query.get("show", "")) or PlanShow.CURRENT,
            sort=choice_in(PlanSort, query.get("sort", "")) or PlanSort.DEADLINE,
            search=search,
        )

    @property
    def in_url(self) -> dict[str, str]:
        """The parameters for a URL, "" for those that it does not need."""
        return {
            "term": self.term,
            "year": str(self.year or ""),
            "stage": self.stage or "",
            "late": "1" if self.is_late else "",
            "mine": self.planned_by,
            "show": self.show,
            "sort": "" if self.sort == PlanSort.DEADLINE else self.sort,
        }

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves any exam out."""
        return bool(self.search) or any(value for name, value in self.in_url.items() if name != "sort")


def terms_of(user: User) -> tuple[list[str], list[int]]:
    """Return the term codes and years of the exams that the user plans, the newest year first. One query."""
    rows = Exam.objects.planned_by(user).order_by().values_list("vurdtidkode", "arstall").distinct()
    found = list(rows)
    return sorted({term for term, _year in found}), sorted({year for _term, year in found}, reverse=True)


def matching_exams(user: User, asked: PlanFilter) -> list[int]:
    """
    Return the pks of the user's exams that match, sorted.

    One query; five more if stages are needed, however many exams there are.
    """
    exams = _narrowed(_shown(Exam.everything.planned_by(user), asked.show), user, asked)
    # Of archived exams, the newest are the most likely to be searched for.
    order = "-deadline" if asked.show in (PlanShow.ARCHIVED, PlanShow.DELETED) else "deadline"
    rows = list(exams.order_by(order, "emnekode", "pk").values_list("pk", "emnekode"))
    pks = [pk for pk, _code in rows]
    if asked.sort == PlanSort.CODE:
        pks = [pk for pk, _code in sorted(rows, key=lambda row: row[1])]
    if asked.stage is None and not asked.is_late and asked.sort != PlanSort.PROGRESS:
        return pks
    # A subquery: the parameters of thousands of pks in five queries take as long as the queries.
    progress = progress_of(pks, exams.order_by().values("pk"))
    found = [pk for pk in pks if _fits(progress[pk], asked)]
    return sorted(found, key=lambda pk: progress[pk].share) if asked.sort == PlanSort.PROGRESS else found


def _fits(progress: ExamProgress, asked: PlanFilter) -> bool:
    return (asked.stage is None or asked.stage == progress.stage) and (progress.is_open or not asked.is_late)


def _shown(exams: ExamQuerySet, show: PlanShow) -> ExamQuerySet:
    if show == PlanShow.DELETED:
        return exams.filter(removal=ExamRemoval.DELETED)
    exams = exams.exclude(removal=ExamRemoval.DELETED)
    if show == PlanShow.ALL:
        return exams
    return exams.archived() if show == PlanShow.ARCHIVED else exams.daily()


def _narrowed(exams: ExamQuerySet, user: User, asked: PlanFilter) -> ExamQuerySet:
    if asked.term:
        exams = exams.filter(vurdtidkode=asked.term)
    if asked.year:
        exams = exams.filter(arstall=asked.year)
    if asked.is_late:
        exams = exams.current().filter(deadline__lt=timezone.localdate())
    if asked.planned_by == PlannedBy.ME:
        exams = exams.filter(_is_mine(user))
    for word in asked.search.split()[:WORDS]:
        exams = exams.filter(_has_word(user, word))
    return exams


def _is_mine(user: User) -> Q:
    """Return the condition that the user created or imported the exam, or is its only planner."""
    created = LogEntry.objects.filter(exam=OuterRef("pk"), action=LogAction.EXAM_CREATED, by=user)
    planning = Exam.planners.through._default_manager.filter(exam=OuterRef("pk"))
    return Q(Exists(created)) | ~Q(Exists(planning.exclude(user=user)))


def _has_word(user: User, word: str) -> Q:
    """Return the condition that code, name or a grader contains `word`, or a candidate has this number."""
    graders = Grader.objects.filter(
        Q(person__name__icontains=word) | Q(person__feide_name__icontains=word),
        committee__exam__planners=user,
    )
    found = Q(emnekode__icontains=word) | Q(name__icontains=word)
    found |= Q(pk__in=graders.values("committee__exam"))
    if word.isascii() and word.isdigit():
        found |= Q(pk__in=Candidate.objects.filter(exam__planners=user, number=word).values("exam"))
    return found


def in_order(exams: Collection[int]) -> list[Exam]:
    """Return the exams with these pks in the same order. One query."""
    found = Exam.everything.in_bulk(exams)
    return [found[pk] for pk in exams if pk in found]
