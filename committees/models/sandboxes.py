"""Sandboxes: private copies of the register for practice."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sandbox(models.Model):
    """
    Made-up exams and people, separate from other sandboxes. Those of the register itself are in none.

    `owner_key` is equal in all sandboxes of one person or group that practises: `owner_key_of` for people with an account.
    Files downloaded in a sandbox contain it.
    """

    owner_key = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("practice world")
        verbose_name_plural = _("practice worlds")

    def __str__(self) -> str:
        return str(self.pk)


ACCOUNT_OWNER = "user-"


def owner_key_of(person: int) -> str:
    """Return the owner key of sandboxes in which the user with this pk practises under their own account."""
    return f"{ACCOUNT_OWNER}{person}"
