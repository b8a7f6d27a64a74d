"""Content of a protocol in the active language, for both page and PDF."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from committees.files.distribution import GradeShare


def moment_text(at: datetime) -> str:
    """Return a moment with its time zone, so that it is unambiguous in other countries."""
    local = localtime(at)
    offset = local.strftime("%z")
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M:%S} (UTC{offset[:3]}:{offset[3:]})"


@dataclass(frozen=True, slots=True)
class Signature:
    """
    A grader, and when they confirmed the grades; None if the rule did not require it.

    `planner` confirmed on behalf of the grader, with `reason`; both are empty for the grader's own confirmation.
    """

    name: str
    is_external: bool
    at: datetime | None
    planner: str = ""
    reason: str = ""

    @property
    def when(self) -> str:
        """The time of the confirmation, with planner and reason if it was made on behalf of the grader."""
        if not self.at:
            return ""
        if not self.planner:
            return moment_text(self.at)
        params = {"when": moment_text(self.at), "planner": self.planner, "reason": self.reason}
        return _("%(when)s, by %(planner)s on behalf of the grader. Reason: %(reason)s") % params


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate. `grade` may be empty; `note` is the reason, if one was noted."""

    number: str
    name: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Reopening:
    """A reopening of the committee, which started `revision`."""

    revision: int
    at: datetime
    by: str
    code: str
    reason: str

    @property
    def when(self) -> str:
        return moment_text(self.at)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A complete protocol.

    `key` is FS's key of the exam as named parts; `facts` further distinguish the exam from others. `confirmed_at`,
    the time of the last confirmation, is the date of the protocol.
    """

    course: str
    exam: str
    committee: str
    key: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    graders: list[Signature]
    candidates: list[Line]
    distribution: list[GradeShare]
    reopenings: list[Reopening]
    revision: int
    digest: str
    code: str
    confirmed_at: datetime
    has_names: bool
    is_practice: bool

    @property
    def confirmed_when(self) -> str:
        return moment_text(self.confirmed_at)

    @property
    def has_notes(self) -> bool:
        return any(line.note for line in self.candidates)
