"""The log entry that every act writes."""

from typing import Any

from committees.actions.exam_state import RECORDED_BY, states_of
from committees.actions.notifications import notify
from committees.enums import LogAction
from committees.locking import lock_exams
from committees.models import Committee, Exam, LogEntry, Transfer, Upload, User


def log(
    action: LogAction,
    *,
    by: User,
    exam: Exam,
    committee: Committee | None = None,
    upload: Upload | None = None,
    transfer: Transfer | None = None,
    changes: dict[str, list[str]] | None = None,
    **details: Any,
) -> LogEntry:
    """
    Write the one entry of an act at the end of its chain, and leave notices of it. The caller holds the lock of
    `committee`; the exam, whose chain has the acts that are about no single committee, is locked here.

    Acts on the whole exam record its state, as it is when they are logged, unless `details` has it already.
    """
    if committee is None:
        lock_exams([exam.pk])
    if action in RECORDED_BY and "state" not in details:
        details["state"] = states_of([exam.pk])[exam.pk]
    entry = LogEntry(
        action=action,
        by=by,
        exam=exam,
        committee=committee,
        upload=upload,
        transfer=transfer,
        changes=changes or {},
        details=details,
    )
    entry.append()
    notify(entry)
    return entry
