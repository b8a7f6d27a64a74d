"""Grading protocols, built from current data and the log. They are not stored; each has a code to check it by."""

from base64 import urlsafe_b64decode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from committees.actions.sheets import digest_over
from committees.enums import Attendance, LogAction
from committees.errors import Refusal, Refused
from committees.files.distribution import grade_distribution
from committees.files.protocol import Line, Protocol, Reopening, Signature, read_code, write_code
from committees.models import Candidate, Committee, Exam, LogEntry
from committees.models.exams import KEY_FIELDS
from committees.models.log import LogQuerySet

SALT = "committees.protocol.1"
"""Part of every code. If codes must cover other data, add a new salt and keep checking the old one."""


@dataclass(frozen=True, slots=True)
class ProtocolCheck:
    """
    The result of checking a code.

    `since` is the time of the first later change, `was_reopened` whether it was a reopening. They are None and False if
    the confirmations are no longer valid without a later log entry.
    """

    exam: Exam
    committee: Committee
    confirmed_at: datetime
    is_present: bool
    since: datetime | None = None
    was_reopened: bool = False


def build_protocol(committee: Committee) -> Protocol:
    """
    Return the committee's protocol in the active language. Needs `with_stage()` and the exam.

    Raise Refused if the committee is not confirmed, or changed while its protocol was built.
    """
    if not committee.is_locked:
        raise _no_protocol(committee)
    candidates = list(committee.candidates.by_number())
    graders = _signatures(committee)
    signed = [one.at for one in graders if one.at]
    rows = [(one.number, one.grade) for one in candidates]
    if digest_over(committee, rows) != committee.digest or not signed:
        raise Refused(Refusal.PROTOCOL_CHANGED)
    exam = committee.exam
    return Protocol(
        course=exam.emnekode,
        exam=str(exam),
        committee=str(committee),
        key=list(zip(KEY_FIELDS, exam.key, strict=True)),
        facts=_facts(exam),
        graders=graders,
        candidates=[_line(one, with_name=not exam.is_anonymous) for one in candidates],
        distribution=grade_distribution(exam.grades, Counter(one.grade for one in candidates)),
        reopenings=_reopenings(committee),
        revision=committee.round,
        digest=committee.digest,
        code=_codes_of(_entries(committee).latest("position"))[0],
        confirmed_at=max(signed),
        has_names=not exam.is_anonymous,
        is_practice=exam.is_practice,
    )


def check_code(text: str) -> ProtocolCheck | None:
    """Return the state of the protocol with this code; None if the code belongs to no protocol."""
    read = read_code(text)
    if read is None:
        return None
    number, code = read
    entry = LogEntry.objects.filter(pk=number, committee__isnull=False).first()
    if entry is None or not any(constant_time_compare(code, one) for one in _codes_of(entry)):
        return None
    committee = Committee.objects.with_stage().select_related("exam").get(log=entry)
    return _check(committee, entry)


def _check(committee: Committee, entry: LogEntry) -> ProtocolCheck:
    entries = _entries(committee)
    confirmed = entries.filter(action__in=LogAction.of_confirmation(), position__lte=entry.position).latest(
        "position"
    )
    later = entries.filter(position__gt=entry.position).order_by("position").first()
    return ProtocolCheck(
        committee.exam,
        committee,
        confirmed.at,
        is_present=committee.is_locked and later is None,
        since=later.at if later else None,
        was_reopened=bool(later and later.action == LogAction.REOPENED),
    )


def _entries(committee: Committee) -> LogQuerySet:
    """Return the committee's chain without attendance, which is not part of what is confirmed."""
    return LogEntry.objects.chain(committee.exam_id, committee.pk).exclude(action=LogAction.ATTENDANCE_NOTED)


def _codes_of(entry: LogEntry) -> list[str]:
    """
    Return the code of the protocol after `entry`, followed by its codes under SECRET_KEY_FALLBACKS.

    The entry's hash covers the committee's whole chain so far: every grade, seat and confirmation. People type the code
    from paper, so it contains only the beginning of Django's signature.
    """
    signer = Signer(salt=SALT)
    proofs = [
        signer.signature(f"{entry.pk}:{entry.entry_hash}", key) for key in (signer.key, *signer.fallback_keys)
    ]
    return [write_code(entry.pk, urlsafe_b64decode(f"{proof}=")) for proof in proofs]


def _no_protocol(committee: Committee) -> Refused:
    waiting = [str(one) for one in committee.graders.with_confirmed() if not one.has_confirmed]
    if not waiting:
        return Refused(Refusal.NO_PROTOCOL_NO_GRADERS, committee=committee)
    return Refused(Refusal.NO_PROTOCOL_YET, committee=committee, names=", ".join(waiting))


def _signatures(committee: Committee) -> list[Signature]:
    seats = committee.graders.select_related("person", "confirmation__entry", "confirmation__planner")
    current = (committee.digest, committee.round)
    found = []
    for seat in seats.order_by("is_external", "pk"):
        one = getattr(seat, "confirmation", None)
        if one is None or (one.digest, one.round) != current:
            found.append(Signature(str(seat.person), seat.is_external, None))
            continue
        planner = str(one.planner or "")
        reason = one.entry.details["reason"] if planner else ""
        found.append(Signature(str(seat.person), seat.is_external, one.entry.at, planner, reason))
    return found


def _facts(exam: Exam) -> list[tuple[str, str]]:
    place = [(_("Place"), exam.place)] if exam.place else []
    return [
        (_("Exam type"), exam.get_kind_display()),
        (_("Date of the exam"), date_format(exam.date)),
        *place,
        (_("Grade scale"), exam.get_scale_display()),
        (_("Confirmation"), exam.get_rule_display()),
    ]


def _line(candidate: Candidate, *, with_name: bool) -> Line:
    absent = candidate.attendance in (Attendance.ABSENT, Attendance.WITHDREW)
    return Line(
        candidate.number,
        candidate.person if with_name else "",
        candidate.grade,
        candidate.get_attendance_display() if absent else "",
    )


def _reopenings(committee: Committee) -> list[Reopening]:
    reopenings = committee.reopenings.select_related("entry__by")
    return [Reopening(one.round, one.entry.at, str(one.entry.by), one.code, one.reason) for one in reopenings]
