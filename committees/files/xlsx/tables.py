"""The parts that cells point into: shared strings and styles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from .cells import OddCell, plain_text
from .errors import damaged, too_much
from .fast_path import plain_strings
from .limits import MAX_STRINGS, MAX_STYLES, Budget
from .markup import PartReader
from .rich_text import Runs

DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the built-in formats that show dates or times (ECMA-376 part 1, 18.8.30)."""
NOT_SHOWN = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
"""What a format code says about anything but the value: quoted, escaped, spaces, colours and conditions."""


@dataclass
class Tables:
    """What a cell's numbers mean: its string, and whether its style shows a date."""

    strings: list[str | None] = field(default_factory=list)
    date_styles: list[bool] = field(default_factory=lambda: [False])
    since_1904: bool = False
    budget: Budget = field(default_factory=Budget)

    def string(self, index: str) -> str:
        """The shared string at `index`. Raises OddCell if there is none, or readers differ on it. Counted each time."""
        if not (index.isascii() and index.isdigit() and len(index) < 9) or int(index) >= len(self.strings):
            raise OddCell
        string = self.strings[int(index)]
        if string is None:
            raise OddCell
        self.budget.spend_reference(len(string))
        return string

    def is_date(self, style: str) -> bool:
        """Whether a number in the cell style `style` shows as a date. Raises OddCell if there is no such style."""
        if not (style.isascii() and style.isdigit() and len(style) < 9) or int(style) >= len(
            self.date_styles
        ):
            raise OddCell
        return self.date_styles[int(style)]


class StringsReader(PartReader):
    """Reads sharedStrings.xml. The runs of a rich text are one text; how to pronounce it (rPh) is passed
    over. A string on which readers differ is None."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"sst"}),
        "sst": frozenset({"si"}),
        "si": frozenset({"t", "r"}),
        "r": frozenset({"t"}),
    }
    exact = frozenset({"sst", "si", "r"})
    values = frozenset({"si", "r", "t"})
    once = frozenset({"sst"})
    told = frozenset({"r"})

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
                raise too_much(
                    "too-many-strings",
                    _("This file contains more than {most} text values."),
                    most=MAX_STRINGS,
                )

    def _taken(self) -> str | None:
        try:
            return plain_text(self.runs.take())
        except OddCell:
            return None


class StylesReader(PartReader):
    """Reads styles.xml: for each cell style, in order, whether a number in it shows as a date or time."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"styleSheet"}),
        "styleSheet": frozenset({"numFmts", "cellXfs"}),
        "numFmts": frozenset({"numFmt"}),
        "cellXfs": frozenset({"xf"}),
    }
    exact = frozenset({"numFmts", "cellXfs"})
    once = frozenset({"numFmts", "cellXfs"})
    told = kept = frozenset({"numFmt", "xf"})

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
        """Whether each cell style shows dates; a file without cell styles has the plain one."""
        dates = {number for number, code in self.codes.items() if shows_date(code)}
        dates |= {str(number) for number in DATE_FORMATS} - self.codes.keys()
        return [number in dates for number in self.formats] or [False]


def shows_date(code: str) -> bool:
    """Whether the number format `code` shows days, months, years, hours, minutes or seconds."""
    return any(letter in "dmyhs" for letter in NOT_SHOWN.sub("", code).lower())
