"""
The grade scales, one declaration each, for pages, files, keys, statistics, database constraints and result lines.

After adding a scale, run `makemigrations`: the constraints list every grade.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Union

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Text = Union[str, "StrPromise"]

MAX_CODE = 10
MAX_FS_CODE = 20
"""Widths of the database columns, in characters."""


@dataclass(frozen=True, eq=False)
class Grade:
    """
    One grade. `code` is stored and is its only valid spelling in a grade sheet; `fs_code` is FS's `karakter`.

    Each letter of `keys` sets the grade on the keyboard (digits type candidate numbers). Pages show `label`, or else
    the code; `meaning` explains a label that is not clear by itself. `synonyms` are other spellings for which an upload
    proposes this grade: in any case, with or without spaces and hyphens.
    """

    code: str
    fs_code: str
    keys: str
    label: Text | None = None
    meaning: Text | None = None
    synonyms: tuple[str, ...] = ()

    @property
    def shown_key(self) -> str:
        """The key that pages show: the first letter of the label if it is one of the keys."""
        first = str(self.label or self.code)[0].upper()
        return first if first in self.keys else self.keys[0]


@dataclass(frozen=True, eq=False)
class GradeScale:
    """The possible grades of an exam, best first. `instruction` explains how to write them in a grade sheet."""

    code: str
    label: Text
    instruction: Text
    grades: tuple[Grade, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(grade.code for grade in self.grades)

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The codes of the grades by key."""
        return {key: grade.code for grade in self.grades for key in grade.keys}

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """The codes of the grades by spelling, which is casefolded and without spaces and hyphens."""
        return {
            text.casefold(): grade.code for grade in self.grades for text in (grade.code, *grade.synonyms)
        }


SCALES: dict[str, GradeScale] = {}
"""The declared scales by code, in the order in which forms offer them."""
GRADES: dict[str, Grade] = {}
"""The grades of all scales by code. A code belongs to one scale, so a stored grade has one meaning."""


def declare(scale: GradeScale) -> GradeScale:
    """Register `scale`. Raise ValueError if two grades could be confused or a text is too long for its column."""
    if scale.code in SCALES or len(scale.code) > MAX_CODE:
        raise ValueError(f"{scale.code}: the scale's code is taken or too long")
    words = [text.casefold() for grade in scale.grades for text in (grade.code, *grade.synonyms)]
    fs_codes = [grade.fs_code for grade in scale.grades]
    keys = list(chain.from_iterable(grade.keys for grade in scale.grades))
    for name, texts in (("spelling", words), ("FS code", fs_codes), ("key", keys)):
        if len(set(texts)) < len(texts):
            raise ValueError(f"{scale.code}: two grades have the same {name}")
    for grade in scale.grades:
        if grade.code in GRADES:
            raise ValueError(f"{scale.code}: the grade {grade.code} belongs to another scale")
        if not (0 < len(grade.code) <= MAX_CODE and 0 < len(grade.fs_code) <= MAX_FS_CODE):
            raise ValueError(f"{scale.code}: a code of the grade {grade.code} is empty or too long")
        if not (grade.keys.isascii() and grade.keys.isalpha() and grade.keys.isupper()):
            raise ValueError(f"{scale.code}: a key of the grade {grade.code} is no letter A–Z")
    SCALES[scale.code] = scale
    GRADES.update((grade.code, grade) for grade in scale.grades)
    return scale


LETTERS = declare(
    GradeScale(
        "A-F",
        _("A–F"),
        _("Write the grades in capital letters: A, B, C, D, E or F."),
        (
            Grade("A", fs_code="A", keys="A", meaning=pgettext_lazy("grade", "excellent")),
            Grade("B", fs_code="B", keys="B", meaning=pgettext_lazy("grade", "very good")),
            Grade("C", fs_code="C", keys="C", meaning=pgettext_lazy("grade", "good")),
            Grade("D", fs_code="D", keys="D", meaning=pgettext_lazy("grade", "satisfactory")),
            Grade("E", fs_code="E", keys="E", meaning=pgettext_lazy("grade", "sufficient")),
            Grade("F", fs_code="F", keys="F", meaning=pgettext_lazy("grade", "fail")),
        ),
    )
)

PASS = declare(
    GradeScale(
        "PASS",
        _("Pass/NotPass"),
        _("Write the grades exactly as Pass or NotPass."),
        (
            Grade(
                "Pass",
                fs_code="Bestått",
                keys="PB",
                label=_("Pass"),
                synonyms=("passed", "bestått", "godkjent"),
            ),
            Grade(
                "NotPass",
                fs_code="Ikke bestått",
                keys="NI",
                label=_("NotPass"),
                synonyms=(
                    *("notpassed", "nopass", "fail", "failed", "stryk", "strøket"),
                    *("ikkebestått", "ikkjebestått", "ikkegodkjent", "ikkjegodkjent"),
                ),
            ),
        ),
    )
)


def scale_choices() -> list[tuple[str, Text]]:
    """Return the scales as choices of a form field."""
    return [(scale.code, scale.label) for scale in SCALES.values()]


def fs_grades() -> dict[str, Text]:
    """Return every `karakter` of a result line with its meaning. `settings.FS_GRADES` names this function."""
    return {
        # `is not None`, because bool() would translate a lazy text before translations are ready.
        grade.fs_code: format_lazy("{} – {}", grade.fs_code, grade.meaning)
        if grade.meaning is not None
        else grade.fs_code
        if grade.label is None
        else grade.label
        for grade in GRADES.values()
    }


def fs_code(code: str) -> str:
    """Return FS's `karakter` of the grade with this code."""
    return GRADES[code].fs_code if code in GRADES else code


def grade_label(code: str) -> str:
    """Return the label of the grade with this code, in the active language."""
    grade = GRADES.get(code)
    return str(grade.label or code) if grade else code


def grade_meaning(code: str) -> str:
    """Return the meaning of the grade with this code, in the active language; "" if its label is enough."""
    grade = GRADES.get(code)
    return str(grade.meaning) if grade and grade.meaning is not None else ""
