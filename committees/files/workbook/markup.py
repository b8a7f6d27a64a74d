"""XML walked with bounds. Only elements that a reader asks for reach it; no DOCTYPE, so no entities at
all."""

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from .bounds import MAX_ATTRIBUTES, MAX_DEPTH, Budget, has_endless_token
from .unreadable import UnreadableFile, damaged, shown

PIECE = 1024 * 1024
"""Bytes given to expat at once: as many as it takes in any case, so that it goes no further than that after a
refusal."""
PROLOG = 64 * 1024
"""Bytes within which the first element must begin and end its tag."""
DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")

SPREADSHEET = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""The namespaces of workbooks, transitional and strict. A part is in one of them throughout."""

TEXTS = frozenset({"v", "f", "t"})
CARRIERS = TEXTS | {"row", "c", "is", "si"}
"""Elements in which some programs find values wherever they stand."""
HARMLESS = frozenset({"rPr", "rPh", "phoneticPr"})
"""Elements that hold no value, and may be passed over where otherwise every element is looked into: how a text
looks, and how to pronounce it (rPh, which alone holds a text that is no value)."""


class PartReader:
    """Reads one part. `tree` says which children of an element are looked into ("" is above the root); all
    others are passed over with what they hold, but refused under an element in `exact`, where they could hold
    a value. An element in `once` is refused if there is another of that name anywhere, in any namespace. The
    reader is told of the start of those in `told`, and keeps attributes of those in `kept`."""

    namespaces: ClassVar[frozenset[str]] = SPREADSHEET
    tree: ClassVar[Mapping[str, frozenset[str]]] = {}
    exact: ClassVar[frozenset[str]] = frozenset()
    once: ClassVar[frozenset[str]] = frozenset()
    told: ClassVar[frozenset[str]] = frozenset()
    kept: ClassVar[frozenset[str]] = frozenset()

    def take_plain(self, data: bytes, budget: Budget) -> bytes:
        """Read at once what needs no walk, within what is left of `budget`. Returns the part `data` without it."""
        return data

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element in `told` begins."""

    def end(self, name: str, text: str) -> None:
        """An element of `tree` ends; `text` is what stood in it, for elements in TEXTS only."""


