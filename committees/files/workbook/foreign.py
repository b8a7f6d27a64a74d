"""Files that are no .xlsx: each kind gets its own code, and the advice that helps whoever has such a file."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from .unreadable import UnreadableFile

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

OLE = bytes.fromhex(
    "D0CF11E0A1B11AE1"
)  # [MS-CFB] 2.2: every file of the Office of 1997-2003, and encrypted ones
BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
WORKBOOK_TYPE = "spreadsheetml.sheet.main+xml"

ADVICE: Final[Mapping[str, "StrPromise"]] = {
    "empty-file": _("This file is empty (0 bytes). Save the list again and upload the new file."),
    "old-xls": _(
        "This is an old Excel file (.xls). Open it, choose Save as, and pick Excel Workbook (.xlsx)."
    ),
    "old-office": _(
        "This is a file of an old Office program, not an Excel file. Upload the list as Excel Workbook "
        "(.xlsx)."
    ),
    "password": _(
        "This file is protected with a password. Open it, choose File, Info, Protect Workbook, Encrypt with "
        "Password, empty the password, and save it again."
    ),
    "ods": _(
        "This is an OpenDocument spreadsheet (.ods). Open it, choose Save as, and pick Excel Workbook "
        "(.xlsx)."
    ),
    "opendocument": _(
        "This is an OpenDocument file, but not a spreadsheet. Upload the list as Excel Workbook (.xlsx)."
    ),
    "xlsm": _(
        "This Excel file has macros (.xlsm). Open it, choose Save as, and pick Excel Workbook (.xlsx), "
        "which has none."
    ),
    "xlsb": _(
        "This is a binary Excel file (.xlsb). Open it, choose Save as, and pick Excel Workbook (.xlsx)."
    ),
    "template": _("This is an Excel template. Open it, choose Save as, and pick Excel Workbook (.xlsx)."),
    "numbers": _(
        "This is a Numbers file. Open it in Numbers, choose File, Export To, Excel, and pick .xlsx."
    ),
    "text": _(
        "This is a text file (for example .csv). Open it in Excel, choose Save as, and pick Excel Workbook "
        "(.xlsx)."
    ),
    "web-page": _(
        "This is a web page or XML file, even if its name says Excel. Open it in Excel, choose Save as, and "
        "pick "
        "Excel Workbook (.xlsx)."
    ),
    "pdf": _("This is a PDF file. Grades can be read from an Excel Workbook (.xlsx) only."),
    "other-office": _(
        "This is an Office file, but not a workbook. Upload the list as Excel Workbook (.xlsx)."
    ),
    "zip": _("This is a zip archive, not a workbook. Unpack it and upload the Excel Workbook (.xlsx) in it."),
    "unknown": _("This is not an Excel file. Upload the list as Excel Workbook (.xlsx)."),
}


def refuse_bytes(content: bytes) -> None:
    """Raise the advice for `content` unless it begins as a zip archive, as every .xlsx does."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        code = _kind_of_bytes(content)
        raise UnreadableFile(code, ADVICE[code])


def refuse_archive(names: Collection[str], mimetype: bytes) -> None:
    """Raise the advice for an archive that, judged by the lower-case names of its parts and what its part
    "mimetype" says, is no .xlsx."""
    code = _kind_of_archive(names, mimetype.strip())
    if code:
        raise UnreadableFile(code, ADVICE[code])


def refuse_content_types(content_types: Iterable[str]) -> None:
    """Raise the advice for an Office file unless its `content_types` say that it is a workbook without
    macros."""
    said = " ".join(content_types).casefold()
    for word, code in (("sheet.binary", "xlsb"), ("macroenabled", "xlsm"), ("vbaproject", "xlsm")):
        if word in said:
            raise UnreadableFile(code, ADVICE[code])
    if WORKBOOK_TYPE not in said:
        code = "template" if "spreadsheetml.template" in said else "other-office"
        raise UnreadableFile(code, ADVICE[code])


def _kind_of_bytes(content: bytes) -> str:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content:
        return "empty-file"
    if content.startswith(OLE):
        return _kind_of_ole(content)
    if content.startswith(BIFF):
        return "old-xls"
    if start.startswith(b"%pdf"):
        return "pdf"
    if start.startswith((b"<?xml", b"<!doctype", b"<html", b"<table", b"<workbook")):
        return "web-page"
    return "text" if _is_text(content) else "unknown"


def _kind_of_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    is_workbook = any(name.encode("utf-16-le") in content for name in ("Workbook", "Book"))
    return "old-xls" if is_workbook else "old-office"


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in content[:4096])


def _kind_of_archive(names: Collection[str], mimetype: bytes) -> str:
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        return "opendocument"
    if any(name.endswith(".iwa") for name in names):
        return "numbers"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.endswith("vbaproject.bin") for name in names):
        return "xlsm"
    return "" if "[content_types].xml" in names else "zip"
