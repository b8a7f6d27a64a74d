"""A strict reader of .xlsx files (ECMA-376, Office Open XML) that imports only the standard library."""

# It returns exactly what the file contains: openpyxl drops rows that are out of order and can be made to
# exhaust the memory. A file that breaks the rules or exceeds a limit in `package` or `limits` is refused as
# a whole. Refusals are codes without sentences.

import posixpath
from collections.abc import Iterator, Mapping

from .cells import Cell, CellKind, Merge, Row, Sheet, Visibility
from .errors import Problem, UnreadableFile, damaged, shown
from .file_types import refuse_book_type
from .limits import MAX_SHEETS, Budget
from .markup import walk
from .package import open_package, part_of
from .relations import Book, BookEntry, ContentTypes, Relations, is_generic
from .tables import StringsReader, StylesReader, Tables
from .worksheet import Counts, SheetReader, letters

__all__ = [
    "Cell",
    "CellKind",
    "Merge",
    "Problem",
    "Row",
    "Sheet",
    "UnreadableFile",
    "Visibility",
    "letters",
    "read_workbook",
    "shown",
]


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Return all worksheets of the .xlsx file `content` in order, including hidden ones.

    Only parts with cell values are parsed. Dimensions, filters, names, conditional formats, validations and tables
    are ignored. Raises UnreadableFile for other file types, for files over the limits, and for files that two readers
    could interpret differently. A single ambiguous cell is a CellKind.ODD instead.
    """
    return tuple(_Opened(open_package(content)).sheets())


class _Opened:
    """The parts of one file and its remaining budget."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts, self.budget, self.types = parts, Budget(), ContentTypes(parts.keys())
        walk(part_of(parts, "[Content_Types].xml"), "[Content_Types].xml", self.types, self.budget)
        if "_rels/.rels" not in parts and not self.types.has_workbook():
            refuse_book_type("")

    def sheets(self) -> Iterator[Sheet]:
        book_part = self._relations("").only("officeDocument")
        book_type = self.types.of(book_part)
        if not is_generic(book_type):
            refuse_book_type(book_type)
        self.types.check("officeDocument", book_part)
        book, relations = Book(), self._relations(book_part)
        walk(part_of(self.parts, book_part), book_part, book, self.budget)
        targets = list(_targets(book, relations))
        tables, counts = self._tables(relations, book), Counts()
        for entry, kind, target in targets:
            self.types.check(kind, target)
            data = part_of(self.parts, target)
            if kind == "worksheet":
                reader = SheetReader(entry.title, tables, counts)
                walk(data, target, reader, self.budget)
                columns = tuple(reader.hidden_columns)
                yield Sheet(entry.title, tuple(reader.rows), tuple(reader.merges), entry.visibility, columns)

    def _relations(self, part: str) -> Relations:
        folder, name = posixpath.split(part)
        relations = Relations(folder)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        walk(part_of(self.parts, rels), rels, relations, self.budget)
        return relations

    def _tables(self, relations: Relations, book: Book) -> Tables:
        """Return shared strings and styles. A missing table is empty, so that only cells that refer to it are odd."""
        strings, styles = StringsReader(), StylesReader()
        for kind, reader in (("sharedStrings", strings), ("styles", styles)):
            target = relations.only(kind)
            if target.casefold() in self.parts:
                self.types.check(kind, target)
                walk(part_of(self.parts, target), target, reader, self.budget)
        return Tables(strings.strings, styles.date_styles(), book.since_1904, self.budget)


def _targets(book: Book, relations: Relations) -> Iterator[tuple[BookEntry, str, str]]:
    """Yield each sheet of `book` with its kind and part. Raises UnreadableFile for repeated titles or parts."""
    if len(book.sheets) > MAX_SHEETS:
        raise UnreadableFile(Problem.TOO_MANY_SHEETS, most=MAX_SHEETS)
    seen: set[str] = set()
    for entry in book.sheets:
        kind, target = relations.found.get(entry.relation, ("", ""))
        names = {f"title {entry.title.casefold()}", f"part {target.casefold()}"}
        if not kind.endswith("sheet") or seen & names:
            raise damaged(entry.title)
        seen |= names
        yield entry, kind, target
