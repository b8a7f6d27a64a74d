"""One grade for all candidates without a grade."""

from collections.abc import Collection

from django.db import transaction

from committees.actions.sheets import lock_for_grading, unknown_grade, write_grades
from committees.enums import LogAction
from committees.errors import Refusal, Refused, StaleVersion
from committees.models import Grader, LogEntry


@transaction.atomic
def set_remaining(grader: Grader, grade: str, *, expected: Collection[str]) -> LogEntry:
    """
    Set `grade` for all candidates without a grade, except those who did not attend or withdrew.

    `expected` are the numbers of the candidates that the page showed. Raise StaleVersion if they are others now;
    Refused if there are none, the scale has no such grade, the grader has no active seat, or the grades are locked.
    """
    committee = lock_for_grading(grader)
    if grade not in committee.exam.grades:
        raise unknown_grade(committee, grade)
    numbers = committee.candidates.remaining().by_number().values_list("number", flat=True)
    changes = {number: ["", grade] for number in numbers}
    if changes.keys() != set(expected):
        raise StaleVersion(Refusal.REMAINING_CHANGED)
    if not changes:
        raise Refused(Refusal.NO_GRADES_REMAINING)
    return write_grades(committee, changes, LogAction.REMAINING_SET, by=grader.person)


@transaction.atomic
def undo_remaining(grader: Grader) -> LogEntry:
    """Remove the grades that the grader last set with `set_remaining` and nobody changed since.

    Raise Refused if there are none, the grader has no active seat, or the grades are locked.
    """
    committee = lock_for_grading(grader)
    given = committee.candidates.undoable_remaining(committee, grader.person)
    grades = given.values_list("number", "grade")
    changes = {number: [grade, ""] for number, grade in grades}
    if not changes:
        raise Refused(Refusal.REMAINING_GRADED_SINCE)
    return write_grades(committee, changes, LogAction.REMAINING_UNDONE, by=grader.person)
