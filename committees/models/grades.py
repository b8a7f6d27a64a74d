"""What graders do to a grade sheet: confirmations and uploads; and the planner's reopenings."""

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.enums import ChangeCode
from committees.hidden_text import VisibleText
from committees.models.committees import Committee, Grader
from committees.models.log import LogEntry
from committees.models.people import User


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


class Utf8(json.JSONEncoder):
    """Writes letters beyond ASCII as they are: an escape takes up to three times as many bytes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**(options | {"ensure_ascii": False}))


class Upload(models.Model):
    """
    One uploaded grade sheet and its whole result.

    `rows` is the list of checked rows (`files.grade_sheet.CheckedRow` as JSON, with what became of them), `missing` the
    numbers of candidates whom the file did not name, `counts` how many rows have which outcome now, and how many candidates
    are missing. `list_entry_id` is the newest log entry of the committee when the
    list was downloaded; None when the file carries no list id of ours. `hidden` is what of the list was hidden in the
    file (`files.grade_sheet.Hidden` as JSON).
    """

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="uploads")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=255, blank=True)
    ignored_columns = models.JSONField(default=list)
    hidden = models.JSONField(default=dict)
    list_entry_id = models.BigIntegerField(null=True)
    rows = models.JSONField(default=list, encoder=Utf8)
    missing = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
