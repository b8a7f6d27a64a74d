from committees.models import Candidate, Committee, LogEntry


def history_of(candidate: Candidate) -> list[tuple[LogEntry, str, str]]:
    """Return the log entries about the candidate with the old and the new value, newest first."""
    entries = LogEntry.objects.of_candidate(candidate).select_related("by", "upload").order_by("-pk")
    return [(entry, *entry.changes[candidate.number]) for entry in entries]


def newest_entry(committee_pk: int) -> int:
    """Return the id of the newest log entry that affects the committee.

    Read it before the data of a page. Changes after that count as new, even if the page already shows some of them;
    read later, it would hide changes that the page does not show.
    """
    return Committee.objects.filter(pk=committee_pk).newest_entries().get(committee_pk, 0)
