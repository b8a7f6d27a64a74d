"""Confirmations of grade sheets by graders, and reopenings by planners."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.enums import ChangeCode
from committees.hidden_text import VisibleText
from committees.models.committees import Committee, Grader
from committees.models.log import LogEntry
from committees.models.people import User


class Confirmation(models.Model):
    """
    A grader's approval of a grade sheet, valid while `digest` and `round` equal the committee's.

    `planner` is the planner who confirmed on behalf of the grader; None for the grader's own confirmation.
    """

    grader = models.OneToOneField(Grader, models.CASCADE, related_name="confirmation")
    digest = models.CharField(max_length=64)
    round = models.PositiveIntegerField()
    planner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.grader} {self.digest[:12]}"


class Reopening(VisibleText):
    """A planner's return of a confirmed committee to its graders. `round` is the round that it started."""

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
