"""Committees and their graders."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committees.enums import ConfirmationRule, Stage
from committees.hidden_text import VisibleText
from committees.models.exams import Exam
from committees.models.log import LogEntry
from committees.models.people import User


class StageFacts(NamedTuple):
    """What the stage of a committee is derived from, with names as in `CommitteeQuerySet.with_stage`."""

    candidate_count: int
    graded_count: int
    seat_count: int
    valid_count: int
    matching_count: int
    digest: str
    digest_at_fs: str | None
    rule: str

    @property
    def stage(self) -> Stage:
        """
        The progress of the committee, derived only here.

        Derived in Python, because SQL would repeat each count in every condition.
        """
        # FS still has the grades after the account of a grader who confirmed them was closed.
        if self.digest_at_fs == self.digest and self._is_confirmed_by(self.matching_count):
            return Stage.TRANSFERRED
        if self._is_confirmed_by(self.valid_count):
            return Stage.CONFIRMED
        if self.valid_count:
            return Stage.WAITING
        return Stage.GRADING if self.graded_count else Stage.NOT_STARTED

    def _is_confirmed_by(self, count: int) -> bool:
        return count == self.seat_count > 0 if self.rule == ConfirmationRule.ALL else count > 0


class _Counted(Subquery):
    """A count of related rows as a subquery: several joins would multiply each other's counts."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk"), output_field=models.IntegerField())


def _digest_at_fs() -> Subquery:
    """Return the digest of the newest transferred sheet, NULL if it is incomplete: an older one may be from before a
    correction."""
    newest = (
        Committee.everything.filter(pk=OuterRef("pk"), transfer_sheets__isnull=False)
        .order_by("-transfer_sheets__pk")
        .values_list(Case(When(transfer_sheets__is_complete=True, then=F("transfer_sheets__digest"))))
    )
    return Subquery(newest[:1])


NO_CANDIDATES, NO_SEATS = (0, 0), (0, 0, 0)


def _counts(rows: models.QuerySet[Any], *conditions: Q) -> dict[int, Any]:
    """Return the number of all rows, and of those with each condition, by committee. One query."""
    counts = {"all": Count("pk")}
    counts |= {f"some{place}": Count("pk", filter=one) for place, one in enumerate(conditions)}
    grouped = rows.order_by().values("committee").annotate(**counts).values_list("committee", *counts)
    return {pk: tuple(found) for pk, *found in grouped}


@cache
def _of_stage() -> dict[str, Any]:
    """Return the annotations that a stage is derived from. Cached: building them takes longer than the query."""
    from committees.models.candidates import Candidate  # noqa: PLC0415  # circular import

    candidates = Candidate.objects.filter(committee=OuterRef("pk"))
    graders = Grader.objects.filter(committee=OuterRef("pk"))
    return {
        "candidate_count": _Counted(candidates),
        "graded_count": _Counted(candidates.exclude(grade="")),
        "seat_count": _Counted(graders),
        "valid_count": _Counted(graders.valid()),
        "matching_count": _Counted(graders.matching()),
        "digest_at_fs": _digest_at_fs(),
        "rule": F("exam__rule"),
    }


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def with_stage(self) -> "CommitteeQuerySet":
        """
        Annotate everything that `stage` is derived from: `candidate_count`, `graded_count`, `seat_count`, `valid_count`
        (valid confirmations), `matching_count` (including those of closed accounts), `digest_at_fs` and `rule`.
        """
        return self.annotate(**_of_stage())

    def stage_facts(self, exams: "models.QuerySet[Any]") -> "list[tuple[int, StageFacts]]":
        """
        Return what the stages of the committees of these exams are derived from, each with its exam. Four queries.

        For hundreds of exams: with 1,000 on PostgreSQL, one query per table took 86 ms and the subqueries of `with_stage`
        236 ms; on SQLite, 40 ms and 23 ms.
        """
        from committees.models.candidates import Candidate  # noqa: PLC0415  # circular import
        from committees.models.transfers import TransferSheet  # noqa: PLC0415  # circular import

        rows = self.filter(exam__in=exams).order_by().values_list("pk", "exam_id", "digest", "exam__rule")
        candidates = _counts(Candidate.objects.filter(exam__in=exams), ~Q(grade=""))
        seats = _counts(Grader.objects.filter(committee__exam__in=exams), VALID, MATCHING)
        sheets = TransferSheet.objects.filter(committee__exam__in=exams).order_by("pk")
        at_fs = {
            pk: digest if is_complete else None
            for pk, digest, is_complete in sheets.values_list("committee", "digest", "is_complete")
        }
        found = []
        for pk, exam, digest, rule in rows:
            counts = (*candidates.get(pk, NO_CANDIDATES), *seats.get(pk, NO_SEATS))
            found.append((exam, StageFacts._make((*counts, digest, at_fs.get(pk), rule))))
        return found

    def newest_entries(self) -> dict[int, int]:
        """Return the pk of the newest log entry in each committee's and its exam's chain, 0 for none."""
        own = LogEntry.objects.filter(committee=OuterRef("pk")).order_by("-pk").values("pk")
        whole = LogEntry.objects.chain(OuterRef("exam"), None).values("pk")
        ends: dict[str, Any] = {"own_end": Subquery(own[:1]), "whole_end": Subquery(whole[:1])}
        rows: Iterable[dict[str, Any]] = self.order_by().annotate(**ends).values("pk", *ends)
        return {row["pk"]: max(row["own_end"] or 0, row["whole_end"] or 0) for row in rows}

    def unfinished(self) -> "CommitteeQuerySet":
        """Filter to the committees that have candidates and another stage than `TRANSFERRED`."""
        from committees.models.candidates import Candidate  # noqa: PLC0415  # circular import

        seats = Grader.objects.filter(committee=OuterRef("pk"))
        # Without the join of `matching()` to the committee, which is the outer row here.
        matching = Q(confirmation__digest=OuterRef("digest"), confirmation__round=OuterRef("round"))
        is_matching, is_missing = Exists(seats.filter(matching)), Exists(seats.exclude(matching))
        rule = Q(exam__rule=ConfirmationRule.ONE) | ~is_missing
        is_at_fs = Q(is_matching, rule, digest=F("accepted_digest"))
        found = self.filter(Exists(Candidate.objects.filter(committee=OuterRef("pk"))))
        return found.alias(accepted_digest=Coalesce(_digest_at_fs(), Value(""))).exclude(is_at_fs)

    def unconfirmed(self) -> "list[Committee]":
        """Return the committees that have candidates and are not confirmed."""
        return [
            committee
            for committee in self.with_stage()
            if committee.candidate_count and not committee.is_locked
        ]


