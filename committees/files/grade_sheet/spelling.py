"""Reader of one grade. Only the scale's exact spelling is a grade; other spellings give at most a proposal."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple

from committees.files.xlsx import Cell, CellKind
from committees.grade_scales import GradeScale

from .attendance import ATTENDANCE_WORDS
from .text import HYPHENS, MAX_SAID, SPACE, code_points, trim


class Reason(StrEnum):
    """Reasons for rejecting a row."""

    LOWER_CASE = "lower-case"
    OTHER_SPELLING = "other-spelling"
    LOOK_ALIKE = "look-alike"
    INVISIBLE_CHARACTER = "invisible-character"
    STRANGE_CHARACTER = "strange-character"
    NOT_IN_SCALE = "not-in-scale"
    ATTENDANCE = "attendance"
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
"""Kinds of cells that contain neither a candidate ID nor a grade."""

DECORATION = ".,:;'\"`´‘’‚“”„«»()[]"
JOINT = re.compile(rf"(?<=\w)[{SPACE}_{re.escape(HYPHENS)}]+(?=\w)")
"""Separators between the parts of a word. At its end they may have a meaning, as in A-."""
NORWEGIAN = "æøåÆØÅ"
PLAIN = frozenset(NORWEGIAN + SPACE + DECORATION)
"""Characters that are not strange, besides ASCII and invisible ones."""

LOOK_ALIKES = dict(zip("АВСЕРТаеорсѕ", "ABCEPTaeopcs", strict=True))  # Cyrillic
LOOK_ALIKES |= dict(zip("ΑΒΕΡΝΤϜαορ", "ABEPNTFaop", strict=True))  # Greek
LOOK_ALIKES |= dict(zip("ᎪᏴᏟᎠᎬᏢᴀʙᴄᴅᴇꜰ", "ABCDEPABCDEF", strict=True))  # Cherokee, and Latin small capitals
LOOK_ALIKES |= dict(zip("ꓮꓐꓚꓓꓰꓝꓑꓠԀ", "ABCDEFPND", strict=True))  # Lisu, and Cyrillic Komi de
"""Letters that look like those of our grades, from Unicode's confusables.txt. Unicode's compatibility
normalization (NFKC) covers full-width, mathematical, circled letters and Roman numerals."""

INVISIBLE_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
"""Default ignorable characters whose category is letter or mark."""


class Spelling(NamedTuple):
    """Result of reading a cell: a `grade` of the scale, or the `reason` why it is not one, with the likely
    grade, if any, and the `detail` for the sentence."""

    grade: str = ""
    reason: Reason | Literal[""] = ""
    proposal: str = ""
    detail: str = ""


class _Letter(NamedTuple):
    """A character of a misspelt grade: its problems, and the plain letter that it looks like, otherwise itself."""

    is_invisible: bool
    is_strange: bool
    folded: str


def read_grade(cell: Cell, scale: GradeScale) -> Spelling:
    """Return the grade on `scale` in `cell`, which is not blank, or the reason why it is not a grade."""
    if cell.kind in NOT_TEXT:
        return Spelling(reason=NOT_TEXT[cell.kind])
    text = trim(cell.text)
    if text in scale.codes:  # as a number too, where the grades are numbers
        return Spelling(grade=text)
    if cell.kind is CellKind.NUMBER:
        return Spelling(reason=Reason.NUMBER)
    return _misspelt(text, scale) if len(text) <= MAX_SAID else _not_in(scale)


def is_invisible(character: str) -> bool:
    """Return whether `character` is invisible: control, format and variation characters, but not space."""
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
    word = JOINT.sub("", core).casefold()
    proposal = scale.spellings.get(word, "")
    if invisible:
        reason = Reason.INVISIBLE_CHARACTER
    elif strange:
        look_alike = all(letter.folded.isascii() for letter in letters if letter.is_strange)
        reason = Reason.LOOK_ALIKE if look_alike else Reason.STRANGE_CHARACTER
    elif proposal:
        reason = Reason.LOWER_CASE if text == proposal.lower() else Reason.OTHER_SPELLING
    elif attendance := ATTENDANCE_WORDS.get(word):
        return Spelling(reason=Reason.ATTENDANCE, detail=str(attendance))
    else:
        return _not_in(scale)
    return Spelling(reason=reason, proposal=proposal, detail=code_points([*invisible, *strange]))


def _not_in(scale: GradeScale) -> Spelling:
    return Spelling(reason=Reason.NOT_IN_SCALE, detail=", ".join(scale.codes))


@lru_cache(maxsize=4096)
def _letter(character: str) -> _Letter:
    if is_invisible(character):
        return _Letter(is_invisible=True, is_strange=False, folded="")
    if character.isascii() or character in PLAIN:
        return _Letter(is_invisible=False, is_strange=False, folded=character)
    folded = unicodedata.normalize("NFKC", LOOK_ALIKES.get(character, character))
    return _Letter(is_invisible=False, is_strange=True, folded=LOOK_ALIKES.get(folded, folded))
