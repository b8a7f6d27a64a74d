"""Recognition of compound files, the container of Office 97-2003 and of encrypted workbooks ([MS-CFB])."""

from collections.abc import Iterator

from .errors import Problem

OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # [MS-CFB] 2.2
ENTRY, NAME = 128, 64
"""Bytes of a directory entry, and of the name at its beginning. Entries begin at multiples of their size."""
ENTRY_TYPES = frozenset({1, 2, 5})
"""Storage, stream and root."""
WORKBOOKS = frozenset({"workbook", "book"})
RIGHTS_MANAGED = ("drmencrypted", "drmdataspace", "drmcontent", "drmtransform", "labelinfo")
"""Beginnings of names, after a control character, in files with rights management or sensitivity labels
([MS-OFFCRYPTO] 2.2, 1.3.2)."""


def kind_of_ole(content: bytes) -> Problem:
    """Return the code for the compound file `content` by the names in its directory, ignoring case."""
    names = frozenset(_names(content))
    if not names & {*WORKBOOKS, "encryptedpackage", "worddocument"}:
        # The directory may be broken, or elsewhere than usual.
        names |= {name for name in (*WORKBOOKS, "encryptedpackage") if _is_in(content, name)}
    is_managed = any(name.lstrip("\x06\x09").startswith(RIGHTS_MANAGED) for name in names)
    if is_managed and "strongencryptiondataspace" not in names:
        return Problem.SENSITIVITY_LABEL
    if "encryptedpackage" in names:
        return Problem.PASSWORD
    return Problem.OLD_XLS if names & WORKBOOKS else Problem.OLD_OFFICE


def _names(content: bytes) -> Iterator[str]:
    """Yield the names of all streams and storages in lower case."""
    for place in range(0, len(content) - ENTRY + 1, ENTRY):
        length = int.from_bytes(content[place + NAME : place + NAME + 2], "little")
        if content[place + NAME + 2] in ENTRY_TYPES and 2 < length <= NAME and length % 2 == 0:
            yield content[place : place + length - 2].decode("utf-16-le", "replace").lower()


def _is_in(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in content.lower()