CommitteeManager = models.Manager.from_queryset(CommitteeQuerySet)


class _NotDeleted(CommitteeManager["Committee"]):
    """All committees except deleted ones, which are read only for the log, its verification and undo."""

    def get_queryset(self) -> CommitteeQuerySet:
        return CommitteeQuerySet(self.model, using=self._db).filter(is_deleted=False)


class Committee(VisibleText):
    """
    The graders of a set of an exam's candidates.

    `digest` is the SHA-256 of its grade sheet, renewed by every act that changes it; `round` starts at 1 and is raised
    by each reopening. A confirmation is valid while both are unchanged.
    """

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="committees")
    number = models.PositiveIntegerField(_("committee number (kommislopenr)"))
    name = models.CharField(_("name (kommisjonsnavn)"), max_length=200, blank=True)
    digest = models.CharField(max_length=64, editable=False, default="")
    round = models.PositiveIntegerField(editable=False, default=1)

    is_deleted = models.BooleanField(editable=False, default=False)

    objects = _NotDeleted()
    everything = CommitteeQuerySet.as_manager()

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
                condition=Q(is_deleted=False),
                name="one_committee_per_number",
                violation_error_message=_("The exam already has a committee with this number."),
            )
        ]

    def __str__(self) -> str:
        label = gettext("Committee %(number)s") % {"number": self.number}
        return f"{label} – {self.name}" if self.name else label

    @property
    def stage(self) -> Stage:
        """The progress of the committee. Needs `with_stage()`."""
        return StageFacts(*(getattr(self, name) for name in StageFacts._fields)).stage

    @property
    def locks_next(self) -> bool:
        """Whether one more confirmation locks the grades. Needs `with_stage()`."""
        return self.rule == ConfirmationRule.ONE or self.valid_count + 1 == self.seat_count

    @property
    def is_locked(self) -> bool:
        """Whether the committee is confirmed, so that only a planner can reopen it. Needs `with_stage()`."""
        return self.stage in Stage.locked()

    @property
    def version(self) -> str:
        """The version of the grade sheet that pages send back: equal while grades and round are unchanged."""
        return f"{self.round}-{self.digest}"

    @property
    def confirmed_version(self) -> str:
        """`version` with the stage, for the form that reopens a committee. Needs `with_stage()`."""
        return f"{self.version}-{self.stage}"

    @property
    def percent_graded(self) -> int:
        return 100 * self.graded_count // self.candidate_count if self.candidate_count else 0


MATCHING = Q(confirmation__digest=F("committee__digest"), confirmation__round=F("committee__round"))
ON_BEHALF = Q(confirmation__planner__isnull=False)
# A planner answers for a confirmation on behalf of a grader, also after the grader's account was closed.
VALID = MATCHING & (Q(person__is_active=True) | ON_BEHALF)


class GraderQuerySet(models.QuerySet["Grader"]):
    def matching(self) -> "GraderQuerySet":
        """Filter to seats with a confirmation of the current grades and round."""
        return self.filter(MATCHING)

    def valid(self) -> "GraderQuerySet":
        """
        Filter to seats with a valid confirmation: of the current grades and round, by an active person or by a planner
        on behalf of the grader.
        """
        return self.filter(VALID)

    def current(self) -> "GraderQuerySet":
        """Filter to seats on committees that are not deleted, of exams that are neither deleted nor cancelled."""
        return self.filter(committee__is_deleted=False, committee__exam__removal="")

    def with_confirmed(self) -> "GraderQuerySet":
        """
        Annotate `has_confirmed`: whether the seat has a valid confirmation, and `is_on_behalf`: whether a planner made it.
        """
        # A condition on joined rows: for a subquery, PostgreSQL may read every seat of the register.
        annotations: dict[str, Any] = {
            "has_confirmed": Case(When(VALID, then=Value(True)), default=Value(False)),
            "is_on_behalf": Case(When(MATCHING & ON_BEHALF, then=Value(True)), default=Value(False)),
        }
        return self.annotate(**annotations)


class Grader(models.Model):
    """
    A person's seat on a committee, internal or external.

    `downloaded_at` is when the person last downloaded the list of grades; None after an upload.
    """

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="graders", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="seats")
    is_external = models.BooleanField(_("external"), default=False)
    downloaded_at = models.DateTimeField(null=True, editable=False)

    objects = GraderQuerySet.as_manager()

    if TYPE_CHECKING:
        # annotated by with_confirmed()
        has_confirmed: bool
        is_on_behalf: bool

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

    @property
    def has_list_out(self) -> bool:
        """Whether a downloaded list may still be uploaded: not by one who has confirmed. Needs `with_confirmed()`."""
        return self.downloaded_at is not None and not self.has_confirmed
