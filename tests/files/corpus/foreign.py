"""Files of other types."""

import gzip

from tests.files.build import content_types, packed

from .listing import TYPES, files, listed, packed_with, refused

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
ODF = "application/vnd.oasis.opendocument"
XML_2003 = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'


def lock_file() -> bytes:
    """
    Return the file that Excel keeps beside an open workbook: the length of a name, and the name in bytes and in
    UTF-16.
    """
    name = "Kari Nordmann"
    length = len(name).to_bytes(1, "little")
    return length + name.encode().ljust(54) + length + b"\0" + name.ljust(54).encode("utf-16-le")


def compound(*names: str) -> bytes:
    """Return a compound file with these names in its directory ([MS-CFB] 2.6.1)."""
    entries = (
        name.encode("utf-16-le").ljust(64, b"\0")
        + (2 * len(name) + 2).to_bytes(2, "little")
        + b"\x02"
        + bytes(61)
        for name in names
    )
    return OLE + b"".join(entries)


CASES = [
    *refused("empty-file", {"empty": lambda: b""}),
    *refused(
        "old-xls",
        {
            ".xls": lambda: OLE + "Workbook".encode("utf-16-le"),
            ".xls with names in capitals": lambda: compound("Root Entry", "WORKBOOK", "_VBA_PROJECT"),
            ".xls of Excel 95": lambda: compound("Root Entry", "Book"),
            ".xls of Excel 95 with names in capitals": lambda: compound("ROOT ENTRY", "BOOK"),
            ".xls of Excel 2": lambda: b"\x09\x00\x04\x00\x02\x00\x10\x00",
            ".xls of Excel 3": lambda: b"\x09\x02\x06\x00\x00\x00\x10\x00",
            ".xls of Excel 95, without a container": lambda: b"\x09\x08\x08\x00\x00\x05\x05\x00",
            ".xls of Excel 4": lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00",
        },
    ),
    *refused(
        "old-office",
        {
            ".doc": lambda: OLE + "WordDocument".encode("utf-16-le"),
            ".doc about a workbook": lambda: (
                compound("Root Entry", "WordDocument") + b"x" + "The Workbook".encode("utf-16-le")
            ),
            ".ppt": lambda: compound("Root Entry", "PowerPoint Document", "Current User"),
            ".msg": lambda: compound("Root Entry", "__properties_version1.0"),
        },
    ),
    *refused(
        "password",
        {
            "with a password": lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
            "with a password, as Excel writes it": lambda: compound(
                "Root Entry",
                "EncryptionInfo",
                "EncryptedPackage",
                "\x06DataSpaces",
                "StrongEncryptionDataSpace",
            ),
            "with a password and a label": lambda: compound(
                "Root Entry", "EncryptedPackage", "StrongEncryptionDataSpace", "LabelInfo"
            ),
        },
    ),
    *refused(
        "sensitivity-label",
        {
            "encrypted by a sensitivity label": lambda: compound(
                "Root Entry",
                "EncryptedPackage",
                "\x06DataSpaces",
                "DRMEncryptedDataSpace",
                "DRMEncryptedTransform",
                "LabelInfo",
            ),
            "encrypted by rights management": lambda: compound(
                "Root Entry", "EncryptedPackage", "\x06DataSpaces", "DRMEncryptedDataSpace"
            ),
            ".xls encrypted by rights management": lambda: compound("Root Entry", "Workbook", "\tDRMContent"),
        },
    ),
    *refused(
        "ods",
        {
            ".ods": lambda: packed({"mimetype": f"{ODF}.spreadsheet", "content.xml": "<x/>"}),
            ".fods": lambda: (
                f'<?xml version="1.0"?><office:document office:mimetype="{ODF}.spreadsheet">'.encode()
            ),
        },
    ),
    *refused("opendocument", {".odt": lambda: packed({"mimetype": f"{ODF}.text", "content.xml": "<x/>"})}),
    *refused(
        "numbers",
        {
            ".numbers": lambda: packed({"Index/Document.iwa": b"x", "Data/bilde-å.jpg": b"x"}),
            ".numbers of 2009": lambda: packed(
                {"index.xml": "<ls:document/>", "QuickLook/Thumbnail.jpg": "x"}
            ),
            ".numbers of 2009, packed": lambda: packed(
                {"index.xml.gz": gzip.compress(b"<x/>", mtime=0), "buildVersionHistory.plist": b"<plist/>"}
            ),
            ".numbers as a folder in a zip": lambda: packed(
                {"list.numbers/Index.zip": b"x", "list.numbers/preview.jpg": b"x"}
            ),
        },
    ),
    *refused("not-downloaded", {"zeros": lambda: bytes(9_000)}),
    *refused("lock-file", {"~$list.xlsx": lock_file}),
    *refused(
        "xlsm",
        {
            ".xlsm": lambda: packed_with({"xl/vbaProject.bin": b"x"}),
            ".xlsm by its type alone": lambda: packed_with(
                {TYPES: content_types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")}
            ),
        },
    ),
    *refused(
        "add-in",
        {
            ".xlam": lambda: packed_with(
                {TYPES: content_types("application/vnd.ms-excel.addin.macroEnabled.main+xml")}
            )
        },
    ),
    *refused(
        "xlsb",
        {
            ".xlsb by its type alone": lambda: packed_with(
                {TYPES: content_types("application/vnd.ms-excel.sheet.binary.macroEnabled.main")}
            )
        },
    ),
    *refused("xlsb", {".xlsb": lambda: packed_with({"xl/workbook.bin": b"x"})}),
    *refused(
        "template",
        {".xltx": lambda: packed_with({TYPES: content_types("x.spreadsheetml.template.main+xml")})},
    ),
    *refused(
        "other-office",
        {
            ".docx": lambda: packed_with({TYPES: content_types("x.wordprocessingml.document.main+xml")}),
            ".docx with a workbook in it": lambda: packed_with(
                {
                    TYPES: content_types("x.wordprocessingml.document.main+xml"),
                    "word/embeddings/a.xlsx": listed(),
                }
            ),
            ".rtf": lambda: b"{\\rtf1\\ansi 1001 A}",
        },
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
