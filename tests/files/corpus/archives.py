"""Invalid or ambiguous zip archives."""

import gzip
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from committees.files.xlsx.package import MAX_FILE
from tests.files.build import packed

from .case import Case
from .foreign import OLE
from .listing import (
    BOOK,
    GOOD,
    HEADER,
    NEVER_PARSED,
    ROWS,
    SHEET,
    files,
    good,
    listed,
    packed_with,
    refused,
    worksheet,
)
from .zipping import Entry, archived, deflated, described, entries_of, zip64_end

NAME_IN_UTF_8 = 0x800
OTHER = worksheet(HEADER + ROWS.replace("<v>2</v>", "<v>3</v>")).encode()
"""A sheet with other grades, which another program would read."""


def entries() -> list[Entry]:
    return entries_of(files())


def damaged(**changes: Any) -> bytes:
    """Return the archive of a list with a changed entry for the sheet."""
    return archived(
        [replace(entry, **changes) if entry.name == SHEET.encode() else entry for entry in entries()]
    )


def with_false_size(size: int) -> bytes:
    """Return an archive whose sheet declares `size` bytes in all headers, with the matching checksum."""
    data = files()[SHEET]
    assert isinstance(data, str)
    said = {"size": size, "crc": zlib.crc32(data.encode()[:size])}
    return damaged(local=said, central=said)


def named(name: bytes, flags: int = 0) -> Callable[[], bytes]:
    """Build a list with one more part."""
    return lambda: archived([*entries(), Entry(name, b"<x/>", flags=flags)])


def commented(comment: bytes) -> bytes:
    """Return a list with a comment after its table."""
    return archived(entries(), end={"comment": len(comment)}, suffix=comment)


def second_name(name: bytes) -> bytes:
    """Return the extra field that gives a part this second name."""
    return struct.pack("<2sHBL", b"up", 5 + len(name), 1, zlib.crc32(name)) + name


def earlier_end() -> bytes:
    """Return a list with an uncompressed part that contains an end record whose comment is all that follows."""
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
    made = archived([*entries(), Entry(b"xl/a.bin", end, method=0)])
    rest = len(made) - made.index(end) - len(end)
    return archived([*entries(), Entry(b"xl/a.bin", end[:-2] + rest.to_bytes(2, "little"), method=0)])


