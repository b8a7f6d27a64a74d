"""Limits of one file: a list of 10,000 candidates with names, twice the largest exam, and a margin."""

from .errors import Problem, UnreadableFile

MAX_SHEETS = 50
"""Sheets of a workbook: more than one per committee of a large exam."""
MAX_ROWS = 10_500
"""Non-empty rows of all sheets."""
MAX_CELLS = 32_000
"""Non-empty cells of all sheets: 10,000 candidates with three columns, or a committee of 500 with sixty."""
MAX_STRINGS = 32_000
"""Shared strings: the same as cells."""
MAX_MERGES = 10_000
"""Merged ranges of all sheets: one per row, as some programs write titles and names."""
MAX_STYLES = 65_536
"""Cell styles and number formats. Excel's limit is 65,490."""
MAX_ELEMENTS = 140_000
"""Elements of the parsed parts: the maximum of rows and cells, a string for each cell, and 10,000 for styles,
columns, conditional formats and validations."""
MAX_ALL_ATTRIBUTES = 400_000
"""Attributes of these elements. A full list written by Excel has 170,000: three per cell and seven per row."""
MAX_WALKED = 8 * 1024 * 1024
"""Bytes of the parsed parts. The maximum of cells and texts takes about 5 MB."""
MAX_CHARACTERS = 4 * 1024 * 1024
"""Characters of all texts. Python needs up to four bytes for each."""
MAX_REFERENCED = 16 * 1024 * 1024
"""Characters of shared strings and formulas, counted for each cell that refers to them: 500 per cell. The file
contains such a text only once."""
MAX_TEXT = 32_767
"""Characters of one cell: Excel's limit."""

MAX_DEPTH = 64
"""Depth of nested elements. Worksheets with pictures and extensions stay under 20."""
MAX_ATTRIBUTES = 64
"""Attributes of one element. The largest of a worksheet (sheetProtection, row) have about 20."""
MAX_TOKEN = 524_288
"""Bytes of a tag, comment or text. Excel's longest text with every character escaped has 300 kB; a longer tag
could have more attributes than fit into memory."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Excel's last cell is XFD1048576."""
LAST_FILLED_ROW, LAST_FILLED_COLUMN = 65_536, 256
"""The last cell of Excel before 2007, IV65536. Programs rarely fill cells beyond it, so they are left to the walk."""


class Budget:
    """Remaining limits of one file, shared by all its parts."""

    def __init__(self) -> None:
        self.bytes, self.elements, self.characters = MAX_WALKED, MAX_ELEMENTS, MAX_CHARACTERS
        self.attributes, self.referenced = MAX_ALL_ATTRIBUTES, MAX_REFERENCED

    def spend_markup(self, data: bytes) -> None:
        """Count elements (and comments) and attributes (and equals signs in texts) of the part `data`, much faster
        than the walk. Raises UnreadableFile over a limit."""
        self.bytes -= len(data)
        self.elements -= data.count(b"<") - data.count(b"</")
        self.attributes -= data.count(b"=")
        if self.bytes < 0 or self.elements < 0 or self.attributes < 0:
            raise UnreadableFile(Problem.TOO_MUCH_MARKUP)

    def spend_text(self, characters: int) -> None:
        """Count `characters` of text. Raises UnreadableFile over the limit."""
        self.characters -= characters
        if self.characters < 0:
            raise _too_much_text(MAX_CHARACTERS)

    def spend_reference(self, characters: int) -> None:
        """Count a cell that refers to a text of `characters`. Raises UnreadableFile over the limit."""
        self.referenced -= characters
        if self.referenced < 0:
            raise _too_much_text(MAX_REFERENCED)


def _too_much_text(most: int) -> UnreadableFile:
    return UnreadableFile(Problem.TOO_MUCH_TEXT, most=most // 1024**2)


def has_endless_token(data: bytes) -> bool:
    """Return whether `data` has MAX_TOKEN consecutive bytes without the beginning of a tag."""
    place = 0
    while len(data) - place > MAX_TOKEN:
        tag = data.rfind(b"<", place, place + MAX_TOKEN)
        if tag < 0:
            return True
        place = tag + 1
    return False
