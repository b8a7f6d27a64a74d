"""Writer of protocols as tagged PDF/UA with Typst. The same protocol gives the same bytes."""

import json
import re
import subprocess
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from committees.grade_scales import grade_label

from .content import Protocol

TYPST_PROGRAM = Path(__file__).with_name("typst.py")
TEMPLATE = Path(__file__).with_name("protocol.typ")
WRITE_SECONDS = 10

UNSHOWN = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1"
    "\u0400-\u045f\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2026\u20ac\u2192\u25a1]"
)
"""Characters missing in the fonts, which have Latin, Greek and Cyrillic letters."""
INSTEAD = "□"


class PdfFailed(Exception):
    """The PDF writer crashed, took too long or could not be started."""


def write_protocol(protocol: Protocol, *, check_at: str) -> bytes:
    """Return the PDF of `protocol`. `check_at` is the address where readers can check it. May raise PdfFailed."""
    return write_pdf(TEMPLATE, _content(protocol, check_at), at=protocol.confirmed_at)


def write_pdf(template: Path, data: dict[str, Any], *, at: datetime) -> bytes:
    """Return `data` in a Typst template as PDF, dated `at`. May raise PdfFailed."""
    # User input is passed as data, never as markup.
    content = json.dumps(_shown(data), ensure_ascii=False)
    command = [sys.executable, "-P", str(TYPST_PROGRAM), str(int(at.timestamp())), str(template)]
    # Errors of Typst may quote names, so they are captured and stay out of the log.
    try:
        done = subprocess.run(  # noqa: S603  # our own program, and a number
            command, input=content.encode(), capture_output=True, check=True, timeout=WRITE_SECONDS
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise PdfFailed from error
    return done.stdout


def _shown(value: Any) -> Any:
    """Return `value` with `INSTEAD` for every character missing in the fonts, which would make the PDF
    inaccessible."""
    if isinstance(value, str):
        return UNSHOWN.sub(INSTEAD, unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list | tuple) else value


def _content(protocol: Protocol, check_at: str) -> dict[str, Any]:
    params = {"course": protocol.course, "committee": protocol.committee}
    at = localtime(protocol.confirmed_at)
    return {
        "title": _("Grading protocol %(course)s, %(committee)s") % params,
        "language": get_language() or "en",
        "date": {"year": at.year, "month": at.month, "day": at.day},
        "exam": protocol.exam,
        "committee": protocol.committee,
        "practice": _("Training – nothing here is real.") if protocol.is_practice else "",
        "facts": [*protocol.facts, (_("Revision"), str(protocol.revision))],
        "key": protocol.key,
        "graders": _graders(protocol),
        "reopenings": _reopenings(protocol),
        "distribution": _distribution(protocol),
        "candidates": _candidates(protocol),
        "digest": protocol.digest,
        "code": protocol.code,
        "check_at": check_at,
        "words": _words(protocol),
    }


def _words(protocol: Protocol) -> dict[str, str]:
    count = len(protocol.candidates)
    return {
        "protocol": _("Grading protocol"),
        "confirmed": _("Confirmed %(when)s") % {"when": protocol.confirmed_when},
        "key": _("FS key"),
        "graders": _("Graders"),
        "reopenings": _("Reopened"),
        "distribution": _("Grade distribution"),
        "candidates": _("Candidates"),
        "end": ngettext(
            "End of the protocol: %(n)s candidate.", "End of the protocol: %(n)s candidates.", count
        )
        % {"n": count},
        "check": _("Is this protocol current?"),
        "code": pgettext("protocol", "Code"),
        "check_at": _("Enter the code at"),
        "digest": _("SHA-256 of the grade sheet"),
    }


Rows = dict[str, list[Any]]


def _graders(protocol: Protocol) -> Rows:
    rows = [
        [
            grader.name,
            _("external") if grader.is_external else _("internal"),
            grader.when or _("has not confirmed"),
        ]
        for grader in protocol.graders
    ]
    return {"head": [_("Name"), _("Role"), _("Confirmed")], "rows": rows}


def _reopenings(protocol: Protocol) -> Rows:
    rows = [
        [str(reopening.revision), reopening.when, reopening.by, reopening.code, reopening.reason]
        for reopening in protocol.reopenings
    ]
    return {"head": [_("Revision"), _("When"), _("By"), _("Change code"), _("Reason")], "rows": rows}


def _distribution(protocol: Protocol) -> Rows:
    rows = [
        [
            grade_label(share.grade) or _("no grade"),
            number_format(share.count),
            _("%(n)s%%") % {"n": share.percent},
        ]
        for share in protocol.distribution
    ]
    return {"head": [_("Grade"), _("Candidates"), _("Share")], "rows": rows}


def _candidates(protocol: Protocol) -> Rows:
    # Columns without values are left out.
    shown = [True, protocol.has_names, True, protocol.has_notes]
    head = [_("Candidate ID"), _("Name"), _("Grade"), _("Attendance")]
    rows = [
        [candidate.number, candidate.name, grade_label(candidate.grade) or _("no grade"), candidate.note]
        for candidate in protocol.candidates
    ]
    return {"head": _kept(head, shown), "rows": [_kept(row, shown) for row in rows]}


def _kept(cells: list[str], shown: list[bool]) -> list[str]:
    return [cell for cell, is_shown in zip(cells, shown, strict=True) if is_shown]
