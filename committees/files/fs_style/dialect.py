r"""Syntax of FS's files: UTF-8, `;` separates, `\` escapes `\` and `;`, `\n` ends a line, no header."""

# Source: the University of Oslo's export of 2013. A byte order mark and `\r\n` are accepted, but never
# written.

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .formats import sentence_about_bytes, sentence_about_encoding

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEPARATOR, ESCAPE, BOM = ";", "\\", b"\xef\xbb\xbf"
MAX_FILE = 5 * 1024 * 1024
"""Bytes of a file: 50,000 lines, more than a university's candidates in the oral exams of a term."""
MAX_EXAMS = 10_000
"""Exams in a file: several times those of a university's term, and few enough to read and write in one query."""
MAX_LINE = 1000
"""Characters of a line; the maximum lengths of the fields add up to about 700."""
OTHER_SEPARATOR = _(
    "The fields of this line are separated by {name}, but must be separated by semicolons (;)."
)
QUOTED = _(
    "The fields of this line are in quotation marks. Save the file again without them: in LibreOffice, untick “Quote all "
    "text cells”."
)
MOST_QUOTED = 2
"""Fields that may be in quotation marks, such as the name of a room."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of invisible characters that can hide or reorder the text around them."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that was not read: its number, counted from 1, and a sentence for people."""

    line: int
    sentence: "StrOrPromise"


class BrokenLine(ValueError):
    """A line with invalid syntax. `sentence` is lazily translated."""

    def __init__(self, sentence: "StrOrPromise", **facts: object) -> None:
        self.sentence = fill_in(sentence, **facts)
        super().__init__(sentence)


def fill_in(sentence: "StrOrPromise", **facts: object) -> "StrOrPromise":
    """Return `sentence` with its placeholders filled in, lazily if any part is translated lazily."""
    is_lazy = isinstance(sentence, Promise) or any(isinstance(fact, Promise) for fact in facts.values())
    return format_lazy(sentence, **facts) if is_lazy else str(sentence).format(**facts)


def split_lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the non-blank lines of a file, numbered from 1, in Unicode form NFC. May raise UnreadableBytes."""
    if len(content) > MAX_FILE:
        raise UnreadableBytes(1, fill_in(_("This file is larger than {most} MB."), most=MAX_FILE // 1024**2))
    if sentence := sentence_about_bytes(content):
        raise UnreadableBytes(1, sentence)
    content = content.removeprefix(BOM)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start)
        sentence = sentence_about_encoding(content.split(b"\n")[number])
        raise UnreadableBytes(number + 1, sentence) from error
    for number, line in enumerate(text.split("\n"), start=1):
        # Macs write å as two characters, a letter and its ring.
        plain = unicodedata.normalize("NFC", line.removesuffix("\r"))
        if plain.strip(" \t"):
            yield number, plain


class UnreadableBytes(ValueError):
    """A file of which no line can be read. `problem` has place and reason."""

    def __init__(self, line: int, sentence: "StrOrPromise") -> None:
        super().__init__(line)
        self.problem = LineProblem(line, sentence)


def split_fields(line: str) -> list[str]:
    """Return the fields of one line. May raise BrokenLine."""
    if len(line) > MAX_LINE:
        raise BrokenLine(_("This line has more than {most} characters."), most=MAX_LINE)
    # A quick check first. Some characters that are not printable, such as no-break spaces, are allowed.
    if not line.isprintable():
        hidden = next((character for character in line if unicodedata.category(character) in HIDDEN), None)
        if hidden == "\t" and SEPARATOR not in line:
            raise BrokenLine(OTHER_SEPARATOR, name=_("tabs"))
        if hidden is not None:
            raise BrokenLine(
                _("This line contains a hidden character: {point}."), point=f"U+{ord(hidden):04X}"
            )
    _refuse_quoted(line)
    if ESCAPE not in line:
        return line.split(SEPARATOR)
    fields, characters = [""], iter(line)
    for character in characters:
        if character == SEPARATOR:
            fields.append("")
            continue
        if character == ESCAPE:
            character = next(characters, "")
            if character not in (SEPARATOR, ESCAPE):
                raise BrokenLine(
                    _("This line has a backslash that is not followed by ; or another backslash.")
                )
        fields[-1] += character
    return fields


def _refuse_quoted(line: str) -> None:
    """May raise BrokenLine: if the fields are in quotation marks, as spreadsheets write them."""
    if '"' not in line:
        return
    quoted = [one for one in line.split(SEPARATOR) if len(one) > 1 and one[0] == one[-1] == '"']
    if len(quoted) > MOST_QUOTED:
        raise BrokenLine(QUOTED)


def join_fields(fields: Iterable[str]) -> str:
    """Return the fields as one line without its end."""
    escaped = (field.replace(ESCAPE, ESCAPE * 2).replace(SEPARATOR, ESCAPE + SEPARATOR) for field in fields)
    return SEPARATOR.join(escaped)
