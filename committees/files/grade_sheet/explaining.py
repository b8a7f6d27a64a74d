"""Sentences for rejected rows: problem, place and next step."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .checking import Outcome
from .spelling import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SENTENCES: Mapping[Reason, "StrPromise"] = {
    Reason.LOWER_CASE: gettext_lazy("Cell %(cell)s contains “%(found)s” in lower case."),
    Reason.OTHER_SPELLING: gettext_lazy(
        "Cell %(cell)s contains “%(found)s”, but the grade is spelled differently."
    ),
    Reason.LOOK_ALIKE: gettext_lazy(
        "Cell %(cell)s contains “%(found)s” with characters that only look like the letters A–Z: %(detail)s."
    ),
    Reason.INVISIBLE_CHARACTER: gettext_lazy(
        "Cell %(cell)s contains hidden or unusual characters that Excel doesn’t show: %(detail)s."
    ),
    Reason.STRANGE_CHARACTER: gettext_lazy(
        "Cell %(cell)s contains “%(found)s” with characters that no grade contains: %(detail)s."
    ),
    Reason.NOT_IN_SCALE: gettext_lazy(
        "Cell %(cell)s contains “%(found)s”, which is not a grade in this exam. The grades are %(detail)s."
    ),
    Reason.ATTENDANCE: gettext_lazy(
        "Cell %(cell)s contains “%(found)s”, which is not a grade. Set the attendance, or leave the cell empty."
    ),
    Reason.FORMULA: gettext_lazy(
        "Cell %(cell)s contains the formula %(found)s. Copy the cell, paste it as values (Paste Special, Values), "
        "and upload the file again."
    ),
    Reason.ERROR_VALUE: gettext_lazy(
        "Cell %(cell)s contains the error %(found)s. Type the right value, and upload the file again."
    ),
    Reason.TRUE_FALSE: gettext_lazy(
        "Cell %(cell)s contains the logical value %(found)s. Type the right value, and upload the file again."
    ),
    Reason.DATE: gettext_lazy(
        "Cell %(cell)s contains the date %(found)s. Format the cell as Text, type the right value, and "
        "upload the file again."
    ),
    Reason.NUMBER: gettext_lazy("Cell %(cell)s contains the number %(found)s, which is not a grade."),
    Reason.ODD_CELL: gettext_lazy(
        "Cell %(cell)s can be read in different ways (“%(found)s”). Clear the cell, type the value "
        "again, save, and upload the file again."
    ),
    Reason.NO_CANDIDATE_ID: gettext_lazy(
        "Row %(row)s has no candidate ID. Fill in cell %(cell)s or clear the row, and upload the file again."
    ),
    Reason.BAD_CANDIDATE_ID: gettext_lazy(
        "Cell %(cell)s contains “%(found)s”, which is not a candidate ID. A candidate ID has only the "
        "digits 0–9."
    ),
    Reason.UNKNOWN_CANDIDATE: gettext_lazy(
        "Cell %(cell)s contains “%(found)s”, but no candidate in this committee has that ID. Check the "
        "ID. If it is right, ask %(planner)s which committee the candidate belongs to."
    ),
    Reason.AMBIGUOUS_CANDIDATE: gettext_lazy(
        "Cell %(cell)s contains “%(found)s”, which could be any of the candidates %(detail)s. Format "
        "the cell as Text, type the ID with its leading zeros, and upload the file again."
    ),
    Reason.CONFLICTING_ROWS: gettext_lazy(
        "Candidate %(candidate)s is in row %(row)s and also in row %(detail)s, with different grades. "
        "Delete all rows but the right one, and upload the file again."
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
"""Reasons whose sentence lacks the next step, which depends on whether there is a proposal."""


class Explainable(Protocol):
    """A checked row of a file or of a stored upload."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def reason(self) -> Reason | Literal[""]: ...
    @property
    def proposal(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def same_as(self) -> int: ...


FACTS = ("row", "cell", "candidate", "found", "proposal", "detail", "same_as")
"""Attributes of a row that sentences may contain."""


def explain(row: Explainable, *, planner: object) -> str:
    """
    Return the sentences about `row` in the active language; "" if it has no problem.

    `planner` is the planner of the exam, as `Exam.planner_contact`.
    """
    facts = {name: getattr(row, name) for name in FACTS} | {"planner": planner}
    if row.same_as:
        return _same_as_before(row) % facts
    if not row.reason:
        return ""
    parts = [str(SENTENCES[row.reason])]
    if row.reason is Reason.BAD_CANDIDATE_ID and row.detail:
        parts.append(_("It contains these characters: %(detail)s."))
    if row.reason in NEEDS_CORRECTION:
        parts.append(_advice(row))
    return " ".join(part % facts for part in parts)


def _same_as_before(row: Explainable) -> str:
    if row.outcome is Outcome.REJECTED:
        return _(
            "Row %(row)s is the same as row %(same_as)s for candidate %(candidate)s, and was rejected for "
            "the same reason."
        )
    return _("Row %(row)s is the same as row %(same_as)s for candidate %(candidate)s and counts only once.")


def _advice(row: Explainable) -> str:
    if row.proposal:
        return _("Accept the proposal %(proposal)s, or correct the cell and upload the file again.")
    return _("Correct the cell and upload the file again.")
