"""Reads one grade. Only the scale's own spelling is a grade; anything else at best makes a proposal."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple

from committees.enums import GradeScale
from committees.files.xlsx import Cell, CellKind

from .text import HYPHENS, MAX_SAID, SPACE, code_points, trim


class Reason(StrEnum):
    """Why a row is rejected."""

    LOWER_CASE = "lower-case"
    OTHER_SPELLING = "other-spelling"
    LOOK_ALIKE = "look-alike"
    INVISIBLE_CHARACTER = "invisible-character"
    STRANGE_CHARACTER = "strange-character"
    NOT_IN_SCALE = "not-in-scale"
    FORMULA = "formula"
    ERROR_VALUE = "error-value"
    TRUE_FALSE = "true-false"
    DATE = "date"
    NUMBER = "number"
    ODD_CELL = "odd-cell"
    NO_CANDIDATE_ID = "no-candidate-id"
    BAD_CANDIDATE_ID = "bad-candidate-id"
    UNKNOWN_CANDIDATE = "unknown-candidate"
    AMBIGUOUS_CANDIDATE = "ambiguous-candidate"
    CONFLICTING_ROWS = "conflicting-rows"


NOT_TEXT: Mapping[CellKind, Reason] = {
    CellKind.FORMULA: Reason.FORMULA,
    CellKind.ERROR: Reason.ERROR_VALUE,
    CellKind.BOOLEAN: Reason.TRUE_FALSE,
    CellKind.DATE: Reason.DATE,
    CellKind.ODD: Reason.ODD_CELL,
}
"""Kinds of cells that hold neither a candidate ID nor a grade."""

WORDS: Mapping[GradeScale, Mapping[str, str]] = {
    GradeScale.LETTERS: {grade.casefold(): grade for grade in GradeScale.LETTERS.grades},
    GradeScale.PASS: {
        **dict.fromkeys(("pass", "passed", "bestått", "godkjent"), "Pass"),
        **dict.fromkeys(("notpass", "notpassed", "nopass", "fail", "failed", "stryk", "strøket"), "NotPass"),
        **dict.fromkeys(("ikkebestått", "ikkjebestått", "ikkegodkjent", "ikkjegodkjent"), "NotPass"),
    },
}
"""What people write for each grade: casefolded, without space, hyphen or underscore inside."""

DECORATION = ".,:;'\"`´‘’‚“”„«»()[]"
JOINT = re.compile(rf"(?<=\w)[{SPACE}_{re.escape(HYPHENS)}]+(?=\w)")
"""What stands between the parts of a word; at the end it may mean more, as in A-."""
NORWEGIAN = "æøåÆØÅ"
PLAIN = frozenset(NORWEGIAN + SPACE + DECORATION)
"""Characters that are not strange, beside ASCII and what is invisible."""

LOOK_ALIKES = dict(zip("АВСЕРТаеорсѕ", "ABCEPTaeopcs", strict=True))  # Cyrillic
LOOK_ALIKES |= dict(zip("ΑΒΕΡΝΤϜαορ", "ABEPNTFaop", strict=True))  # Greek
LOOK_ALIKES |= dict(zip("ᎪᏴᏟᎠᎬᏢᴀʙᴄᴅᴇꜰ", "ABCDEPABCDEF", strict=True))  # Cherokee, and Latin small capitals
LOOK_ALIKES |= dict(zip("ꓮꓐꓚꓓꓰꓝꓑꓠԀ", "ABCDEFPND", strict=True))  # Lisu, and Cyrillic Komi de
"""Letters that look like those of a grade, beside what Unicode's own compatibility (NFKC) knows: full-width,
mathematical, circled, Roman numerals. From Unicode's confusables.txt, for the letters of our grades."""

INVISIBLE_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
"""Default ignorable characters that are letters or marks by their category."""


class Spelling(NamedTuple):
    """What a cell says: a `grade` of the scale, or the `reason` why it is none, with the likely grade if
    there is one and the `detail` that people need to see it themselves."""

    grade: str = ""
    reason: Reason | Literal[""] = ""
    proposal: str = ""
    detail: str = ""


class _Letter(NamedTuple):
    """A character of a misspelt grade: what is wrong with it, and the plain letter that it looks like, else itself."""

    is_invisible: bool
    is_strange: bool
    folded: str


def read_grade(cell: Cell, scale: GradeScale) -> Spelling:
    """What `cell`, which is not blank, says on `scale`."""
    if cell.kind in NOT_TEXT:
        return Spelling(reason=NOT_TEXT[cell.kind])
    text = trim(cell.text)
    if cell.kind is CellKind.NUMBER:
        return Spelling(reason=Reason.NUMBER)
    if text in scale.grades:
        return Spelling(grade=text)
    return _misspelt(text, scale) if len(text) <= MAX_SAID else _not_in(scale)


def is_invisible(character: str) -> bool:
    """Whether `character` shows nothing: control, format and variation characters, but not space."""
    if character in SPACE:
        return False
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return unicodedata.category(character)[0] == "C" or character in INVISIBLE_LETTERS or is_selector


def _misspelt(text: str, scale: GradeScale) -> Spelling:
    plain = unicodedata.normalize("NFC", text)
    letters = list(map(_letter, plain))
    invisible = [character for character, letter in zip(plain, letters, strict=True) if letter.is_invisible]
    strange = [character for character, letter in zip(plain, letters, strict=True) if letter.is_strange]
    core = "".join(letter.folded for letter in letters).strip(SPACE + DECORATION)
    proposal = WORDS[scale].get(JOINT.sub("", core).casefold(), "")
    if invisible:
        reason = Reason.INVISIBLE_CHARACTER
    elif strange:
        all_alike = all(letter.folded.isascii() for letter in letters if letter.is_strange)
        reason = Reason.LOOK_ALIKE if all_alike else Reason.STRANGE_CHARACTER
    elif proposal:
        reason = Reason.LOWER_CASE if text == proposal.lower() else Reason.OTHER_SPELLING
    else:
        return _not_in(scale)
    return Spelling(reason=reason, proposal=proposal, detail=code_points([*invisible, *strange]))


def _not_in(scale: GradeScale) -> Spelling:
    return Spelling(reason=Reason.NOT_IN_SCALE, detail=", ".join(scale.grades))


@lru_cache(maxsize=4096)
def _letter(character: str) -> _Letter:
    if is_invisible(character):
        return _Letter(is_invisible=True, is_strange=False, folded="")
    if character.isascii() or character in PLAIN:
        return _Letter(is_invisible=False, is_strange=False, folded=character)
    folded = unicodedata.normalize("NFKC", LOOK_ALIKES.get(character, character))
    return _Letter(is_invisible=False, is_strange=True, folded=LOOK_ALIKES.get(folded, folded))
