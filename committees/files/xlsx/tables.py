"""The parts that cells refer to: shared strings and styles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from .cells import OddCell, plain_text
from .errors import Problem, UnreadableFile, damaged
from .fast_path import plain_strings
from .limits import MAX_STRINGS, MAX_STYLES, Budget
from .markup import PartReader
from .rich_text import Runs

DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the built-in formats that show dates or times (ECMA-376 part 1, 18.8.30)."""
NOT_SHOWN = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
"""Parts of a format code that don't show the value: quoted and escaped text, spaces, colours and conditions."""


@dataclass
class Tables:
    """Shared strings, and whether each cell style shows a date."""

    strings: list[str | None] = field(default_factory=list)
    date_styles: list[bool] = field(default_factory=lambda: [False])
    since_1904: bool = False
    budget: Budget = field(default_factory=Budget)

    def string(self, index: str) -> str:
        """Return the shared string at `index` and count it in the budget. Raises OddCell if it is missing or
        ambiguous."""
        if not (index.isascii() and index.isdigit() and len(index) < 9) or int(index) >= len(self.strings):
            raise OddCell
        string = self.strings[int(index)]
        if string is None:
            raise OddCell
        self.budget.spend_reference(len(string))
        return string

    def is_date(self, style: str) -> bool:
        """Return whether numbers in the cell style `style` are dates. Raises OddCell if there is no such style."""
        if not (style.isascii() and style.isdigit() and len(style) < 9) or int(style) >= len(
            self.date_styles
        ):
            raise OddCell
        return self.date_styles[int(style)]


class StringsReader(PartReader):
    """Reader of sharedStrings.xml. The runs of a rich text are joined, and pronunciation (rPh) is skipped. An
    ambiguous string is None."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"sst"}),
        "sst": frozenset({"si"}),
        "si": frozenset({"t", "r"}),
        "r": frozenset({"t"}),
    }
    exact = frozenset({"sst", "si", "r"})
    values = frozenset({"si", "r", "t"})
    once = frozenset({"sst"})
    reported = frozenset({"r"})

    def __init__(self) -> None:
        self.strings: list[str | None] = []
        self.runs = Runs()

    def take_fast(self, data: bytes, budget: Budget) -> bytes:
        plain = plain_strings(data)
        if plain is None or len(plain.strings) > MAX_STRINGS or plain.characters > budget.characters:
            return data
        budget.spend_text(plain.characters)
        self.strings = list(plain.strings)
        return plain.rest

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.runs.start_run()

    def spoil(self) -> None:
        self.runs.spoil()

    def end(self, name: str, text: str) -> None:
        if name == "t":
            self.runs.add(text)
        elif name == "r":
            self.runs.end_run()
        elif name == "si":
            self.strings.append(self._taken())
            if len(self.strings) > MAX_STRINGS:
                raise UnreadableFile(Problem.TOO_MANY_STRINGS, most=MAX_STRINGS)

    def _taken(self) -> str | None:
        try:
            return plain_text(self.runs.take())
        except OddCell:
            return None


class StylesReader(PartReader):
    """Reader of styles.xml: for each cell style in order, whether its numbers are dates or times."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"styleSheet"}),
        "styleSheet": frozenset({"numFmts", "cellXfs"}),
        "numFmts": frozenset({"numFmt"}),
        "cellXfs": frozenset({"xf"}),
    }
    exact = frozenset({"numFmts", "cellXfs"})
    once = frozenset({"numFmts", "cellXfs"})
    reported = kept = frozenset({"numFmt", "xf"})

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.formats: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            number, code = attributes.get("numFmtId", ""), attributes.get("formatCode", "")
            if self.codes.setdefault(number, code) != code:
                raise damaged("styles.xml")
        elif name == "xf":
            self.formats.append(attributes.get("numFmtId", "0"))
        if len(self.formats) + len(self.codes) > MAX_STYLES:
            raise damaged("styles.xml")

    def date_styles(self) -> list[bool]:
        """Return whether each cell style shows dates; a file without cell styles has the default one."""
        dates = {number for number, code in self.codes.items() if shows_date(code)}
        dates |= {str(number) for number in DATE_FORMATS} - self.codes.keys()
        return [number in dates for number in self.formats] or [False]


def shows_date(code: str) -> bool:
    """Return whether the number format `code` shows days, months, years, hours, minutes or seconds."""
    return any(letter in "dmyhs" for letter in NOT_SHOWN.sub("", code).lower())
