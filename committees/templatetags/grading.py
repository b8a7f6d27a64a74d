"""Tags and filters for stages, deadlines and log entries."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from re import compile as pattern
from typing import Any

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from committees.enums import Attendance, HintKind, LogAction, Stage
from committees.grade_scales import grade_label, grade_meaning
from committees.models import Committee, Exam, LogEntry, User

register = template.Library()
register.filter(grade_label)
register.filter(grade_meaning)

NAMED_AT_MOST = 30
"""Candidates that a line of the log names."""
SOON = 3
"""Days before a deadline that get a warning colour."""
ISO_DAY = pattern(r"\d{4}-\d\d-\d\d")
COLOURS = {
    Stage.GRADING: " tag-info",
    Stage.WAITING: " tag-warning",
    Stage.CONFIRMED: " tag-success",
    Stage.TRANSFERRED: " tag-success",
}


@register.simple_tag
def stage(committee: Committee) -> SafeString:
    """Return the committee's stage as a coloured label."""
    now = committee.stage
    return format_html('<span class="tag{}">{}</span>', COLOURS.get(now, ""), now.label)


@register.simple_tag
def measure(committee: Committee) -> SafeString:
    """Return the number of graded candidates as a progress bar with figures."""
    graded, of = committee.graded_count, committee.candidate_count
    summary = _("%(n)s of %(of)s") % {"n": graded, "of": of}
    bar = '<progress max="{}" value="{}" aria-label="{}"></progress>'
    drawn = f'<span class="progress-count">{bar}<span class="num">{{}}</span></span>'
    return format_html(drawn, of or 1, graded, _("Graded"), summary)


@register.filter
def days_left(exam: Exam) -> str:
    """Return the time until the grading deadline in words."""
    days = exam.days_left
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


@register.simple_tag
def deadline(exam: Exam, *, is_done: bool = False) -> SafeString:
    """Return the grading deadline with the days left; only the day if `is_done`, because the exam is never late then."""
    on, left = day(exam.deadline), exam.days_left
    if is_done:
        return format_html('<span class="text-nowrap">{}</span>', on)
    if left in (0, 1):
        return format_html('<span class="tag tag-warning">{}</span>', on)
    colour = " tag-error" if left < 0 else " tag-warning" if left <= SOON else ""
    drawn = '<span class="text-nowrap">{}</span> <span class="tag{}">{}</span>'
    return format_html(drawn, on, colour, days_left(exam))


@register.filter
def day(value: date) -> str:
    """Return a day in words: "tomorrow, 23 Nov", "Thursday, 26 Nov" within a week, otherwise with its year."""
    return _format_day(value, localdate(), get_language())


@lru_cache(maxsize=4096)
def _format_day(value: date, today: date, _language: str) -> str:
    # Cached, because the exams of a term have few deadlines.
    away = (value - today).days
    short = date_format(value, "MONTH_DAY_FORMAT")
    if away in (-1, 0, 1):
        near = {-1: _("yesterday, %(day)s"), 0: _("today, %(day)s"), 1: _("tomorrow, %(day)s")}
        return near[away] % {"day": short}
    if 1 < away < 7:
        return _("%(weekday)s, %(day)s") % {"weekday": date_format(value, "l"), "day": short}
    return date_format(value, "DATE_FORMAT")


@register.filter
def when(value: datetime | None) -> str:
    """Return a time in words: "today 14:05", "yesterday 14:05", without the year in the current year."""
    if value is None:
        return ""
    return _format_moment(localtime(value).replace(second=0, microsecond=0), localdate(), get_language())


@lru_cache(maxsize=4096)
def _format_moment(local: datetime, today: date, _language: str) -> str:
    # Cached, because long lists repeat the same times.
    away = (local.date() - today).days
    if away in (-1, 0):
        near = {-1: _("yesterday %(time)s"), 0: _("today %(time)s")}
        return near[away] % {"time": time_format(local.time(), "TIME_FORMAT")}
    return date_format(local, "SHORT_DATETIME_FORMAT" if local.year == today.year else "DATETIME_FORMAT")


