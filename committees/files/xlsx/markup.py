"""XML parsing within limits. Without DOCTYPE, and so without entities."""

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, NoReturn
from xml.parsers import expat

from .errors import Problem, UnreadableFile, damaged, shown
from .limits import MAX_ATTRIBUTES, MAX_DEPTH, Budget, has_endless_token

PIECE = 1024 * 1024
"""Bytes passed to expat at once, so that it stops soon after a refusal."""
WIDE_DECLARATIONS = tuple(text.encode("utf-16-le")[:-1] for text in ("<!DOCTYPE", "<!ENTITY"))
"""The declarations in UTF-16 without their last byte, so that both byte orders match."""

SPREADSHEET = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""Namespaces of workbooks, transitional and strict. A part uses one of them throughout."""

TEXTS = frozenset({"v", "f", "t"})
PLACES = frozenset({"row", "c", "si"})
"""Elements that determine the place of a value."""
CARRIERS = TEXTS | PLACES | {"is"}
"""Elements that some programs read as values anywhere in the part."""
EXTENSIONS = "extLst"
HARMLESS = frozenset({"rPr", "rPh", "phoneticPr", EXTENSIONS})
"""Elements without values, which may be skipped where every other element is parsed: text formats, pronunciation
(rPh, the only one with a text that is not a value) and extensions."""


class PartReader:
    """Reader of one part.

    `tree` has the children of each element that are parsed ("" is above the root); others are skipped with their
    content. Below an element in `exact`, where they could contain a value, they are refused; below one in `values`,
    which belongs to a single value, they spoil only that value. An element in `once` is refused if another of that
    name occurs anywhere in any namespace, except in extensions. `start` is called for elements in `reported`.
    Attributes of those in `kept` count as text.
    """

    namespaces: ClassVar[frozenset[str]] = SPREADSHEET
    tree: ClassVar[Mapping[str, frozenset[str]]] = {}
    exact: ClassVar[frozenset[str]] = frozenset()
    values: ClassVar[frozenset[str]] = frozenset()
    once: ClassVar[frozenset[str]] = frozenset()
    reported: ClassVar[frozenset[str]] = frozenset()
    kept: ClassVar[frozenset[str]] = frozenset()

    def take_fast(self, data: bytes, budget: Budget) -> bytes:
        """Read what needs no walk, within `budget`. Returns the part `data` without it."""
        return data

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element in `reported`."""

    def end(self, name: str, text: str) -> None:
        """Handle the end of an element in `tree`. `text` is its text, only for elements in TEXTS."""

    def spoil(self) -> None:
        """Mark the current value as ambiguous."""

    def obeyed_elsewhere(self, name: str, attributes: Mapping[str, str], *, is_repeated: bool) -> bool:
        """Return whether another reader uses the element `name` of a foreign or no namespace, which this one
        skips. `is_repeated`: the element that counts has occurred already."""
        return name in self.once and not is_repeated


def walk(data: bytes, part: str, reader: PartReader, budget: Budget) -> None:
    """Parse `data` with `reader` within `budget`. Raises UnreadableFile that names `part` for a DOCTYPE, an
    exceeded limit, another encoding than UTF-8, or malformed XML."""
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
    """An element of a reader's tree in its position."""

    __slots__ = ("children", "exact", "has_text", "kept", "local", "once", "reported", "value")

    def __init__(self, reader: type[PartReader], local: str, namespace: str) -> None:
        self.local = local
        self.has_text = local in TEXTS
        self.exact, self.value = local in reader.exact, local in reader.values
        self.once, self.kept, self.reported = (
            local in names for names in (reader.once, reader.kept, reader.reported)
        )
        self.children: dict[str, _Node] = {
            f"{namespace} {child}": _Node(reader, child, namespace) for child in reader.tree.get(local, ())
        }


@cache
def _tree_of(reader: type[PartReader]) -> _Node:
    """Return the node above the root of this reader's parts."""
    top = _Node(reader, "", "")
    for namespace in reader.namespaces:
        top.children |= _Node(reader, "", namespace).children
    return top


class _Walk:
    """Expat handlers that follow the tree of a reader. They do little, because large files have many elements."""

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
        if node.reported:
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
        if self.node.has_text and not self.passed_over:
            self.budget.spend_text(len(data))
            self.texts.append(data)

    def cut(self, *_args: str) -> None:
        """Spoil a value that a comment, an instruction or a CDATA section splits, because readers differ on it."""
        if self.node.has_text and not self.passed_over:
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
            if self.node.has_text or (self.node.exact and bare not in HARMLESS):
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
    """Return a parser that accepts only UTF-8 and no DOCTYPE."""
    if b"\0" in data:  # UTF-16, in which tags can't be counted
        raise _doctype(part) if any(text in data for text in WIDE_DECLARATIONS) else damaged(part)
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
    return UnreadableFile(Problem.DOCTYPE, place=shown(part))
