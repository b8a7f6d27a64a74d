"""The parts of a workbook, unpacked within bounds before anything looks inside."""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext_lazy as _

from .archive import places, unpack
from .errors import UnreadableFile, damaged, shown, too_much
from .file_types import ADVICE, refuse_archive, refuse_bytes

MAX_FILE = 5 * 1024 * 1024
"""Bytes of a file. A grade sheet of 5,000 candidates has 200 kB; the rest is room for logos and other
sheets."""
MAX_ENTRIES = 200
"""Parts in the archive. A plain workbook has 10 to 20; each further sheet with drawings adds about 5."""
MAX_UNPACKED = 20 * 1024 * 1024
"""Bytes unpacked, all parts together, so that a small file can't fill the memory."""
MIMETYPE_LENGTH = 100

SEGMENT = r"[\w .()\[\]!#$%&'+,;=@^`{}~-]*[\w()\[\]!#$%&'+,;=@^`{}~-]"
PART_NAME = re.compile(rf"{SEGMENT}(?:/{SEGMENT})*/?", re.ASCII)
"""Names of parts that are looked into: ASCII, in segments that are not empty and don't end in a dot or space (ECMA-376
part 2, 6.2.2.2). Some programs write backslashes for slashes."""
LEADS_ELSEWHERE = re.compile(r"\0|(?:^|[/\\])\.\.(?:[/\\]|$)|^[A-Za-z]:")
"""Names that no program writes and that lead programs out of the archive, or to another part."""

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
"""All that `zipfile` raises on an archive that breaks the rules."""


def open_package(content: bytes) -> Mapping[str, bytes]:
    """Unpack an .xlsx: its parts by lower-case name, as part names know no case (ECMA-376 part 2, 6.2.2.3).

    Raises UnreadableFile for what is no .xlsx and for an archive that is broken or outside the bounds above.
    """
    if len(content) > MAX_FILE:
        raise too_much("too-large", _("This file is larger than {most} MB."), most=MAX_FILE // 1024**2)
    refuse_bytes(content)
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:  # before zipfile makes an object of each
        raise _too_many_parts()
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _unpack(archive, content)
    except BROKEN as error:
        raise UnreadableFile(
            "broken-zip",
            _(
                "This file is damaged and can’t be unpacked. It may not have been copied completely. Save "
                "or copy it again. If that doesn’t help, download the list of your committee and fill in "
                "that one."
            ),
        ) from error


def part_of(parts: Mapping[str, bytes], name: str) -> bytes:
    """The contents of the part `name`, whatever its case; refused as damaged if the archive has no such
    part."""
    try:
        return parts[name.casefold()]
    except KeyError:
        raise damaged(name) from None


def _unpack(archive: ZipFile, content: bytes) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _too_many_parts()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableFile("password", ADVICE["password"])
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise BadZipFile
    refuse_archive([_key(entry) for entry in entries], _mimetype(archive))
    _check_names(entries)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise too_much(
            "too-large-unpacked",
            _("This file is larger than {most} MB when unpacked."),
            most=MAX_UNPACKED // 1024**2,
        )
    parts: dict[str, bytes] = {}
    for entry, begin in places(content, entries, archive.start_dir):
        data = unpack(content, entry, begin)
        if not entry.is_dir() and PART_NAME.fullmatch(_with_slashes(entry)):
            parts[_key(entry)] = data
    return parts


def _with_slashes(entry: ZipInfo) -> str:
    """The name of a part as other programs spell it. zipfile cuts `filename` off at a NUL."""
    return entry.orig_filename.replace("\\", "/")


def _key(entry: ZipInfo) -> str:
    """The name under which a part is found."""
    return _with_slashes(entry).casefold()


def _check_names(entries: Sequence[ZipInfo]) -> None:
    """Refuse names that some program could take for the name of another part. Parts that are never looked into may have
    any other name."""
    seen: dict[str, ZipInfo] = {}
    for entry in entries:
        if LEADS_ELSEWHERE.search(entry.orig_filename) or (entry.is_dir() and entry.file_size):
            raise _odd_name(entry)
        first = seen.setdefault(_resolved(entry), entry)
        if first is not entry:
            odd = next((one for one in (entry, first) if not PART_NAME.fullmatch(one.orig_filename)), None)
            raise _odd_name(odd) if odd else _duplicate()


def _resolved(entry: ZipInfo) -> str:
    """What is left of a name when every difference is taken away that some program does not see."""
    segments = (segment.rstrip(". ") for segment in unquote(_key(entry)).replace("\\", "/").split("/"))
    return "/".join(segment for segment in segments if segment)


def _odd_name(entry: ZipInfo) -> UnreadableFile:
    return UnreadableFile(
        "odd-part-name",
        _(
            "This file contains a part named {part}, which can be confused with another part. Open the "
            "file in Excel or LibreOffice, choose Save as, pick Excel Workbook (.xlsx), and upload the new "
            "file."
        ),
        part=shown(entry.orig_filename),
    )


def _duplicate() -> UnreadableFile:
    return UnreadableFile(
        "duplicate-parts",
        _("This file holds two parts of the same name. Open it, choose Save as, and upload the new file."),
    )


def _mimetype(archive: ZipFile) -> bytes:
    """What an OpenDocument file says that it is, in a part of its own."""
    if "mimetype" not in archive.namelist():
        return b""
    with archive.open("mimetype") as part:
        return part.read(MIMETYPE_LENGTH)


def _too_many_parts() -> UnreadableFile:
    return too_much(
        "too-many-parts",
        _("This file has more than {most} parts, such as pictures and charts."),
        most=MAX_ENTRIES,
    )
