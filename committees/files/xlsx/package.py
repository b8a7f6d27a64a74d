"""The parts of a workbook, unpacked within limits before they are parsed."""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from .archive import places, unpack
from .errors import Problem, UnreadableFile, damaged, shown
from .file_types import refuse_archive, refuse_bytes

MAX_FILE = 5 * 1024 * 1024
"""Bytes of a file. A grade sheet of 5,000 candidates has 200 kB; the rest allows for logos and other sheets."""
MAX_ENTRIES = 200
"""Parts in the archive. A plain workbook has 10 to 20; each further sheet with drawings adds about 5."""
MAX_UNPACKED = 20 * 1024 * 1024
"""Bytes of all parts unpacked, so that a small file can't fill the memory."""
MIMETYPE_LENGTH = 100

SEGMENT = r"[\w .()\[\]!#$%&'+,;=@^`{}~-]*[\w()\[\]!#$%&'+,;=@^`{}~-]"
PART_NAME = re.compile(rf"{SEGMENT}(?:/{SEGMENT})*/?", re.ASCII)
"""Names of parsed parts: ASCII, in non-empty segments that don't end in a dot or space (ECMA-376 part 2, 6.2.2.2)."""
LEADS_ELSEWHERE = re.compile(r"\0|(?:^|[/\\])\.\.(?:[/\\]|$)|^[A-Za-z]:")
"""Names that lead some programs out of the archive or to another part. No program writes them."""

BROKEN = (
    BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    OSError,
)
"""Exceptions of `zipfile` for archives that break the rules."""


def open_package(content: bytes) -> Mapping[str, bytes]:
    """Return the parts of an .xlsx file by lower-case name, as part names ignore case (ECMA-376 part 2, 6.2.2.3).

    Raises UnreadableFile for other file types, and for archives that are broken or exceed the limits above.
    """
    if len(content) > MAX_FILE:
        raise UnreadableFile(Problem.TOO_LARGE, most=MAX_FILE // 1024**2)
    refuse_bytes(content)
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:  # before zipfile makes an object of each
        raise _too_many_parts()
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _unpack(archive, content)
    except BROKEN as error:
        raise UnreadableFile(Problem.BROKEN_ZIP) from error


def part_of(parts: Mapping[str, bytes], name: str) -> bytes:
    """Return the content of the part `name`, ignoring case. Raises UnreadableFile if there is none."""
    try:
        return parts[name.casefold()]
    except KeyError:
        raise damaged(name) from None


def _unpack(archive: ZipFile, content: bytes) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _too_many_parts()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableFile(Problem.PASSWORD)
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise BadZipFile
    refuse_archive([_key(entry) for entry in entries], _mimetype(archive))
    _check_names(entries)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UnreadableFile(Problem.TOO_LARGE_UNPACKED, most=MAX_UNPACKED // 1024**2)
    parts: dict[str, bytes] = {}
    for entry, begin in places(content, entries, archive.start_dir):
        data = unpack(content, entry, begin)
        if not entry.is_dir() and PART_NAME.fullmatch(_with_slashes(entry)):
            parts[_key(entry)] = data
    return parts


def _with_slashes(entry: ZipInfo) -> str:
    """Return the part name with slashes, for which some programs write backslashes."""

    # zipfile cuts `filename` off at a NUL.
    return entry.orig_filename.replace("\\", "/")


def _key(entry: ZipInfo) -> str:
    return _with_slashes(entry).casefold()


def _check_names(entries: Sequence[ZipInfo]) -> None:
    """Refuse names that a program could take for the name of another part. Parts that are never parsed may have
    any other name."""
    seen: dict[str, ZipInfo] = {}
    for entry in entries:
        if LEADS_ELSEWHERE.search(entry.orig_filename) or (entry.is_dir() and entry.file_size):
            raise _odd_name(entry)
        first = seen.setdefault(_resolved(entry), entry)
        if first is not entry:
            odd = next((name for name in (entry, first) if not PART_NAME.fullmatch(name.orig_filename)), None)
            raise _odd_name(odd) if odd else UnreadableFile(Problem.DUPLICATE_PARTS)


def _resolved(entry: ZipInfo) -> str:
    """Return the name without the differences that some programs ignore."""
    segments = (segment.rstrip(". ") for segment in unquote(_key(entry)).replace("\\", "/").split("/"))
    return "/".join(segment for segment in segments if segment)


def _odd_name(entry: ZipInfo) -> UnreadableFile:
    return UnreadableFile(Problem.ODD_PART_NAME, part=shown(entry.orig_filename))


def _mimetype(archive: ZipFile) -> bytes:
    """Return the type that an OpenDocument file declares in a separate part."""
    if "mimetype" not in archive.namelist():
        return b""
    with archive.open("mimetype") as part:
        return part.read(MIMETYPE_LENGTH)


def _too_many_parts() -> UnreadableFile:
    return UnreadableFile(Problem.TOO_MANY_PARTS, most=MAX_ENTRIES)
