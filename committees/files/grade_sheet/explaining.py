"""Puts into words why a row was not taken: what is wrong, where, and what to do."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .checking import CheckedRow, Outcome
from .spelling import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SENTENCES: Mapping[Reason, "StrPromise"] = {
    Reason.LOWER_CASE: gettext_lazy("Cell %(cell)s says “%(found)s” with small letters."),
    Reason.OTHER_SPELLING: gettext_lazy(
        "Cell %(cell)s says “%(found)s”, which is not how the grade is spelt."
    ),
    Reason.LOOK_ALIKE: gettext_lazy(
        "Cell %(cell)s says “%(found)s” with characters that only look like the letters A–Z: %(detail)s."
    ),
    Reason.INVISIBLE_CHARACTER: gettext_lazy(
        "Cell %(cell)s holds hidden or foreign characters beside what one sees: %(detail)s."
    ),
    Reason.STRANGE_CHARACTER: gettext_lazy(
        "Cell %(cell)s says “%(found)s” with characters that no grade has: %(detail)s."
    ),
    Reason.NOT_IN_SCALE: gettext_lazy(
        "Cell %(cell)s says “%(found)s”, which is no grade of this exam. Its grades are %(detail)s."
    ),
    Reason.FORMULA: gettext_lazy(
        "Cell %(cell)s holds the formula %(found)s. Type what it should say instead, and upload the file "
        "again."
    ),
    Reason.ERROR_VALUE: gettext_lazy(
        "Cell %(cell)s holds the error %(found)s. Type what it should say instead, and upload the file again."
    ),
    Reason.TRUE_FALSE: gettext_lazy(
        "Cell %(cell)s holds the truth value %(found)s. Type what it should say instead, and upload the file "
        "again."
    ),
    Reason.DATE: gettext_lazy(
        "Cell %(cell)s holds the date %(found)s. Set the cell's format to Text, type what it should say, and "
        "upload "
        "the file again."
    ),
    Reason.NUMBER: gettext_lazy("Cell %(cell)s holds the number %(found)s, which is no grade."),
    Reason.ODD_CELL: gettext_lazy(
        "Cell %(cell)s can be read in different ways (“%(found)s”). Clear the cell, type the value again, "
        "save, and upload the file again."
    ),
    Reason.NO_CANDIDATE_ID: gettext_lazy(
        "Row %(row)s has no candidate ID. Fill in cell %(cell)s, or empty the row, and upload the file again."
    ),
    Reason.BAD_CANDIDATE_ID: gettext_lazy(
        "Cell %(cell)s says “%(found)s”, which is no candidate ID: only the digits 0–9 stand in one."
    ),
    Reason.UNKNOWN_CANDIDATE: gettext_lazy(
        "Cell %(cell)s says “%(found)s”, and no candidate of this committee has that ID. Check the ID; if it "
        "is "
        "right, ask the planner which committee the candidate is on."
    ),
    Reason.AMBIGUOUS_CANDIDATE: gettext_lazy(
        "Cell %(cell)s says “%(found)s”, which could be any of the candidates %(detail)s. Write the ID with "
        "its "
        "zeros in front, in a cell with the format Text, and upload the file again."
    ),
    Reason.CONFLICTING_ROWS: gettext_lazy(
        "Candidate %(candidate)s stands in row %(row)s and also in row %(detail)s, with different grades. "
        "Delete all "
        "rows but the right one and upload the file again."
    ),
}

NEEDS_CORRECTION = frozenset(
    {
        Reason.LOWER_CASE,
        Reason.OTHER_SPELLING,
        Reason.LOOK_ALIKE,
        Reason.INVISIBLE_CHARACTER,
        Reason.STRANGE_CHARACTER,
        Reason.NOT_IN_SCALE,
        Reason.NUMBER,
        Reason.BAD_CANDIDATE_ID,
    }
)
"""Reasons whose sentence does not yet say what to do, as that depends on whether there is a proposal."""


def explain(row: CheckedRow) -> str:
    """What people are told about `row`, in the active language; "" where there is nothing to say."""
    facts = row._asdict()
    if row.same_as:
        return _same_as_before(row) % facts
    if not row.reason:
        return ""
    parts = [str(SENTENCES[row.reason])]
    if row.reason is Reason.BAD_CANDIDATE_ID and row.detail:
        parts.append(_("It holds these characters: %(detail)s."))
    if row.reason in NEEDS_CORRECTION:
        parts.append(_advice(row))
    return " ".join(part % facts for part in parts)


def _same_as_before(row: CheckedRow) -> str:
    if row.outcome is Outcome.REJECTED:
        return _(
            "Row %(row)s says of candidate %(candidate)s the same as row %(same_as)s, and is not taken for "
            "the "
            "same reason."
        )
    return _("Row %(row)s says of candidate %(candidate)s the same as row %(same_as)s; it counts once.")


def _advice(row: CheckedRow) -> str:
    if row.proposal:
        return _("Accept the proposal %(proposal)s, or correct the cell and upload the file again.")
    return _("Correct the cell and upload the file again.")
