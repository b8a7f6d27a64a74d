"""Builder of an exam's hashed log, with the notices of each entry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from benchmarks.seeding.bulk_writer import BulkWriter
from committees.enums import LogAction, NotificationKind
from committees.models import Committee, Exam, LogEntry, Notification, Transfer, Upload, User


@dataclass(slots=True, kw_only=True)
class LogBuilder:
    """The log of one exam until `clock`. `ends`: last position and hash by committee, None for the chain of the exam."""

    writer: BulkWriter
    random: Random
    exam: Exam
    ends: dict[int | None, tuple[int, str]] = field(default_factory=dict)
    clock: datetime = field(init=False)
    newest: LogEntry = field(init=False)

    def log(
        self,
        action: LogAction,
        by: User,
        committee: Committee | None = None,
        *,
        upload: Upload | None = None,
        transfer: Transfer | None = None,
        changes: dict[str, list[str]] | None = None,
        **details: Any,
    ) -> LogEntry:
        """Add the next entry to the chain of the committee, or of the exam."""
        self.clock += timedelta(seconds=self.random.randint(20, 900))
        entry = LogEntry(
            at=self.clock,
            by=by,
            action=action,
            exam=self.exam,
            committee=committee,
            upload=upload,
            transfer=transfer,
            changes=changes or {},
            details=details,
        )
        position, previous = self.ends.get(entry.committee_id, (0, ""))
        entry.position = position + 1
        entry.entry_hash = entry.compute_hash(previous)
        self.ends[entry.committee_id] = entry.position, entry.entry_hash
        self.newest = self.writer.add(entry)
        return self.newest

    def notify(
        self,
        kind: NotificationKind,
        people: Iterable[User],
        entry: LogEntry,
        committee: Committee | None = None,
    ) -> None:
        """Add a notice for everyone except the actor. Half of the notices have been read."""
        for person in people:
            if person.pk != entry.by_id:
                notification = Notification(
                    person=person, kind=kind, exam=self.exam, committee=committee, entry=entry
                )
                notification.at = entry.at
                notification.read_at = entry.at + timedelta(days=1) if self.random.random() < 0.5 else None
                self.writer.add(notification)
