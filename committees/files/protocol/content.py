"""What a protocol says, in the active language: the page and the PDF are drawn from the same."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from committees.files.distribution import GradeShare


def moment_text(at: datetime) -> str:
    """A moment as a protocol writes it, with its zone, so that it means the same in another country."""
    local = localtime(at)
    offset = local.strftime("%z")
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M:%S} (UTC{offset[:3]}:{offset[3:]})"


@dataclass(frozen=True, slots=True)
class Signature:
    """A grader, and when they confirmed what the protocol says; None where the rule did without them."""

    name: str
    is_external: bool
    at: datetime | None

    @property
    def when(self) -> str:
        return moment_text(self.at) if self.at else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate. `grade` is empty without one; `note` says why, as far as somebody noted it."""

    number: str
    name: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Reopening:
    """The committee was given back to its graders, and `revision` began."""

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
    """
    A protocol, whole. `key` is FS's key of the exam, each part with its name, and `facts` what else tells the exam from
    others. `confirmed_at` is the moment of the last confirmation: the protocol's date, whenever it is drawn up.
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
