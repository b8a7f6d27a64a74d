"""What FS holds. Its field names are FS's own."""

from collections.abc import Collection
from typing import NamedTuple, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Length
from django.utils.translation import gettext_lazy as _


class Karakter(models.TextChoices):
    """The grades that FS takes, as it spells them, and what each means."""

    A = "A", _("A – excellent")
    B = "B", _("B – very good")
    C = "C", _("C – good")
    D = "D", _("D – satisfactory")
    E = "E", _("E – sufficient")
    F = "F", _("F – fail")
    PASSED = "Bestått", _("Pass (bestått)")
    NOT_PASSED = "Ikke bestått", _("NotPass (ikke bestått)")


class Endringsstatus(models.TextChoices):
    """Why a result that FS held was changed."""

    ERROR = "FEILREG", _("Corrected: it had been registered wrongly")
    APPEAL = "KLAGE", _("Changed after an appeal")
    NEW_INFORMATION = "NYINFO", _("Changed after new information")


class Receipt(NamedTuple):
    """FS's answer to one line of a file. `code` and `reason` are empty where the line was taken."""

    line: int
    taken: bool
    code: str
    reason: str


def _count(registrations: "models.QuerySet[Registration]") -> Coalesce:
    """How many of these registrations of the outer query's exam there are."""
    counted = registrations.order_by().values("exam").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class FsExamQuerySet(models.QuerySet["FsExam"]):
    def with_counts(self) -> Self:
        """Each exam with its number of `candidates`, and of `results` held. Counted only for the exams that are fetched."""
        registrations = Registration.objects.filter(exam=OuterRef("pk"))
        return self.annotate(
            candidates=_count(registrations), results=_count(registrations.exclude(karakter=""))
        )


class FsExam(models.Model):
    """
    One exam that FS knows. `key` is the six key fields exactly as they stand in a file's line.

    `sandbox` is the number of the sandbox whose own FS this is of; the register's FS has none.
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
                violation_error_message=_("An exam in FS has a key and a course code."),
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
    """One candidate's place on one exam, and the result there once FS has taken it.

    `brukernavn` is lower-cased and has its realm; it is empty where FS's file named nobody.
    """

    # Found by the constraint below, which begins with it.
    exam = models.ForeignKey(FsExam, on_delete=models.CASCADE, related_name="registrations", db_index=False)
    kandidatlopenr = models.CharField(max_length=60)
    kommislopenr = models.CharField(max_length=60, blank=True)
    brukernavn = models.CharField(max_length=320, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    karakter = models.CharField(max_length=20, choices=Karakter, blank=True)
    endringsstatus = models.CharField(max_length=20, choices=Endringsstatus, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("registration in FS")
        verbose_name_plural = _("registrations in FS")
        # As people count: 9 before 10, though numbers are texts.
        ordering = [Length("kandidatlopenr"), "kandidatlopenr"]
        # Not by db_index, which PostgreSQL would give a second index for beginnings of names that nobody looks for.
        indexes = [models.Index(fields=["brukernavn"], name="fs_registration_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "kandidatlopenr"],
                name="fs_registration_once_per_exam",
                violation_error_message=_("This candidate is registered for the exam already."),
            ),
            models.CheckConstraint(
                condition=~Q(kandidatlopenr=""),
                name="fs_registration_has_number",
                violation_error_message=_("A candidate has a number."),
            ),
            models.CheckConstraint(
                condition=Q(karakter__in=["", *Karakter.values]),
                name="fs_registration_karakter_known",
                violation_error_message=_("FS does not know this grade."),
            ),
            models.CheckConstraint(
                condition=Q(endringsstatus__in=["", *Endringsstatus.values]),
                name="fs_registration_endringsstatus_known",
                violation_error_message=_("FS does not know this change code."),
            ),
            models.CheckConstraint(
                condition=Q(karakter="", endringsstatus="", registered_at__isnull=True)
                | (~Q(karakter="") & Q(registered_at__isnull=False)),
                name="fs_registration_result_dated",
                violation_error_message=_("Only a result has a date or a change code, and it has its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.kandidatlopenr


class ReceivedFileQuerySet(models.QuerySet["ReceivedFile"]):
    def only_about(self, keys: Collection[str]) -> Self:
        """Files that are about no other exams than these: a receipt names candidates."""
        # Asked of each file, for of all that FS received few are looked at.
        others = FsExam.objects.filter(files=OuterRef("pk")).exclude(key__in=keys)
        return self.filter(~Exists(others))


class ReceivedFile(models.Model):
    """
    One file that FS received: its bytes, and `receipts`, FS's answer then, each `Receipt` as a list. `sandbox` as with an
    exam.
    """

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
                violation_error_message=_("FS has received this file already."),
            ),
            models.UniqueConstraint(
                fields=["sandbox", "name", "sha256"],
                condition=Q(sandbox__isnull=False),
                name="fs_received_file_once_in_a_sandbox",
                violation_error_message=_("FS has received this file already."),
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
