"""XML walked with bounds. Only elements that a reader asks for reach it; no DOCTYPE, so no entities at
all."""

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from .errors import UnreadableFile, damaged, shown
from .limits import MAX_ATTRIBUTES, MAX_DEPTH, Budget, has_endless_token

PIECE = 1024 * 1024
"""Bytes given to expat at once: as many as it takes in any case, so that it goes no further than that after a
refusal."""
WIDE_DECLARATIONS = tuple(text.encode("utf-16-le")[:-1] for text in ("<!DOCTYPE", "<!ENTITY"))
"""As they stand in UTF-16: without its last byte, either order of bytes says the same."""

SPREADSHEET = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""The namespaces of workbooks, transitional and strict. A part is in one of them throughout."""

TEXTS = frozenset({"v", "f", "t"})
PLACES = frozenset({"row", "c", "si"})
"""Elements by which a value gets its place."""
CARRIERS = TEXTS | PLACES | {"is"}
"""Elements in which some programs find values wherever they stand."""
EXTENSIONS = "extLst"
HARMLESS = frozenset({"rPr", "rPh", "phoneticPr", EXTENSIONS})
"""Elements that hold no value, and may be passed over where otherwise every element is looked into: how a text
looks, how to pronounce it (rPh, which alone holds a text that is no value), and extensions."""


class PartReader:
    """Reads one part. `tree` says which children of an element are looked into ("" is above the root); all
    others are passed over with what they hold, but refused under an element in `exact`, where they could hold
    a value. Under an element in `values`, which belongs to one value, such a child spoils that value alone. An element
    in `once` is refused if there is another of that name anywhere, in any namespace, but for extensions. The reader is
    told of the start of those in `kind`, and keeps attributes of those in `kept`."""

    namespaces: ClassVar[frozenset[str]] = SPREADSHEET
    tree: ClassVar[Mapping[str, frozenset[str]]] = {}
    exact: ClassVar[frozenset[str]] = frozenset()
    values: ClassVar[frozenset[str]] = frozenset()
    once: ClassVar[frozenset[str]] = frozenset()
    told: ClassVar[frozenset[str]] = frozenset()
    kept: ClassVar[frozenset[str]] = frozenset()

    def take_fast(self, data: bytes, budget: Budget) -> bytes:
        """Read at once what needs no walk, within what is left of `budget`. Returns the part `data` without it."""
        return data

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element in `kind` begins."""

    def end(self, name: str, text: str) -> None:
        """An element of `tree` ends; `text` is what stood in it, for elements in TEXTS only."""

    def spoil(self) -> None:
        """Readers differ on the value that we are in."""

    def obeyed_elsewhere(self, name: str, attributes: Mapping[str, str], *, is_repeated: bool) -> bool:
        """Whether another reader obeys the element `name` of a foreign namespace, or of none, where we pass over it;
        `is_repeated` if we have met the one that counts."""
        return name in self.once and not is_repeated


def walk(data: bytes, part: str, reader: PartReader, budget: Budget) -> None:
    """Lead `reader` through `data` within what is left of `budget`. Raises UnreadableFile for a DOCTYPE, too
    much of anything, another encoding than UTF-8, or broken XML, naming `part`."""
    parser = _parser(data, part)
    budget.spend_markup(data)
    walking = _Walk(part, reader, budget)
    data = reader.take_fast(data, budget)
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


class _Node:
    """An element that a reader looks into, where it may stand in the tree."""

    __slots__ = ("children", "exact", "holds_text", "kept", "local", "once", "told", "value")

    def __init__(self, reader: type[PartReader], local: str, namespace: str) -> None:
        self.local = local
        self.holds_text, self.exact, self.value = (
            local in TEXTS,
            local in reader.exact,
            local in reader.values,
        )
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
        self.passed_over, self.outermost, self.extension = 0, "", 0
        self.texts: list[str] = []
        self.seen: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > MAX_ATTRIBUTES:
            raise damaged(self.part)
        node = None if self.passed_over else self.node.children.get(name)
        if node is None:
            self._pass_over(name, attributes)
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
            if self.passed_over < self.extension:
                self.extension = 0
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
            self._spoil()

    def _spoil(self) -> None:
        if not self.node.value:
            raise damaged(self.part)
        self.reader.spoil()

    def _pass_over(self, name: str, attributes: Mapping[str, str]) -> None:
        namespace, _space, bare = name.rpartition(" ")
        is_ours = namespace in self.reader.namespaces
        if not is_ours and self.reader.obeyed_elsewhere(bare, attributes, is_repeated=bare in self.seen):
            raise damaged(self.part)
        if is_ours or not self.extension:
            self._count(bare)
        if len(self.above) + self.passed_over >= MAX_DEPTH:
            raise damaged(self.part)
        if not self.passed_over:
            if not self.above:
                raise damaged(self.part)
            if self.node.holds_text or (self.node.exact and bare not in HARMLESS):
                self._spoil()
            self.outermost = bare
        carries = bare in CARRIERS and (self.node.exact or is_ours)
        if carries and bare in PLACES:
            raise damaged(self.part)
        if carries and (self.outermost, bare) != ("rPh", "t"):
            self._spoil()
        self.passed_over += 1
        if is_ours and bare == EXTENSIONS and not self.extension:
            self.extension = self.passed_over

    def _count(self, bare: str) -> None:
        if bare in self.seen:
            raise damaged(self.part)
        if bare in self.reader.once:
            self.seen.add(bare)


def _parser(data: bytes, part: str) -> expat.XMLParserType:
    """A parser of `data` that takes UTF-8 alone and no DOCTYPE."""
    if b"\0" in data:  # UTF-16, which hides tags from those who count them
        raise _doctype(part) if any(declared in data for declared in WIDE_DECLARATIONS) else damaged(part)
    if has_endless_token(data):
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
            "This file contains a DOCTYPE in {part}, which is not allowed in Excel files. Open it in Excel "
            "or LibreOffice, choose Save as, pick Excel Workbook (.xlsx), and upload the new file."
        ),
        part=shown(part),
    )
