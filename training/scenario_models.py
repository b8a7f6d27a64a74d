"""Scenarios that trainers wrote in the browser, and what a training session keeps of them."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from committees.models import User
from training.scenarios.loader import parse, read_text

KEY_LENGTH = 40


class AuthoredScenarioQuerySet(models.QuerySet["AuthoredScenario"]):
    def published(self) -> "AuthoredScenarioQuerySet":
        """Filter scenarios that can be chosen now."""
        return self.filter(published_at__isnull=False, withdrawn_at=None)


class AuthoredScenario(models.Model):
    """
    A trainer's scenario. `source` is the TOML text as last saved, `published` the one that trainees get.

    `version` counts the saved texts. `verdict` has the results of the plays of one version (`training.verdicts`). A
    withdrawn scenario keeps the published text for the sessions that have chosen it.
    """

    key = models.SlugField(_("key"), max_length=KEY_LENGTH, unique=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="authored_scenarios")
    source = models.TextField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    published = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    verdict = models.JSONField(default=dict)

    objects = AuthoredScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    @cached_property
    def checked(self) -> tuple[dict[str, Any], list[str]]:
        """Return the table in `source`, and its problems."""
        return read_text(self.source)

    @property
    def table(self) -> dict[str, Any]:
        """Return the table in `source`, unchecked; empty if it is not TOML."""
        return parse(self.source)[0]

    @property
    def problems(self) -> list[str]:
        return self.checked[1]

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def has_changes(self) -> bool:
        """Whether the saved text differs from the published one."""
        return self.source != self.published


class PinnedScenario(models.Model):
    """The table of a trainer's scenario as it was when the first trainee of a session began it. All others get the same."""

    session = models.ForeignKey("training.TrainingSession", models.CASCADE, related_name="pinned")
    scenario_key = models.CharField(max_length=60)
    blueprint = models.JSONField()

    class Meta:
        verbose_name = _("scenario of a training session")
        verbose_name_plural = _("scenarios of training sessions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "scenario_key"], name="one_pin_per_scenario"),
        ]

    def __str__(self) -> str:
        return self.scenario_key
