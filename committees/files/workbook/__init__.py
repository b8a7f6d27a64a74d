"""A small, strict reader of .xlsx files (ECMA-376, Office Open XML).

Ours, since what is read must be exactly what stands in the file: openpyxl drops rows that stand out of order
and can be made to fill the memory. A file either follows the rules and keeps within the bounds of `package`
and `bounds`, or is refused whole.
"""

import posixpath
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from .bounds import MAX_SHEETS, Budget
from .cells import Cell, CellKind, Merge, Row, Sheet
from .foreign import refuse_content_types
from .markup import refuse_declarations, refuse_encodings, walk
from .package import open_package, part_of
from .relations import Book, ContentTypes, Relations
from .tables import StringsReader, StylesReader, Tables
from .unreadable import UnreadableFile, damaged, shown
from .worksheet import Counts, SheetReader, letters

__all__ = [
    "Cell",
    "CellKind",
    "Merge",
    "Row",
    "Sheet",
    "UnreadableFile",
    "letters",
    "read_workbook",
    "shown",
]

XML_PARTS = (".xml", ".rels", ".vml")


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Every worksheet of the .xlsx file `content`, in order, hidden ones too.

    The dimension, filters, names, conditional formats, validations, tables and what hides rows say nothing
    about values, and are ignored. Raises UnreadableFile for any other kind of file, for one outside the
    bounds, and for one that two readers could understand differently.
    """
    parts = open_package(content)
    for name, data in parts.items():
        refuse_declarations(data, name)
        if name.endswith(XML_PARTS):
            refuse_encodings(data, name)
    return tuple(_Opened(parts).sheets())


class _Opened:
    """The parts of one file, and what is left of its bounds."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts, self.budget, self.types = parts, Budget(), ContentTypes()
        walk(part_of(parts, "[Content_Types].xml"), "[Content_Types].xml", self.types, self.budget)
        refuse_content_types(self.types.found)

    def sheets(self) -> Iterator[Sheet]:
        book_part = self._relations("").only("officeDocument")
        self.types.check("officeDocument", book_part)
        book, relations = Book(), self._relations(book_part)
        walk(part_of(self.parts, book_part), book_part, book, self.budget)
        found = list(_targets(book, relations))
        tables, counts = self._tables(relations, book), Counts()
        for title, kind, target in found:
            self.types.check(kind, target)
            data = part_of(self.parts, target)
            if kind == "worksheet":
                reader = SheetReader(title, tables, counts)
                walk(data, target, reader, self.budget)
                yield Sheet(title, tuple(reader.rows), tuple(reader.merges))

    def _relations(self, part: str) -> Relations:
        folder, name = posixpath.split(part)
        relations = Relations(folder)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        walk(part_of(self.parts, rels), rels, relations, self.budget)
        return relations

    def _tables(self, relations: Relations, book: Book) -> Tables:
        strings, styles = StringsReader(), StylesReader()
        for kind, reader in (("sharedStrings", strings), ("styles", styles)):
            target = relations.only(kind)
            if target:
                self.types.check(kind, target)
                walk(part_of(self.parts, target), target, reader, self.budget)
        return Tables(strings.strings, styles.date_styles(), book.since_1904, self.budget)


def _targets(book: Book, relations: Relations) -> Iterator[tuple[str, str, str]]:
    """Each sheet of `book`: its title, kind and part. No two share a title or a part."""
    if len(book.sheets) > MAX_SHEETS:
        raise UnreadableFile(
            "too-many-sheets",
            _("This file has more than {most} sheets. Copy the list into a new workbook and upload that."),
            most=MAX_SHEETS,
        )
    seen: set[str] = set()
    for title, relation in book.sheets:
        kind, target = relations.found.get(relation, ("", ""))
        names = {f"title {title.casefold()}", f"part {target.casefold()}"}
        if not kind.endswith("sheet") or seen & names:
            raise damaged(title)
        seen |= names
        yield title, kind, target
