"""Committees, the graders who sit on them, and the candidates they grade."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Length
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.enums import EVERY_GRADE, Attendance, ConfirmationRule, Stage
from committees.hidden_text import VisibleText
from committees.models.exams import Exam
from committees.models.log import LogEntry
from committees.models.people import User


class _Counted(Subquery):
    """How many rows the query finds for the outer query's row, as a subquery of its own: joins would multiply each other."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"), output_field=models.IntegerField())


@cache
def _of_stage() -> dict[str, Any]:
    """What a committee's stage is derived from. Put together once: that takes longer than to ask for it."""
    candidates = Candidate.objects.filter(committee=OuterRef("pk"))
    graders = Grader.objects.filter(committee=OuterRef("pk"))
    # Only the newest sheet tells what FS holds: an older one may say what was true before a correction.
    newest_sheet = (
        Committee.objects.filter(pk=OuterRef("pk"), transfer_sheets__isnull=False)
        .order_by("-transfer_sheets__pk")
        .values_list(Case(When(transfer_sheets__is_complete=True, then=F("transfer_sheets__digest"))))
    )
    return {
        "candidate_count": _Counted(candidates),
        "graded_count": _Counted(candidates.exclude(grade="")),
        "seat_count": _Counted(graders),
        "valid_count": _Counted(graders.valid()),
        "matching_count": _Counted(graders.matching()),
        "digest_at_fs": Subquery(newest_sheet[:1]),
        "rule": F("exam__rule"),
    }


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def with_stage(self) -> "CommitteeQuerySet":
        """
        Each committee with `candidate_count`, `graded_count`, `seat_count`, `valid_count` (confirmations that
        stand), `matching_count` (those of closed accounts too) and `digest_at_fs`: all that its `stage` is derived from.
        """
        return self.annotate(**_of_stage())

    def newest_entries(self) -> dict[int, int]:
        """The id of the newest log entry that touches each committee, 0 for none: the ends of two chains."""
        own = LogEntry.objects.filter(committee=OuterRef("pk")).order_by("-pk").values("pk")
        whole = LogEntry.objects.chain(OuterRef("exam"), None).values("pk")
        ends: dict[str, Any] = {"own_end": Subquery(own[:1]), "whole_end": Subquery(whole[:1])}
        rows: Iterable[dict[str, Any]] = self.order_by().annotate(**ends).values("pk", *ends)
        return {row["pk"]: max(row["own_end"] or 0, row["whole_end"] or 0) for row in rows}

    def unconfirmed(self) -> "list[Committee]":
        """The committees that have candidates and keep their exam from being transferred."""
        return [one for one in self.with_stage() if one.candidate_count and not one.is_locked]


class Committee(VisibleText):
    """
    The graders of a set of an exam's candidates.

    `digest` is the SHA-256 of its grade sheet, renewed in the act that changes it; `round` counts how often the
    committee was reopened. A confirmation stands while both are what its grader saw.
    """

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="committees", db_index=False)
    number = models.PositiveIntegerField(_("committee number (kommislopenr)"))
    name = models.CharField(_("name (kommisjonsnavn)"), max_length=200, blank=True)
    digest = models.CharField(max_length=64, editable=False, default="")
    round = models.PositiveIntegerField(editable=False, default=1)

    objects = CommitteeQuerySet.as_manager()

    if TYPE_CHECKING:
        # annotated by with_stage()
        candidate_count: int
        graded_count: int
        seat_count: int
        valid_count: int
        matching_count: int
        digest_at_fs: str | None
        rule: str

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        ordering = ["exam_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "number"],
                name="one_committee_per_number",
                violation_error_message=_("The exam has a committee with this number already."),
            )
        ]

    def __str__(self) -> str:
        label = gettext("Committee %(number)s") % {"number": self.number}
        return f"{label} – {self.name}" if self.name else label

    @property
    def stage(self) -> Stage:
        """
        How far the committee has come: the one place where that is derived. Needs `with_stage()`, which asks for what it
        takes and leaves this to Python, since in SQL each count would stand there again for every condition.
        """
        # FS goes on holding the grades when the account of somebody who confirmed them is closed.
        if self.digest_at_fs == self.digest and self._is_confirmed_by(self.matching_count):
            return Stage.TRANSFERRED
        if self._is_confirmed_by(self.valid_count):
            return Stage.CONFIRMED
        if self.valid_count:
            return Stage.WAITING
        return Stage.GRADING if self.graded_count else Stage.NOT_STARTED

    def _is_confirmed_by(self, count: int) -> bool:
        """Whether so many confirmations confirm the committee."""
        return count == self.seat_count > 0 if self.rule == ConfirmationRule.ALL else count > 0

    @property
    def is_locked(self) -> bool:
        """Whether all have confirmed, so that only a planner can change anything. Needs `with_stage()`."""
        return self.stage in Stage.locked()

    @property
    def version(self) -> str:
        """What a page carries of the grade sheet that a person saw: equal as long as neither grades nor round moved."""
        return f"{self.round}-{self.digest}"

    @property
    def confirmed_version(self) -> str:
        """`version` with the stage: what a planner's form carries of a confirmed committee. Needs `with_stage()`."""
        return f"{self.version}-{self.stage}"

    @property
    def percent_graded(self) -> int:
        return 100 * self.graded_count // self.candidate_count if self.candidate_count else 0


MATCHING = Q(confirmation__digest=F("committee__digest"), confirmation__round=F("committee__round"))
VALID = MATCHING & Q(person__is_active=True)


