"""
The code of a protocol, as people type it from paper: `GP-0000-2K7M-9QXA-…`.

A number and a proof in Crockford's base 32, whose letters can't be taken for digits: O is read as 0, I and L as 1, and
small letters, spaces and hyphens are as good as any. The last `PROOF_LETTERS` are the proof, 5 bits each.
"""

import re

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "GP"
PROOF_LETTERS = 14
NUMBER_LETTERS = 6
"""Letters of a number at least; a greater number takes more."""
MAX_LETTERS = 13 + PROOF_LETTERS
"""No number of the database is longer than 13 letters."""

_MISREAD = str.maketrans("OIL", "011")


def write_code(number: int, proof: bytes) -> str:
    """The code of `number` with the beginning of `proof`, in groups of four."""
    bits = int.from_bytes(proof) >> (8 * len(proof) - 5 * PROOF_LETTERS)
    text = _letters(number, NUMBER_LETTERS) + _letters(bits, PROOF_LETTERS)
    groups = [text[max(end - 4, 0) : end] for end in range(len(text), 0, -4)]
    return "-".join([PREFIX, *reversed(groups)])


def read_code(text: str) -> tuple[int, str] | None:
    """The number in a typed code, and the code as it is written; None for what is none."""
    plain = re.sub(r"[\s\u00ad\u2010-\u2015-]", "", text[:200]).upper()
    plain = plain.removeprefix(PREFIX).translate(_MISREAD)
    fits = NUMBER_LETTERS + PROOF_LETTERS <= len(plain) <= MAX_LETTERS
    if not fits or not set(plain) <= set(LETTERS):
        return None
    number, proof = _number(plain[:-PROOF_LETTERS]), _number(plain[-PROOF_LETTERS:])
    return number, write_code(number, (proof << 2).to_bytes(9))


def _letters(number: int, at_least: int) -> str:
    text = ""
    while number or len(text) < at_least:
        number, digit = divmod(number, 32)
        text = LETTERS[digit] + text
    return text


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 32 + LETTERS.index(letter)
    return number
