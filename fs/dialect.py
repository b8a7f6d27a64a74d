r"""The dialect of FS's files, as FS itself reads it.

UTF-8, no header; `\n` ends a line; `;` parts the fields; a `\` or `;` inside a field has a `\` before it.
A byte order mark and `\r\n` are read too: spreadsheet programs write them.
"""

from collections.abc import Iterable
from typing import NamedTuple

SEPARATOR = ";"
ESCAPE = "\\"


class Line(NamedTuple):
    """One line of a file, counted from 1. `fields` is None where the line can't be read."""

    number: int
    fields: tuple[str, ...] | None


def read_lines(content: bytes) -> list[Line]:
    """The lines of a file. Where the bytes are not UTF-8, none of the lines can be read."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        count = len(content.removesuffix(b"\n").split(b"\n"))
        return [Line(number, None) for number in range(1, count + 1)]
    if not lines[-1]:
        lines.pop()
    return [Line(number, split_fields(line.removesuffix("\r"))) for number, line in enumerate(lines, start=1)]


def split_fields(line: str) -> tuple[str, ...] | None:
    """The fields of a line; None where an escape stands before anything else than `\\` or `;`."""
    if "\0" in line:  # no database text holds it
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
    """The fields as they stand in a line."""
    return SEPARATOR.join(
        field.replace(ESCAPE, ESCAPE * 2).replace(SEPARATOR, ESCAPE + SEPARATOR) for field in fields
    )
