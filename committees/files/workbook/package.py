"""The zip archive around a workbook, unpacked within bounds before anything looks inside."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext_lazy as _

from .foreign import ADVICE, refuse_archive, refuse_bytes
from .unreadable import UnreadableFile, damaged, shown

MAX_FILE = 5 * 1024 * 1024
"""Bytes of a file. A grade sheet of 5,000 candidates has 200 kB; the rest is room for logos and other
sheets."""
MAX_ENTRIES = 200
"""Parts in the archive. A plain workbook has 10 to 20; each further sheet with drawings adds about 5."""
MAX_UNPACKED = 20 * 1024 * 1024
"""Bytes unpacked, all parts together, so that a small file can't fill the memory."""

LOCAL_HEADER = 30
"""Bytes of a zip entry's own header before its name (APPNOTE.TXT 4.3.7)."""
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
        raise UnreadableFile(
            "too-large",
            _(
                "This file is larger than {most} MB. Delete pictures and other sheets from it, save, and try "
                "again."
            ),
            most=MAX_FILE // 1024**2,
        )
    refuse_bytes(content)
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:  # before zipfile makes an object of each
        raise _too_many_parts()
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = _unpack(archive, content)
    except BROKEN as error:
        raise UnreadableFile(
            "broken-zip",
            _(
                "This file is damaged and can't be unpacked; maybe it was cut off on its way. Save or copy "
                "it again."
            ),
        ) from error
    refuse_archive(parts)
    return parts


def _unpack(archive: ZipFile, content: bytes) -> dict[str, bytes]:
    entries = archive.infolist()
    _check_entries(entries)
    _check_places(entries, content, archive.start_dir)
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        with archive.open(entry) as part:
            data = part.read(left + 1)
        left -= len(data)
        if left < 0:
            raise _too_large_unpacked()
        if data.startswith(b"PK\x03\x04"):
            raise UnreadableFile(
                "nested",
                _(
                    "This workbook holds another file at {part}. Delete embedded files from it and save it "
                    "again."
                ),
                part=shown(entry.filename),
            )
        parts[entry.filename.casefold()] = data
    return parts


def _check_entries(entries: Sequence[ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _too_many_parts()
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise UnreadableFile(
            "duplicate-parts",
            _(
                "This file holds two parts of the same name. Open it, choose Save as, and upload the new "
                "file."
            ),
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableFile("password", ADVICE["password"])
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise BadZipFile
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large_unpacked()


def _check_places(entries: Sequence[ZipInfo], content: bytes, end: int) -> None:
    """Refuse entries that share bytes: then one reader's part is another's, and a bomb is counted once."""
    places = []
    for entry in entries:
        lengths = content[entry.header_offset + LOCAL_HEADER - 4 : entry.header_offset + LOCAL_HEADER]
        name, extra = struct.unpack("<HH", lengths)
        places.append(
            (entry.header_offset, entry.header_offset + LOCAL_HEADER + name + extra + entry.compress_size)
        )
    places.sort()
    if any(last > first for (_start, last), (first, _end) in pairwise([*places, (end, end)])):
        raise UnreadableFile(
            "overlapping-parts",
            _(
                "The parts of this file lie on top of each other. Open it, choose Save as, and upload the "
                "new file."
            ),
        )


def _too_many_parts() -> UnreadableFile:
    return UnreadableFile(
        "too-many-parts",
        _("This file has more than {most} parts. Copy the list into a new workbook and upload that."),
        most=MAX_ENTRIES,
    )


def _too_large_unpacked() -> UnreadableFile:
    return UnreadableFile(
        "too-large-unpacked",
        _("Unpacked, this file is larger than {most} MB. Copy the list into a new workbook and upload that."),
        most=MAX_UNPACKED // 1024**2,
    )


def part_of(parts: Mapping[str, bytes], name: str) -> bytes:
    """The contents of the part `name`, whatever its case; refused as damaged if the archive has no such
    part."""
    try:
        return parts[name.casefold()]
    except KeyError:
        raise damaged(name) from None
