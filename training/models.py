"""Training sessions, trainees, and their runs through scenarios. Each run has its own `Sandbox`."""

import unicodedata
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from committees.hidden_text import VisibleText
from committees.models import Sandbox, User
from training.scenario_models import AuthoredScenario, PinnedScenario  # noqa: F401  # models of this app
from training.scenarios.schema import Scenario

Day = date  # TrainingSession has a field called date

STUCK_AFTER = timedelta(minutes=5)
"""Time without a finished task after which a trainee counts as stuck."""
LONGEST_LIMIT = 600
"""Longest time limit of a scenario, in minutes."""
WATCHED_FOR = timedelta(seconds=30)
"""Time for which the trainee sees that the trainer views their pages; the trainer's page polls more often."""


class GroupSize(models.IntegerChoices):
    """Number of trainees who share a practice copy as graders of one committee."""

    ONE = 1, _("One, with robots as colleagues")
    TWO = 2, _("Two in one committee")
    THREE = 3, _("Three in one committee")


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    def expired(self) -> Self:
        """Filter sessions whose data are to be deleted."""
        return self.filter(expires_at__lte=timezone.now())

    def unexpired(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())


class TrainingSession(VisibleText):
    """
    A training session: trainees join it by its code and get the scenarios with the keys in `scenarios`.

    With `is_assessed`, trainees work on candidates of their own, without tasks and help, and get points; each has
    `time_limit` minutes per scenario, if it is set. Both stay as they are once somebody has begun.
    `closed` has the keys of scenarios that the trainer paused. `link_key` is part of the join link, too long to be guessed.
    Nobody can join or continue an ended session. An expired one can't be opened, and is deleted with all data.
    """

    title = models.CharField(_("title"), max_length=120)
    date = models.DateField(_("date"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    scenarios = models.JSONField(_("scenarios"), default=list)
    closed = models.JSONField(default=list)
    code = models.CharField(max_length=6, unique=True)
    link_key = models.CharField(max_length=16)
    is_assessed = models.BooleanField(default=False)
    time_limit = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LIMIT)],
    )
    group_size = models.PositiveSmallIntegerField(
        _("trainees per practice copy"), choices=GroupSize.choices, default=GroupSize.ONE
    )
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
        """Return the day from which its data are deleted."""
        return timezone.localdate(self.expires_at)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        """Return whether joining and continuing are impossible."""
        return self.ended_at is not None or self.is_expired

    def is_open(self, scenario: str) -> bool:
        """Whether trainees can work on the scenario with this key."""
        return not self.is_over and scenario in self.scenarios and scenario not in self.closed


