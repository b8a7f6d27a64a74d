"""Who practises what, and how far they have come. What they practise on lies in a `World` of its own."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from committees.hidden_text import VisibleText
from committees.models import Sandbox, User
from training.scenarios.schema import Scenario

Day = date  # a session has a field of that name

STUCK_AFTER = timedelta(minutes=5)
"""Whoever has not finished a task for so long, and is not done, may need help."""
WATCHED_FOR = timedelta(seconds=30)
"""So long after a trainer's last look the trainee is told of it; the trainer's page looks more often."""


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    def expired(self) -> Self:
        """The sessions whose data are to go."""
        return self.filter(expires_at__lte=timezone.now())


class TrainingSession(VisibleText):
    """
    One training that a trainer holds: trainees join it by its code and get the scenarios named in `scenarios`, by key.

    `closed` are the keys that the trainer has ended for all. Ended, nobody joins or goes on; expired, it goes with all data.
    """

    title = models.CharField(_("title"), max_length=120)
    date = models.DateField(_("date"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    scenarios = models.JSONField(_("scenarios"), default=list)
    closed = models.JSONField(default=list)
    code = models.CharField(max_length=6, unique=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="training_sessions")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["expires_at"], name="session_expiry")]
        constraints = [
            models.CheckConstraint(
                name="session_language_known", condition=Q(language__in=dict(settings.LANGUAGES))
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def expires_on(self) -> Day:
        """The day on which its data are deleted."""
        return timezone.localdate(self.expires_at)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        """Whether nobody may join or go on any more."""
        return self.ended_at is not None or self.is_expired

    def is_open(self, scenario: str) -> bool:
        """Whether trainees may work on the scenario with this key."""
        return not self.is_over and scenario in self.scenarios and scenario not in self.closed


class Message(VisibleText):
    """A sentence of the trainer to everybody in the session."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="messages")
    text = models.CharField(_("message"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text


class Trainee(VisibleText):
    """
    Somebody who practises: in a session by name alone (`person` empty) or signed in, or without a session (self-study).
    """

    session = models.ForeignKey(TrainingSession, models.CASCADE, null=True, related_name="trainees")
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="trainings")
    name = models.CharField(_("name"), max_length=80)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("trainee")
        verbose_name_plural = _("trainees")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "session",
                Lower("name"),
                condition=Q(session__isnull=False),
                name="one_trainee_per_name",
                violation_error_message=_(
                    "Somebody joined with this name already. Add an initial or your department."
                ),
            ),
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(session__isnull=False, person__isnull=False),
                name="one_trainee_per_person",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(session__isnull=True), name="one_self_study_per_person"
            ),
            models.CheckConstraint(
                name="trainee_belongs_somewhere", condition=Q(session__isnull=False) | Q(person__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RunQuerySet(models.QuerySet["Run"]):
    def of_sessions(self, sessions: Collection[int]) -> Self:
        return self.filter(trainee__session__in=sessions)


class Run(models.Model):
    """
    One trainee's way through one scenario, in a sandbox of its own.

    `blueprint` is the scenario as it was at the start, whatever becomes of its file; `people` maps its people to users.
    `tasks` maps the finished tasks to the moments when they were; `events` what was seen or refused to its first moment;
    `fired` the index of each robot's act to how many of its moments it has answered. `moved_at` is the moment of the last
    progress. Moments in JSON are ISO texts. Where `sandbox` is empty the copy is gone and the progress kept.
    """

    trainee = models.ForeignKey(Trainee, models.CASCADE, related_name="runs")
    scenario_key = models.CharField(max_length=60)
    blueprint = models.JSONField()
    sandbox = models.OneToOneField(Sandbox, models.SET_NULL, null=True, related_name="run")
    day = models.DateField()
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=1)
    people = models.JSONField(default=dict)
    tasks = models.JSONField(default=dict)
    events = models.JSONField(default=dict)
    fired = models.JSONField(default=dict)
    watched_at = models.DateTimeField(null=True)
    watched_by = models.CharField(max_length=200, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["trainee_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "scenario_key"], name="one_run_per_scenario"),
        ]

    def __str__(self) -> str:
        return f"{self.trainee}: {self.scenario_key}"

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario of this run."""
        return Scenario.from_data(self.scenario_key, self.blueprint)

    @property
    def step(self) -> int:
        """How many tasks are finished."""
        return len(self.tasks)

    @property
    def is_stuck(self) -> bool:
        return self.done_at is None and timezone.now() - self.moved_at > STUCK_AFTER

    @property
    def is_watched(self) -> bool:
        """Whether the trainer looked over the trainee's shoulder just now."""
        return self.watched_at is not None and timezone.now() - self.watched_at < WATCHED_FOR

    def finished_at(self, task: str) -> datetime | None:
        """When the task with this key was finished."""
        moment = self.tasks.get(task)
        return datetime.fromisoformat(moment) if moment else None


def moment_text(moment: datetime) -> str:
    """`moment` as the JSON fields of a run keep it."""
    return moment.isoformat()
