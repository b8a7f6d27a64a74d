r"""
FS's file format, as FS itself reads it.

UTF-8 without a header; `\n` ends a line; `;` separates fields; `\` escapes a `\` or `;` inside a field.
A byte order mark and `\r\n` are accepted: spreadsheet programs write them.
"""

from collections.abc import Iterable
from typing import NamedTuple

SEPARATOR = ";"
ESCAPE = "\\"


class Line(NamedTuple):
    """A line of a file, numbered from 1. `fields` is None if the line can't be read."""

    number: int
    fields: tuple[str, ...] | None


def read_lines(content: bytes) -> list[Line]:
    """Return the lines of a file. If it is not UTF-8, none of them can be read."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        count = len(content.removesuffix(b"\n").split(b"\n"))
        return [Line(number, None) for number in range(1, count + 1)]
    if not lines[-1]:
        lines.pop()
    return [Line(number, split_fields(line.removesuffix("\r"))) for number, line in enumerate(lines, start=1)]


def split_fields(line: str) -> tuple[str, ...] | None:
    """Return the fields of a line; None for a NUL, or an escape before anything but `\\` or `;`."""
    if "\0" in line:  # PostgreSQL can't store it
        return None
    if ESCAPE not in line:
        return tuple(line.split(SEPARATOR))
    fields = [""]
    characters = iter(line)
    for character in characters:
        if character == SEPARATOR:
            fields.append("")
            continue
        if character == ESCAPE:
            character = next(characters, "")
            if character not in {ESCAPE, SEPARATOR}:
                return None
        fields[-1] += character
    return tuple(fields)


def join_fields(fields: Iterable[str]) -> str:
    """Return a line with these fields, escaped."""
    return SEPARATOR.join(
        field.replace(ESCAPE, ESCAPE * 2).replace(SEPARATOR, ESCAPE + SEPARATOR) for field in fields
    )
