"""What a condition still lacks, and how much of it a step of help shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

COUNT, PLACES, SENTENCES = 1, 2, 3
"""Steps of help: how many are wrong, which, and what is wrong with each."""


@dataclass(frozen=True, slots=True)
class Lack:
    """
    Something that is not as it should be. `places` name what it is about, such as candidate numbers; none if that would
    tell nothing. `is_grade`: it can't be corrected once the committee is confirmed.
    """

    sentence: str
    places: tuple[str, ...] = ()
    is_grade: bool = False


def explain(lacks: Sequence[Lack], step: int) -> list[str]:
    """Return the sentences of this step of help. A lack without places has no earlier step than its sentence."""
    plain = [lack.sentence for lack in lacks if not lack.places]
    placed = [lack for lack in lacks if lack.places]
    if step >= SENTENCES or not placed:
        return [lack.sentence for lack in lacks]
    places = list(dict.fromkeys(place for lack in placed for place in lack.places))
    if step == PLACES:
        return [*plain, _("Check these: %(places)s.") % {"places": ", ".join(places)}]
    count = ngettext(
        "%(n)s thing is not right yet. Compare it with what the task asks for.",
        "%(n)s things are not right yet. Compare them with what the task asks for.",
        len(places),
    )
    return [*plain, count % {"n": len(places)}]


def first_step(lacks: Sequence[Lack]) -> int:
    """Return the first step of help that shows something of its own."""
    return COUNT if any(lack.places for lack in lacks) else SENTENCES
