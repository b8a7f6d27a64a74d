"""The hash of a log entry, which links it to the entry before it in its chain."""

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from committees.models import LogEntry

ENTRY_HASH_FORMAT = "gradereg-log-1"
"""Part of every hash. If other data is to be hashed, add a new format and keep checking the old one."""


def compute_entry_hash(entry: "LogEntry", previous: str) -> str:
    """Return the SHA-256 of `entry`; `previous` is the hash before it in its chain ("" for the first)."""
    data = [
        ENTRY_HASH_FORMAT,
        previous,
        entry.position,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.by_id,
        str(entry.action),
        entry.exam_id,
        entry.committee_id,
        entry.upload_id,
        entry.transfer_id,
        entry.changes,
        entry.details,
    ]
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
