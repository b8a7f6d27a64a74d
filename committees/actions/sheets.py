"""The grade sheet of a committee: how its grades are written, its digest renewed, and what moved since it was seen."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils.translation import gettext as _

from committees.actions import Refused, has_active_seat, lock_committee, log
from committees.enums import LogAction
from committees.models import Candidate, Committee, Grader, LogEntry, Upload, User

Changes = dict[str, list[str]]  # candidate number -> [old grade, new grade]

# In Django's terms this takes a statement for each grade, whose length grows with the list. By exam and number each row is
# found in the index of the constraint that keeps them unique. Were `new_grades` not materialized, SQLite, which has no statistics
# of its own accord, would walk all of it anew for each candidate.
WRITE_GRADES = {
    vendor: f"""
        WITH new_grades AS MATERIALIZED (SELECT key, value FROM {each}(%s))
        UPDATE committees_candidate SET grade = new_grades.value, grade_entry_id = %s FROM new_grades
        WHERE exam_id = %s AND committee_id = %s AND number = new_grades.key
    """  # noqa: S608  # no text of anybody's
    for vendor, each in {"postgresql": "jsonb_each_text", "sqlite": "json_each"}.items()
}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one candidate between two moments: grades, or committee numbers if `is_move`; last by whom, when."""

    number: str
    old: str
    new: str
    by: User
    at: datetime
    is_move: bool = False


class CurrentGrade(NamedTuple):
    """The grade of a candidate as it stands ("" for none), and the log entry that set or removed it."""

    grade: str
    entry: LogEntry | None


def lock_for_grading(grader: Grader) -> Committee:
    """
    The grader's committee, locked, for an act that changes grades.

    Raises Refused when the seat is gone or all have confirmed.
    """
    committee = lock_committee(grader.committee_id)
    if not has_active_seat(grader):
        raise Refused(_("You no longer have a seat on this committee."))
    if committee.is_locked:
        raise Refused(
            _(
                "All graders have confirmed, so the grades are locked. Only the planner can reopen the committee."
            )
        )
    return committee


def current_grades(committee: Committee) -> dict[str, CurrentGrade]:
    """What stands on the grade sheet, by candidate number: two queries for any number of candidates and acts."""
    entries = LogEntry.objects.setting_entries(committee.candidates.all())
    rows = committee.candidates.order_by().values_list("number", "grade", "grade_entry")
    return {number: CurrentGrade(grade, entries.get(entry)) for number, grade, entry in rows}


def write_grades(
    committee: Committee, changes: Changes, action: LogAction, *, by: User, upload: Upload | None = None
) -> LogEntry:
    """
    Write `changes` with their log entry: one update, however many candidates.

    Raises Refused when the exam's scale does not have one of the new grades, also for grades that are restored.
    """
    refuse_unknown_grades(committee, changes)
    details: dict[str, Any] = {}
    if upload and action == LogAction.GRADES_UPLOADED:
        details = {"file": file_digest(upload)}
    elif upload and upload.undone_at:
        details = {"at": upload.undone_at.isoformat()}
    entry = log(
        action, by=by, exam=committee.exam, committee=committee, upload=upload, changes=changes, **details
    )
    grades = json.dumps({number: new for number, (_old, new) in changes.items()})
    with connection.cursor() as cursor:
        cursor.execute(WRITE_GRADES[connection.vendor], [grades, entry.pk, committee.exam_id, committee.pk])
    renew_digest(committee)
    return entry


def refuse_unknown_grades(committee: Committee, changes: Changes) -> None:
    """Raise Refused for the first new grade that the exam's scale does not have; "" removes a grade."""
    for _old, new in changes.values():
        if new and new not in committee.exam.grades:
            raise unknown_grade(committee, new)


def file_digest(upload: Upload) -> str:
    """Return the SHA-256 over what an upload keeps unchanged: all but its rows, their counts and whether it was undone."""
    facts = [
        upload.file_name,
        upload.sha256,
        upload.sheet,
        upload.ignored_columns,
        upload.hidden,
        upload.list_entry_id,
        upload.missing,
        upload.at.astimezone(UTC).isoformat(),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def unknown_grade(committee: Committee, grade: str) -> Refused:
    """The refusal of a grade that the exam's scale does not have."""
    return Refused(
        _("“%(grade)s” is not a grade of this exam. It gives %(grades)s.")
        % {"grade": grade[:20], "grades": ", ".join(committee.exam.grades)}
    )


def renew_digest(committee: Committee) -> None:
    """Bring the committee's digest up to its candidates and their grades."""
    committee.digest = digest_of(committee)
    committee.save(update_fields=["digest"])


def renew_digests(committees: Collection[Committee]) -> None:
    """The same for many committees, in few queries."""
    rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
    candidates = Candidate.objects.filter(committee__in=committees).order_by()
    for pk, number, grade in candidates.values_list("committee", "number", "grade"):
        rows[pk or 0].append((number, grade))
    for committee in committees:
        committee.digest = digest_over(committee, rows[committee.pk])
    write_columns(committees, "digest")


def write_columns(rows: Collection[models.Model], *columns: str) -> None:
    """
    Write these columns of rows that are there and locked. As an insertion that meets them: thousands of rows take Django's
    `bulk_update`, with a condition in each column for each row, a minute.
    """
    if rows:
        manager = type(next(iter(rows)))._default_manager
        manager.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )


def digest_of(committee: Committee) -> str:
    """The SHA-256 of the committee's candidates and their grades as they stand now."""
    return digest_over(committee, committee.candidates.order_by().values_list("number", "grade"))


def digest_over(committee: Committee, rows: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 of `rows`, number and grade of each candidate of the committee. They are put in the order of numbers."""
    ordered = sorted(rows, key=lambda row: (len(row[0]), row[0]))
    text = json.dumps([*committee.exam.key, committee.number, ordered], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def changes_since(committee: Committee, entry_id: int) -> list[Change]:
    """What is different on the grade sheet now from just after the log entry `entry_id`; the net of it, by number."""
    entries = LogEntry.objects.affecting(committee).filter(pk__gt=entry_id).exclude(changes={})
    return _net(committee, entries.select_related("by"))


def _net(committee: Committee, entries: Iterable[LogEntry]) -> list[Change]:
    first: dict[tuple[bool, str], str] = {}
    last: dict[tuple[bool, str], Change] = {}
    for entry in entries:
        is_move = entry.action in (LogAction.CANDIDATES_MOVED, LogAction.FILES_IMPORTED)
        if not is_move and not entry.is_about_grades:
            continue
        for number, (old, new) in entry.changes.items():
            if is_move and str(committee.number) not in (old, new):
                continue
            start = first.setdefault((is_move, number), old)
            last[is_move, number] = Change(number, start, new, entry.by, entry.at, is_move)
    return sorted(
        (c for c in last.values() if c.old != c.new), key=lambda change: (change.is_move, change.number)
    )
