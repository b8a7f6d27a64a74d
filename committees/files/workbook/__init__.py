"""A small, strict reader of .xlsx files (ECMA-376, Office Open XML).

Ours, since what is read must be exactly what stands in the file: openpyxl drops rows that stand out of order
and can be made to fill the memory. A file either follows the rules and keeps within the bounds of each
module, or is refused whole.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from .cells import Cell, CellKind, Row, Sheet
from .foreign import refuse_content_types
from .markup import PartReader, refuse_doctype, walk
from .package import open_package, part_of
from .tables import StringsReader, StylesReader, Tables
from .unreadable import UnreadableFile, damaged, shown
from .worksheet import SheetReader, letters, refuse_endless

__all__ = ["Cell", "CellKind", "Row", "Sheet", "UnreadableFile", "letters", "read_workbook", "shown"]

XML_PARTS = (".xml", ".rels", ".vml")


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Every worksheet of the .xlsx file `content`, in order, hidden ones too.

    The dimension, merged cells, filters and what hides rows are ignored. Raises UnreadableFile for any other
    kind of file, for one outside the bounds, and for one that two readers could understand differently.
    """
    parts = open_package(content)
    for name, data in parts.items():
        if name.endswith(XML_PARTS):
            refuse_doctype(data, name)
    types = _ContentTypes()
    walk(part_of(parts, "[Content_Types].xml"), "[Content_Types].xml", types)
    refuse_content_types(types.found)
    return tuple(_sheets(parts))


class _ContentTypes(PartReader):
    """Reads what kind of file the package says it is."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"Types"}),
        "Types": frozenset({"Default", "Override"}),
    }

    def __init__(self) -> None:
        self.found: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.found.append(attributes.get("ContentType", ""))


class _Relations(PartReader):
    """Reads a .rels part: the last word of each relationship's type, and the part it leads to, by id."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"Relationships"}),
        "Relationships": frozenset({"Relationship"}),
    }

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", "")))
            outside = attributes.get("TargetMode") == "External"
            if attributes.get("Id", "") in self.found:
                raise damaged(self.folder)
            self.found[attributes.get("Id", "")] = kind, "" if outside else target.lstrip("/")

    def only(self, kind: str) -> str:
        """The part of the one relationship of `kind`, "" if there is none; refused as damaged if there are
        two."""
        targets = [target for found, target in self.found.values() if found == kind]
        if len(targets) > 1:
            raise damaged(kind)
        return targets[0] if targets else ""


class _Book(PartReader):
    """Reads workbook.xml: the names of its sheets with their relationship ids, and where its dates begin."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"workbook"}),
        "workbook": frozenset({"sheets", "workbookPr"}),
        "sheets": frozenset({"sheet"}),
    }
    exact = frozenset({"sheets"})

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next(
                (value for key, value in attributes.items() if key.endswith("/relationships id")), ""
            )
            self.sheets.append((attributes.get("name", ""), relation))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")


def _sheets(parts: Mapping[str, bytes]) -> Iterator[Sheet]:
    root = _relations(parts, "")
    book_part = root.only("officeDocument")
    book, relations = _Book(), _relations(parts, book_part)
    walk(part_of(parts, book_part), book_part, book)
    tables = _tables(parts, relations, book)
    seen: set[str] = set()
    cells = 0
    for title, relation in book.sheets:
        kind, target = relations.found.get(relation, ("", ""))
        if kind in ("chartsheet", "dialogsheet"):
            continue
        _check_sheet(title, kind, target, seen)
        reader, data = SheetReader(title, tables, cells), part_of(parts, target)
        refuse_endless(title, data)
        walk(data, target, reader)
        cells = reader.cell_count
        yield Sheet(title, tuple(reader.rows))


def _check_sheet(title: str, kind: str, target: str, seen: set[str]) -> None:
    if kind == "worksheet" and not target:
        raise UnreadableFile(
            "outside-link",
            _(
                "Sheet “{sheet}” lies outside of this file. Copy the list into a new workbook and upload "
                "that."
            ),
            sheet=shown(title),
        )
    if kind != "worksheet" or target.casefold() in seen:
        raise damaged(title)
    seen.add(target.casefold())


def _relations(parts: Mapping[str, bytes], part: str) -> _Relations:
    folder, name = posixpath.split(part)
    relations = _Relations(folder)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    walk(part_of(parts, rels), rels, relations)
    return relations


def _tables(parts: Mapping[str, bytes], relations: _Relations, book: _Book) -> Tables:
    strings, styles = StringsReader(), StylesReader()
    for kind, reader in (("sharedStrings", strings), ("styles", styles)):
        target = relations.only(kind)
        if target:
            walk(part_of(parts, target), target, reader)
    return Tables(strings.strings, styles.date_styles(), book.since_1904)
