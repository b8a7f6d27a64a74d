"""Candidates and their grades."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from committees.enums import Attendance, LogAction, SheetSort
from committees.grade_scales import GRADES
from committees.hidden_text import VisibleText
from committees.models.committees import Committee
from committees.models.exams import Exam
from committees.models.log import LogEntry
from committees.models.people import User


class CandidateRow(NamedTuple):
    """A candidate's row of the grade sheet, with field names as in `Candidate`."""

    pk: int
    number: str
    person: str
    grade: str
    attendance: str
    grade_entry: LogEntry | None


def row_of(candidate: "Candidate") -> CandidateRow:
    """Return the row of one candidate that was read `with_own_setting()`. At most one query."""
    setting = (candidate.grade, candidate.attendance, candidate.grade_entry)
    return with_setters([CandidateRow(candidate.pk, candidate.number, candidate.person, *setting)])[0]


def with_setters(rows: list[CandidateRow]) -> list[CandidateRow]:
    """Return the rows, where an undo put a grade back, with the entry that had set it, None for no grade. At most one
    query."""
    restored = {
        row.number: (row.grade_entry, row.grade)
        for row in rows
        if row.grade_entry and row.grade_entry.action in LogAction.restoring_grades()
    }
    if not restored:
        return rows
    setters = LogEntry.objects.setting_before(restored)
    return [
        row._replace(grade_entry=setters.get(row.number) or (row.grade_entry if row.grade else None))
        if row.number in restored
        else row
        for row in rows
    ]


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def by_number(self) -> "CandidateQuerySet":
        """Order by number as people count: 9 before 10, although numbers are texts."""
        return self.order_by(Length("number"), "number")

    def sorted_by(self, sort: SheetSort, grades: Sequence[str]) -> "CandidateQuerySet":
        """Order by number; by grade, as in the scale `grades`, none last; or by the last change of the grade."""
        if sort == SheetSort.GRADE:
            places = [When(grade=grade, then=place) for place, grade in enumerate(grades)]
            return self.order_by(Case(*places, default=len(grades)), Length("number"), "number")
        if sort == SheetSort.CHANGED:
            return self.order_by(F("grade_entry").desc(nulls_last=True), Length("number"), "number")
        return self.by_number()

    def as_rows(self) -> list[CandidateRow]:
        """
        Return the rows of the grade sheet, in two queries, and a third if an undo put grades back.

        Tuples, because creating thousands of model instances takes longer than everything else. Log entries are shared
        and come without `changes`, which contain every candidate of an upload.
        """
        columns = ("pk", "number", "name", "feide_name", "grade", "attendance", "grade_entry")
        rows = list(self.values_list(*columns))
        entries = LogEntry.objects.without_changes({entry for *_columns, entry in rows if entry})
        return with_setters(
            [
                CandidateRow(pk, number, name or feide_name, grade, attendance, entries.get(entry))
                for pk, number, name, feide_name, grade, attendance, entry in rows
            ]
        )

    def with_own_setting(self) -> "CandidateQuerySet":
        """Join the log entry that set the grade and its author. For few candidates."""
        return self.select_related("grade_entry__by").defer("grade_entry__changes", "grade_entry__details")

    def between(self, first: "Candidate", last: "Candidate") -> "CandidateQuerySet":
        """Filter to the candidates from `first` to `last`, inclusive, in the order of `by_number()`."""
        length = Length("number")
        since = Q(length__gt=len(first.number)) | Q(length=len(first.number), number__gte=first.number)
        until = Q(length__lt=len(last.number)) | Q(length=len(last.number), number__lte=last.number)
        return self.alias(length=length).filter(since, until)

    def ungraded(self) -> "CandidateQuerySet":
        return self.filter(grade="")

    def remaining(self) -> "CandidateQuerySet":
        """Filter to candidates who still need a grade: without one, and not known to be absent or withdrawn."""
        return self.ungraded().exclude(attendance__in=[Attendance.ABSENT, Attendance.WITHDREW])

    def undoable_remaining(self, committee: Committee, by: User) -> "CandidateQuerySet":
        """Filter to candidates who still have the grade that `by` last set for all remaining ones of the committee."""
        entries = LogEntry.objects.chain(committee.exam_id, committee.pk).filter(
            action=LogAction.REMAINING_SET, by=by
        )
        return self.exclude(grade="").filter(grade_entry=entries.order_by("-pk").values("pk")[:1])

    def count_by_grade(self) -> dict[int, Counter[str]]:
        """Return the number of candidates with each grade, "" for none, by committee: one query for any number."""
        counts: dict[int, Counter[str]] = {}
        placed = self.filter(committee__isnull=False).order_by().values_list("committee_id", "grade")
        for committee, grade, count in placed.annotate(n=Count("pk")):
            counts.setdefault(committee, Counter())[grade] = count
        return counts


class Candidate(VisibleText):
    """
    A person to be graded, identified by the candidate number, in exactly one committee once the exam is ready.

    `grade` is empty while none is set; `grade_entry` is the log entry that set or removed it.
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
                violation_error_message=_("The exam already has a candidate with this number."),
            ),
            models.CheckConstraint(name="grade_of_a_scale", condition=Q(grade__in=["", *GRADES])),
            models.CheckConstraint(
                name="grade_is_explained", condition=Q(grade="") | Q(grade_entry__isnull=False)
            ),
            models.CheckConstraint(name="attendance_known", condition=Q(attendance__in=Attendance.values)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def person(self) -> str:
        """The name, or else the Feide name. Only for exams that are not anonymous."""
        return self.name or self.feide_name

    @property
    def is_submitted(self) -> bool:
        """Whether the status is "Submitted" (a grade is set) and not "Not started"."""
        return self.grade != ""

    @property
    def is_away(self) -> bool:
        """Whether the candidate is known to be absent or to have withdrawn."""
        return self.attendance in (Attendance.ABSENT, Attendance.WITHDREW)

    @property
    def is_doubtful(self) -> bool:
        """Whether an absent or withdrawn candidate has a grade."""
        return self.grade != "" and self.is_away


class DeletedCandidate(models.Model):
    """A candidate that a planner deleted, kept for a while to be restored. `entry` is the act's log entry."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="deleted_candidates")
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=20)
    feide_name = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    attendance = models.CharField(max_length=10, blank=True)
    grade_entry = models.ForeignKey(LogEntry, models.PROTECT, null=True, related_name="+")

    KEPT = ("committee_id", "number", "feide_name", "name", "attendance", "grade_entry_id")

    class Meta:
        verbose_name = _("deleted candidate")
        verbose_name_plural = _("deleted candidates")
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="one_deleted_candidate_per_number"),
        ]

    def __str__(self) -> str:
        return self.number