def zip64(lie: int = 0) -> bytes:
    """Return an archive as written by programs that do not know sizes in advance: Zip64 everywhere."""
    made = []
    for entry in entries():
        extra = struct.pack("<HHQQ", 1, 16, 0, 0)
        sizes = struct.pack("<HHQQ", 1, 16, len(entry.data) + lie, len(entry.packed))
        full = {"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF}
        late = described(replace(entry, local={**full, "extra": extra}), form="<LQQ")
        made.append(replace(late, central={**full, "extra": sizes}))
    plain = archived(made)
    start, size = struct.unpack("<4s4HLLH", plain[-22:])[6], struct.unpack("<4s4HLLH", plain[-22:])[5]
    return archived(
        made,
        before_end=zip64_end(len(made), size, start),
        end={"count": 0xFFFF, "size": 0xFFFFFFFF, "start": 0xFFFFFFFF},
    )


def overlapping() -> bytes:
    """Return an archive with two entries at one offset."""
    first, *others = entries()
    return archived([first, *others, Entry(b"xl/copy.xml", first.data, before=b"", central={"offset": 0})])


def inside_another() -> bytes:
    """Return an archive with an entry inside the data of another, as in the smallest bombs."""
    inner = archived([Entry(b"xl/inner.xml", b"<x/>")])[:60]
    outer = Entry(b"xl/outer.xml", inner, method=0)
    made = archived([*entries(), outer])
    at = made.index(b"xl/inner.xml") - 30
    return archived([*entries(), outer, Entry(b"xl/inner.xml", b"<x/>", central={"offset": at})])


def two_tables() -> bytes:
    """Return a list with another list in front: read from the end it is the second, from the start the first."""
    return archived(entries(), prefix=listed())


CASES = [
    *good(
        {
            "unspoilt": listed,
            "parts not compressed": lambda: archived([replace(entry, method=0) for entry in entries()]),
            "sizes behind the data": lambda: archived(list(map(described, entries()))),
            "sizes behind the data, unmarked": lambda: archived(
                [described(entry, b"") for entry in entries()]
            ),
            "Zip64 throughout": zip64,
            "with folders": lambda: archived(
                [*entries(), Entry(b"xl/", b"", 0), Entry(b"xl/media/", b"", 0)]
            ),
            "200 parts": lambda: packed_with({f"xl/media/{number}.png": b"x" for number in range(194)}),
        }
    ),
    *good(
        {
            "archive comment": lambda: commented(b"hello"),
            "archive comment of 65,535 bytes": lambda: commented(b"x" * 65_535),
            "archive comment with half a mark": lambda: commented(
                b"PK are two letters, PK\x05 are three bytes"
            ),
        },
        because="a comment behind the table is no part, and without the mark of a record nobody takes it for one",
    ),
    *good(
        {
            "flags in front differ": lambda: damaged(local={"flags": NAME_IN_UTF_8}),
            "the same name in an extra field": lambda: damaged(
                central={"extra": second_name(SHEET.encode())}
            ),
        },
        because="the name is ASCII, so it is the same in either encoding and in both places",
    ),
    *good(
        {
            "name in no encoding": named(b"xl/\x9b\xa2.xml"),
            "name of a picture in Norwegian": named("xl/media/bilde-å.png".encode(), NAME_IN_UTF_8),
            "name of a picture in backslashes": named(b"xl\\media\\image1.png"),
            "name of a picture with a colon": named(b"xl/media/image:1.png"),
        },
        because=NEVER_PARSED + ", and no program takes its name for that of another part",
    ),
    Case(
        "names with backslashes throughout",
        lambda: archived([replace(entry, name=entry.name.replace(b"/", b"\\")) for entry in entries()]),
        rows=GOOD,
        openpyxl="looks for part names as they are usually spelt",
        because="old .NET programs write them, and there is one way to read them",
    ),
    *good(
        {
            "workbook in a workbook": lambda: packed_with({"xl/embeddings/a.xlsx": listed()}),
            "workbook in a workbook, not compressed": lambda: archived(
                [*entries(), Entry(b"xl/embeddings/a.xlsx", listed(), method=0)]
            ),
            "zip behind junk": lambda: packed_with({"xl/media/a.png": b"\x89PNG" + packed({"a": "b"})}),
            "empty zip": lambda: packed_with({"xl/media/a.bin": b"PK\x05\x06" + bytes(18)}),
            "gzip": lambda: packed_with({"xl/media/a.emz": gzip.compress(b"x", mtime=0)}),
            "old Office file": lambda: packed_with({"xl/embeddings/oleObject1.bin": OLE}),
        },
        because=NEVER_PARSED + "; Excel itself embeds such files, and packs pictures as .emz",
    ),
    *refused("too-large", {"5 MB and a byte": lambda: listed() + bytes(MAX_FILE + 1 - len(listed()))}),
    *refused(
        "too-many-parts",
        {
            "201 parts": lambda: packed_with({f"xl/media/{number}.png": b"x" for number in range(195)}),
            "50,000 parts": lambda: archived([Entry(b"%d" % number, b"", 0) for number in range(50_000)]),
        },
    ),
    *refused("password", {"encrypted parts": lambda: damaged(flags=1)}),
    *refused(
        "broken-zip",
        {
            "cut off at its end": lambda: listed()[:-30],
            "cut off in the middle": lambda: listed()[:700],
            "archive comment with an end": lambda: commented(b"x" + listed()[-22:]),
            "archive comment with an end, cut": lambda: commented(b"hello PK\x05\x06"),
            "archive comment whose length begins a mark": lambda: commented(
                b"\x05\x06" + b"x" * (int.from_bytes(b"PK", "little") - 2)
            ),
            "only its end": lambda: listed()[-22:],
            "a byte of the sheet flipped": lambda: damaged(payload=deflated(OTHER)),
            "checksum wrong": lambda: damaged(local={"crc": 1}, central={"crc": 1}),
            "strongly encrypted": lambda: damaged(flags=0x40),
            "masked headers": lambda: damaged(flags=0x2000),
            "Zip64 that says another place": lambda: archived(entries(), before_end=zip64_end(6, 9, 9)),
            "bzip2": lambda: damaged(method=12, payload=b"BZh"),
            "unknown compression": lambda: damaged(method=99),
            "sheet longer than it says": lambda: with_false_size(300),
            "sheet shorter than it says": lambda: with_false_size(3000),
            "stream that does not end": lambda: damaged(payload=deflated(files()[SHEET].encode() * 9)[:-4]),  # type: ignore[union-attr]
            "bytes behind the stream": lambda: damaged(payload=deflated(worksheet().encode()) + b"x"),
        },
    ),
    *refused(
        "ambiguous-archive",
        {
            "a list in front of a list": two_tables,
            "a list in front, offsets not shifted": lambda: archived(entries(), prefix=listed(), shift=False),
            "a list behind a list, as comment": lambda: archived(
                entries(), end={"comment": len(listed())}, suffix=listed()
            )[:-22],
            "archive comment with a list": lambda: commented(listed()),
            "archive comment with an entry": lambda: commented(b"hello PK\x01\x02"),
            "archive comment with a part": lambda: commented(b"hello PK\x03\x04"),
            "archive comment with an end of Zip64": lambda: commented(b"PK\x06\x06" + b"PK\x06\x07"),
            "archive comment shorter than it says": lambda: archived(
                entries(), end={"comment": 9}, suffix=b"hello"
            ),
            "archive comment longer than it says": lambda: archived(
                entries(), end={"comment": 2}, suffix=b"hello"
            ),
            "an earlier end whose comment is the rest": earlier_end,
            "junk behind": lambda: listed() + b"\r\n",
            "junk between parts": lambda: damaged(before=b"junk"),
            "junk before the table": lambda: archived(entries(), before_table=b"junk"),
            "a part that the table leaves out": lambda: archived(
                entries(), before_table=archived([Entry(b"xl/worksheets/sheet1.xml", OTHER)])[:-120]
            ),
            "name in front differs": lambda: damaged(local={"name": b"xl/worksheets/sheet9.xml"}),
            "method in front differs": lambda: damaged(local={"method": 0}),
            "flags in front say that sizes come later": lambda: damaged(local={"flags": 8}),
            "size in front differs": lambda: damaged(local={"size": 9}),
            "packed size in front differs": lambda: damaged(local={"packed": 9}),
            "checksum in front differs": lambda: damaged(local={"crc": 9}),
            "second name in an extra field": lambda: damaged(central={"extra": second_name(b"a.xm")}),
            "second name in an extra field, in front": lambda: damaged(local={"extra": second_name(b"a.xm")}),
            "sizes behind the data differ": lambda: damaged(flags=8, behind=b"PK\x07\x08" + bytes(12)),
            "several disks": lambda: archived(entries(), end={"disk": 1}),
            "more parts than the table has": lambda: archived(entries(), end={"count": 7}),
            "Zip64 sizes that lie": lambda: zip64(1),
        },
    ),
    *refused(
        "overlapping-parts", {"two entries of one place": overlapping, "a part in a part": inside_another}
    ),
    *refused(
        "duplicate-parts",
        {
            "the sheet twice": lambda: archived([*entries(), Entry(SHEET.encode(), OTHER)]),
            "the sheet twice, by case": lambda: archived([*entries(), Entry(SHEET.upper().encode(), OTHER)]),
            "the sheet twice, percent-encoded": named(b"xl/worksheets/sheet%31.xml"),
            "the sheet twice, slash encoded": named(b"xl%2Fworksheets/sheet1.xml"),
            "a part and a folder": lambda: archived([*entries(), Entry(f"{BOOK}/".encode(), b"", 0)]),
        },
    ),
    *refused(
        "odd-part-name",
        {
            "name with backslashes": named(b"xl\\worksheets\\sheet1.xml"),
            "name with a slash in front": named(b"/xl/worksheets/sheet1.xml"),
            "name with ./": named(b"./xl/worksheets/sheet1.xml"),
            "name with /../": named(b"xl/media/../worksheets/sheet1.xml"),
            "name that leaves the archive": named(b"../../etc/passwd"),
            "name with //": named(b"xl//worksheets/sheet1.xml"),
            "name with a NUL": named(b"xl/worksheets/sheet1.xml\0.png"),
            "name with a drive": named(b"C:/sheet1.xml"),
            "name with a dot at its end": named(b"xl/worksheets/sheet1.xml."),
            "name with a space at its end": named(b"xl/worksheets/sheet1.xml "),
            "name with a Kelvin sign": named("xl/wor\u212abook.xml".encode(), 0x800),
            "name of the sheet in capitals and backslashes": named(b"XL\\WORKSHEETS\\SHEET1.XML"),
            "folder with contents": named(b"xl/media/"),
        },
    ),
]
