"""Kinds of faults that plays find in a scenario, and names of the plays, in words."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Fault(TextChoices):
    """What is wrong; `%(detail)s` is a task, or what ended otherwise."""

    UNREACHABLE = "unreachable", _("unreachable")
    DONE_AT_START = "done-at-start", _("already done at the start")
    TICKED_UNSEEN = "ticked-unseen", _("“%(detail)s” is ticked before its text was shown")
    TICKED_BY_TURN = "ticked-by-turn", _("this ticks “%(detail)s”")
    WRONG_END = "wrong-end", _("“Well done” with a wrong result: %(detail)s")
    DEAD_END = "dead-end", _("dead end at “%(detail)s”")
    NO_POINTS = "no-points", _("no points for %(detail)s")
    BROKEN = "broken", _("the practice copy can’t be built or played: %(detail)s")


def sentence_of(kind: Fault, detail: str) -> str:
    """Return the sentence of a fault in the active language."""
    return str(kind.label) % {"detail": detail}


TURN_LABELS: Mapping[str, str | Promise] = {
    "": _("without mistakes"),
    "assessed": _("assessment"),
    "records a graded candidate as absent": _("records a graded candidate as absent"),
    "records absent candidates as having attended": _("records absent candidates as having attended"),
    "sets a wrong grade": _("sets a wrong grade"),
    "removes grades": _("removes grades"),
    "confirms early": _("confirms early"),
    "changes a grade and confirms it": _("changes a grade and confirms it"),
    "uploads a file that is not a grade sheet": _("uploads a file that is not a grade sheet"),
    "uploads another committee’s list": _("uploads another committee’s list"),
    "opens another committee": _("opens another committee"),
    "does the next task first": _("does the next task first"),
    "leaves and returns": _("leaves and returns"),
    "moves all candidates into one committee": _("moves all candidates into one committee"),
    "lets one grader confirm for all": _("lets one grader confirm for all"),
    "chooses another grade scale": _("chooses another grade scale"),
    "shows names": _("shows names"),
    "reopens with another code": _("reopens with another code"),
    "transfers early": _("transfers early"),
    "reminds early": _("reminds early"),
    "removes a grader": _("removes a grader"),
    "records a candidate as absent": _("records a candidate as absent"),
    "cancels the exams": _("cancels the exams"),
}
"""Names of plays by those in `training.play.turns`; "" is the straight path."""
