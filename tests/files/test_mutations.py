"""
Workbooks with random changes: each is refused, or its cells are read as the XML has them and other programs read them.

GRADEREG_FUZZ=5000 makes 5,000 of each kind. The default is 400, which take a few seconds.
"""

import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from committees.files.xlsx import UnreadableFile

from .corpus.listing import SHEET, STRINGS, files, packed_with
from .corpus.oracles import Cells, calamine_cells, differences, openpyxl_cells, our_cells

EXAMPLES = int(os.environ.get("GRADEREG_FUZZ", "0"))
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MORE = (
    '<row r="5"><c r="A5" t="inlineStr"><is><t>1003</t></is></c><c r="B5" t="str"><v>C</v></c><c r="D5"><f>A2</f><v>1</v>'
    '</c></row><row r="6"><c r="A6" t="b"><v>1</v></c><c r="C6" t="e"><v>#N/A</v></c><c><v>0.5</v></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="XA800:XB900"/></mergeCells>'
)
TEXT = str(files()[SHEET]).replace("</sheetData>", MORE)
VALUES = {
    "r": [
        "A1",
        "A2",
        "B2",
        "B3",
        "C3",
        "D5",
        "B9",
        "a2",
        "A0",
        "",
        "XFD1048576",
        "A2:B2",
        "1",
        "2",
        "3",
        "4",
        "9",
        "03",
    ],
    "t": ["s", "n", "str", "b", "e", "d", "inlineStr", "x", ""],
    "s": ["0", "1", "-1", "x"],
    "ref": ["A7:F7", "A1", "B2:A1", "D8:E8"],
}
TEXTS = [
    "0",
    "1",
    "3",
    "4",
    "-1",
    "1001",
    "1e3",
    "0.1",
    " 1",
    "1_0",
    "١",
    "A",
    "#N/A",
    "true",
    "2026-12-01",
    "",
]
TAGS = [f"{NS}{name}" for name in ("row", "c", "v", "f", "is", "t", "sheetData", "extLst")] + [
    "{urn:x}row",
    "{urn:x}v",
    "v",
]