@register.filter
def how(entry: LogEntry) -> str:
    """Return how a grade was set: by click, from a file, ..."""
    ways = {
        LogAction.GRADE_CLICKED: _("clicked"),
        LogAction.GRADE_TYPED: _("typed"),
        LogAction.GRADE_RESET: _("removed"),
        LogAction.REMAINING_SET: _("set for all remaining"),
        LogAction.REMAINING_UNDONE: _("undone"),
        LogAction.GRADES_UPLOADED: _("from a file"),
        LogAction.PROPOSALS_ACCEPTED: _("proposal accepted"),
        LogAction.ROW_CORRECTED: _("corrected in the upload"),
        LogAction.GRADES_RESTORED: _("restored"),
        LogAction.UPLOAD_UNDONE: _("upload undone"),
    }
    return ways.get(LogAction(entry.action), "")


@register.filter
def value_of(values: Mapping[str, str], key: str) -> str:
    """Return the value of a variable key."""
    return values.get(key, "")


@register.filter
def moment(text: str) -> datetime | None:
    """Parse a time that was stored as ISO text."""
    return parse_datetime(text)


@register.filter
def shown(value: str, entry: LogEntry) -> str:
    """Return one side of a change in words: a grade, a committee, or an attendance."""
    if entry.action == LogAction.ATTENDANCE_NOTED:
        return str(Attendance(value).label)
    if entry.is_about_grades:
        return grade_label(value) or _("no grade")
    return _("committee %(number)s") % {"number": value} if value else _("no committee")


SINGLE_GRADE = (
    LogAction.GRADE_CLICKED,
    LogAction.GRADE_TYPED,
    LogAction.GRADE_RESET,
    LogAction.ROW_CORRECTED,
)
"""Acts that change the grade of one candidate."""


@register.filter
def describe(entry: LogEntry) -> str:
    """Return the details of an entry besides its action: counts, reasons, names, files."""
    details, changes = entry.details, entry.changes
    if entry.action in SINGLE_GRADE:
        number, (old, new) = next(iter(changes.items()))
        return f"{number}: {shown(old, entry)} → {shown(new, entry)}"
    if entry.is_about_grades:
        return ngettext("%(n)s grade", "%(n)s grades", len(changes)) % {"n": len(changes)}
    function = _DETAILS.get(LogAction(entry.action))
    own = function(details, changes) if function else ""
    return "; ".join(part for part in (own, *_effects(details)) if part)


def _effects(details: dict[str, Any]) -> list[str]:
    """Return the effects of an act on confirmations, addresses and passwords."""
    sentences = {
        "locked_by": _("committee %(number)s confirmed immediately (%(names)s)"),
        "voided": _("committee %(number)s to be confirmed again by %(names)s"),
        "removed": _("confirmation of committee %(number)s removed (%(names)s)"),
        "restored": _("confirmation of committee %(number)s counts again (%(names)s)"),
    }
    summary = [
        sentences[part] % {"number": effect["committee"], "names": ", ".join(effect[part])}
        for effect in details.get("effects", [])
        for part in sentences
        if part in effect
    ]
    if email := details.get("email"):
        summary.append(_("e-mail address %(email)s added") % {"email": email})
    if names := details.get("ended_passwords"):
        summary.append(
            _("password disabled, because support had chosen it: %(names)s") % {"names": ", ".join(names)}
        )
    return summary


def _changed(details: dict[str, Any], _changes: dict[str, list[str]]) -> str:
    return "; ".join(
        f"{_field_name(name)}: {_field_value(name, old)} → {_field_value(name, new)}"
        for name, (old, new) in details.get("changed", {}).items()
    )


