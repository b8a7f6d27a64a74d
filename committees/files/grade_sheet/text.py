"""Space, hyphens and names of characters in a grade sheet."""

import unicodedata
from collections.abc import Iterable

SPACE = "".join(map(chr, (*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029)))
SPACE += "\u202f\u205f\u3000"
"""Unicode's White_Space. `str.strip` would also remove some control characters."""

HYPHENS = "-\u00ad\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212\u2796"
HYPHENS += "\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u02d7\ufe31\ufe32\ufe58\ufe63\uff0d"
"""Unicode's dashes and minus signs, and the soft hyphen, which are equal in headers and words."""

ONE_SPACE = {ord(space): " " for space in SPACE}
NAMED_AT_MOST = 3
MAX_SAID = 40
"""Maximum characters of a header, candidate ID or grade without surrounding space; the longest of ours have 16."""


def trim(text: str) -> str:
    """Return `text` without Unicode space at its ends."""
    # Most cells are short and alphanumeric, and this check is faster than strip.
    return text if len(text) <= MAX_SAID and text.isalnum() else text.strip(SPACE)


def glimpse(text: str) -> str:
    """Return the squeezed beginning of `text`, for sentences that quote a cell."""
    return squeeze(trim(text)[: 4 * MAX_SAID])


def squeeze(text: str) -> str:
    """Return `text` without Unicode space at its ends, and with single spaces inside."""
    return " ".join(word for word in text.translate(ONE_SPACE).split(" ") if word)


def code_points(characters: Iterable[str]) -> str:
    """Return the first few different characters by code point and name: "U+0410 CYRILLIC CAPITAL LETTER A"."""
    distinct = list(dict.fromkeys(characters))
    named = [f"U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() for each in distinct[:NAMED_AT_MOST]]
    return ", ".join([*named, "…"] if len(distinct) > NAMED_AT_MOST else named)
