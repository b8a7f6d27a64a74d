"""Workbooks that the strict reader refuses."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest

from committees.files.grade_sheet import sentence_of
from committees.files.xlsx import UnreadableFile, read_workbook
from committees.files.xlsx.limits import MAX_CELLS, MAX_ROWS

from .build import MAIN, OFFICE, PACKAGE, content_types, packed, parts, raw_book, relations, worksheet

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ODF = "application/vnd.oasis.opendocument"


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_workbook(content)
    assert len(sentence_of(refused.value)) > 30
    return refused.value.code


BAD_ROWS = {
    "rows-out-of-order": '<row r="2"/><row r="1"/>',
    "duplicate-row": '<row r="2"/><row r="2"/>',
    "cells-out-of-order": '<row r="1"><c r="B1"/><c r="A1"/></row>',
    "duplicate-cell": '<row r="1"><c r="B1"/><c r="B1"/></row>',
    "cell-in-wrong-row": '<row r="1"><c r="B2"/></row>',
    "too-many-rows": "<row><c><v>1</v></c></row>" * (MAX_ROWS + 1),
    "too-many-cells": ("<row>" + "<c><v>1</v></c>" * (MAX_CELLS // 4 + 1) + "</row>") * 4,
}


@pytest.mark.parametrize("code", BAD_ROWS)
def test_ambiguous_sheet_is_refused(code: str) -> None:
    assert refusal(raw_book(BAD_ROWS[code])) == code


DAMAGED = [
    '<row r="0"/>',
    '<row r="1"><c r="a1"/></row>',
    '<row r="1"><c r="XFE1"/></row>',
    '<row r="1"><c r="A01"/></row>',
    '<row r="١"/>',
    '<x:row xmlns:x="other"/>',
    "<row><row/></row>",
    "<row><c><c/></c></row>",
    '<row><c><v>1</v><extLst><ext><x:c xmlns:x="other"/></ext></extLst></c></row>',
    "</sheetData><sheetData>",
    "<row>",
    "</sheetData></worksheet><x/>",
    "<row " + " ".join(f'a{number}="1"' for number in range(65)) + "/>",
    "</sheetData>" + "<a>" * 65 + "</a>" * 65 + "<sheetData>",
]


@pytest.mark.parametrize("data", DAMAGED)
def test_invalid_sheet_is_refused_as_damaged(data: str) -> None:
    assert refusal(raw_book(data)) == "damaged"


def replaced(name: str, text: str | bytes | None) -> bytes:
    files = parts()
    if text is None:
        del files[name]
    else:
        files[name] = text
    return packed(files)


RELS = "xl/_rels/workbook.xml.rels"
OTHER_FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty-file", lambda: b""),
    "old Excel": ("old-xls", lambda: OLE + "Workbook".encode("utf-16-le")),
    "older Excel": ("old-xls", lambda: b"\x09\x08\x10\x00\x00\x06"),
    "old Word": ("old-office", lambda: OLE + "WordDocument".encode("utf-16-le")),
    "encrypted": ("password", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "ods": ("ods", lambda: packed({"mimetype": f"{ODF}.spreadsheet", "content.xml": "<x/>"})),
    "odt": ("opendocument", lambda: packed({"mimetype": f"{ODF}.text", "content.xml": "<x/>"})),
    "numbers": ("numbers", lambda: packed({"Index/Document.iwa": b"x"})),
    "macros by part": ("xlsm", lambda: packed({**parts(), "xl/vbaProject.bin": b"x"})),
    "macros by type": (
        "xlsm",
        lambda: replaced(
            "[Content_Types].xml", content_types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        ),
    ),
    "xlsb": ("xlsb", lambda: packed({**parts(), "xl/workbook.bin": b"x"})),
    "template": (
        "template",
        lambda: replaced("[Content_Types].xml", content_types("x.spreadsheetml.template.main+xml")),
    ),
    "csv": ("text", lambda: b"Candidate ID;Grade\n10001;A\n"),
    "utf-16 csv": ("text", lambda: "Candidate ID;Grade".encode("utf-16")),
    "web page": ("web-page", lambda: b"\xef\xbb\xbf<html><table>"),
    "pdf": ("pdf", lambda: b"%PDF-1.7"),
    "docx": (
        "other-office",
        lambda: packed({"[Content_Types].xml": content_types("x.wordprocessingml.document.main+xml")}),
    ),
    "zip": ("zip", lambda: packed({"list.csv": "a"})),
    "picture": ("unknown", lambda: b"\x89PNG\r\n\x1a\n\x00\x00"),
    "cut off": ("broken-zip", lambda: packed(parts())[:-30]),
    "flipped byte": (
        "broken-zip",
        lambda: packed(parts()).replace(b"\x50\x4b\x03\x04", b"PK\x03\x04", 1)[:60],
    ),
    "too large": ("too-large", lambda: b"PK\x03\x04" + bytes(5 * 1024 * 1024)),
    "too many parts": ("too-many-parts", lambda: packed({f"{number}.txt": "" for number in range(201)})),
    "bomb": ("too-large-unpacked", lambda: packed({**parts(), "bomb.bin": bytes(21 * 1024 * 1024)})),
    "case twins": ("duplicate-parts", lambda: packed({**parts(), "XL/WORKBOOK.xml": "<x/>"})),
    "doctype": (
        "doctype",
        lambda: replaced("xl/worksheets/sheet1.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]>" + worksheet("")),
    ),
    "utf-16 part": ("damaged", lambda: replaced("xl/workbook.xml", "<x/>".encode("utf-16"))),
    "latin-1 part": (
        "damaged",
        lambda: replaced(
            "xl/workbook.xml", f"<?xml version='1.0' encoding='latin-1'?><workbook xmlns='{MAIN}'/>"
        ),
    ),
    "other root": ("damaged", lambda: replaced("xl/worksheets/sheet1.xml", "<worksheet/>")),
    "no rows at all": (
        "damaged",
        lambda: replaced("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"/>'),
    ),
    "sheet gone": ("damaged", lambda: replaced("xl/worksheets/sheet1.xml", None)),
    "relations gone": ("damaged", lambda: replaced(RELS, None)),
    "sheet twice": (
        "damaged",
        lambda: replaced(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="a" r:id="s1"/>'
            '<sheet name="b" r:id="s1"/></sheets></workbook>',
        ),
    ),
    "relation twice": (
        "damaged",
        lambda: replaced(RELS, relations(("s1", "worksheet", "a.xml"), ("s1", "worksheet", "b.xml"))),
    ),
    "sheet elsewhere": (
        "outside-link",
        lambda: replaced(
            RELS,
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="s1" Type="{OFFICE}/worksheet" '
            'Target="http://example.org/a.xml" TargetMode="External"/></Relationships>',
        ),
    ),
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_other_file_types_are_refused_with_their_own_advice(name: str) -> None:
    code, content = OTHER_FILES[name]
    assert refusal(content()) == code


def test_duplicate_part_names_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed([*parts().items(), ("xl/workbook.xml", "<x/>")])
    assert refusal(content) == "duplicate-parts"


def test_overlapping_parts_are_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("b.xml", "<b/>")
        archive.filelist[1].header_offset = archive.filelist[0].header_offset
    assert refusal(out.getvalue()) == "overlapping-parts"


def test_refusal_names_the_place() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_workbook(raw_book(BAD_ROWS["duplicate-cell"]))
    assert (refused.value.code, refused.value.params) == ("duplicate-cell", {"sheet": "S", "place": "B1"})
