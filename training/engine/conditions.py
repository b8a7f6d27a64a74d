"""
The conditions under which a task is done, read from a sandbox: its rows, its log, and the events of the run.

Each condition yields a sentence per missing item, and none when it is met.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions.transfer import grades_at_fs
from committees.enums import ReceiptStatus, Stage
from committees.grade_scales import grade_label
from committees.models import Candidate, TransferLine
from training.engine.events import refused_event, seen_event
from training.sandbox.state import SandboxState, is_away
from training.scenarios.checker import condition_of
from training.scenarios.schema import TRAINEE, Task

Condition = Mapping[str, Any]


def unmet(state: SandboxState, task: Task) -> list[str]:
    """Return a sentence for everything that `task` still lacks; an empty list when it is done."""
    return [sentence for condition in task.done for sentence in _unmet(state, condition)]


def _unmet(state: SandboxState, condition: Condition) -> Iterator[str]:
    word = condition_of(condition) or ""
    yield from CONDITIONS[word](state, condition)


def _seen(state: SandboxState, condition: Condition) -> Iterator[str]:
    if seen_event(condition["seen"], condition.get("as", TRAINEE)) not in state.run.events:
        yield _("You haven’t opened the page for this task yet.")


def _refused(state: SandboxState, condition: Condition) -> Iterator[str]:
    if refused_event(condition["refused"]) not in state.run.events:
        yield _("Nothing you did for this task has been rejected yet.")


def _did(state: SandboxState, condition: Condition) -> Iterator[str]:
    code, number = condition.get("exam", ""), condition.get("committee")
    committee = state.committee(number, code) if number is not None else None
    acts = state.done_by_trainee(
        condition["did"], exam=state.exam(code) if code else None, committee=committee
    )
    if candidate := condition.get("candidate"):
        acts = [entry for entry in acts if candidate in entry.changes]
    missing = condition.get("times", 1) - len(acts)
    if missing == condition.get("times", 1):
        yield _("You haven’t done this yet.")
    elif missing > 0:
        yield ngettext(
            "You have done this. Do it %(n)s more time.",
            "You have done this. Do it %(n)s more times.",
            missing,
        ) % {"n": missing}


def _absent_yet_graded(candidates: list[Candidate]) -> Iterator[str]:
    for candidate in candidates:
        if is_away(candidate) and candidate.grade:
            yield _("%(number)s did not attend and should have no grade, but has %(grade)s.") % {
                "number": candidate.number,
                "grade": grade_label(candidate.grade),
            }


def _graded(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["graded"], condition.get("exam", ""))
    if committee is None:
        yield from _no_committee(condition["graded"])
        return
    candidates = state.on(committee)
    yield from _without(candidates)
    yield from _absent_yet_graded(candidates)


def _without(candidates: list[Candidate]) -> Iterator[str]:
    numbers = [candidate.number for candidate in candidates if not candidate.grade and not is_away(candidate)]
    away = [candidate.number for candidate in candidates if not candidate.grade and is_away(candidate)]
    if not numbers:
        return
    sentence = ngettext(
        "%(n)s candidate has no grade: %(numbers)s.",
        "%(n)s candidates have no grade: %(numbers)s.",
        len(numbers),
    ) % {"n": len(numbers), "numbers": ", ".join(numbers)}
    if away:
        sentence += " " + ngettext(
            "%(numbers)s did not attend and should have no grade.",
            "%(numbers)s did not attend and should have no grade.",
            len(away),
        ) % {"numbers": ", ".join(away)}
    yield sentence


def _notes(state: SandboxState, condition: Condition) -> Iterator[str]:
    code, number = condition.get("exam", ""), condition["notes"]
    committee = state.committee(number, code)
    exam = state.run.scenario.exam(code)
    planned = exam.committee(number) if exam else None
    if committee is None or planned is None:
        yield from _no_committee(number)
        return
    notes, candidates = planned.notes or {}, state.on(committee)
    yield from _without(
        [candidate for candidate in candidates if candidate.number in notes or is_away(candidate)]
    )
    for candidate in candidates:
        params = {
            "number": candidate.number,
            "grade": grade_label(candidate.grade),
            "noted": grade_label(notes.get(candidate.number, "")),
        }
        if candidate.grade and candidate.number in notes and candidate.grade != notes[candidate.number]:
            yield _("%(number)s has %(grade)s, but it is %(noted)s in your notes.") % params
        elif candidate.grade and candidate.number not in notes and not is_away(candidate):
            yield _("%(number)s has %(grade)s, but this candidate is not in your notes.") % params
    yield from _absent_yet_graded(candidates)


def _grade(state: SandboxState, condition: Condition) -> Iterator[str]:
    exam = state.exam(condition.get("exam", ""))
    candidates = [candidate for candidate in state.candidates if exam and candidate.exam_id == exam.pk]
    candidate = next((candidate for candidate in candidates if candidate.number == condition["grade"]), None)
    params = {
        "number": condition["grade"],
        "grade": grade_label(candidate.grade if candidate else ""),
        "wanted": grade_label(condition["is"]),
    }
    if candidate is None:
        yield _("Candidate %(number)s is missing.") % params
    elif candidate.grade != condition["is"] and not candidate.grade:
        yield _("%(number)s has no grade, but should have %(wanted)s.") % params
    elif candidate.grade != condition["is"] and not condition["is"]:
        yield _("%(number)s has %(grade)s, but should have no grade.") % params
    elif candidate.grade != condition["is"]:
        yield _("%(number)s has %(grade)s, but should have %(wanted)s.") % params


def _confirmed(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["confirmed"], condition.get("exam", ""))
    seat = state.seat(state.trainee_pk, committee) if committee else None
    if committee is None or seat is None:
        yield from _no_committee(condition["confirmed"])
    elif not seat.has_confirmed:
        yield _("Your confirmation of %(committee)s is not valid.") % {"committee": committee}


def _stage(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["stage"], condition.get("exam", ""))
    if committee is None:
        yield from _no_committee(condition["stage"])
    elif Stage.values.index(stage := state.staged[committee.pk].stage) < Stage.values.index(condition["is"]):
        yield _("%(committee)s has the status “%(stage)s”, but should have “%(wanted)s”.") % {
            "committee": committee,
            "stage": Stage(stage).label,
            "wanted": Stage(condition["is"]).label,
        }


def _exam(state: SandboxState, condition: Condition) -> Iterator[str]:
    if state.exam(condition["exam"]) is None:
        yield _("The exam %(code)s has not been created yet.") % {"code": condition["exam"]}


def _committee(state: SandboxState, condition: Condition) -> Iterator[str]:
    if state.committee(condition["committee"], condition.get("exam", "")) is None:
        yield from _no_committee(condition["committee"])


def _no_committee(number: int) -> Iterator[str]:
    yield _("Committee %(number)s has not been created yet.") % {"number": number}


def _ready(state: SandboxState, condition: Condition) -> Iterator[str]:
    exam = state.exam(condition["ready"])
    if exam is None:
        yield from _exam(state, {"exam": condition["ready"]})
        return
    candidates = [candidate for candidate in state.candidates if candidate.exam_id == exam.pk]
    unplaced = [candidate.number for candidate in candidates if candidate.committee_id is None]
    if not candidates:
        yield _("The exam has no candidates.")
    if unplaced:
        yield _("Not in a committee yet: %(numbers)s.") % {"numbers": ", ".join(unplaced)}
    staffed = {seat.committee_id for seat in state.seats}
    for committee in state.staged.values():
        if committee.exam_id == exam.pk and committee.candidate_count and committee.pk not in staffed:
            yield _("%(committee)s has no graders.") % {"committee": committee}


def _seated(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["committee"], condition.get("exam", ""))
    if committee is None:
        yield from _no_committee(condition["committee"])
        return
    seats = [seat for seat in state.seats if seat.committee_id == committee.pk]
    seat = next((seat for seat in seats if seat.person.feide_name == condition["seated"]), None)
    params = {"name": condition["seated"], "committee": committee}
    if seat is None:
        yield _("%(name)s is not a grader in %(committee)s.") % params
    elif seat.is_external != condition.get("external", False):
        yield (
            _("%(name)s is a grader in %(committee)s, but should be external.") % params
            if condition.get("external")
            else _("%(name)s is a grader in %(committee)s, but should not be external.") % params
        )


def _receipts(state: SandboxState, condition: Condition) -> Iterator[str]:
    lines = TransferLine.objects.filter(transfer__exam__sandbox=state.run.sandbox_id)
    if not lines.filter(status=ReceiptStatus(condition["receipts"])).exists():
        yield (
            _("FS has not refused a line yet.")
            if condition["receipts"] == ReceiptStatus.REFUSED
            else _("FS has not accepted a line yet.")
        )


def _at_fs(state: SandboxState, condition: Condition) -> Iterator[str]:
    exam = state.exam(condition["at_fs"])
    if exam is None:
        yield from _exam(state, {"exam": condition["at_fs"]})
        return
    held = grades_at_fs(exam)
    graded = [candidate for candidate in state.candidates if candidate.exam_id == exam.pk and candidate.grade]
    open_ = [candidate.number for candidate in graded if held.get(candidate.pk, "") != candidate.grade]
    if not graded or open_:
        yield (
            _("The grades of these candidates are not the same in FS: %(numbers)s.")
            % {"numbers": ", ".join(open_)}
            if open_
            else _("No grades have been set in this exam yet.")
        )
    for committee in state.staged.values():
        unfinished = committee.candidate_count and not committee.is_locked
        if committee.exam_id == exam.pk and unfinished:
            yield from _stage(
                state, {"stage": committee.number, "is": Stage.CONFIRMED, "exam": exam.emnekode}
            )


CONDITIONS: Mapping[str, Callable[[SandboxState, Condition], Iterator[str]]] = {
    "seen": _seen,
    "refused": _refused,
    "did": _did,
    "notes": _notes,
    "graded": _graded,
    "grade": _grade,
    "confirmed": _confirmed,
    "stage": _stage,
    "ready": _ready,
    "seated": _seated,
    "receipts": _receipts,
    "at_fs": _at_fs,
    "committee": _committee,
    "exam": _exam,
}
"""Conditions by the words of `training.scenarios.checker.CONDITIONS`."""
