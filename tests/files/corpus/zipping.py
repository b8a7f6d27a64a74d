"""Zip archives packed field by field, so that each field can be wrong (APPNOTE.TXT)."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Entry:
    """
    One part. `local` and `central` have other values for its two headers: flags, method, crc, packed, size, name,
    extra, offset.
    """

    name: bytes
    data: bytes
    method: int = 8
    flags: int = 0
    payload: bytes | None = None
    before: bytes = b""
    behind: bytes = b""
    local: Mapping[str, int | bytes] = field(default_factory=dict)
    central: Mapping[str, int | bytes] = field(default_factory=dict)

    @property
    def packed(self) -> bytes:
        """Return the stored bytes."""
        if self.payload is not None:
            return self.payload
        return deflated(self.data) if self.method == 8 else self.data


def deflated(data: bytes) -> bytes:
    """Return `data` as a raw deflate stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def described(entry: Entry, mark: bytes = b"PK\x07\x08", form: str = "<LLL") -> Entry:
    """Return `entry` with its sizes after its data."""
    record = struct.pack(form, zlib.crc32(entry.data), len(entry.packed), len(entry.data))
    return replace(
        entry,
        flags=entry.flags | 8,
        behind=mark + record,
        local={"crc": 0, "packed": 0, "size": 0, **entry.local},
    )


def entries_of(files: Mapping[str, str | bytes]) -> list[Entry]:
    """Return plain entries for `files`."""
    return [
        Entry(name.encode(), data.encode() if isinstance(data, str) else data) for name, data in files.items()
    ]


def archived(
    entries: Sequence[Entry],
    *,
    prefix: bytes = b"",
    before_table: bytes = b"",
    before_end: bytes = b"",
    suffix: bytes = b"",
    end: Mapping[str, int] | None = None,
    shift: bool = True,
) -> bytes:
    """
    Return the archive of `entries`. `end` has other values for its end record; `shift` adds a prefix to all offsets.
    """
    out, table = bytearray(prefix), bytearray()
    base = 0 if shift else len(prefix)
    for entry in entries:
        out += entry.before
        said: dict[str, int | bytes] = {
            "name": entry.name,
            "flags": entry.flags,
            "method": entry.method,
            "crc": zlib.crc32(entry.data),
            "packed": len(entry.packed),
            "size": len(entry.data),
            "extra": b"",
            "offset": len(out) - base,
        }
        table += _central(said | dict(entry.central))
        out += _local(said | dict(entry.local)) + entry.packed + entry.behind
    out += before_table
    start = len(out)
    out += bytes(table) + before_end
    facts = {
        "disk": 0,
        "count": len(entries),
        "size": len(table),
        "start": start - base,
        "comment": 0,
        **(end or {}),
    }
    fields = (
        facts["disk"],
        0,
        facts["count"],
        facts["count"],
        facts["size"],
        facts["start"],
        facts["comment"],
    )
    return bytes(out) + struct.pack("<4s4H2LH", b"PK\x05\x06", *fields) + suffix


def zip64_end(count: int, size: int, start: int) -> bytes:
    """Return the records before the end record of a Zip64 archive whose table begins at `start`."""
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    return record + struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)


def _local(said: Mapping[str, int | bytes]) -> bytes:
    name, extra = said["name"], said["extra"]
    assert isinstance(name, bytes)
    assert isinstance(extra, bytes)
    head = (20, said["flags"], said["method"], 0, 0x21, said["crc"], said["packed"], said["size"])
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", *head, len(name), len(extra)) + name + extra


def _central(said: Mapping[str, int | bytes]) -> bytes:
    name, extra = said["name"], said["extra"]
    assert isinstance(name, bytes)
    assert isinstance(extra, bytes)
    head = (20, 20, said["flags"], said["method"], 0, 0x21, said["crc"], said["packed"], said["size"])
    tail = (len(name), len(extra), 0, 0, 0, 0, said["offset"])
    return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *head, *tail) + name + extra
