"""Codes of protocols, typed from paper: `GP-0000-2K7M-9QXA-…`."""

# A code is a number and a proof in Crockford's base 32: O is read as 0, I and L as 1; case, spaces and
# hyphens are ignored. The last `PROOF_LETTERS` letters are the proof, 5 bits each.

import re

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "GP"
PROOF_LETTERS = 14
NUMBER_LETTERS = 6
"""Minimum letters of a number."""
MAX_LETTERS = 13 + PROOF_LETTERS
"""Ids in the database have at most 13 letters."""

_MISREAD = str.maketrans("OIL", "011")


def write_code(number: int, proof: bytes) -> str:
    """Return the code of `number` with the first bits of `proof`, in groups of four."""
    bits = int.from_bytes(proof) >> (8 * len(proof) - 5 * PROOF_LETTERS)
    text = _letters(number, NUMBER_LETTERS) + _letters(bits, PROOF_LETTERS)
    groups = [text[max(end - 4, 0) : end] for end in range(len(text), 0, -4)]
    return "-".join([PREFIX, *reversed(groups)])


def plain_letters(text: str, prefix: str) -> str:
    """Return the letters of a typed code without `prefix`, spaces and hyphens, as they were meant."""
    plain = re.sub(r"[\s\u00ad\u2010-\u2015-]", "", text[:200]).upper()
    return plain.removeprefix(prefix).translate(_MISREAD)


def read_code(text: str) -> tuple[int, str] | None:
    """Return the number in a typed code and the code in its usual form; None if it is not a code."""
    plain = plain_letters(text, PREFIX)
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