class Message(VisibleText):
    """A message of the trainer to everybody in the session, or to one `trainee`."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="messages")
    trainee = models.ForeignKey("Trainee", models.CASCADE, null=True, related_name="messages")
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
    A participant of a session, by name only (`person` empty) or signed in; or a person in self-study (no session).

    `name_key` is the name for comparison (`name_key_of`). `hand_raised_at` is when the trainee asked for help, empty again
    when the hand is lowered. `extra_minutes` are added to the session's time limit.
    """

    session = models.ForeignKey(TrainingSession, models.CASCADE, null=True, related_name="trainees")
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="trainings")
    name = models.CharField(_("name"), max_length=80)
    name_key = models.CharField(max_length=320)
    joined_at = models.DateTimeField(auto_now_add=True)
    hand_raised_at = models.DateTimeField(null=True)
    extra_minutes = models.PositiveSmallIntegerField(
        _("extra minutes per scenario"), default=0, validators=[MaxValueValidator(LONGEST_LIMIT)]
    )

    class Meta:
        verbose_name = _("trainee")
        verbose_name_plural = _("trainees")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "name_key"],
                condition=Q(session__isnull=False),
                name="one_trainee_per_name",
                violation_error_message=_(
                    "Someone has already joined with this name. Add an initial or your department."
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


class CertificateMode(models.TextChoices):
    """How the training was done."""

    SESSION = "session", _("Training session")
    ASSESSED = "assessed", _("Assessed training session")
    SELF_STUDY = "self-study", _("Self-study")


class RunQuerySet(models.QuerySet["Run"]):
    def of_sessions(self, sessions: Collection[int]) -> Self:
        return self.filter(trainee__session__in=sessions)


class Run(models.Model):
    """
    A trainee's run through one scenario. If it `is_shared`, other runs may have the same sandbox.

    `blueprint` is the table of the scenario as it was at the start; `people` maps its keys of people to pks of users.
    `tasks` maps keys of finished tasks to their moments, `events` each event (`engine.events`) to its first moment, and
    `fired` the index of a robot's act to the number of its moments that it has answered, or to the newest log entry at a
    standing act. `helps` maps keys of tasks to the steps of help that were taken (`engine.progress.take_help`), and
    `refusals` lists the last refusals (`engine.refusals`). Moments are ISO texts. `moved_at` is the last progress, `page`
    the page that the trainee has open, relative to the sandbox prefix of the run. With an empty `sandbox` the copy is
    deleted and the progress kept.

    An assessed run is judged when it is handed in, or when its time is up (`ends_at`, None without a limit): then `done_at`
    is set, and `points` has those earned for each condition of the scenario's end. The blueprint is the varied scenario.

    Starting over keeps `completed_at`, when the scenario was first finished, and `best`, the greatest number of tasks
    finished in an earlier attempt.
    """

    trainee = models.ForeignKey(Trainee, models.CASCADE, related_name="runs")
    scenario_key = models.CharField(max_length=60)
    blueprint = models.JSONField()
    sandbox = models.ForeignKey(Sandbox, models.SET_NULL, null=True, related_name="runs")
    is_shared = models.BooleanField(default=False)
    day = models.DateField()
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    best = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=1)
    is_assessed = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True)
    points = models.JSONField(default=list)
    people = models.JSONField(default=dict)
    tasks = models.JSONField(default=dict)
    events = models.JSONField(default=dict)
    fired = models.JSONField(default=dict)
    helps = models.JSONField(default=dict)
    refusals = models.JSONField(default=list)
    page = models.CharField(max_length=300, blank=True)
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
        """Return the scenario from the blueprint."""
        return Scenario.from_data(self.scenario_key, self.blueprint)

    @property
    def step(self) -> int:
        """Return the number of finished tasks."""
        return len(self.tasks)

    @property
    def help_count(self) -> int:
        """Return the number of steps of help that were taken."""
        return sum(self.help_with(task) for task in self.helps)

    def help_with(self, task: str) -> int:
        """Return the number of steps of help that were taken with the task that has this key."""
        count: int = self.helps.get(task, {}).get("count", 0)
        return count

    @property
    def is_handed_in(self) -> bool:
        """Whether this assessed run is judged."""
        return self.is_assessed and self.done_at is not None

    @property
    def is_overdue(self) -> bool:
        """Whether the time is up, and the run is not judged yet."""
        return self.done_at is None and self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def seconds_left(self) -> int:
        """Return the seconds until the time is up; 0 without a limit."""
        return max(0, int((self.ends_at - timezone.now()).total_seconds())) if self.ends_at else 0

    @property
    def earned(self) -> int:
        """Return the points earned."""
        return sum(self.points)

    @property
    def is_stuck(self) -> bool:
        return self.done_at is None and timezone.now() - self.moved_at > STUCK_AFTER

    @property
    def is_watched(self) -> bool:
        """Whether the trainer is viewing the trainee's pages."""
        return self.watched_at is not None and timezone.now() - self.watched_at < WATCHED_FOR

    @property
    def best_step(self) -> int:
        """Return the greatest number of tasks finished in one attempt."""
        return max(self.best, self.step)

    def finished_at(self, task: str) -> datetime | None:
        """Return when the task with this key was finished; None if it is not."""
        moment = self.tasks.get(task)
        return datetime.fromisoformat(moment) if moment else None


class Certificate(models.Model):
    """
    A certificate of training that anybody with its code can check.

    It is kept when the trainee's session expires, without the trainee. `scenarios` lists the finished ones with title in
    each language and moment, and points if they were assessed; see `training.certificates`.
    """

    trainee = models.OneToOneField(Trainee, models.SET_NULL, null=True, related_name="certificate")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    mode = models.CharField(max_length=20, choices=CertificateMode.choices)
    session_title = models.CharField(max_length=120, blank=True)
    session_date = models.DateField(null=True)
    trainer = models.CharField(max_length=200, blank=True)
    scenarios = models.JSONField(default=list)
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def is_assessed(self) -> bool:
        """Whether the scenarios were assessed, with points."""
        return self.mode == CertificateMode.ASSESSED


def name_key_of(name: str) -> str:
    """Return `name` in the form in which names are compared: without differences in case, spaces and composition."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def moment_text(moment: datetime) -> str:
    """Return `moment` as the JSON fields of a run store it."""
    return moment.isoformat()
