"""Files that are no .xlsx: each kind gets its own code, and the advice that helps whoever has such a file."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from .errors import UnreadableFile
from .old_office import OLE, kind_of_ole

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
SHORTCUT = b"\x4c\x00\x00\x00\x01\x14\x02\x00"  # [MS-SHLLINK] 2.1
MARKUP = re.compile(rb"<[!?a-z]")
NUMBERS_PARTS = (".iwa", "/index.zip", "/index.xml", "/index.xml.gz")
"""How the names of parts end by which Numbers is known: of today, of a package folder, and of 2007–2009."""
WORKBOOK_TYPE = "spreadsheetml.sheet.main+xml"
LOCK_FILE_SIZE = 165
"""Bytes of the file that Excel keeps beside an open workbook: the length of a user name and the name, filled up."""

ADVICE: Final[Mapping[str, "StrPromise"]] = {
    "empty-file": _("This file is empty (0 bytes). Save the list again and upload the new file."),
    "not-downloaded": _(
        "This file contains no data (only zeros), so it was probably not downloaded completely. Open it in "
        "Excel or LibreOffice. If the list is there, save it, and upload it again. If not, download the "
        "file again."
    ),
    "lock-file": _(
        "This is a temporary file that Excel creates while a workbook is open (its name begins with ~$). "
        "Upload the workbook itself."
    ),
    "shortcut": _("This is only a shortcut to a file. Upload the Excel Workbook (.xlsx) itself."),
    "google-shortcut": _(
        "This is only a shortcut to a Google file. Open it in Google Sheets, choose File, Download, "
        "Microsoft Excel (.xlsx), and upload the downloaded file."
    ),
    "old-xls": _(
        "This is an old Excel file (.xls). Open it, choose Save as, and pick Excel Workbook (.xlsx)."
    ),
    "old-office": _(
        "This is a file of an old Office program, not an Excel file. Upload the list as Excel Workbook "
        "(.xlsx)."
    ),
    "password": _(
        "This file is protected with a password. Open it in Excel, choose File, Info, Protect Workbook, Encrypt with "
        "Password (on a Mac: File, Passwords), delete the password, save, and upload the file again."
    ),
    "sensitivity-label": _(
        "This file is encrypted by a sensitivity label or by rights management, so only Office can open "
        "it. Open it in Excel, choose a label without encryption under Sensitivity (or File, Info, Protect "
        "Workbook, Restrict Access, Unrestricted Access), save, and upload the file again. If you can’t "
        "change that, download the list of your committee and fill in that one."
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
    "add-in": _(
        "This is an Excel add-in (.xlam), not a workbook with a list. Upload the list as Excel Workbook (.xlsx)."
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


def refuse_book_type(content_type: str) -> None:
    """Raise the advice for an Office file whose main part has another `content_type` (in lower case) than a workbook
    without macros."""
    if WORKBOOK_TYPE in content_type:
        return
    for word, code in (
        ("sheet.binary", "xlsb"),
        ("addin", "add-in"),
        ("macroenabled", "xlsm"),
        ("spreadsheetml.template", "template"),
    ):
        if word in content_type:
            raise UnreadableFile(code, ADVICE[code])
    raise UnreadableFile("other-office", ADVICE["other-office"])


def _kind_of_bytes(content: bytes) -> str:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content:
        return "empty-file"
    if not content.strip(b"\0"):
        return "not-downloaded"
    if content.startswith(OLE):
        return kind_of_ole(content)
    if content.startswith(BIFF):
        return "old-xls"
    if content.startswith(SHORTCUT) or start.startswith((b"[internetshortcut]", b"[desktop entry]")):
        return "shortcut"
    if len(content) == LOCK_FILE_SIZE and 0 < content[0] <= LOCK_FILE_SIZE // 3:
        return "lock-file"
    if start.startswith(b"%pdf"):
        return "pdf"
    return _kind_of_text(content, start) if _is_text(content) else "unknown"


def _kind_of_text(content: bytes, start: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if b"<plist" in start and b"<key>url</key>" in start:
        return "shortcut"
    if start.startswith(b"{") and (b"docs.google.com" in start or b'"doc_id"' in start):
        return "google-shortcut"
    if b"<office:document" in start:
        return "ods" if b"opendocument.spreadsheet" in start else "opendocument"
    if MARKUP.match(start) or start.startswith(b"mime-version:"):
        return "web-page"
    return "other-office" if start.startswith(b"{\\rtf") else "text"


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in content[:4096])


def _kind_of_archive(names: Collection[str], mimetype: bytes) -> str:
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        return "opendocument"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.endswith("vbaproject.bin") for name in names):
        return "xlsm"
    if "[content_types].xml" in names:
        return ""
    is_numbers = any(f"/{name}".endswith(NUMBERS_PARTS) for name in names)
    return "numbers" if is_numbers else "zip"
