"""Refusals of this package: codes and parameters without sentences."""

import unicodedata
from enum import StrEnum

SHOWN_LENGTH = 80
"""Maximum characters of a file's text in a message."""


class Problem(StrEnum):
    """Reasons for refusing a file."""

    # Other kinds of files
    EMPTY_FILE = "empty-file"
    NOT_DOWNLOADED = "not-downloaded"
    LOCK_FILE = "lock-file"
    SHORTCUT = "shortcut"
    GOOGLE_SHORTCUT = "google-shortcut"
    OLD_XLS = "old-xls"
    OLD_OFFICE = "old-office"
    PASSWORD = "password"  # noqa: S105  # a code, no secret
    SENSITIVITY_LABEL = "sensitivity-label"
    ODS = "ods"
    OPENDOCUMENT = "opendocument"
    XLSM = "xlsm"
    ADD_IN = "add-in"
    XLSB = "xlsb"
    TEMPLATE = "template"
    NUMBERS = "numbers"
    TEXT = "text"
    WEB_PAGE = "web-page"
    PDF = "pdf"
    OTHER_OFFICE = "other-office"
    ZIP = "zip"
    UNKNOWN = "unknown"

    # More than a list of grades
    TOO_LARGE = "too-large"
    TOO_LARGE_UNPACKED = "too-large-unpacked"
    TOO_MANY_PARTS = "too-many-parts"
    TOO_MANY_SHEETS = "too-many-sheets"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_CELLS = "too-many-cells"
    TOO_MANY_MERGES = "too-many-merges"
    TOO_MANY_STRINGS = "too-many-strings"
    TOO_MUCH_MARKUP = "too-much-markup"
    TOO_MUCH_TEXT = "too-much-text"

    # Damaged, or readable in two ways
    BROKEN_ZIP = "broken-zip"
    DAMAGED = "damaged"
    DOCTYPE = "doctype"
    ODD_PART_NAME = "odd-part-name"
    DUPLICATE_PARTS = "duplicate-parts"
    OVERLAPPING_PARTS = "overlapping-parts"
    AMBIGUOUS_ARCHIVE = "ambiguous-archive"
    OUTSIDE_LINK = "outside-link"
    CELL_IN_WRONG_ROW = "cell-in-wrong-row"
    DUPLICATE_ROW = "duplicate-row"
    DUPLICATE_CELL = "duplicate-cell"
    ROWS_OUT_OF_ORDER = "rows-out-of-order"
    CELLS_OUT_OF_ORDER = "cells-out-of-order"


class UnreadableFile(Exception):
    """A file was refused as a whole; none of it may be used.

    `code` is a `Problem`, or a code in kebab-case of the caller. `params` are the places, names and limits in its
    sentence.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.params.items())])


def damaged(place: str) -> UnreadableFile:
    """Return the refusal of a workbook that is malformed at `place` (a cell or a part)."""
    return UnreadableFile(Problem.DAMAGED, place=shown(place))


def shown(text: str, length: int = SHOWN_LENGTH) -> str:
    """Return `text` safe for messages and storage: cut to `length` characters, and with every control, format,
    surrogate and unassigned character as its code point, so that it can't reorder or hide the text around it."""
    if len(text) <= length and text.isprintable():
        return text
    plain = "".join(_visible(character) for character in text[: length + 1])
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\r\v\f\x85":
        return " "
    return f"[U+{ord(character):04X}]" if category.startswith("C") else character
