"""
How much one file may hold, by what a grade sheet can be: a list of 10,000 candidates with their names, twice the largest
exam, and a little beside it.
"""

from django.utils.translation import gettext_lazy as _

from .errors import UnreadableFile, too_much

MAX_SHEETS = 50
"""Sheets of a workbook; one per committee of a large exam, and then some."""
MAX_ROWS = 10_500
"""Rows of all sheets that hold something."""
MAX_CELLS = 32_000
"""Cells of all sheets that hold something: 10,000 candidates with three columns, or a committee of 500 with sixty."""
MAX_STRINGS = 32_000
"""Shared strings: as many as there may be cells."""
MAX_MERGES = 10_000
"""Merged ranges of all sheets: one per row, as some programs write titles and names."""
MAX_STYLES = 65_536
"""Cell styles and number formats: Excel's own limit is 65,490."""
MAX_ELEMENTS = 140_000
"""Elements of the parts that are looked into: as many rows and cells as there may be, each cell with its own
string, and 10,000 for styles, columns, conditional formats and validations."""
MAX_ALL_ATTRIBUTES = 400_000
"""Attributes of those elements, two for each: a full list as Excel writes it has 170,000, with three for each cell and
seven for each row."""
MAX_WALKED = 8 * 1024 * 1024
"""Bytes of the parts that are looked into; the rest of a package are pictures and the like. So many cells and
texts have about 5 MB."""
MAX_CHARACTERS = 4 * 1024 * 1024
"""Characters of all texts: 200 for each cell. Python keeps up to four bytes for each."""
MAX_REFERENCED = 16 * 1024 * 1024
"""Characters of the shared strings and formulas that cells refer to, counted once for each cell: 500 for each.
A file holds such a text once, however many cells show it."""
MAX_TEXT = 32_767
"""Characters of one cell: Excel's own limit."""

MAX_DEPTH = 64
"""Elements inside each other. Worksheets with pictures and extensions stay under 20."""
MAX_ATTRIBUTES = 64
"""Attributes of one element. The richest of a worksheet (sheetProtection, row) have about 20."""
MAX_TOKEN = 524_288
"""Bytes of a tag, comment or text. A text of Excel's greatest length, every character escaped, has 300 kB; a
longer tag could hold more attributes than fit into the memory."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Excel's last cell is XFD1048576."""
LAST_FILLED_ROW, LAST_FILLED_COLUMN = 65_536, 256
"""The last cell of Excel before 2007, IV65536. Programs fill hardly any cell beyond, so those are left to the walk."""


class Budget:
    """What is left of what one file may hold, all parts together."""

    def __init__(self) -> None:
        self.bytes, self.elements, self.characters = MAX_WALKED, MAX_ELEMENTS, MAX_CHARACTERS
        self.attributes, self.referenced = MAX_ALL_ATTRIBUTES, MAX_REFERENCED

    def spend_markup(self, data: bytes) -> None:
        """Count the elements (and comments) and attributes (and equals signs in texts) of the part `data`, in far
        less time than walking them takes."""
        self.bytes -= len(data)
        self.elements -= data.count(b"<") - data.count(b"</")
        self.attributes -= data.count(b"=")
        if self.bytes < 0 or self.elements < 0 or self.attributes < 0:
            raise too_much("too-much-markup", _("This file contains far more than a list of grades."))

    def spend_text(self, characters: int) -> None:
        """Count `characters` more."""
        self.characters -= characters
        if self.characters < 0:
            raise _too_much_text(MAX_CHARACTERS)

    def spend_reference(self, characters: int) -> None:
        """Count a cell that refers to a text of so many `characters`, which the file holds once for many cells."""
        self.referenced -= characters
        if self.referenced < 0:
            raise _too_much_text(MAX_REFERENCED)


def _too_much_text(most: int) -> UnreadableFile:
    return too_much(
        "too-much-text",
        _("This file contains more than {most} million characters of text."),
        most=most // 1024**2,
    )


def has_endless_token(data: bytes) -> bool:
    """Whether MAX_TOKEN bytes follow each other in `data` without the beginning of a tag."""
    place = 0
    while len(data) - place > MAX_TOKEN:
        tag = data.rfind(b"<", place, place + MAX_TOKEN)
        if tag < 0:
            return True
        place = tag + 1
    return False
