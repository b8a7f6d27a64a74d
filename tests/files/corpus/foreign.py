"""Files of other kinds."""

import gzip

from tests.files.build import content_types, packed

from .listing import TYPES, files, listed, packed_with, refused

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
ODF = "application/vnd.oasis.opendocument"
XML_2003 = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'

CASES = [
    *refused("empty-file", {"empty": lambda: b""}),
    *refused(
        "old-xls",
        {
            ".xls": lambda: OLE + "Workbook".encode("utf-16-le"),
            ".xls of Excel 4": lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00",
        },
    ),
    *refused("old-office", {".doc": lambda: OLE + "WordDocument".encode("utf-16-le")}),
    *refused("password", {"with a password": lambda: OLE + "EncryptedPackage".encode("utf-16-le")}),
    *refused("ods", {".ods": lambda: packed({"mimetype": f"{ODF}.spreadsheet", "content.xml": "<x/>"})}),
    *refused("opendocument", {".odt": lambda: packed({"mimetype": f"{ODF}.text", "content.xml": "<x/>"})}),
    *refused("numbers", {".numbers": lambda: packed({"Index/Document.iwa": b"x", "Data/bilde-å.jpg": b"x"})}),
    *refused(
        "text",
        {
            ".csv": lambda: b"Candidate ID;Grade\n1001;A\n",
            ".csv in UTF-16": lambda: "Candidate ID;Grade\n1001;A\n".encode("utf-16"),
        },
    ),
    *refused(
        "web-page",
        {
            "web page named .xls": lambda: b"\xef\xbb\xbf<html><table><tr><td>1001",
            "XML spreadsheet of 2003": XML_2003.encode,
        },
    ),
    *refused("pdf", {".pdf": lambda: b"%PDF-1.7\n"}),
    *refused(
        "xlsm",
        {
            ".xlsm": lambda: packed_with({"xl/vbaProject.bin": b"x"}),
            ".xlsm by its type alone": lambda: packed_with(
                {TYPES: content_types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")}
            ),
        },
    ),
    *refused("xlsb", {".xlsb": lambda: packed_with({"xl/workbook.bin": b"x"})}),
    *refused(
        "template",
        {".xltx": lambda: packed_with({TYPES: content_types("x.spreadsheetml.template.main+xml")})},
    ),
    *refused(
        "other-office",
        {".docx": lambda: packed_with({TYPES: content_types("x.wordprocessingml.document.main+xml")})},
    ),
    *refused(
        "zip",
        {
            "zip of a list": lambda: packed({"karakterliste å.xlsx": listed()}),
            "zip of all parts but the types": lambda: packed(
                {name: data for name, data in files().items() if name != TYPES}
            ),
        },
    ),
    *refused(
        "unknown",
        {
            "picture": lambda: b"\x89PNG\r\n\x1a\n\x00\x00",
            "list in gzip": lambda: gzip.compress(listed(), mtime=0),
        },
    ),
]
