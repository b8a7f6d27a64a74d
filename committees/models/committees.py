"""Committees and their graders."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.enums import ConfirmationRule, Stage
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
    from committees.models.candidates import Candidate  # noqa: PLC0415  # candidates point at committees

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
                violation_error_message=_("The exam already has a committee with this number."),
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
                violation_error_message=_("This person is already a grader in the committee."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
