"""What moved since a form was shown: an act compares what the form showed with what is there, under the lock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from committees.actions import Refused
from committees.enums import Attendance, LogAction
from committees.models import Candidate, Exam, LogEntry, User

Shown = Mapping[str, str]  # field -> its value as text, as the form showed it


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is another than the form showed; `by` is None where no log says who changed it."""

    field: str
    old: str
    new: str
    by: User | None = None


class StaleForm(Refused):
    """Somebody else changed fields of the row while a form was open. `now` are the texts of all of its fields."""

    def __init__(self, moved: list[FieldChange], now: Shown) -> None:
        super().__init__(
            _("Other changes were saved after you opened this form. Check them, and save yours again.")
        )
        self.moved, self.now = moved, now


@dataclass(frozen=True, slots=True)
class CandidateChange:
    """A candidate's committee number or attendance, `is_move` says which, is another than a list showed."""

    number: str
    old: str
    new: str
    by: User
    at: datetime
    is_move: bool

    @property
    def in_words(self) -> tuple[str, str]:
        """The old and the new value as people read them."""
        return self._label(self.old), self._label(self.new)

    def _label(self, value: str) -> str:
        if not self.is_move:
            return str(Attendance(value).label)
        return _("committee %(number)s") % {"number": value} if value else _("no committee")


class StaleList(Refused):
    """Candidates that were chosen in a list are not as the list showed them."""

    def __init__(self, moved: list[CandidateChange]) -> None:
        super().__init__(
            _("These candidates were changed after you opened this page. Check them, and choose again.")
        )
        self.moved = moved


def texts_of(row: models.Model, fields: Iterable[str]) -> dict[str, str]:
    """The values of these fields as texts that are equal only if the values are; of many others their keys."""
    return {field: text_of(getattr(row, field)) for field in fields}


def text_of(value: Any) -> str:
    """A value of a row, or of a form, as a text that is equal only if the value is."""
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, models.QuerySet):
        value = sorted(value.values_list("pk", flat=True))
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return "" if value is None else str(value)


def refuse_stale(row: models.Model, fields: Iterable[str], shown: Shown) -> None:
    """Raise StaleForm if a field of the locked row is another than `shown`. A field that was not shown is another."""
    now = texts_of(row, fields)
    moved = {field: text for field, text in now.items() if shown.get(field) != text}
    if moved:
        by = who_changed(row, moved) if isinstance(row, Exam) else {}
        raise StaleForm(
            [FieldChange(field, shown.get(field, ""), new, by.get(field)) for field, new in moved.items()],
            now,
        )


def who_changed(exam: Exam, fields: Iterable[str]) -> dict[str, User]:
    """Who changed each of these fields last, as far as the exam's log says."""
    missing, found = set(fields), {}
    acts = exam.log.filter(action__in=(LogAction.EXAM_CHANGED, LogAction.FILES_IMPORTED), committee=None)
    for entry in acts.select_related("by").order_by("-pk").iterator(chunk_size=20):
        for field in missing & entry.details.get("changed", {}).keys():
            found[field] = entry.by
            missing.discard(field)
        if not missing:
            break
    return found


def refuse_stale_candidates(
    exam: Exam, candidates: Iterable[Candidate], log_actions: Iterable[LogAction], since: int
) -> None:
    """
    Raise StaleList if one of these verbs changed one of these candidates after the log entry `since`. The exam and all
    of its committees are locked.
    """
    numbers = {candidate.number for candidate in candidates}
    first: dict[str, str] = {}
    last: dict[str, CandidateChange] = {}
    entries = LogEntry.objects.filter(exam=exam, pk__gt=since, action__in=list(log_actions)).select_related(
        "by"
    )
    for entry in entries.order_by("pk"):
        is_move = entry.action != LogAction.ATTENDANCE_NOTED
        for number in numbers & entry.changes.keys():
            old, new = entry.changes[number]
            start = first.setdefault(number, old)
            last[number] = CandidateChange(number, start, new, entry.by, entry.at, is_move)
    moved = [change for change in last.values() if change.old != change.new]
    if moved:
        raise StaleList(sorted(moved, key=lambda change: (len(change.number), change.number)))
