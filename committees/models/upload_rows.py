"""The rows of an upload's result, with later changes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from committees.files.grade_sheet import CheckedRow, Outcome, Reason


class Resolution(StrEnum):
    """A grader's act on a row after the upload."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    ATTENDANCE = "attendance"
    RESTORED = "restored"
    ORIGINAL = "original"
    UNDONE = "undone"


@dataclass(slots=True)
class ReplacedGrade:
    """A grade that somebody else set ("" if removed) after the list was downloaded and that the upload replaced."""

    grade: str
    by: str
    at: datetime

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Self:
        return cls(data["grade"], data["by"], datetime.fromisoformat(data["at"]))

    def to_json(self) -> dict[str, str]:
        return {"grade": self.grade, "by": self.by, "at": self.at.isoformat()}


@dataclass(slots=True)
class UploadRow:
    """
    A checked row (see `files.grade_sheet.CheckedRow`) with the candidate's `old` grade at the upload.

    `replaced` is somebody else's newer grade that the row replaced; `kept` one that stayed, because the cell still had
    the grade of the list as downloaded. With either, `original` is that grade, None if it is not known.

    Not frozen: an upload has up to ten thousand, and accepting, restoring and undoing change some of them in place.
    """

    row: int
    cell: str
    outcome: Outcome
    candidate: str
    grade: str
    found: str
    reason: Reason | Literal[""] = ""
    proposal: str = ""
    detail: str = ""
    same_as: int = 0
    old: str = ""
    replaced: ReplacedGrade | None = None
    kept: ReplacedGrade | None = None
    original: str | None = None
    resolution: Resolution | Literal[""] = ""

    @classmethod
    def of(cls, checked: CheckedRow, old: str = "") -> Self:
        row, cell, outcome, candidate, found, grade, reason, proposal, detail, same_as = checked
        return cls(row, cell, outcome, candidate, grade, found, reason, proposal, detail, same_as, old)

    @property
    def is_rejected(self) -> bool:
        return self.outcome is Outcome.REJECTED

    @property
    def grade_without_candidate(self) -> str:
        """The text of the grade cell of a row without a candidate ID."""
        return self.detail if self.reason is Reason.NO_CANDIDATE_ID else ""

    @property
    def has_replaced(self) -> bool:
        """Whether the row replaced somebody else's grade and was not undone."""
        return self.replaced is not None and self.resolution != Resolution.UNDONE

    @property
    def has_other_original(self) -> bool:
        """Whether the downloaded list had a third grade, or none."""
        return self.replaced is not None and self.original not in (None, self.replaced.grade, self.grade)

    @property
    def proposed_attendance(self) -> str:
        """The attendance that the content of a rejected cell means; "" for none."""
        return self.detail if self.is_rejected and self.reason is Reason.ATTENDANCE else ""

    def is_open(self, grades: Mapping[str, str]) -> bool:
        """Return whether the rejected row can be corrected: the grade (in `grades`, by number) is still `old`."""
        return self.is_rejected and bool(self.candidate) and grades.get(self.candidate) == self.old

    def can_accept(self, grades: Mapping[str, str]) -> bool:
        """Return whether the proposed grade can be accepted."""
        return bool(self.proposal) and self.is_open(grades)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        grade, outcome = data["grade"], OUTCOMES[data["outcome"]]
        row = cls(data["row"], data["cell"], outcome, data["candidate"], grade, data.get("found", grade))
        if "old" in data:
            row.old = data["old"]
        if "reason" in data:
            row.reason, row.proposal, row.detail = Reason(data["reason"]), data["proposal"], data["detail"]
        if "same_as" in data:
            row.same_as = data["same_as"]
        if "replaced" in data:
            row.replaced = ReplacedGrade.from_json(data["replaced"])
        if "kept" in data:
            row.kept = ReplacedGrade.from_json(data["kept"])
        row.original = data.get("original")
        if "resolution" in data:
            row.resolution = Resolution(data["resolution"])
        return row

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values, without empty ones: a large list has ten thousand rows."""
        data: dict[str, Any] = {
            "row": self.row,
            "cell": self.cell,
            "outcome": self.outcome,
            "candidate": self.candidate,
            "grade": self.grade,
        }
        if self.found != self.grade:
            data["found"] = self.found
        if self.reason:
            data |= {"reason": self.reason, "proposal": self.proposal, "detail": self.detail}
        if self.same_as:
            data["same_as"] = self.same_as
        if self.old:
            data["old"] = self.old
        if self.replaced:
            data["replaced"] = self.replaced.to_json()
        if self.kept:
            data["kept"] = self.kept.to_json()
        if self.original is not None:
            data["original"] = self.original
        if self.resolution:
            data["resolution"] = self.resolution
        return data


OUTCOMES = {str(outcome): outcome for outcome in Outcome}


class EncodedRows(list[UploadRow]):
    """Rows with their JSON, made before the lock is taken; not changed until they are saved."""

    def __init__(self, rows: Iterable[UploadRow]) -> None:
        super().__init__(rows)
        self.json = json.dumps([*self], cls=RowEncoder)


class RowEncoder(json.JSONEncoder):
    """A JSON encoder without ASCII escapes, which take up to three times as many bytes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**(options | {"ensure_ascii": False}))

    def encode(self, o: Any) -> str:
        return o.json if isinstance(o, EncodedRows) else super().encode(o)

    def default(self, o: Any) -> Any:
        return o.to_json() if isinstance(o, UploadRow) else super().default(o)


class RowsField(models.JSONField):
    """A JSON column of a list of `UploadRow`. Migrations contain a plain JSONField."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**(options | {"encoder": RowEncoder}))

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        options.pop("encoder", None)
        return name, "django.db.models.JSONField", args, options

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        rows = super().from_db_value(value, expression, connection)
        return [UploadRow.from_json(row) for row in rows or []]
