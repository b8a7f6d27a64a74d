"""Data of the simulated FS. Field names in Norwegian are FS's own."""

from collections.abc import Collection
from functools import cache
from typing import NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Length
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


@cache
def fs_grades() -> dict[str, str]:
    """Return the grades that FS accepts, in its spelling, with their labels."""
    grades: dict[str, str] = import_string(settings.FS_GRADES)()
    return grades


class Endringsstatus(models.TextChoices):
    """Reason of a change to a result in FS."""

    ERROR = "FEILREG", _("Corrected: the grade was registered incorrectly")
    APPEAL = "KLAGE", _("Changed after an appeal")
    NEW_INFORMATION = "NYINFO", _("Changed after new information")


class Receipt(NamedTuple):
    """FS's answer to one line of a file. `code` and `reason` are empty if the line was accepted (`taken`)."""

    line: int
    taken: bool
    code: str
    reason: str


def _count(registrations: "models.QuerySet[Registration]") -> Coalesce:
    counted = registrations.order_by().values("exam").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class FsExamQuerySet(models.QuerySet["FsExam"]):
    def with_counts(self) -> Self:
        """Annotate the numbers of `candidates` and of `results`. Subqueries, so a page counts only its own exams."""
        registrations = Registration.objects.filter(exam=OuterRef("pk"))
        return self.annotate(
            candidates=_count(registrations), results=_count(registrations.exclude(karakter=""))
        )


class FsExam(models.Model):
    """
    An exam in FS. `key` is the six key fields as written in a line of a file.

    `sandbox` is the number of the sandbox that the exam belongs to; None in the register's FS.
    """

    sandbox = models.PositiveBigIntegerField(null=True, editable=False)
    key = models.CharField(max_length=800)
    emnekode = models.CharField(max_length=60)
    vurdtidkode = models.CharField(max_length=60)
    arstall = models.CharField(max_length=60)

    objects = FsExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam in FS")
        verbose_name_plural = _("exams in FS")
        ordering = ["-arstall", "emnekode", "key"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(emnekode=""),
                name="fs_exam_has_key",
                violation_error_message=_("An exam in FS must have a key and a course code."),
            ),
            models.UniqueConstraint(fields=["key"], condition=Q(sandbox__isnull=True), name="fs_exam_once"),
            models.UniqueConstraint(
                fields=["sandbox", "key"],
                condition=Q(sandbox__isnull=False),
                name="fs_exam_once_in_a_sandbox",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.emnekode} {self.term}"

    @property
    def term(self) -> str:
        return f"{self.vurdtidkode} {self.arstall}"


class Registration(models.Model):
    """
    A candidate's registration for an exam, with the result once FS has accepted it.

    `brukernavn` is in lower case with its realm; empty if FS's file has none.
    """

    # The constraint below has an index that begins with it.
    exam = models.ForeignKey(FsExam, on_delete=models.CASCADE, related_name="registrations", db_index=False)
    kandidatlopenr = models.CharField(max_length=60)
    kommislopenr = models.CharField(max_length=60, blank=True)
    brukernavn = models.CharField(max_length=320, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    karakter = models.CharField(max_length=20, choices=list(fs_grades().items()), blank=True)
    endringsstatus = models.CharField(max_length=20, choices=Endringsstatus, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("registration in FS")
        verbose_name_plural = _("registrations in FS")
        # Numbers are texts; sort 9 before 10.
        ordering = [Length("kandidatlopenr"), "kandidatlopenr"]
        # db_index would add a second index on PostgreSQL, for LIKE.
        indexes = [models.Index(fields=["brukernavn"], name="fs_registration_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "kandidatlopenr"],
                name="fs_registration_once_per_exam",
                violation_error_message=_("This candidate is already registered for the exam."),
            ),
            models.CheckConstraint(
                condition=~Q(kandidatlopenr=""),
                name="fs_registration_has_number",
                violation_error_message=_("A candidate must have a number."),
            ),
            models.CheckConstraint(
                condition=Q(karakter__in=["", *fs_grades()]),
                name="fs_registration_karakter_known",
                violation_error_message=_("FS does not have this grade."),
            ),
            models.CheckConstraint(
                condition=Q(endringsstatus__in=["", *Endringsstatus.values]),
                name="fs_registration_endringsstatus_known",
                violation_error_message=_("FS does not have this change code."),
            ),
            models.CheckConstraint(
                condition=Q(karakter="", endringsstatus="", registered_at__isnull=True)
                | (~Q(karakter="") & Q(registered_at__isnull=False)),
                name="fs_registration_result_dated",
                violation_error_message=_(
                    "Only a result can have a date or a change code, and a result must have a date."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.kandidatlopenr


class ReceivedFileQuerySet(models.QuerySet["ReceivedFile"]):
    def only_about(self, keys: Collection[str]) -> Self:
        """Filter files that are about these exams only: a receipt contains candidate numbers."""
        # A subquery per file is fine: callers filter few files.
        others = FsExam.objects.filter(files=OuterRef("pk")).exclude(key__in=keys)
        return self.filter(~Exists(others))


class ReceivedFile(models.Model):
    """A file that FS received. `receipts` are FS's answers, each `Receipt` as a list. `sandbox` as in `FsExam`."""

    sandbox = models.PositiveBigIntegerField(null=True, editable=False)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    exams = models.ManyToManyField(FsExam, related_name="files")
    receipts = models.JSONField(default=list)
    received_at = models.DateTimeField(auto_now_add=True)

    objects = ReceivedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file received by FS")
        verbose_name_plural = _("files received by FS")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "sha256"],
                condition=Q(sandbox__isnull=True),
                name="fs_received_file_once",
                violation_error_message=_("FS has already received this file."),
            ),
            models.UniqueConstraint(
                fields=["sandbox", "name", "sha256"],
                condition=Q(sandbox__isnull=False),
                name="fs_received_file_once_in_a_sandbox",
                violation_error_message=_("FS has already received this file."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def answer(self) -> list[Receipt]:
        return [Receipt(*receipt) for receipt in self.receipts]

    @property
    def taken_count(self) -> int:
        return sum(receipt.taken for receipt in self.answer)

    @property
    def refused_count(self) -> int:
        return len(self.receipts) - self.taken_count
