"""
The log: one entry for each act that changed something, written in the same transaction. Entries are never changed, and
deleted only with a whole sandbox.

Entries form chains: one for each committee, and one for each exam's acts that are about no single committee. Each hash
covers the one before it, so changing, dropping or adding an entry invalidates all later hashes of its chain.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.enums import LogAction
from committees.models.exams import Exam
from committees.models.people import User

if TYPE_CHECKING:
    from committees.models.candidates import Candidate
    from committees.models.committees import Committee


class LogIsForever(Exception):
    """An attempt to change or delete a log entry."""


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
        """Filter to the entries that changed the candidate's grade, committee or attendance, oldest first."""
        return self.filter(exam=candidate.exam_id, changes__has_key=candidate.number).order_by("pk")

    def setting_entries(self, candidates: "models.QuerySet[Candidate]") -> "dict[int, LogEntry]":
        """
        Return the entries that set or removed the grades of these candidates, by pk, with their authors.

        Without `changes` and `details`, which may contain thousands of grades.
        """
        return self.without_changes(candidates.order_by().values("grade_entry"))

    def without_changes(
        self, pks: "Collection[int] | models.QuerySet[Candidate, Any]"
    ) -> "dict[int, LogEntry]":
        """Return these entries by pk, with their authors and without `changes` and `details`."""
        entries = self.filter(pk__in=pks).select_related("by").defer("changes", "details")
        return {entry.pk: entry for entry in entries.order_by()}

    def setting_before(self, restored: Mapping[str, "tuple[LogEntry, str]"]) -> "dict[str, LogEntry]":
        """
        Return the entries that had set the grades that an undo put back, by candidate number; none for a grade that
        nobody had set. `restored` are the undo's entry and the grade by number, all of one exam. One query.
        """
        undos = [entry for entry, _grade in restored.values()]
        acts = [action for action in LogAction.of_grades() if action not in LogAction.restoring_grades()]
        earlier = self.filter(exam=undos[0].exam_id, action__in=acts, pk__lt=max(undo.pk for undo in undos))
        found: dict[str, LogEntry] = {}
        for entry in earlier.filter(upload__undone_at=None).select_related("by").order_by("pk"):
            for number in restored.keys() & entry.changes.keys():
                undo, grade = restored[number]
                if entry.pk < undo.pk and entry.changes[number][1] == grade:
                    found[number] = entry
        return found

    def affecting(self, committee: "Committee") -> "LogQuerySet":
        """Filter to the acts on `committee` and on its whole exam (moves and imports), oldest first."""
        return (
            self.filter(exam=committee.exam_id)
            .filter(Q(committee=committee) | Q(committee=None))
            .order_by("pk")
        )

    def chain(self, exam_id: int | OuterRef, committee_id: int | None) -> "LogQuerySet":
        """Filter to the chain of a committee, or of the exam if `committee_id` is None, last entry first."""
        return self.filter(exam=exam_id, committee=committee_id).order_by("-position")

    def chain_heads(self) -> "LogQuerySet":
        """Filter to the last entry of every chain."""
        newest = LogEntry.objects.order_by().values("exam", "committee").annotate(newest=Max("pk"))
        return self.filter(pk__in=newest.values("newest")).order_by("exam_id", "committee_id")

    def newest_id(self) -> int:
        """Return the pk of the newest of these entries, 0 if there is none."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0


ENTRY_HASH_FORMAT = "gradereg-log-1"
"""Part of every hash. If other data is to be hashed, add a new format and keep checking the old one."""


class LogEntry(models.Model):
    """
    A record of one act.

    `changes` maps candidate numbers to `[old, new]`: grades for the acts of grading, committee numbers for
    `CANDIDATES_MOVED`, attendance for `ATTENDANCE_NOTED`. `details` has the other data of the act. `position` counts
    from 1 in the entry's chain; `entry_hash` is the SHA-256 of all of this and of the previous hash, in hexadecimal.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("who"), related_name="+")
    action = models.CharField(_("what"), max_length=30, choices=LogAction)
    exam = models.ForeignKey(Exam, models.PROTECT, related_name="log", db_index=False)
    committee = models.ForeignKey(
        "committees.Committee", models.PROTECT, null=True, related_name="log", db_index=False
    )
    upload = models.ForeignKey("committees.Upload", models.PROTECT, null=True, related_name="log")
    transfer = models.ForeignKey("committees.Transfer", models.PROTECT, null=True, related_name="log")
    changes = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    position = models.PositiveIntegerField(editable=False)
    entry_hash = models.CharField(max_length=64, editable=False)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["committee", "id"], name="log_of_committee"),
            models.Index(fields=["exam", "id"], name="log_of_exam"),
        ]
        constraints = [
            models.CheckConstraint(name="log_action_known", condition=models.Q(action__in=LogAction.values)),
            models.UniqueConstraint(
                fields=["committee", "position"],
                condition=Q(committee__isnull=False),
                name="one_entry_per_place_of_a_committee",
            ),
            models.UniqueConstraint(
                fields=["exam", "position"],
                condition=Q(committee__isnull=True),
                name="one_entry_per_place_of_an_exam",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LogIsForever("A log entry is never changed.")
        # Without force_insert, a new entry with the pk of an old one would overwrite it.
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise LogIsForever("A log entry is never deleted.")

    def append(self) -> None:
        """Save the entry at the end of its chain. The caller has locked its committee, or else its exam."""
        chain = LogEntry.objects.chain(self.exam_id, self.committee_id)
        position, previous = chain.values_list("position", "entry_hash").first() or (0, "")
        self.position = position + 1
        self.entry_hash = self.compute_hash(previous)
        self.save()

    def compute_hash(self, previous: str) -> str:
        """Return the SHA-256 of this entry; `previous` is that of the entry before it in its chain ("" for the first)."""
        data = [
            ENTRY_HASH_FORMAT,
            previous,
            self.position,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.by_id,
            str(self.action),
            self.exam_id,
            self.committee_id,
            self.upload_id,
            self.transfer_id,
            self.changes,
            self.details,
        ]
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def chain(self) -> str:
        """The name of the entry's chain: "committee 5" or "exam 3", by primary key."""
        return f"committee {self.committee_id}" if self.committee_id else f"exam {self.exam_id}"

    @property
    def is_about_grades(self) -> bool:
        """Whether `changes` maps candidates to grades."""
        return self.action in LogAction.of_grades()
