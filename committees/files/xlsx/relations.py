"""Content types, relationships and workbook.xml: the kind of each part and the links between them."""

import posixpath
import re
from collections.abc import Collection, Mapping
from typing import ClassVar, NamedTuple

from .cells import Visibility
from .errors import Problem, UnreadableFile, damaged, shown
from .markup import PartReader

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
"""Beginnings of relationship types, transitional and strict."""
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
TYPE_OF = {
    "officeDocument": f"{TYPES}sheet.main+xml",
    "worksheet": f"{TYPES}worksheet+xml",
    "chartsheet": f"{TYPES}chartsheet+xml",
    "dialogsheet": f"{TYPES}dialogsheet+xml",
    "sharedStrings": f"{TYPES}sharedstrings+xml",
    "styles": f"{TYPES}styles+xml",
}
"""Content type of a part in lower case, by the kind of relationship that leads to it."""
VISIBILITIES = {str(each): each for each in Visibility}
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
"""Beginning of a target that is an address rather than a part."""


class ContentTypes(PartReader):
    """Reader of the content types of all parts."""

    namespaces: ClassVar[frozenset[str]] = frozenset({f"{PACKAGE}/content-types"})
    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"Types"}),
        "Types": frozenset({"Default", "Override"}),
    }
    exact = frozenset({"Types", "Default", "Override"})
    reported = kept = frozenset({"Default", "Override"})

    def __init__(self, parts: Collection[str]) -> None:
        self.parts = parts
        self.of_extensions: dict[str, str] = {}
        self.of_parts: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        declared = attributes.get("ContentType", "").strip().casefold()
        types = self.of_parts if name == "Override" else self.of_extensions
        key = attributes.get("PartName" if name == "Override" else "Extension", "").casefold()
        if name == "Override":
            key = "/" + key.replace("\\", "/").lstrip("/")
        if types.setdefault(key, declared) != declared:
            raise damaged("[Content_Types].xml")

    def has_workbook(self) -> bool:
        """Return whether any part is declared as a workbook."""
        return TYPE_OF["officeDocument"] in self.of_parts.values()

    def of(self, part: str) -> str:
        """Return the content type of `part`, by name or extension; "" if none is declared."""
        name = f"/{part.casefold()}"
        return self.of_parts.get(name, self.of_extensions.get(name.rpartition(".")[2], ""))

    def check(self, kind: str, part: str) -> None:
        """Refuse `part` as damaged if its declared type contradicts a relationship of `kind`.

        Except for sheets, a second part of the file with that type is refused too, because some programs find parts
        by type. Types by extension don't count, as they apply to many parts.
        """
        expected, name = TYPE_OF[kind], f"/{part.casefold()}"
        declared = self.of_parts.get(name, "")
        if declared != expected and not is_generic(declared):
            raise damaged(part)
        others = {other[1:] for other, type_ in self.of_parts.items() if type_ == expected and other != name}
        if others & set(self.parts) and not kind.endswith("sheet"):
            raise damaged(part)


def is_generic(content_type: str) -> bool:
    """Return whether `content_type` (lower case) describes a part only as XML or data."""
    return content_type in ("", "application/xml", "text/xml", "application/octet-stream", "text/plain")


class Relations(PartReader):
    """Reader of the .rels part of a part in `folder`.

    `found` has, by id, the kind of each relationship ("" if it is not one of Office's) and its target part ("" if it
    is outside the file).
    """

    namespaces: ClassVar[frozenset[str]] = frozenset({f"{PACKAGE}/relationships"})
    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"Relationships"}),
        "Relationships": frozenset({"Relationship"}),
    }
    exact = frozenset({"Relationships", "Relationship"})
    reported = kept = frozenset({"Relationship"})

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        family, _slash, kind = attributes.get("Type", "").rpartition("/")
        known = kind if family in OFFICE and kind in TYPE_OF else ""
        target = self._target(attributes) if known else ""
        if known and not target:
            raise _outside(kind, attributes.get("Target", ""))
        if attributes.get("Id", "") in self.found:
            raise damaged(self.folder)
        self.found[attributes.get("Id", "")] = known, target

    def only(self, kind: str) -> str:
        """Return the target of the only relationship of `kind`, "" if there is none. Raises UnreadableFile if
        there are two."""
        targets = [target for found, target in self.found.values() if found == kind]
        if len(targets) > 1:
            raise damaged(kind)
        return targets[0] if targets else ""

    def _target(self, attributes: Mapping[str, str]) -> str:
        """Return the target part of a relationship, "" if it is outside the package."""
        target = attributes.get("Target", "").replace("\\", "/")
        path = posixpath.normpath(posixpath.join(f"./{self.folder}", target))
        if attributes.get("TargetMode", "Internal") != "Internal" or ELSEWHERE.match(target):
            return ""
        return "" if path.startswith("..") else path.lstrip("/")


class BookEntry(NamedTuple):
    """A sheet in the list of the workbook: its title, the id of its relationship, and its visibility."""

    title: str
    relation: str
    visibility: Visibility


class Book(PartReader):
    """Reader of workbook.xml: its sheets and the start of its dates."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"workbook"}),
        "workbook": frozenset({"sheets", "workbookPr"}),
        "sheets": frozenset({"sheet"}),
    }
    exact = frozenset({"sheets"})
    once = frozenset({"sheets", "workbookPr"})
    reported = frozenset({"sheet", "workbookPr"})
    kept = frozenset({"sheet"})

    def __init__(self) -> None:
        self.sheets: list[BookEntry] = []
        self.since_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relations = [attributes[f"{family} id"] for family in OFFICE if f"{family} id" in attributes]
            if len(relations) != 1:
                raise damaged("workbook.xml")
            state = VISIBILITIES.get(attributes.get("state", ""), Visibility.VISIBLE)
            self.sheets.append(BookEntry(attributes.get("name", ""), relations[0], state))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")

    def obeyed_elsewhere(self, name: str, attributes: Mapping[str, str], *, is_repeated: bool) -> bool:
        # calamine matches elements by their local names.
        return name in ("sheet", "sheets") or (name == "workbookPr" and _has(attributes, "date1904"))


def _has(attributes: Mapping[str, str], name: str) -> bool:
    """Return whether there is an attribute `name` in any namespace."""
    return any(each.rpartition(" ")[2] == name for each in attributes)


def _outside(kind: str, target: str) -> UnreadableFile:
    return UnreadableFile(Problem.OUTSIDE_LINK, kind=kind, target=shown(target))