class GraderQuerySet(models.QuerySet["Grader"]):
    def matching(self) -> "GraderQuerySet":
        """The seats whose confirmation is for the grades and round of now."""
        return self.filter(MATCHING)

    def valid(self) -> "GraderQuerySet":
        """The seats whose confirmation stands: for the grades and round of now, and given by somebody active."""
        return self.filter(VALID)

    def with_confirmed(self) -> "GraderQuerySet":
        """Each seat with `has_confirmed`: whether its confirmation stands."""
        # A condition on rows that are joined anyhow: as a subquery PostgreSQL may ask for every seat of the register.
        annotations: dict[str, Any] = {
            "has_confirmed": Case(When(VALID, then=Value(True)), default=Value(False))
        }
        return self.annotate(**annotations)


class Grader(models.Model):
    """A person's seat on a committee, internal or external."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="graders", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="seats")
    is_external = models.BooleanField(_("external"), default=False)

    objects = GraderQuerySet.as_manager()

    if TYPE_CHECKING:
        has_confirmed: bool  # annotated by with_standing()

    class Meta:
        verbose_name = _("grader")
        verbose_name_plural = _("graders")
        ordering = ["committee_id", "is_external", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "person"],
                name="one_seat_per_person",
                violation_error_message=_("This person has a seat on the committee already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class CandidateRow(NamedTuple):
    """What a row of the grade sheet shows of a candidate; it is named as in the model."""

    pk: int
    number: str
    person: str
    grade: str
    attendance: str
    grade_entry: LogEntry | None


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def by_number(self) -> "CandidateQuerySet":
        """As people count: 9 before 10, though numbers are texts."""
        return self.order_by(Length("number"), "number")

    def as_rows(self) -> list[CandidateRow]:
        """
        Each candidate as a row of the grade sheet shows them. No model instances: to make thousands of those takes longer
        than all else. Each entry comes once, without its changes, which name every candidate of an upload.
        """
        columns = ("pk", "number", "name", "feide_name", "grade", "attendance", "grade_entry")
        rows = list(self.values_list(*columns))
        entries = LogEntry.objects.without_changes({entry for *_columns, entry in rows if entry})
        return [
            CandidateRow(pk, number, name or feide_name, grade, attendance, entries.get(entry))
            for pk, number, name, feide_name, grade, attendance, entry in rows
        ]

    def with_own_setting(self) -> "CandidateQuerySet":
        """Each candidate with the log entry that set the grade and who wrote it, by a join: for a few."""
        return self.select_related("grade_entry__by").defer("grade_entry__changes", "grade_entry__details")

    def between(self, first: "Candidate", last: "Candidate") -> "CandidateQuerySet":
        """Those from `first` to `last`, both too, as `by_number()` orders them."""
        length = Length("number")
        since = Q(length__gt=len(first.number)) | Q(length=len(first.number), number__gte=first.number)
        until = Q(length__lt=len(last.number)) | Q(length=len(last.number), number__lte=last.number)
        return self.alias(length=length).filter(since, until)

    def ungraded(self) -> "CandidateQuerySet":
        return self.filter(grade="")

    def count_by_grade(self) -> dict[int, Counter[str]]:
        """How many candidates have which grade, "" for those without, by committee: one query for any number."""
        counts: dict[int, Counter[str]] = {}
        placed = self.filter(committee__isnull=False).order_by().values_list("committee_id", "grade")
        for committee, grade, count in placed.annotate(n=Count("pk")):
            counts.setdefault(committee, Counter())[grade] = count
        return counts


class Candidate(VisibleText):
    """
    Who is graded, known by the candidate number, on exactly one committee once the exam is ready.

    `grade` is empty while none is set; `grade_entry` is the log entry that set or removed it, and so says who, when
    and how.
    """

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="candidates", db_index=False)
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="candidates")
    number = models.CharField(
        _("candidate number (kandidatlopenr)"), max_length=20, validators=[RegexValidator(r"^[0-9]+\Z")]
    )
    feide_name = models.CharField(_("Feide name"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=Attendance, default=Attendance.UNKNOWN, blank=True
    )
    grade = models.CharField(_("grade"), max_length=10, blank=True, default="", editable=False)
    grade_entry = models.ForeignKey(LogEntry, models.PROTECT, null=True, editable=False, related_name="+")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["exam_id", "number"]
        indexes = [models.Index(fields=["feide_name"], name="candidate_feide_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "number"],
                name="one_candidate_per_number",
                violation_error_message=_("The exam has a candidate with this number already."),
            ),
            models.CheckConstraint(name="grade_of_a_scale", condition=Q(grade__in=["", *EVERY_GRADE])),
            models.CheckConstraint(
                name="grade_is_explained", condition=Q(grade="") | Q(grade_entry__isnull=False)
            ),
            models.CheckConstraint(name="attendance_known", condition=Q(attendance__in=Attendance.values)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def person(self) -> str:
        """The name, or else the Feide name. Only for an exam that is not anonymous."""
        return self.name or self.feide_name

    @property
    def is_submitted(self) -> bool:
        """Status "Submitted": a grade is set; before that "Not started"."""
        return self.grade != ""

    @property
    def is_doubtful(self) -> bool:
        """A grade for somebody who is known not to have been there."""
        return self.grade != "" and self.attendance in (Attendance.ABSENT, Attendance.WITHDREW)
