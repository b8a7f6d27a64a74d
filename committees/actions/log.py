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
    Append the entry of an act to its chain and create its notifications. `changes`: see `LogEntry`.

    The caller has locked `committee`. Without a committee, the entry belongs to the exam's chain, and the exam is
    locked here. Acts in `RECORDED_BY` record the exam's current state, unless `details` has it.
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
