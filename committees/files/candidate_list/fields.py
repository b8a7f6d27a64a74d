"""The fields of one candidate in a list, and their checks."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .cells import BULLETS, THOUSANDS, Row
from .headers import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CANDIDATES = 10_000
"""Candidates of one list; larger exams come from FS."""
MAX_NUMBER, MAX_NAME, MAX_SHOWN = 20, 200, 40
NUMBER = re.compile("[0-9]+")
RANGE = re.compile(r"([0-9]{1,20})\s*[-–—]\s*([0-9]{1,20})")
NUMBERING = re.compile(rf"\(?([0-9]{{1,4}})[.)]|[{BULLETS}–—-]()")
"""The number of a line in a list, or its bullet: "1.", "1)", "(1)", "•"."""
SHORTEST = 4
"""Digits that a number behind a list's numbering has at least: a shorter one may be a committee."""
COMMITTEE = re.compile(r"(?i)(?:(?:committee|kommisjon)\s*(?:no\.?|nr\.?)?\s*)?([0-9]{1,9})")
LABEL = re.compile(r"(?i)(?!-)(?:candidate|kandidat)?[ -]?(?:id|no|nr|number|nummer)?[.:]*")
FEIDE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]*(?:@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+)?")
LOGIN = re.compile("[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
"""A Feide name without its realm."""
PARTICLES = re.compile(
    "af|al|av|bin|da|dal|de|del|de[nrs]|di|do|dos|du|el|ibn|jr|la|le|sr|ten|ter|van|vo[mn]|zu"
)
"""Words of names that are written in lower case."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate of the list. `committee` is None, and the texts "", where the list has none."""

    line: int
    number: str
    committee: int | None = None
    feide_name: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """The reason why a line is left out."""

    line: int
    sentence: str


class BadField(Exception):
    """A field can't be read; the argument is the sentence about it."""


def by_header(row: Row, columns: list[Column]) -> Candidate:
    """Return the candidate of a row below a row of headers. May raise BadField."""
    found: dict[Column, list[str]] = {}
    for column, cell in zip(columns, row.cells, strict=False):
        if cell:
            found.setdefault(column, []).append(cell)
    return _candidate(
        row.line,
        " ".join(found.get(Column.NUMBER, [])),
        " ".join(found.get(Column.COMMITTEE, [])),
        " ".join(found.get(Column.FEIDE_NAME, [])),
        " ".join(found.get(Column.NAME, [])),
    )


def by_look(row: Row) -> "Iterator[Candidate]":
    """Yield the candidates of a row without headers: several if it has only numbers. May raise BadField."""
    cells = _without_numbering([cell for cell in row.cells if cell and not LABEL.fullmatch(cell)])
    if not cells:
        raise BadField(_("There is no candidate number."))
    if len(cells) == 1 and (span := RANGE.fullmatch(cells[0])):
        yield from _span(row.line, *span.groups())
    elif len(cells) == 2 and (span := RANGE.fullmatch(cells[0])) and COMMITTEE.fullmatch(cells[1]):
        for one in _span(row.line, *span.groups()):
            yield _candidate(row.line, one.number, cells[1], "", "")
    elif row.delimiter != "\t" and _are_all_candidates(cells):
        for cell in cells:
            yield _candidate(row.line, cell, "", "", "")
    else:
        yield _by_kind(row, cells)


def _without_numbering(cells: list[str]) -> list[str]:
    """
    Return the cells without the numbering of a list, as in "1. 20005 Eva".

    May raise BadField: if the number behind it is so short that it may be a committee, or not longer than the numbering.
    """
    if not cells:
        return cells
    first, _space, rest = cells[0].partition(" ")
    following = [rest, *cells[1:]] if rest else cells[1:]
    numbering = NUMBERING.fullmatch(first)
    number = NUMBER.match(following[0]) if following else None
    if not numbering or not number:
        return cells
    if len(number[0]) < SHORTEST or len(number[0]) <= len(numbering[1] or ""):
        sentence = _(
            "“%(text)s” could be a candidate number or the numbering of the list. Delete the part that does not belong."
        )
        raise BadField(sentence % {"text": shown(first)})
    return following


def _are_all_candidates(cells: list[str]) -> bool:
    """Return whether a row is a list of numbers, and not a number with its committee, which is shorter."""
    if len(cells) == 1 or not all(NUMBER.fullmatch(cell) for cell in cells):
        return len(cells) == 1
    return len(cells) > 2 or len(cells[1]) >= len(cells[0]) or len(cells[1]) > 3


def _by_kind(row: Row, cells: list[str]) -> Candidate:
    number, *others = cells
    _number(number)
    committee, feide_names, names = "", [], []
    for place, cell in enumerate(others):
        if place == 0 and COMMITTEE.fullmatch(cell):
            committee = cell
        elif "@" in cell:
            feide_names.append(cell)
        else:
            names.append(cell)
    if any(NUMBER.fullmatch(name) for name in names) or len(feide_names) > 1:
        raise BadField(_("It is not clear which column is which. Add a header row, or leave columns out."))
    if not feide_names:
        feide_names, names = _short_feide_name(names)
    return _candidate(row.line, number, committee, " ".join(feide_names), " ".join(names))


def _short_feide_name(names: list[str]) -> tuple[list[str], list[str]]:
    """
    Return the Feide name without realm among the cells or words of a name, and the others.

    A login is certain if it has digits, or comes first before words with capital letters. Raise BadField where a word in
    lower case may be a login or a part of the name.
    """
    for place in sorted({0, len(names) - 1} if names else ()):
        word, others = names[place], names[:place] + names[place + 1 :]
        if not LOGIN.fullmatch(word) or not 1 < len(word) <= MAX_SHOWN or PARTICLES.fullmatch(word):
            continue
        is_first_of_name = place == 0 and any(one[:1].isupper() for one in others)
        if is_first_of_name or not word.replace("-", "").isalpha():
            return [word], others
        sentence = _(
            "“%(text)s” could be a Feide name or a person’s name. Write a Feide name as %(text)s@institution.no, and "
            "begin a person’s name with a capital letter."
        )
        raise BadField(sentence % {"text": shown(word)})
    return [], names


def _span(line: int, first: str, last: str) -> "Iterator[Candidate]":
    if int(last) < int(first):
        raise BadField(
            _("The range %(first)s–%(last)s ends before it begins.") % {"first": first, "last": last}
        )
    if int(last) - int(first) >= MAX_CANDIDATES:
        raise BadField(_("A range can have at most %(most)s numbers.") % {"most": MAX_CANDIDATES})
    # With leading zeros, every number has as many digits as the first.
    width = len(first) if first.startswith("0") else 0
    for number in range(int(first), int(last) + 1):
        yield Candidate(line, _number(str(number).zfill(width)))


def _candidate(line: int, number: str, committee: str, feide_name: str, name: str) -> Candidate:
    return Candidate(line, _number(number), _committee(committee), _feide_name(feide_name), _name(name))


def _number(text: str) -> str:
    number = text.lstrip("'’").rstrip(":")
    if not number:
        raise BadField(_("There is no candidate number."))
    if THOUSANDS.fullmatch(number):
        plain = re.sub("[^0-9]", "", number)
        sentence = _("“%(text)s” has spaces between its digits. Write the number as %(plain)s.")
        raise BadField(sentence % {"text": shown(text), "plain": plain})
    if not NUMBER.fullmatch(number) or len(number) > MAX_NUMBER:
        raise BadField(_("“%(text)s” is not a candidate number.") % {"text": shown(text)})
    return number


def _committee(text: str) -> int | None:
    if not text:
        return None
    found = COMMITTEE.fullmatch(text)
    if not found:
        raise BadField(_("“%(text)s” is not a committee number.") % {"text": shown(text)})
    return int(found[1])


def _feide_name(text: str) -> str:
    name = text.removeprefix("mailto:").strip("<>()[],;")
    if name and (not FEIDE_NAME.fullmatch(name) or len(name) > MAX_NAME // 2):
        raise BadField(
            _("“%(text)s” is not a Feide name such as name@institution.no.") % {"text": shown(text)}
        )
    return name


def _name(text: str) -> str:
    name = unicodedata.normalize("NFC", text).strip(" ,;:")
    if name.startswith("=") or name[:1].isdigit() or any(unicodedata.category(one)[0] == "C" for one in name):
        raise BadField(_("“%(text)s” is not a name. Type it again.") % {"text": shown(text)})
    if len(name) > MAX_NAME:
        raise BadField(_("The name is longer than %(most)s characters.") % {"most": MAX_NAME})
    return name


def shown(text: str) -> str:
    """Return the beginning of `text` without characters that are invisible."""
    visible = "".join(one if unicodedata.category(one)[0] != "C" else "�" for one in text)
    return visible if len(visible) <= MAX_SHOWN else visible[:MAX_SHOWN] + "…"
