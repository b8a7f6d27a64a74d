"""The log: one entry per act that changed something, written beside the change, never changed, never deleted."""

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.enums import Verb
from committees.models.exams import Exam
from committees.models.people import User

if TYPE_CHECKING:
    from committees.models.committees import Candidate, Committee


class LogIsForever(Exception):
    """Somebody tried to change or delete a log entry."""


class LogQuerySet(models.QuerySet["LogEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise LogIsForever("A log entry is never changed.")

    def delete(self) -> NoReturn:
        raise LogIsForever("A log entry is never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LogIsForever("A log entry is never changed.")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list["LogEntry"]:
        if kwargs.get("update_conflicts") or any(args[3:]):
            raise LogIsForever("A log entry is never changed.")
        return super().bulk_create(*args, **kwargs)

    def of_candidate(self, candidate: "Candidate") -> "LogQuerySet":
        """What was done to `candidate`: set, moved, noted; oldest first."""
        return self.filter(exam=candidate.exam_id, changes__has_key=candidate.number).order_by("pk")

    def touching(self, committee: "Committee") -> "LogQuerySet":
        """The acts on `committee`, and those on its whole exam (moves and imports), oldest first."""
        return (
            self.filter(exam=committee.exam_id)
            .filter(Q(committee=committee) | Q(committee=None))
            .order_by("pk")
        )

    def newest_id(self) -> int:
        """The id of the newest of these entries, 0 if there is none. What comes later has a greater one."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0


class LogEntry(models.Model):
    """
    One act: who did what to which exam and committee, when.

    `changes` maps candidate numbers to `[old, new]`: grades for the acts of grading, committee numbers for
    `CANDIDATES_MOVED`, attendance for `ATTENDANCE_NOTED`. `details` holds what else the act was about.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("who"), related_name="+")
    verb = models.CharField(_("what"), max_length=30, choices=Verb)
    exam = models.ForeignKey(Exam, models.PROTECT, related_name="log")
    committee = models.ForeignKey("committees.Committee", models.PROTECT, null=True, related_name="log")
    upload = models.ForeignKey("committees.Upload", models.PROTECT, null=True, related_name="log")
    transfer = models.ForeignKey("committees.Transfer", models.PROTECT, null=True, related_name="log")
    changes = models.JSONField(default=dict)
    details = models.JSONField(default=dict)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["committee", "id"], name="log_of_committee")]
        constraints = [
            models.CheckConstraint(name="log_verb_known", condition=models.Q(verb__in=Verb.values))
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.get_verb_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LogIsForever("A log entry is never changed.")
        # Else a new entry with the key of an old one would be written over it.
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LogIsForever("A log entry is never deleted.")

    @property
    def is_about_grades(self) -> bool:
        """Whether `changes` maps candidates to grades."""
        return self.verb in Verb.of_grades()
