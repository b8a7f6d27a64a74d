"""The test settings with a third grade scale, added by one declaration: six whole numbers, as in Swiss schools."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from committees.grade_scales import Grade, GradeScale, declare
from tests.settings import *  # noqa: F403


def words(en: str, nb: str, nn: str) -> Any:
    """A text in three languages; a declaration of the product uses gettext_lazy and our catalogues."""
    return lazy(lambda: {"en": en, "nb": nb, "nn": nn}[get_language() or "en"], str)()


NUMBERS = declare(
    GradeScale(
        "1-6",
        words("6–1", "6–1", "6–1"),
        words(
            "Write a whole number from 1 to 6.",
            "Skriv et helt tall fra 1 til 6.",
            "Skriv eit heilt tal frå 1 til 6.",
        ),
        (
            Grade("6", "S", "SM", words("Six", "Seks", "Seks"), synonyms=("six", "seks", "6.0", "VI")),
            Grade("5", "M", "F", words("Five", "Fem", "Fem"), synonyms=("five", "fem", "V")),
            Grade("4", "G", "R", words("Four", "Fire", "Fire"), synonyms=("four", "fire", "IV")),
            Grade("3", "N", "T", words("Three", "Tre", "Tre"), synonyms=("three", "tre", "III")),
            Grade("2", "L", "W", words("Two", "To", "To"), synonyms=("two", "to", "II")),
            Grade(
                "1",
                "Ikke godkjent",
                "OE",
                words("One", "Én", "Éin"),
                words("fail", "ikke godkjent", "ikkje godkjend"),
                synonyms=("one", "en", "ein", "I"),
            ),
        ),
    )
)
