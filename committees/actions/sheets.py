"""Grade sheets of committees: current grades, writing of grades, digests."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC
from typing import Any, NamedTuple

from django.db import connection, models

from committees.actions.log import log
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import has_active_seat, lock_committee
from committees.models import Candidate, Committee, Grader, LogEntry, Upload, User

Changes = dict[str, list[str]]  # candidate number -> [old grade, new grade]

# With the ORM this takes a statement for each grade, whose length grows with the list. Exam and number find each
# row by the index of their unique constraint. Without MATERIALIZED, SQLite, which has no statistics by default,
# scans all of new_grades for each candidate.
WRITE_GRADES = {
    vendor: f"""
        WITH new_grades AS MATERIALIZED (SELECT key, value FROM {each}(%s))
        UPDATE committees_candidate SET grade = new_grades.value, grade_entry_id = %s FROM new_grades
        WHERE exam_id = %s AND committee_id = %s AND number = new_grades.key
    """  # noqa: S608  # no user input
    for vendor, each in {"postgresql": "jsonb_each_text", "sqlite": "json_each"}.items()
}


class CurrentGrade(NamedTuple):
    """The current grade of a candidate ("" for none), and the log entry that set or removed it."""

    grade: str
    entry: LogEntry | None


def lock_for_grading(grader: Grader) -> Committee:
    """Lock and return the grader's committee. Raise Refused without an active seat, or if the grades are locked."""
    committee = lock_committee(grader.committee_id)
    if not has_active_seat(grader):
        raise Refused(Refusal.NOT_GRADER)
    if committee.is_locked:
        raise Refused(Refusal.GRADES_LOCKED, planner=committee.exam.planner_contact)
    return committee


def current_grades(committee: Committee) -> dict[str, CurrentGrade]:
    """Return the current grades by candidate number: two queries for any number of candidates and acts."""
    entries = LogEntry.objects.setting_entries(committee.candidates.all())
    rows = committee.candidates.order_by().values_list("number", "grade", "grade_entry")
    return {number: CurrentGrade(grade, entries.get(entry)) for number, grade, entry in rows}


def write_grades(
    committee: Committee, changes: Changes, action: LogAction, *, by: User, upload: Upload | None = None
) -> LogEntry:
    """
    Write `changes` with their log entry, in one UPDATE for any number of candidates. The committee is locked.

    Raise Refused if a new grade is not in the exam's scale; restored grades are checked too.
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
    """Raise Refused for the first new grade that is not in the exam's scale; "" removes a grade."""
    for _old, new in changes.values():
        if new and new not in committee.exam.grades:
            raise unknown_grade(committee, new)


def file_digest(upload: Upload) -> str:
    """Return the SHA-256 over the constant fields of an upload: all but `rows`, `counts` and `undone_at`."""
    facts = [
        upload.file_name,
        upload.sha256,
        upload.sheet,
        upload.ignored_columns,
        upload.hidden,
        upload.list_entry_id,
        upload.take_as_is,
        upload.voided,
        upload.missing,
        upload.at.astimezone(UTC).isoformat(),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def unknown_grade(committee: Committee, grade: str) -> Refused:
    return Refused(Refusal.UNKNOWN_GRADE, grade=grade[:20], grades=", ".join(committee.exam.grades))


def renew_digest(committee: Committee) -> None:
    committee.digest = digest_of(committee)
    committee.save(update_fields=["digest"])


def renew_digests(committees: Collection[Committee]) -> None:
    """Renew the digests of many committees, in few queries."""
    rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
    candidates = Candidate.objects.filter(committee__in=committees).order_by()
    for pk, number, grade in candidates.values_list("committee", "number", "grade"):
        rows[pk or 0].append((number, grade))
    for committee in committees:
        committee.digest = digest_over(committee, rows[committee.pk])
    write_columns(committees, "digest")


def write_columns(rows: Collection[models.Model], *columns: str) -> None:
    """
    Write these columns of existing, locked rows, as an INSERT with ON CONFLICT.

    With `bulk_update`, which writes a condition for each row and column, a whole import that changes 300 candidates
    takes twice the processor time, one of 5,000 three times.
    """
    if rows:
        manager = type(next(iter(rows)))._default_manager
        manager.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )


def digest_of(committee: Committee) -> str:
    """Return the SHA-256 of the committee's candidates and their current grades."""
    return digest_over(committee, committee.candidates.order_by().values_list("number", "grade"))


def digest_over(committee: Committee, rows: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of `rows`: number and grade of each candidate of the committee, in any order."""
    ordered = sorted(rows, key=lambda row: (len(row[0]), row[0]))
    text = json.dumps([*committee.exam.key, committee.number, ordered], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