def walk(data: bytes, part: str, reader: PartReader, budget: Budget) -> None:
    """Lead `reader` through `data` within what is left of `budget`. Raises UnreadableFile for a DOCTYPE, too
    much of anything, or broken XML, naming `part`."""
    budget.spend_markup(data)
    walking = _Walk(part, reader, budget)
    parser = _parser(data, part)
    data = reader.take_plain(data, budget)
    parser.StartElementHandler, parser.EndElementHandler = walking.start, walking.end
    parser.CharacterDataHandler = walking.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = walking.cut
    parser.StartCdataSectionHandler = walking.cut
    try:
        for begin in range(0, len(data), PIECE):
            parser.Parse(data[begin : begin + PIECE], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(part) from error


def refuse_declarations(data: bytes, part: str) -> None:
    """Refuse a part, of whatever kind, that declares a document type or an entity, as UTF-8 or UTF-16."""
    for declaration in DECLARATIONS:
        wide = declaration.encode("utf-16-le")[:-1]  # the last byte off, big-endian says the same
        if declaration.encode() in data or wide in data:
            raise _doctype(part)


def refuse_encodings(data: bytes, part: str) -> None:
    """Refuse an XML part unless it begins as UTF-8, the only encoding that we look through."""
    parser = _parser(data, part)
    found: list[str] = []

    def first(name: str, _attributes: object) -> None:
        found.append(name)
        parser.StartElementHandler = None

    parser.StartElementHandler = first
    try:
        parser.Parse(data[:PROLOG], False)
    except expat.ExpatError as error:
        if not found:
            raise damaged(part) from error
    if not found:
        raise damaged(part)


class _Node:
    """An element that a reader looks into, where it may stand in the tree."""

    __slots__ = ("children", "exact", "holds_text", "kept", "local", "once", "told")

    def __init__(self, reader: type[PartReader], local: str, namespace: str) -> None:
        self.local = local
        self.holds_text, self.exact = local in TEXTS, local in reader.exact
        self.once, self.kept, self.told = (local in some for some in (reader.once, reader.kept, reader.told))
        self.children: dict[str, _Node] = {
            f"{namespace} {child}": _Node(reader, child, namespace) for child in reader.tree.get(local, ())
        }


@cache
def _tree_of(reader: type[PartReader]) -> _Node:
    """What stands above the root of a part that such a reader reads."""
    top = _Node(reader, "", "")
    for namespace in reader.namespaces:
        top.children |= _Node(reader, "", namespace).children
    return top


class _Walk:
    """Follows the tree of a reader. Called for each element, so it does little: large files hold many."""

    def __init__(self, part: str, reader: PartReader, budget: Budget) -> None:
        self.part, self.reader, self.budget = part, reader, budget
        self.above: list[_Node] = []
        self.node = _tree_of(type(reader))  # type: ignore[arg-type]  # a class is hashable
        self.passed_over, self.outermost = 0, ""
        self.texts: list[str] = []
        self.seen: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > MAX_ATTRIBUTES:
            raise damaged(self.part)
        node = None if self.passed_over else self.node.children.get(name)
        if node is None:
            self._pass_over(name)
            return
        self.above.append(self.node)
        self.node = node
        if node.once:
            self._count(node.local)
        if node.kept:
            self.budget.spend_text(sum(map(len, attributes.values())))
        if node.told:
            self.reader.start(node.local, attributes)

    def end(self, _name: str) -> None:
        if self.passed_over:
            self.passed_over -= 1
            return
        node, self.node = self.node, self.above.pop()
        text = ""
        if self.texts:
            text = self.texts[0] if len(self.texts) == 1 else "".join(self.texts)
            self.texts.clear()
        self.reader.end(node.local, text)

    def text(self, data: str) -> None:
        if self.node.holds_text and not self.passed_over:
            self.budget.spend_text(len(data))
            self.texts.append(data)

    def cut(self, *_said: str) -> None:
        """Readers differ on a value that a comment, an instruction or a CDATA section cuts in two, so there is
        no right one."""
        if self.node.holds_text and not self.passed_over:
            raise damaged(self.part)

    def _pass_over(self, name: str) -> None:
        namespace, _space, bare = name.rpartition(" ")
        self._count(bare)
        if len(self.above) + self.passed_over >= MAX_DEPTH:
            raise damaged(self.part)
        if not self.passed_over:
            is_value = self.node.holds_text or (self.node.exact and bare not in HARMLESS)
            if not self.above or is_value:
                raise damaged(self.part)
            self.outermost = bare
        carries = bare in CARRIERS and (self.node.exact or namespace in self.reader.namespaces)
        if carries and (self.outermost, bare) != ("rPh", "t"):
            raise damaged(self.part)
        self.passed_over += 1

    def _count(self, bare: str) -> None:
        if bare in self.seen:
            raise damaged(self.part)
        if bare in self.reader.once:
            self.seen.add(bare)


def _parser(data: bytes, part: str) -> expat.XMLParserType:
    """A parser of `data` that takes UTF-8 alone and no DOCTYPE."""
    if has_endless_token(data) or b"\0" in data:  # a NUL: UTF-16, which hides tags from those who count them
        raise damaged(part)

    def doctype(*_declared: object) -> NoReturn:
        raise _doctype(part)

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.casefold() not in ("utf-8", "utf8", "us-ascii"):
            raise damaged(part)

    parser = expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    return parser


def _doctype(part: str) -> UnreadableFile:
    return UnreadableFile(
        "doctype",
        _(
            "This file holds a DOCTYPE at {part}, which no Excel file has. Save the list anew and upload "
            "that."
        ),
        part=shown(part),
    )
