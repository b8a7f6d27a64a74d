"""Uploaded grade sheets and their results."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models.committees import Committee
from committees.models.people import User
from committees.models.upload_rows import RowsField, UploadRow


class Upload(models.Model):
    """
    One uploaded grade sheet and its whole result.

    `rows` is a list of `UploadRow`, `missing` the numbers of candidates who are not in the file, `counts` how many rows have
    which outcome now, and how many candidates are missing. `list_entry_id` is the newest log entry of the committee when the
    list was downloaded; None when the file carries no list id of ours. `hidden` is what of the list was hidden in the file
    (`files.grade_sheet.Hidden` as JSON).
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
    rows: "models.Field[list[UploadRow], list[UploadRow]]" = RowsField(default=list)
    missing = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
