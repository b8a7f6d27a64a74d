"""Sandboxes: private copies of the register for practice."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sandbox(models.Model):
    """Made-up exams and people, separate from other sandboxes. Those of the register itself are in none."""

    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("practice world")
        verbose_name_plural = _("practice worlds")

    def __str__(self) -> str:
        return str(self.pk)
