"""Candidate numbers and ranges, as in "10001–10010, 10015"."""

import re

from django.utils.translation import gettext as _

from .fields import NUMBER, RANGE, BadField, shown

_AROUND = re.compile(r"\s*[-–—]\s*")
_BETWEEN = re.compile(r"[\s,;]+")


def read_ranges(text: str) -> list[range]:
    """Return the numbers of `text` as ranges, separated by commas, semicolons, spaces or lines. May raise BadField."""
    return [_range(part) for part in _BETWEEN.split(_AROUND.sub("–", text.strip())) if part]


def in_words(numbers: range) -> str:
    """Return the range as people write it."""
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def _range(part: str) -> range:
    if NUMBER.fullmatch(part) and len(part) <= 20:
        return range(int(part), int(part) + 1)
    found = RANGE.fullmatch(part)
    if not found:
        sentence = _("“%(text)s” is neither a candidate number nor a range such as 10001–10010.")
        raise BadField(sentence % {"text": shown(part)})
    first, last = int(found[1]), int(found[2])
    if last < first:
        raise BadField(
            _("The range %(first)s–%(last)s ends before it begins.") % {"first": first, "last": last}
        )
    return range(first, last + 1)