def _field_name(name: str) -> str:
    """Return the label of an exam's field, or `name` itself if there is no such field."""
    try:
        return str(Exam._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def _field_value(name: str, value: object) -> str:
    """Return a value of the log in the words of its field."""
    if value in ("", None):
        return "–"
    if isinstance(value, bool) or value in ("True", "False"):
        return _("yes") if value in (True, "True") else _("no")
    try:
        choices = dict(Exam._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        choices = {}
    if str(value) in choices:
        return str(choices[str(value)])
    day = parse_date(str(value)) if ISO_DAY.fullmatch(str(value)) else None
    return date_format(day, "SHORT_DATE_FORMAT") if day else str(value)


def _who(details: dict[str, Any], _changes: dict[str, list[str]]) -> str:
    return str(details.get("feide_name") or details.get("name", ""))


def _corrected(details: dict[str, Any]) -> str:
    return "; ".join(
        f"{User._meta.get_field(name).verbose_name}: {old or '–'} → {new or '–'}"  # type: ignore[union-attr]
        for name, (old, new) in details.get("changed", {}).items()
    )


def _confirmed(details: dict[str, Any], _changes: dict[str, list[str]]) -> str:
    parts = []
    if details.get("without"):
        parts.append(_("without a grade: %(numbers)s") % {"numbers": ", ".join(details["without"])})
    look = details.get("second_look", {})
    if look.get("totals"):
        parts.append(_("control totals compared"))
    if check := look.get("spot_check"):
        parts.append(_("spot check read aloud") if check["read"] else _("spot check typed"))
    for hint in look.get("hints", []):
        words = _("hint seen: %(hint)s") if hint["seen"] else _("hint: %(hint)s")
        parts.append(words % {"hint": HintKind(hint["kind"]).label})
    return "; ".join(parts)


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


def _removed_committee(details: dict[str, Any], changes: dict[str, list[str]]) -> str:
    committee = details["deleted"]
    name = _("Committee %(number)s") % committee
    parts = [f"{name} – {committee['name']}" if committee["name"] else name]
    if changes:
        parts.append(ngettext("%(n)s candidate", "%(n)s candidates", len(changes)) % {"n": len(changes)})
    return ", ".join(parts)


def _added(details: dict[str, Any], changes: dict[str, list[str]]) -> str:
    """Return the added candidates, if they are few, and the number of those completed."""
    added, completed = details.get("added", 0), details.get("completed", 0)
    numbers = ", ".join(list(changes)[:NAMED_AT_MOST]) if len(changes) <= NAMED_AT_MOST else ""
    parts = [ngettext("%(n)s candidate", "%(n)s candidates", added) % {"n": added}] if added else []
    if completed:
        parts.append(ngettext("%(n)s completed", "%(n)s completed", completed) % {"n": completed})
    return ", ".join(parts) + (f": {numbers}" if numbers else "")


_DETAILS: dict[LogAction, Callable[[dict[str, Any], dict[str, list[str]]], str]] = {
    LogAction.EXAM_CREATED: lambda d, c: ", ".join(part for part in (d.get("key"), _imported(d, c)) if part),
    LogAction.EXAM_CHANGED: _changed,
    LogAction.FILES_IMPORTED: _imported,
    LogAction.EXAM_DELETED: lambda d, _c: _("import undone") if "undoes" in d else "",
    LogAction.EXAM_CANCELLED: lambda d, _c: d.get("reason", ""),
    LogAction.HANDED_OVER: _changed,
    LogAction.COMMITTEE_DELETED: _removed_committee,
    LogAction.COMMITTEE_RESTORED: _removed_committee,
    LogAction.CANDIDATES_DELETED: lambda _d, c: ", ".join(c),
    LogAction.CANDIDATES_RESTORED: lambda _d, c: ", ".join(c),
    LogAction.GRADER_SEATED: _who,
    LogAction.GRADER_UNSEATED: _who,
    LogAction.GRADER_CORRECTED: lambda d, _c: ": ".join(part for part in (d["who"], _corrected(d)) if part),
    LogAction.CANDIDATES_ADDED: _added,
    LogAction.CANDIDATES_MOVED: lambda _d, c: ", ".join(
        f"{n}: {old or '–'} → {new or '–'}" for n, (old, new) in c.items()
    ),
    LogAction.ATTENDANCE_NOTED: lambda _d, c: ", ".join(
        f"{n}: {Attendance(new).label}" for n, (_old, new) in c.items()
    ),
    LogAction.CONFIRMED: _confirmed,
    LogAction.CONFIRMED_FOR: lambda d, c: "; ".join(
        part for part in (f"{d.get('name', '')}: {d.get('reason', '')}", _confirmed(d, c)) if part
    ),
    LogAction.WITHDRAWN: lambda d, _c: d.get("name", ""),
    LogAction.REOPENED: lambda d, _c: f"{d.get('code', '')}: {d.get('reason', '')}",
    LogAction.REMINDED: lambda d, _c: ", ".join(d.get("people", [])),
    LogAction.TRANSFERRED: lambda d, _c: (
        ngettext("%(n)s line", "%(n)s lines", d.get("lines", 0)) % {"n": d.get("lines", 0)}
    ),
    LogAction.RECEIPTS_RECEIVED: lambda d, _c: (
        _("%(taken)s accepted, %(refused)s refused")
        % {"taken": d.get("taken", 0), "refused": d.get("refused", 0)}
    ),
}