def read_literally(content: bytes) -> Cells:
    """
    Return kind and text of every cell of the first sheet, whatever may be wrong with it; of several cells at one
    place the last.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = ElementTree.fromstring(archive.read(SHEET))
        table = ElementTree.fromstring(archive.read(STRINGS))
    strings = ["".join(item.itertext()) for item in table]
    cells: Cells = {}
    number = 0
    for row in sheet.iterfind(f"{NS}sheetData/{NS}row"):
        number = int(row.get("r", number + 1))
        column = 0
        for cell in row.iterfind(f"{NS}c"):
            column += 1
            name = cell.get("r", f"{get_column_letter(column)}{number}")
            column = sum(
                26**power * (ord(letter) - 64) for power, letter in enumerate(name.rstrip("0123456789")[::-1])
            )
            said = _value_or_odd(cell, strings)
            if said[1] or said[0] == "formula":
                cells[f"S!{name}"] = said
    return cells


def _value_or_odd(cell: ElementTree.Element, strings: list[str]) -> list[str]:
    """Return the value of the cell, or "odd" if it is not a value of its kind."""
    try:
        return _value(cell, strings)
    except (ValueError, IndexError, KeyError):
        return ["odd", "?"]


def _value(cell: ElementTree.Element, strings: list[str]) -> list[str]:
    kind, value = cell.get("t", "n"), cell.findtext(f"{NS}v", "")
    if cell.find(f"{NS}f") is not None:
        return ["formula", ""]
    if len(cell) == 0:
        return ["text", ""]
    if kind == "inlineStr":
        return ["text", ("".join(text.text or "" for text in cell.iter(f"{NS}t")))]
    if kind == "n":
        return ["number", repr(float(value))] if value else ["number", ""]
    if kind == "s":
        return ["text", (strings[int(value)])] if value else ["text", ""]
    kinds = {"str": "text", "b": "boolean", "e": "error", "d": "date"}
    if kind == "b":
        value = {"0": "FALSE", "1": "TRUE"}.get(value, value.upper())
    return [kinds[kind], (value)]


@st.composite
def changed_trees(draw: st.DrawFn) -> bytes:
    """Generate sheets with changed elements, attributes and texts."""
    root = ElementTree.fromstring(TEXT)
    for _change in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(CHANGES))(draw, root)
    return ElementTree.tostring(root)


def _element(draw: st.DrawFn, root: ElementTree.Element) -> ElementTree.Element:
    return draw(st.sampled_from([element for element in root.iter() if isinstance(element.tag, str)]))


def _family(draw: st.DrawFn, root: ElementTree.Element) -> ElementTree.Element:
    families = [element for element in root.iter() if len(element)]
    assume(families)
    return draw(st.sampled_from(families))


def set_attribute(draw: st.DrawFn, root: ElementTree.Element) -> None:
    name = draw(st.sampled_from(sorted(VALUES)))
    holders = [element for element in root.iter() if name in element.attrib] or [root]
    draw(st.sampled_from(holders)).set(name, draw(st.sampled_from(VALUES[name])))


def drop_attribute(draw: st.DrawFn, root: ElementTree.Element) -> None:
    element = _element(draw, root)
    for name in list(element.attrib)[:1]:
        del element.attrib[name]


def set_text(draw: st.DrawFn, root: ElementTree.Element) -> None:
    holders = [element for element in root.iter() if element.text] or [root]
    draw(st.sampled_from(holders)).text = draw(st.sampled_from(TEXTS))


def swap_children(draw: st.DrawFn, root: ElementTree.Element) -> None:
    family = _family(draw, root)
    first, second = (draw(st.integers(0, len(family) - 1)) for _one in range(2))
    family[first], family[second] = family[second], family[first]


def repeat_child(draw: st.DrawFn, root: ElementTree.Element) -> None:
    family = _family(draw, root)
    child = family[draw(st.integers(0, len(family) - 1))]
    family.insert(draw(st.integers(0, len(family))), child)


def drop_child(draw: st.DrawFn, root: ElementTree.Element) -> None:
    family = _family(draw, root)
    del family[draw(st.integers(0, len(family) - 1))]


def move_child(draw: st.DrawFn, root: ElementTree.Element) -> None:
    source, target = _family(draw, root), _family(draw, root)
    child = source[draw(st.integers(0, len(source) - 1))]
    if target not in list(child.iter()):
        source.remove(child)
        target.insert(draw(st.integers(0, len(target))), child)


def wrap_child(draw: st.DrawFn, root: ElementTree.Element) -> None:
    family = _family(draw, root)
    place = draw(st.integers(0, len(family) - 1))
    wrapping = ElementTree.Element(draw(st.sampled_from(TAGS)))
    wrapping.append(family[place])
    family[place] = wrapping


def insert_child(draw: st.DrawFn, root: ElementTree.Element) -> None:
    element = _element(draw, root)
    name = draw(st.sampled_from(TAGS))
    child: ElementTree.Element[Any] = ElementTree.Element(name)
    if draw(st.booleans()):
        child = draw(st.sampled_from([ElementTree.Comment(name), ElementTree.ProcessingInstruction(name)]))
    child.tail, element.text = element.text, ""
    element.insert(0, child)


def rename(draw: st.DrawFn, root: ElementTree.Element) -> None:
    _element(draw, root).tag = draw(st.sampled_from(TAGS))


CHANGES: list[Callable[[st.DrawFn, ElementTree.Element], None]] = [
    set_attribute,
    set_attribute,
    set_text,
    set_text,
    drop_attribute,
    swap_children,
    repeat_child,
    drop_child,
    move_child,
    wrap_child,
    insert_child,
    rename,
]


def agrees(sheet: bytes) -> None:
    """
    Check that a workbook with this sheet is refused, or that its cells, except unreadable ones, are read as the XML has
    them, and as every reader that does not fail reads them.
    """
    content = packed_with({SHEET: sheet})
    try:
        ours = our_cells(content)
    except UnreadableFile:
        return
    odd = {place for place, said in ours.items() if said[0] == "odd"}
    letter = {place: _comparable(said) for place, said in read_literally(content).items() if place not in odd}
    assert {place: said for place, said in ours.items() if place not in odd} == letter
    for name, read in (("openpyxl", openpyxl_cells), ("calamine", calamine_cells)):
        theirs = _read(read, content)
        assert theirs is None or differences(ours, theirs, name) == []


def _read(read: Callable[[bytes], Cells], content: bytes) -> Cells | None:
    """Return the cells as read by another program, None if it fails."""
    try:
        return read(content)
    except BaseException:  # a PanicException of calamine is not an Exception
        return None


def _comparable(said: list[str]) -> list[str]:
    return ["date", ""] if said[0] == "date" else said


fuzz = settings(
    deadline=None,
    max_examples=EXAMPLES or 400,
    derandomize=not EXAMPLES,  # the short form is the same each time; the long one tries new examples
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@fuzz
@given(changed_trees())
def test_changed_elements_are_refused_or_read_correctly(sheet: bytes) -> None:
    agrees(sheet)


@fuzz
@given(st.data())
def test_changed_bytes_are_refused_or_read_correctly(data: st.DataObject) -> None:
    sheet = bytearray(TEXT.encode())
    for _change in range(data.draw(st.integers(1, 3))):
        sheet[data.draw(st.integers(90, len(sheet) - 1))] = data.draw(
            st.sampled_from(b'<>/"= rstnABCv01239&;!?-\n\xc3')
        )
    agrees(bytes(sheet))


def test_unchanged_sheet_is_read_by_all_readers() -> None:
    content = packed_with({SHEET: TEXT})
    ours = our_cells(content)
    assert (len(ours), ours) == (12, read_literally(content))
    assert differences(ours, openpyxl_cells(content), "openpyxl") == []
    assert differences(ours, calamine_cells(content), "calamine") == []
