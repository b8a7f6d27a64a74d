"""Builders of the lists that the corpus changes: two headers, two candidates, and the smallest possible workbook."""

from collections.abc import Callable
from xml.sax.saxutils import escape

from tests.files.build import MAIN, packed, parts

from .case import Case

GOOD = ("B2 updated 1001 A", "B3 updated 1002 B")
"""The results of the rows of an unchanged list."""
ODD_ID = ("A2 rejected odd-cell", "B3 updated 1002 B")
ODD_GRADE = ("B2 rejected 1001 odd-cell", "B3 updated 1002 B")
"""The same with one unreadable cell."""
NEVER_PARSED = "the part is never looked into"
ONE_CELL = "one odd cell is a rejected row that names the cell, and nothing is read from it"
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
BOOK_RELATIONS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
ROWS = (
    '<row r="2"><c r="A2"><v>1001</v></c><c r="B2" t="s"><v>2</v></c></row>'
    '<row r="3"><c r="A3"><v>1002</v></c><c r="B3" t="s"><v>3</v></c></row>'
)
SHARED = ("Candidate ID", "Grade", "A", "B")

Files = dict[str, str | bytes]


def strings(*texts: str, inside: str = "") -> str:
    """Return a table of shared strings."""
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'<sst xmlns="{MAIN}">{items}{inside}</sst>'


def worksheet(data: str = HEADER + ROWS, before: str = "", after: str = "") -> str:
    """Return a worksheet with the rows `data`, and other elements before and after them."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def files(data: str = HEADER + ROWS, before: str = "", after: str = "") -> Files:
    """Return the parts of a list."""
    return {**parts(), SHEET: worksheet(data, before, after), STRINGS: strings(*SHARED)}


def listed(data: str = HEADER + ROWS, before: str = "", after: str = "") -> bytes:
    """Return a list with the rows `data`."""
    return packed(files(data, before, after))


def with_parts(**others: str | bytes | None) -> bytes:
    """Return a list with other contents in parts: `sheet`, `strings`, `book`, `relations`, `types`."""
    names = {"sheet": SHEET, "strings": STRINGS, "book": BOOK, "relations": BOOK_RELATIONS, "types": TYPES}
    return packed_with({names[key]: data for key, data in others.items()})


def packed_with(changed: dict[str, str | bytes | None]) -> bytes:
    """Return a list with parts `changed`, added, or (None) left out."""
    return packed({name: data for name, data in (files() | changed).items() if data is not None})


def replaced(part: str, old: str, new: str) -> bytes:
    """Return a list with `old`, which must occur, replaced by `new` in `part`."""
    text = files()[part]
    assert isinstance(text, str)
    assert old in text
    return packed_with({part: text.replace(old, new)})


def row(number: int, candidate: str, grade: str) -> str:
    """Return a row with the cells `candidate` and `grade` as `text`, or as XML with {r} for the reference."""
    return f'<row r="{number}">{_cell(f"A{number}", candidate)}{_cell(f"B{number}", grade)}</row>'


def one_row(candidate: str, grade: str) -> Callable[[], bytes]:
    """Build a list with row 2 only."""
    return lambda: listed(HEADER + row(2, candidate, grade))


def _cell(reference: str, said: str) -> str:
    if said.startswith("<"):
        return said.replace("{r}", reference)
    text = f'<t xml:space="preserve">{escape(said)}</t>'
    return f'<c r="{reference}" t="inlineStr"><is>{text}</is></c>' if said else ""


def refused(code: str, builders: dict[str, Callable[[], bytes]]) -> list[Case]:
    """Return a case for each builder, by name, that is refused with `code`."""
    return [Case(name, build, refused=code) for name, build in builders.items()]


def good(builders: dict[str, Callable[[], bytes]], because: str = "") -> list[Case]:
    """Return a case for each builder, by name, that is read like the unchanged list."""
    return [Case(name, build, rows=GOOD, because=because) for name, build in builders.items()]


def odd_id(builders: dict[str, Callable[[], bytes]], because: str) -> list[Case]:
    """Return a case for each builder, by name, in which only cell A2 is unreadable."""
    return [Case(name, build, rows=ODD_ID, because=because) for name, build in builders.items()]


def odd_grade(builders: dict[str, Callable[[], bytes]], because: str) -> list[Case]:
    """Return a case for each builder, by name, in which only cell B2 is unreadable."""
    return [Case(name, build, rows=ODD_GRADE, because=because) for name, build in builders.items()]
