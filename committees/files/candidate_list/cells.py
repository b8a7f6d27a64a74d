"""Splitting of pasted text into lines and cells."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from committees.files.grade_sheet.headers import INVISIBLE
from committees.files.grade_sheet.text import SPACE, squeeze

MAX_JOINED = 10
"""Lines of one quoted cell; a quote without its end is an ordinary character."""
THOUSANDS = re.compile("[0-9]{1,3}(?:[\u00a0\u2009\u202f'’][0-9]{3})+")
"""A number with Excel's separators of thousands, which is not split at them."""
_UNSEEN = re.compile(f"[{INVISIBLE}\u00ad]")
BULLETS = "•‣◦▪▫●○■□➢✓\uf0b7\uf0a7"
"""Bullets of mail and word processors, two of which have their own font."""
_MARKS = SPACE + BULLETS + ">*·–—-"
"""Bullets, and the marks of a quoted mail."""
_WORDS = re.compile(
    r"""(?ix) [0-9]{1,3}(?:[\u00a0\u2009\u202f][0-9]{3})+(?![0-9])   # 10 001
    | (?:committee|kommisjon)\s*(?:no\.?|nr\.?)?\s*[0-9]+           # Kommisjon 1
    | [0-9]+\s*[-–—]\s*[0-9]+                                       # 10001 – 10030
    | \S+"""
)


class Row(NamedTuple):
    """The cells of one row. `delimiter` is "" if they are separated by spaces, so that names are in pieces."""

    line: int
    cells: list[str]
    delimiter: str


def rows_of(text: str) -> Iterator[Row]:
    """Yield the rows of `text` that are not empty, with the number of their first line."""
    lines = _UNSEEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        used = _quoted_lines(lines, number)
        line = "\n".join(lines[number : number + used])
        if line.strip(SPACE):
            yield _row(number + 1, line)
        number += used


def _quoted_lines(lines: list[str], first: int) -> int:
    """Return the number of lines that a cell with quoted line ends makes one row."""
    quotes = 0
    for count, line in enumerate(lines[first : first + MAX_JOINED], start=1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return count
    return 1


def _row(number: int, line: str) -> Row:
    delimiter = next((one for one in "\t;," if one in line), "")
    if delimiter == "," and '"' not in line and re.fullmatch(rf"[{SPACE}0-9]+,[0-9]{{1,2}}[{SPACE}]*", line):
        return Row(number, [line.strip(SPACE)], delimiter)  # "10001,00" is one number
    if delimiter != "\t":
        line = line.lstrip(_MARKS)
    if not delimiter:
        return Row(number, [word.strip(SPACE) for word in _WORDS.findall(line)], "")
    cells = [cell.strip(SPACE) for cell in _cells(line.replace("\n", " "), delimiter)]
    return Row(number, [cell if THOUSANDS.fullmatch(cell) else squeeze(cell) for cell in cells], delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    if line.count('"') % 2 == 0:
        with suppress(csv.Error):  # a cell longer than csv allows
            return next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != "\t"))
    return line.split(delimiter)
