"""Comparison of a form or list with current data, under the lock of the act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from committees.enums import Attendance, LogAction
from committees.errors import Refusal, Refused
from committees.models import Candidate, Exam, LogEntry, User

Shown = Mapping[str, str]  # field -> its value as text, as the form showed it


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that has changed since the form was shown; `by` is None if the log has no author of the change."""

    field: str
    old: str
    new: str
    by: User | None = None


class StaleForm(Refused):
    """Refusal because fields were changed while a form was open. `now` are the current texts of all its fields."""

    def __init__(self, moved: list[FieldChange], now: Shown) -> None:
        super().__init__(Refusal.FORM_STALE)
        self.moved, self.now = moved, now


@dataclass(frozen=True, slots=True)
class CandidateChange:
    """A candidate's committee number (`is_move`) or attendance that has changed since a list was shown."""

    number: str
    old: str
    new: str
    by: User
    at: datetime
    is_move: bool

    @property
    def in_words(self) -> tuple[str, str]:
        """The old and the new value, in the active language."""
        return self._label(self.old), self._label(self.new)

    def _label(self, value: str) -> str:
        if not self.is_move:
            return str(Attendance(value).label)
        return _("committee %(number)s") % {"number": value} if value else _("no committee")


class StaleList(Refused):
    """Refusal because candidates chosen in a list were changed since."""

    def __init__(self, moved: list[CandidateChange]) -> None:
        super().__init__(Refusal.CANDIDATES_STALE)
        self.moved = moved


def texts_of(row: models.Model, fields: Iterable[str]) -> dict[str, str]:
    """Return the value of each of these fields as a text: see `text_of`."""
    return {field: text_of(getattr(row, field)) for field in fields}


def text_of(value: Any) -> str:
    """Return a value of a row or form as a text that is equal only if the value is; related rows as their pks."""
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, models.QuerySet):
        value = sorted(value.values_list("pk", flat=True))
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return "" if value is None else str(value)


def refuse_stale(row: models.Model, fields: Iterable[str], shown: Shown) -> None:
    """Raise StaleForm if a field of the locked row differs from `shown`, or is not in `shown`."""
    now = texts_of(row, fields)
    moved = {field: text for field, text in now.items() if shown.get(field) != text}
    if moved:
        by = who_changed(row, moved) if isinstance(row, Exam) else {}
        raise StaleForm(
            [FieldChange(field, shown.get(field, ""), new, by.get(field)) for field, new in moved.items()],
            now,
        )


CHANGES_OF_EXAM = (LogAction.EXAM_CHANGED, LogAction.FILES_IMPORTED, LogAction.HANDED_OVER)


def who_changed(exam: Exam, fields: Iterable[str]) -> dict[str, User]:
    """Return the person who changed each of these fields last, if the exam's log has it."""
    missing, found = set(fields), {}
    acts = exam.log.filter(action__in=CHANGES_OF_EXAM, committee=None)
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
    Raise StaleList if one of these acts changed one of these candidates after the log entry `since`.

    The exam and all of its committees are locked.
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
