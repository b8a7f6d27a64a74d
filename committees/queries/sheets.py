"""Changes on a committee's grade sheet, and missing grades."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from committees.enums import LogAction
from committees.models import Committee, Confirmation, Grader, LogEntry, User


@dataclass(frozen=True, slots=True)
class Change:
    """Net change of one candidate: grades, or committee numbers if `is_move`. `by` and `at` are of the last
    change."""

    number: str
    old: str
    new: str
    by: User
    at: datetime
    is_move: bool = False


def own_confirmation(seat: Grader) -> Confirmation | None:
    """Return the grader's last confirmation; None if there is none, or a planner made it."""
    confirmation: Confirmation | None = getattr(seat, "confirmation", None)
    return confirmation if confirmation and confirmation.planner_id is None else None


def changes_of(seat: Grader) -> list[Change]:
    """Return the changes on the grade sheet since this grader's own last confirmation; none without one."""
    confirmation = own_confirmation(seat)
    return changes_since(seat.committee, confirmation.entry_id) if confirmation else []


def replaced_grades_of(seat: Grader) -> list[Change]:
    """Return the grades that this grader set and that somebody else has changed since, by number. One query."""
    own: dict[str, str] = {}
    replaced: dict[str, Change] = {}
    entries = LogEntry.objects.filter(committee=seat.committee_id, action__in=LogAction.of_grades())
    for entry in entries.order_by("pk").select_related("by"):
        for number, (_old, new) in entry.changes.items():
            if entry.by_id == seat.person_id:
                own[number] = new
                replaced.pop(number, None)
            elif number in own:
                replaced[number] = Change(number, own[number], new, entry.by, entry.at)
    found = (change for change in replaced.values() if change.old != change.new)
    return sorted(found, key=lambda change: (len(change.number), change.number))


def ungraded_numbers(committee: Committee) -> list[str]:
    return list(committee.candidates.ungraded().by_number().values_list("number", flat=True))


def changes_since(committee: Committee, entry_id: int) -> list[Change]:
    """Return the net changes on the grade sheet since the log entry `entry_id`, by number."""
    entries = LogEntry.objects.affecting(committee).filter(pk__gt=entry_id).exclude(changes={})
    return _net(committee, entries.select_related("by"))


def _net(committee: Committee, entries: Iterable[LogEntry]) -> list[Change]:
    first: dict[tuple[bool, str], str] = {}
    last: dict[tuple[bool, str], Change] = {}
    for entry in entries:
        is_move = entry.action in LogAction.of_places()
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
