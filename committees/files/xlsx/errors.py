"""The one way in which the readers of this package turn a file away."""

import unicodedata
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN_LENGTH = 80
"""Characters of a file's own text that are repeated to people; enough to find the place again."""


class UnreadableFile(Exception):
    """A file is refused whole; nothing of it may be used.

    `code` is stable, in kebab-case, for programs and tests. `sentence` is for people: what is wrong, where,
    and what to do; lazily translated, so that it is in the language of whoever reads it.
    """

    def __init__(self, code: str, sentence: "StrOrPromise", **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence: StrOrPromise = format_lazy(sentence, **facts) if facts else sentence


def damaged(where: str) -> UnreadableFile:
    """What to raise when the inside of a workbook breaks its own rules at `where` (a cell or a part)."""
    return UnreadableFile(
        "damaged",
        _(
            "This Excel file is damaged at {where}. Open it in Excel or LibreOffice, choose Save as, pick "
            "Excel "
            "Workbook (.xlsx), and upload the new file."
        ),
        where=shown(where),
    )


def too_much(code: str, sentence: "StrOrPromise", **facts: object) -> UnreadableFile:
    """What to raise when a workbook holds more than any list of grades: `sentence` says what of, formatted with
    `facts`."""
    return UnreadableFile(code, "{fact} {advice}", fact=format_lazy(sentence, **facts), advice=VALUES_ONLY)


VALUES_ONLY = _(
    "Copy the columns with the candidate IDs and the grades, paste only their values into a new workbook "
    "(Paste Special, Values), and upload that workbook."
)


def shown(text: str, length: int = SHOWN_LENGTH) -> str:
    """`text` as it may be repeated to people and stored: cut to `length` characters, and with every control,
    format, surrogate and unassigned character written out as its code point, so that it can't reorder or hide
    what stands around it."""
    plain = "".join(_visible(character) for character in text[: length + 1])
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\r\v\f\x85":
        return " "
    return f"[U+{ord(character):04X}]" if category.startswith("C") else character
