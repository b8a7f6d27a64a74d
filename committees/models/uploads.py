from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models.committees import Committee
from committees.models.people import User
from committees.models.upload_rows import RowsField, UploadRow


class Upload(models.Model):
    """
    An uploaded grade sheet and its result.

    `missing` are the numbers of candidates who are not in the file, `counts` the current numbers of rows by outcome and
    of missing candidates. `list_entry_id` is the committee's newest log entry when the list was downloaded; None if the
    file has no list ID of ours. `hidden` is what was hidden in the file (`files.grade_sheet.Hidden` as JSON). With
    `take_as_is`, unchanged cells overwrite newer grades too. `voided` are the names of the graders whose confirmations
    the upload ended.
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
    take_as_is = models.BooleanField(default=False)
    voided = models.JSONField(default=list)
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
