"""Recognition of files that are not .xlsx, with a code for each kind."""

import re
from collections.abc import Collection

from .errors import Problem, UnreadableFile
from .old_office import OLE, kind_of_ole

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
"""Endings of part names in Numbers files: current ones, package folders, and those of 2007–2009."""
WORKBOOK_TYPE = "spreadsheetml.sheet.main+xml"
LOCK_FILE_SIZE = 165
"""Bytes of the file that Excel creates beside an open workbook: the length of a user name and the name, padded."""


def refuse_bytes(content: bytes) -> None:
    """Raise UnreadableFile unless `content` begins like a zip archive."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise UnreadableFile(_kind_of_bytes(content))


def refuse_archive(names: Collection[str], mimetype: bytes) -> None:
    """Raise UnreadableFile if the lower-case part names or the part "mimetype" show that an archive is not .xlsx."""
    code = _kind_of_archive(names, mimetype.strip())
    if code:
        raise UnreadableFile(code)


def refuse_book_type(content_type: str) -> None:
    """Raise UnreadableFile unless the main part's `content_type` (lower case) is a workbook without macros."""
    if WORKBOOK_TYPE in content_type:
        return
    for word, code in (
        ("sheet.binary", Problem.XLSB),
        ("addin", Problem.ADD_IN),
        ("macroenabled", Problem.XLSM),
        ("spreadsheetml.template", Problem.TEMPLATE),
    ):
        if word in content_type:
            raise UnreadableFile(code)
    raise UnreadableFile(Problem.OTHER_OFFICE)


def _kind_of_bytes(content: bytes) -> Problem:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content:
        return Problem.EMPTY_FILE
    if not content.strip(b"\0"):
        return Problem.NOT_DOWNLOADED
    if content.startswith(OLE):
        return kind_of_ole(content)
    if content.startswith(BIFF):
        return Problem.OLD_XLS
    if content.startswith(SHORTCUT) or start.startswith((b"[internetshortcut]", b"[desktop entry]")):
        return Problem.SHORTCUT
    if len(content) == LOCK_FILE_SIZE and 0 < content[0] <= LOCK_FILE_SIZE // 3:
        return Problem.LOCK_FILE
    if start.startswith(b"%pdf"):
        return Problem.PDF
    return _kind_of_text(content, start) if _is_text(content) else Problem.UNKNOWN


def _kind_of_text(content: bytes, start: bytes) -> Problem:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if b"<plist" in start and b"<key>url</key>" in start:
        return Problem.SHORTCUT
    if start.startswith(b"{") and (b"docs.google.com" in start or b'"doc_id"' in start):
        return Problem.GOOGLE_SHORTCUT
    if b"<office:document" in start:
        return Problem.ODS if b"opendocument.spreadsheet" in start else Problem.OPENDOCUMENT
    if MARKUP.match(start) or start.startswith(b"mime-version:"):
        return Problem.WEB_PAGE
    return Problem.OTHER_OFFICE if start.startswith(b"{\\rtf") else Problem.TEXT


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in content[:4096])


def _kind_of_archive(names: Collection[str], mimetype: bytes) -> Problem | None:
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Problem.ODS
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        return Problem.OPENDOCUMENT
    if "xl/workbook.bin" in names:
        return Problem.XLSB
    if any(name.endswith("vbaproject.bin") for name in names):
        return Problem.XLSM
    if "[content_types].xml" in names:
        return None
    is_numbers = any(f"/{name}".endswith(NUMBERS_PARTS) for name in names)
    return Problem.NUMBERS if is_numbers else Problem.ZIP
