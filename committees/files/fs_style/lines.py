"""Lines of FS's files. Fields have FS's names and contain the text of the file."""

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar, NamedTuple

from django.conf import settings

from .columns import (
    CANDIDATE_COLUMNS,
    COMMITTEE_COLUMNS,
    EXAM_COLUMNS,
    RESULT_COLUMNS,
    Column,
    read_moment,
)
from .dialect import join_fields


class ExamKey(NamedTuple):
    """FS's key of an exam. As text, its six parts joined as in a line."""

    institusjonsnr: str
    emnekode: str
    versjonskode: str
    vurdkombkode: str
    vurdtidkode: str
    arstall: str

    def __str__(self) -> str:
        return join_fields(self)


def full_name(name: str) -> str:
    """Return the user name as `user@realm` in lower case; a bare name belongs to the home realm."""
    name = name.casefold()
    return name if "@" in name or not name else f"{name}@{settings.HOME_REALM.casefold()}"


def _day(text: str) -> str:
    moment = read_moment(text)
    return str(moment.date()) if moment else text


PLAIN: dict[str, Callable[[str], str]] = {
    "brukernavn": full_name,
    "kommislopenr": lambda number: str(int(number)),
    "datetime": _day,
}
"""Functions that normalize fields with several notations."""
_key_of = attrgetter(*ExamKey._fields)


@dataclass(frozen=True, slots=True)
class Line:
    """A line about the exam with this key."""

    columns: ClassVar[tuple[Column, ...]]

    institusjonsnr: str
    emnekode: str
    versjonskode: str
    vurdkombkode: str
    vurdtidkode: str
    arstall: str

    @property
    def key(self) -> ExamKey:
        return ExamKey._make(_key_of(self))

    @property
    def identity(self) -> Hashable:
        """Key of which a file may have only one line."""
        return self.key

    @property
    def facts(self) -> dict[str, str]:
        """Normalized values by field, equal for lines with the same meaning."""
        fields = {column.name: getattr(self, column.name) for column in self.columns if column.kept}
        return {
            name: PLAIN[name](value) if name in PLAIN and value else value for name, value in fields.items()
        }

    @property
    def common(self) -> tuple[Hashable, dict[str, str]] | None:
        """Object that several lines may describe, and its values, which must be equal in all of them; or None."""
        return None


@dataclass(frozen=True, slots=True)
class ExamLine(Line):
    """Date and place of one exam."""

    columns: ClassVar[tuple[Column, ...]] = EXAM_COLUMNS

    datetime: str = ""
    place: str = ""

    @property
    def date(self) -> dt.date | None:
        """Date of the exam, None if the file has none."""
        moment = read_moment(self.datetime)
        return moment.date() if moment else None

    @property
    def moment(self) -> dt.datetime | None:
        """Date and time of the exam, naive; None if the file has no time."""
        return read_moment(self.datetime) if ":" in self.datetime else None


@dataclass(frozen=True, slots=True)
class CommitteeLine(Line):
    """One grader's seat on a committee."""

    columns: ClassVar[tuple[Column, ...]] = COMMITTEE_COLUMNS

    kommislopenr: str
    kommisjonsnavn: str
    brukernavn: str
    ekstern: str

    @property
    def is_external(self) -> bool:
        return self.ekstern == "J"

    @property
    def identity(self) -> Hashable:
        """Exam, committee and grader, as a grader has one seat on a committee."""
        return self.key, int(self.kommislopenr), full_name(self.brukernavn)

    @property
    def common(self) -> tuple[Hashable, dict[str, str]] | None:
        """Name of the committee, which must be equal in all lines that have one."""
        if not self.kommisjonsnavn:
            return None
        return (self.key, int(self.kommislopenr)), {"kommisjonsnavn": self.kommisjonsnavn}


@dataclass(frozen=True, slots=True)
class CandidateLine(Line):
    """One candidate of an exam, and the committee ("" for none)."""

    columns: ClassVar[tuple[Column, ...]] = CANDIDATE_COLUMNS

    brukernavn: str
    kandidatlopenr: str
    kommislopenr: str

    @property
    def identity(self) -> Hashable:
        """Exam and candidate number, with leading zeros ignored."""
        return self.key, int(self.kandidatlopenr)


@dataclass(frozen=True, slots=True)
class ResultLine(Line):
    """One candidate's grade, `karakter`, in FS's spelling. `endringsstatus` is "" unless FS already has a grade."""

    columns: ClassVar[tuple[Column, ...]] = RESULT_COLUMNS

    kandidatlopenr: str
    kommislopenr: str
    karakter: str
    endringsstatus: str = ""

    @property
    def identity(self) -> Hashable:
        return self.key, self.kandidatlopenr
