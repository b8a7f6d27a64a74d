"""How stages, deadlines and log entries are said in pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.enums import Attendance, Stage, Verb
from committees.models import Committee, Exam, LogEntry

register = template.Library()


@register.filter
def stage_label(committee: Committee) -> str:
    """The committee's stage in words."""
    return str(Stage(committee.stage).label)


@register.filter
def days_left(exam: Exam) -> str:
    """How far away the grading deadline is, as people say it."""
    days = exam.days_left
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


@register.filter
def how(entry: LogEntry) -> str:
    """How a grade came to be what it is: by click, from a file, ..."""
    ways = {
        Verb.GRADE_CLICKED: _("by click"),
        Verb.GRADE_RESET: _("removed"),
        Verb.GRADES_UPLOADED: _("from a file"),
        Verb.PROPOSALS_ACCEPTED: _("proposal accepted"),
        Verb.GRADES_GIVEN_BACK: _("given back"),
        Verb.UPLOAD_UNDONE: _("upload undone"),
    }
    return ways.get(Verb(entry.verb), "")


@register.filter
def moment(text: str) -> datetime | None:
    """A moment that was stored as ISO text."""
    return parse_datetime(text)


@register.filter
def shown(value: str, entry: LogEntry) -> str:
    """One side of a change in the words of its act: a grade, a committee, or what is known of attendance."""
    if entry.verb == Verb.ATTENDANCE_NOTED:
        return str(Attendance(value).label)
    if entry.is_about_grades:
        return value or _("no grade")
    return _("committee %(number)s") % {"number": value} if value else _("no committee")


@register.filter
def told(entry: LogEntry) -> str:
    """What an entry tells besides its verb: counts, reasons, names, files."""
    details, changes = entry.details, entry.changes
    if entry.verb in (Verb.GRADE_CLICKED, Verb.GRADE_RESET):
        number, (old, new) = next(iter(changes.items()))
        return f"{number}: {shown(old, entry)} → {shown(new, entry)}"
    if entry.is_about_grades:
        return ngettext("%(n)s grade", "%(n)s grades", len(changes)) % {"n": len(changes)}
    tell = _DETAILS.get(Verb(entry.verb))
    return tell(details, changes) if tell else ""


def _changed(details: dict[str, Any], _changes: dict[str, list[str]]) -> str:
    return "; ".join(
        f"{field}: {old or '–'} → {new}" for field, (old, new) in details.get("changed", {}).items()
    )


def _imported(details: dict[str, Any], changes: dict[str, list[str]]) -> str:
    parts = [_("committee %(number)s") % {"number": number} for number in details.get("committees", [])]
    parts += details.get("seated", [])
    if details.get("changed"):
        parts.append(_changed(details, changes))
    if people := details.get("renamed_people"):
        parts.append(ngettext("%(n)s name", "%(n)s names", people) % {"n": people})
    if changes:
        parts.append(ngettext("%(n)s candidate", "%(n)s candidates", len(changes)) % {"n": len(changes)})
    return ", ".join(parts)


_DETAILS: dict[Verb, Callable[[dict[str, Any], dict[str, list[str]]], str]] = {
    Verb.EXAM_CREATED: lambda d, _c: d.get("key", ""),
    Verb.EXAM_CHANGED: _changed,
    Verb.FILES_IMPORTED: _imported,
    Verb.GRADER_SEATED: lambda d, _c: d.get("feide_name", ""),
    Verb.GRADER_UNSEATED: lambda d, _c: d.get("feide_name", ""),
    Verb.CANDIDATES_MOVED: lambda _d, c: ", ".join(
        f"{n}: {old or '–'} → {new or '–'}" for n, (old, new) in c.items()
    ),
    Verb.ATTENDANCE_NOTED: lambda _d, c: ", ".join(
        f"{n}: {Attendance(new).label}" for n, (_old, new) in c.items()
    ),
    Verb.CONFIRMED: lambda d, _c: (
        _("without grade: %(numbers)s") % {"numbers": ", ".join(d["without"])} if d.get("without") else ""
    ),
    Verb.REOPENED: lambda d, _c: f"{d.get('code', '')}: {d.get('reason', '')}",
    Verb.NUDGED: lambda d, _c: ", ".join(d.get("people", [])),
    Verb.TRANSFERRED: lambda d, _c: (
        ngettext("%(n)s line", "%(n)s lines", d.get("lines", 0)) % {"n": d.get("lines", 0)}
    ),
    Verb.RECEIPTS_RECEIVED: lambda d, _c: (
        _("%(taken)s taken, %(refused)s refused")
        % {"taken": d.get("taken", 0), "refused": d.get("refused", 0)}
    ),
}
