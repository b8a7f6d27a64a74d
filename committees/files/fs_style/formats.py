"""Recognition of files that are not UTF-8 text, and of files in the place of another one."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
YEAR = re.compile("[0-9]{4}")
BEGINNING, FEW = 1000, 5
"""Bytes of a file, and zeros among them; a file with more of these is no text."""
SAMPLE = 50
"""Lines from which the kind of a file is recognised."""
LATIN_LETTERS = frozenset("æøåÆØÅäöÄÖéÉèüÜ")


def sentence_about_bytes(content: bytes) -> "StrPromise | None":
    """Return what is wrong with a file that is not text in an encoding of one byte per letter; None for text."""
    if content.startswith((ZIP, OLE)):
        return _(
            "This is an Excel workbook, not a text file. Use the text file that FS exported, or choose Save As → "
            "CSV UTF-8 in Excel and check that ; separates the fields."
        )
    if content.startswith(PDF):
        return _("This is a PDF, not a text file. Use the text file that FS exported.")
    if content.startswith(UTF_16) or _has_utf_16_zeros(content):
        return _(
            "This file is saved as UTF-16 (“Unicode” in some programs). Open it in a text editor, choose Save As, "
            "and select the encoding UTF-8."
        )
    if content[:BEGINNING].count(b"\0") > FEW:
        return _("This is not a text file. Use the text file that FS exported.")
    return None


def _has_utf_16_zeros(content: bytes) -> bool:
    """Return whether every other byte of the beginning is zero, as in UTF-16 without a byte order mark."""
    start = content[:200]
    return len(start) > 3 and any(not any(start[first::2]) for first in (0, 1))


def sentence_about_encoding(line: bytes) -> "StrPromise":
    """Return what is wrong with a line that is not UTF-8."""
    if LATIN_LETTERS & set(line.decode("latin-1")):
        return _(
            "This file is saved as Latin-1 (also called ISO 8859-1, Windows-1252 or ANSI), so letters such as æ, ø "
            "and å can’t be read. Open it in a text editor, choose Save As, and select the encoding UTF-8."
        )
    return _("This file is not UTF-8: this line contains an invalid byte. Save the file as UTF-8.")


def kind_of(content: bytes) -> str:
    """
    Return the kind of an FS file: "exams", "committees", "candidates" or "results", "" if it is unknown.

    Derived from the places of the year and the number of fields in most of those first lines that have a
    kind.
    """
    text = content.decode("utf-8-sig", "replace")
    kinds = Counter(filter(None, map(_kind_of_line, text.split("\n", SAMPLE)[:SAMPLE])))
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if count * 2 > kinds.total() else ""


def _kind_of_line(line: str) -> str:
    # Escapes don't matter here: the first fields, up to the year, never have any.
    fields = re.split(r"(?<!\\);", line.rstrip("\r"))
    # Spreadsheets leave out an empty last column.
    if len(fields) in (9, 10) and YEAR.fullmatch(fields[6]):
        return "candidates"
    if len(fields) < 8 or not YEAR.fullmatch(fields[5]):
        return ""
    if len(fields) in (8, 9):
        return "exams"
    return "committees" if fields[-1] in ("J", "N") else "results"
