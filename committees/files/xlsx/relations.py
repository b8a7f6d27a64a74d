"""How the parts of a package hang together: what each is, and which leads to which."""

import posixpath
import re
from collections.abc import Collection, Mapping
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext_lazy as _

from .cells import Visibility
from .errors import UnreadableFile, damaged, shown
from .markup import PartReader

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
"""How types of relationships begin, transitional and strict."""
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
TYPE_OF = {
    "officeDocument": f"{TYPES}sheet.main+xml",
    "worksheet": f"{TYPES}worksheet+xml",
    "chartsheet": f"{TYPES}chartsheet+xml",
    "dialogsheet": f"{TYPES}dialogsheet+xml",
    "sharedStrings": f"{TYPES}sharedstrings+xml",
    "styles": f"{TYPES}styles+xml",
}
"""The content type of a part in lower case, by the kind of relationship that leads to it."""
VISIBILITIES = {str(each): each for each in Visibility}
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
"""How a target begins that is an address rather than a part."""


class ContentTypes(PartReader):
    """Reads what each part says it is."""

    namespaces: ClassVar[frozenset[str]] = frozenset({f"{PACKAGE}/content-types"})
    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"Types"}),
        "Types": frozenset({"Default", "Override"}),
    }
    exact = frozenset({"Types", "Default", "Override"})
    told = kept = frozenset({"Default", "Override"})

    def __init__(self, parts: Collection[str]) -> None:
        self.parts = parts
        self.of_extensions: dict[str, str] = {}
        self.of_parts: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        said = attributes.get("ContentType", "").strip().casefold()
        types = self.of_parts if name == "Override" else self.of_extensions
        what = attributes.get("PartName" if name == "Override" else "Extension", "").casefold()
        if name == "Override":
            what = "/" + what.replace("\\", "/").lstrip("/")
        if types.setdefault(what, said) != said:
            raise damaged("[Content_Types].xml")

    def has_workbook(self) -> bool:
        """Whether any part says that it is a workbook."""
        return TYPE_OF["officeDocument"] in self.of_parts.values()

    def of(self, part: str) -> str:
        """What `part` says it is, by itself or by its extension; "" where nothing is said."""
        name = f"/{part.casefold()}"
        return self.of_parts.get(name, self.of_extensions.get(name.rpartition(".")[2], ""))

    def check(self, kind: str, part: str) -> None:
        """Refuse as damaged a `part` that says of itself that it is something else than what a relationship of `kind`
        leads to; and, where a workbook has one such part, another part of the file that says that it is that: some
        programs find parts by what they say. Types of extensions decide nothing, as they say the same of many parts."""
        wanted, name = TYPE_OF[kind], f"/{part.casefold()}"
        said = self.of_parts.get(name, "")
        if said != wanted and not is_generic(said):
            raise damaged(part)
        others = {other[1:] for other, said in self.of_parts.items() if said == wanted and other != name}
        if others & set(self.parts) and not kind.endswith("sheet"):
            raise damaged(part)


def is_generic(content_type: str) -> bool:
    """Whether `content_type` (in lower case) says nothing of what a part is but that it is XML, or data."""
    return content_type in ("", "application/xml", "text/xml", "application/octet-stream", "text/plain")


class Relations(PartReader):
    """Reads the .rels part of a part in `folder`: the kind of each relationship ("" for any but Office's own)
    and the part it leads to ("" for what lies outside of the file), by id."""

    namespaces: ClassVar[frozenset[str]] = frozenset({f"{PACKAGE}/relationships"})
    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"Relationships"}),
        "Relationships": frozenset({"Relationship"}),
    }
    exact = frozenset({"Relationships", "Relationship"})
    told = kept = frozenset({"Relationship"})

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
        """The part of the one relationship of `kind`, "" if there is none; refused as damaged if there are
        two."""
        targets = [target for found, target in self.found.values() if found == kind]
        if len(targets) > 1:
            raise damaged(kind)
        return targets[0] if targets else ""

    def _target(self, attributes: Mapping[str, str]) -> str:
        """The part that a relationship leads to, "" if it leads out of the package."""
        target = attributes.get("Target", "").replace("\\", "/")
        path = posixpath.normpath(posixpath.join(f"./{self.folder}", target))
        if attributes.get("TargetMode", "Internal") != "Internal" or ELSEWHERE.match(target):
            return ""
        return "" if path.startswith("..") else path.lstrip("/")


class BookEntry(NamedTuple):
    """A sheet as the workbook lists it: its title, the id of its relationship, and whether people see it."""

    title: str
    relation: str
    visibility: Visibility


class Book(PartReader):
    """Reads workbook.xml: its sheets, and where its dates begin."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {
        "": frozenset({"workbook"}),
        "workbook": frozenset({"sheets", "workbookPr"}),
        "sheets": frozenset({"sheet"}),
    }
    exact = frozenset({"sheets"})
    once = frozenset({"sheets", "workbookPr"})
    told = frozenset({"sheet", "workbookPr"})
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
        # calamine knows elements by their bare names.
        return name in ("sheet", "sheets") or (name == "workbookPr" and _says(attributes, "date1904"))


def _says(attributes: Mapping[str, str], name: str) -> bool:
    """Whether there is an attribute `name`, in whatever namespace."""
    return any(each.rpartition(" ")[2] == name for each in attributes)


def _outside(kind: str, target: str) -> UnreadableFile:
    return UnreadableFile(
        "outside-link",
        _(
            "A part of this workbook ({kind}) lies outside of this file, at {target}. Copy the list into a new "
            "workbook and upload that."
        ),
        kind=kind,
        target=shown(target),
    )
