"""
`{% rows candidates %}`: what `{% include "grading/_row.html" %}` says of each candidate, without asking the template a
thousand times.

Rows look alike: who has the same grade, by the same act, has the same row but for a few words. So the template draws each
look once in the life of the process, of a stand-in with unmistakable values; where those stand, the values of the real ones
are put in.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template import Context, Template
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from committees.models import Candidate, LogEntry, User
from committees.models.committees import CandidateRow
from committees.templatetags.grading import when

register = template.Library()

PK, UPLOAD, NUMBER, PERSON, BY, TOKEN = (str(digit) * 18 for digit in range(1, 7))
BETWEEN_LINES = re.compile(r">\s*\n\s*<")
# A year in which nobody was graded.
MOMENT = datetime(1111, 11, 11, tzinfo=UTC)


class Look(NamedTuple):
    """What tells rows apart, besides the words that are put in."""

    grade: str
    attendance: str
    action: str
    is_from_file: bool
    is_changed: bool
    is_by_other: bool
    is_oob: bool


class Around(NamedTuple):
    """What the rows of a page have in common."""

    is_locked: bool
    is_anonymous: bool
    choices: tuple[tuple[str, str], ...]
    language: str | None
    prefix: str
    """Where its addresses begin: a practice exam's are behind a door of their own."""


@register.simple_tag(takes_context=True)
def rows(
    context: Context, candidates: Iterable[Candidate | CandidateRow], *, oob: bool = False
) -> SafeString:
    """The rows of `candidates`; with `oob` each takes the place of the one that is there."""
    changed, others = context.get("changed_numbers") or (), context.get("by_others") or ()
    # Once for all pieces of a page.
    kept: dict[Any, Any] = context.render_context  # type: ignore[assignment]
    settings: dict[int | None, dict[str, str]] = kept.setdefault(LogEntry, {None: {}})
    row = context.template.engine.get_template("grading/_row.html")  # type: ignore[union-attr]
    around, token = _around(context), escape(context.get("csrf_token", ""))
    looks: dict[Look, str] = {}
    drawn = []
    for one in candidates:
        entry = one.grade_entry
        look = Look(
            one.grade,
            one.attendance,
            entry.action if entry else "",
            bool(entry and entry.upload_id),
            one.number in changed,
            one.number in others,
            oob,
        )
        if look not in looks:
            looks[look] = _drawn(row, look, around)
        if entry and entry.pk not in settings:
            settings[entry.pk] = _setting(entry)
        own = {"pk": one.pk, "number": escape(one.number), "person": escape(one.person), "token": token}
        drawn.append(looks[look] % (own | settings[entry.pk if entry else None]))
    return mark_safe("".join(drawn))  # noqa: S308  # drawn by a template, and escaped


def _setting(entry: LogEntry) -> dict[str, str]:
    """What a row says of who set its grade."""
    return {
        "by": escape(str(entry.by)),
        "at": localtime(entry.at).isoformat(),
        "when": escape(when(entry.at)),
        "upload": str(entry.upload_id),
    }


def _around(context: Context) -> Around:
    return Around(
        bool(getattr(context.get("committee"), "is_locked", False)),
        bool(getattr(context.get("exam"), "is_anonymous", False)),
        tuple((grade, str(label)) for grade, label in context.get("choices") or ()),
        get_language(),
        get_script_prefix(),
    )


@lru_cache(maxsize=4096)
def _drawn(row: Template, look: Look, around: Around) -> str:
    """The row of this look, as a format: `%(number)s` where the number stands."""
    stand_in = Candidate(pk=int(PK), number=NUMBER, name=PERSON, grade=look.grade, attendance=look.attendance)
    if look.action:
        upload = int(UPLOAD) if look.is_from_file else None
        stand_in.grade_entry = LogEntry(
            pk=1, action=look.action, by=User(name=BY), at=MOMENT, upload_id=upload
        )
    alike = {
        "candidate": stand_in,
        "oob": look.is_oob,
        "changed_numbers": {NUMBER} if look.is_changed else (),
        "by_others": {NUMBER} if look.is_by_other else (),
        "committee": {"is_locked": around.is_locked},
        "exam": {"is_anonymous": around.is_anonymous},
        "choices": around.choices,
        "csrf_token": TOKEN,
    }
    # Two MB of a thousand rows are copied several times on their way, so what only the template's lines need goes.
    text = BETWEEN_LINES.sub("><", row.render(Context(alike))).replace("%", "%%")
    words = {"pk": PK, "upload": UPLOAD, "number": NUMBER, "person": PERSON, "by": BY, "token": TOKEN}
    words |= {"at": localtime(MOMENT).isoformat(), "when": escape(when(MOMENT))}
    for name, word in words.items():
        text = text.replace(word, f"%({name})s")
    return text
