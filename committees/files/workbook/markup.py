"""XML walked with bounds. Only elements that a reader asks for reach it; no DOCTYPE, so no entities at
all."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from .unreadable import UnreadableFile, damaged, shown

MAX_DEPTH = 64
"""Elements inside each other. Worksheets with pictures and extensions stay under 20."""
MAX_ATTRIBUTES = 64
"""Attributes of one element. The richest of a worksheet (sheetProtection, row) have about 20."""
MAX_TAGS = 1_500_000
"""Tags of one part. A worksheet with as many cells as we read, each an inline text, has 1.2 million."""
LONG_TAG = re.compile(rb"<[^<]{524288}")
"""A tag or text of half a megabyte. A text of Excel's greatest length, every character escaped, has 300 kB; a
longer tag could hold more attributes than fit into the memory."""

NAMESPACES = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/package/2006/relationships",
        "http://schemas.openxmlformats.org/package/2006/content-types",
    }
)
"""Namespaces whose elements we read: transitional, strict, and the two of the package."""

TEXTS = frozenset({"v", "f", "t"})
HARMLESS = frozenset({"extLst", "rPr", "rPh", "phoneticPr"})
"""Elements that hold no value, and may be passed over where otherwise every element is looked into."""


class PartReader:
    """Reads one part. `tree` says which children of an element are looked into ("" is above the root); all
    others are passed over with what they hold, but refused under an element in `exact`, where they could hold
    a value."""

    tree: ClassVar[Mapping[str, frozenset[str]]] = {}
    exact: ClassVar[frozenset[str]] = frozenset()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element of `tree` begins."""

    def end(self, name: str, text: str) -> None:
        """It ends; `text` is what stood in it, for elements in TEXTS only."""


def walk(data: bytes, part: str, reader: PartReader) -> None:
    """Lead `reader` through `data`. Raises UnreadableFile for a DOCTYPE, too deep or broken XML, naming
    `part`."""
    _parse(data, part, _Walk(part, reader))


def refuse_doctype(data: bytes, part: str) -> None:
    """Look at `data` up to its first element, before which alone a DOCTYPE may stand."""
    try:
        _parse(data, part, _Prolog(part, PartReader()))
    except _EndOfProlog:
        return


class _EndOfProlog(Exception):
    """The first element was met."""


class _Walk:
    def __init__(self, part: str, reader: PartReader) -> None:
        self.part = part
        self.reader = reader
        self.path: list[str] = [""]
        self.passed_over = 0
        self.texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) + self.passed_over > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise damaged(self.part)
        parent, local = self.path[-1], _local(name)
        if self.passed_over:
            self.passed_over += 1
        elif local in self.reader.tree.get(parent, ()):
            self.path.append(local)
            self.texts.clear()
            self.reader.start(local, attributes)
        elif not parent or parent in TEXTS or (parent in self.reader.exact and local not in HARMLESS):
            raise damaged(self.part)
        else:
            self.passed_over = 1

    def end(self, _name: str) -> None:
        if self.passed_over:
            self.passed_over -= 1
        else:
            self.reader.end(self.path.pop(), "".join(self.texts))
            self.texts.clear()

    def text(self, data: str) -> None:
        if not self.passed_over and self.path[-1] in TEXTS:
            self.texts.append(data)

    def comment(self, *_said: str) -> None:
        """Readers differ on a value that a comment or an instruction cuts in two, so there is no right
        one."""
        if not self.passed_over and self.path[-1] in TEXTS:
            raise damaged(self.part)


class _Prolog(_Walk):
    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise _EndOfProlog


def _parse(data: bytes, part: str, walk: _Walk) -> None:
    if data.count(b"<") > MAX_TAGS or LONG_TAG.search(data) or b"\0" in data:
        raise damaged(part)

    def doctype(*_declared: object) -> NoReturn:
        raise UnreadableFile(
            "doctype",
            _(
                "This file holds a DOCTYPE at {part}, which no Excel file has. Save the list anew and upload "
                "that."
            ),
            part=shown(part),
        )

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.casefold() not in ("utf-8", "utf8", "us-ascii"):
            raise damaged(part)

    parser = expat.ParserCreate("UTF-8", " ")  # and no NUL, so no UTF-16: the count must see all tags
    parser.buffer_text = True
    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = walk.comment
    try:
        parser.Parse(data, True)  # in one piece: older expat takes quadratic time for long tokens in pieces
    except expat.ExpatError as error:
        raise damaged(part) from error


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    namespace, _space, local = name.rpartition(" ")
    return local if namespace in NAMESPACES else name
