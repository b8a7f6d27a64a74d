"""Sentences about the acts of others, which open pages speak: see static/js/announce.js and reloading.js."""

import json
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.enums import Attendance, LogAction
from committees.grade_scales import grade_label
from committees.models import LogEntry


def sentences_of(entries: Iterable[LogEntry]) -> list[str]:
    return [sentence_of(entry) for entry in entries]


def sentence_of(entry: LogEntry) -> str:
    """Return what somebody did, as a sentence; a single candidate is named."""
    who, changes = str(entry.by), entry.changes
    if entry.is_about_grades and len(changes) == 1:
        ((number, (old, new)),) = changes.items()
        return _of_grade(who, number, old, new)
    if entry.is_about_grades:
        return ngettext("%(who)s changed %(n)s grade.", "%(who)s changed %(n)s grades.", len(changes)) % {
            "who": who,
            "n": len(changes),
        }
    if entry.action == LogAction.ATTENDANCE_NOTED and len(changes) == 1:
        ((number, (_old, new)),) = changes.items()
        words = {"who": who, "candidate": number, "attendance": Attendance(new).label}
        return _("%(who)s set the attendance of %(candidate)s: %(attendance)s.") % words
    if entry.action == LogAction.CONFIRMED:
        return _("%(who)s has confirmed.") % {"who": who}
    return f"{who}: {entry.get_action_display()}."


def _of_grade(who: str, number: str, old: str, new: str) -> str:
    words = {"who": who, "candidate": number, "old": grade_label(old), "new": grade_label(new)}
    if not new:
        return _("%(who)s removed the grade of %(candidate)s.") % words
    if not old:
        return _("%(who)s gave %(candidate)s the grade %(new)s.") % words
    return _("%(who)s changed the grade of %(candidate)s from %(old)s to %(new)s.") % words


def reload_reason(entries: list[LogEntry], *, is_locked: bool) -> str:
    """Return why the page must be loaded again: the grades were locked or unlocked, or much has changed."""
    by_action = {LogAction(entry.action): entry for entry in entries}
    confirmed = by_action.get(LogAction.CONFIRMED) or by_action.get(LogAction.CONFIRMED_FOR)
    if is_locked and confirmed:
        return _("%(who)s confirmed last, so the grades are locked.") % {"who": confirmed.by}
    if reopened := by_action.get(LogAction.REOPENED):
        words = {"who": reopened.by, "reason": reopened.details.get("reason", "")}
        return _("%(who)s reopened the committee. Reason: %(reason)s") % words
    if is_locked:
        return _("The grades are locked now.")
    return _("A lot has changed, so this page was reloaded.")


def speak(response: HttpResponse, sentences: list[str]) -> HttpResponse:
    """Let the page speak these sentences after it shows the response."""
    if sentences:
        response.headers["HX-Trigger-After-Settle"] = json.dumps(
            {"gradereg:spoken": {"sentences": sentences}}
        )
    return response


def reload_page(reason: str) -> HttpResponse:
    """Return a response that reloads the page, which then shows and speaks the reason."""
    trigger = json.dumps({"gradereg:reload": {"sentence": reason}})
    return HttpResponse(headers={"HX-Refresh": "true", "HX-Trigger": trigger})
