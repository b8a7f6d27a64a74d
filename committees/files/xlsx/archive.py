"""The zip archive, accepted only if every program finds the same parts in it."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipInfo

from .errors import Problem, UnreadableFile

LOCAL = struct.Struct("<4s2xHH4xLLLHH")  # APPNOTE.TXT 4.3.7
END = struct.Struct("<4s4H2LH")  # 4.3.16
END_64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
LOCATOR_64 = struct.Struct("<4sLQL")  # 4.3.15
FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF
"""Field values that refer to a Zip64 record."""
DESCRIBED_LATER = 0x8
NAME_IN_UTF_8 = 0x800
HOW_WELL_COMPRESSED = 0x6
USUAL_FLAGS = HOW_WELL_COMPRESSED | DESCRIBED_LATER | NAME_IN_UTF_8
"""Compression level, sizes after the data, names in UTF-8; not encrypted, patched or masked."""
END_MARK = b"PK\x05\x06"
RECORD_MARKS = (END_MARK, b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x06", b"PK\x06\x07")
"""First bytes of the records by which programs find parts. A comment that contains one could be read as an
archive."""
OTHER_NAME = b"up"
"""Extra field with a second name of a part (APPNOTE.TXT 4.6.9)."""


def places(content: bytes, entries: Sequence[ZipInfo], directory: int) -> Iterator[tuple[ZipInfo, int]]:
    """Yield each entry with the offset of its data, in file order.

    Raises UnreadableFile unless the entries, the table of contents at `directory` and its end fill `content` without
    a gap, and each entry agrees with the table. Otherwise programs that read from the front, from the end or by the
    table could find different parts.
    """
    found, place = [], 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < place:
            raise overlapping()
        if entry.header_offset > place:
            raise ambiguous()
        begin = _begin(content, entry)
        found.append((entry, begin))
        place = _behind(content, entry, begin)
    if place > directory:
        raise overlapping()
    if place < directory:
        raise ambiguous()
    _check_end(content, len(entries), directory)
    yield from found


def unpack(content: bytes, entry: ZipInfo, begin: int) -> bytes:
    """Return the data of `entry`, which must have the declared size. Raises BadZipFile or zlib.error."""
    data = content[begin : begin + entry.compress_size]
    if entry.compress_type == ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflater.decompress(data, entry.file_size + 1)
        if not inflater.eof or inflater.unused_data:
            raise BadZipFile
    elif entry.compress_type != ZIP_STORED:
        raise BadZipFile
    if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        raise BadZipFile
    return data


def overlapping() -> UnreadableFile:
    return UnreadableFile(Problem.OVERLAPPING_PARTS)


def ambiguous() -> UnreadableFile:
    return UnreadableFile(Problem.AMBIGUOUS_ARCHIVE)


def _begin(content: bytes, entry: ZipInfo) -> int:
    """Return the offset of the data of `entry`, after its own header, which must agree with the table."""
    mark, flags, method, crc, packed, unpacked, name, extra = LOCAL.unpack_from(content, entry.header_offset)
    names = entry.header_offset + LOCAL.size
    begin: int = names + name + extra
    own_name, own_extra = content[names : names + name], content[names + name : begin]
    if flags & ~USUAL_FLAGS or mark != b"PK\x03\x04":
        raise BadZipFile
    in_table = entry.orig_filename.encode("utf-8" if entry.flag_bits & NAME_IN_UTF_8 else "cp437")
    if (method, own_name) != (entry.compress_type, in_table):
        raise ambiguous()
    if (flags ^ entry.flag_bits) & ~(NAME_IN_UTF_8 | HOW_WELL_COMPRESSED):
        raise ambiguous()
    if any(name != own_name for name in (*_other_names(own_extra), *_other_names(entry.extra))):
        raise ambiguous()
    sizes = entry.file_size.to_bytes(8, "little") + entry.compress_size.to_bytes(8, "little")
    unsaid = {0, FULL_32} if flags & DESCRIBED_LATER else set()
    if b"\x01\x00\x10\x00" + sizes in own_extra:
        unsaid |= {FULL_32}
    if crc != entry.CRC and not (crc == 0 and flags & DESCRIBED_LATER):
        raise ambiguous()
    if packed not in unsaid | {entry.compress_size} or unpacked not in unsaid | {entry.file_size}:
        raise ambiguous()
    return begin


def _behind(content: bytes, entry: ZipInfo, begin: int) -> int:
    """Return the end of `entry`: after its data and the record that describes them, if any."""
    end = begin + entry.compress_size
    if not entry.flag_bits & DESCRIBED_LATER:
        return end
    for mark in (b"PK\x07\x08", b""):
        for form in ("<LQQ", "<LLL"):
            record = mark + struct.pack(form, entry.CRC, entry.compress_size, entry.file_size)
            if content.startswith(record, end):
                return end + len(record)
    raise ambiguous()


def _check_end(content: bytes, count: int, directory: int) -> None:
    """Refuse unless the end record matches the table and only a comment follows it."""
    end = content.rfind(END_MARK)
    _mark, *disks, here, total, size, start, comment = END.unpack_from(content, end)
    begin = end + END.size
    # Start at the length field, whose bytes could be the beginning of a mark.
    if begin + comment != len(content) or any(mark in content[begin - 2 :] for mark in RECORD_MARKS):
        raise ambiguous()
    if any(disks) or _has_another_end(content, end):
        raise ambiguous()
    table = count, count, end - directory, directory
    if content.startswith(b"PK\x06\x07", end - LOCATOR_64.size):
        record = end - LOCATOR_64.size - END_64.size
        table = count, count, record - directory, directory
        *_versions, first, second, here_64, total_64, size_64, start_64 = END_64.unpack_from(content, record)
        _mark, disk, offset, disks_64 = LOCATOR_64.unpack_from(content, record + END_64.size)
        if (here_64, total_64, size_64, start_64) != table or (first, second, disk, offset) != (
            0,
            0,
            0,
            record,
        ):
            raise ambiguous()
        if disks_64 > 1:
            raise ambiguous()
        here, total = (
            number if field == FULL_16 else field for field, number in ((here, count), (total, count))
        )
        size, start = (
            number if field == FULL_32 else field for field, number in ((size, table[2]), (start, directory))
        )
    if (here, total, size, start) != table:
        raise ambiguous()


def _has_another_end(content: bytes, end: int) -> bool:
    """Return whether a program that searches from the front would find another end record before `end`: one whose
    comment reaches the end of the file."""
    place = content.find(END_MARK, max(0, len(content) - END.size - FULL_16))
    while 0 <= place < end:
        if place + END.size + END.unpack_from(content, place)[-1] == len(content):
            return True
        place = content.find(END_MARK, place + 1)
    return False


def _other_names(extra: bytes) -> Iterator[bytes]:
    """Yield the second names in the extra fields `extra`, each after a version and a checksum."""
    while len(extra) >= 4:
        length = int.from_bytes(extra[2:4], "little")
        if extra[:2] == OTHER_NAME:
            yield extra[9 : 4 + length]
        extra = extra[4 + length :]
