"""Transfers of grades to FS."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.enums import ChangeCode, ReceiptStatus
from committees.models.candidates import Candidate
from committees.models.committees import Committee
from committees.models.exams import Exam
from committees.models.people import User


class Transfer(models.Model):
    """A file of result lines for FS, numbered within its exam. Its bytes are never changed."""

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="transfers")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["exam_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["exam", "number"], name="one_transfer_per_number")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def file_name(self) -> str:
        exam = self.exam
        return f"{exam.emnekode}-{exam.arstall}-{exam.vurdtidkode}-{self.number}.txt".replace(
            "/", "-"
        ).replace(" ", "-")


class TransferLine(models.Model):
    """A candidate's grade in a transfer, and FS's receipt. `committee` is the candidate's at that time."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="lines", db_index=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="transfer_lines")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="transfer_lines")
    line = models.PositiveIntegerField()
    grade = models.CharField(max_length=10)
    code = models.CharField(max_length=10, choices=ChangeCode, blank=True)
    status = models.CharField(max_length=10, choices=ReceiptStatus, default=ReceiptStatus.PENDING)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ["transfer_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "line"], name="one_candidate_per_line"),
            models.UniqueConstraint(fields=["transfer", "candidate"], name="one_line_per_candidate"),
            models.CheckConstraint(name="line_status_known", condition=Q(status__in=ReceiptStatus.values)),
            models.CheckConstraint(name="line_code_known", condition=Q(code__in=["", *ChangeCode.values])),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}:{self.line}"


class TransferSheet(models.Model):
    """A committee's grade sheet at the time of a transfer; complete once FS has taken all of its grades."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="sheets", db_index=False)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="transfer_sheets")
    digest = models.CharField(max_length=64)
    is_complete = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("transferred grade sheet")
        verbose_name_plural = _("transferred grade sheets")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "committee"], name="one_sheet_per_committee"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}:{self.committee_id}"
