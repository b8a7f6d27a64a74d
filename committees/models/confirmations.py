"""Confirmations of grade sheets by their graders, and reopenings by planners."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.enums import ChangeCode
from committees.hidden_text import VisibleText
from committees.models.committees import Committee, Grader
from committees.models.log import LogEntry


class Confirmation(models.Model):
    """One grader's yes to one revision of the grade sheet. It stands while the committee's digest and round are equal."""

    grader = models.OneToOneField(Grader, models.CASCADE, related_name="confirmation")
    digest = models.CharField(max_length=64)
    round = models.PositiveIntegerField()
    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.grader} {self.digest[:12]}"


class Reopening(VisibleText):
    """A planner gave a confirmed committee back to its graders. `round` is the round that began with it."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="reopenings")
    round = models.PositiveIntegerField()
    code = models.CharField(_("change code"), max_length=10, choices=ChangeCode)
    reason = models.CharField(_("reason"), max_length=500)
    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "round"], name="one_reopening_per_round"),
            models.CheckConstraint(name="reopening_code_known", condition=Q(code__in=ChangeCode.values)),
        ]

    def __str__(self) -> str:
        return f"{self.committee} {self.code}"
