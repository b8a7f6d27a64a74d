from committees.models import Candidate, Committee, LogEntry


def history_of(candidate: Candidate) -> list[tuple[LogEntry, str, str]]:
    """Each entry of the log about the candidate with what stood there before and after, newest first."""
    entries = LogEntry.objects.of_candidate(candidate).select_related("by", "upload").order_by("-pk")
    return [(entry, *entry.changes[candidate.number]) for entry in entries]


def newest_entry(committee_pk: int) -> int:
    """
    The id of the newest log entry that touches the committee. Read before anything that a page shows: what happens from then
    on is news to the page, though part of it may be shown already. Read later, it would hide what the page does not show.
    """
    return Committee.objects.filter(pk=committee_pk).newest_entries().get(committee_pk, 0)
