"""
The conditions under which a task is done, or a scenario finished, read from a sandbox: its rows, its log, and the events
of the run.

Each condition yields what is missing, and nothing when it is met. `grading` and `planning` have those about grades and
about planning.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions.transfer import grades_at_fs
from committees.enums import ReceiptStatus, Stage
from committees.grade_scales import grade_label
from committees.models import TransferLine
from training.engine import grading, planning
from training.engine.events import refused_event, seen_event
from training.engine.lacks import Lack
from training.sandbox.state import SandboxState
from training.scenarios.fields import condition_of

Condition = Mapping[str, Any]


def unmet(state: SandboxState, conditions: Iterable[Condition]) -> list[Lack]:
    """Return everything that `conditions` still lack; an empty list when all are met."""
    lacks = [lack for condition in conditions for lack in unmet_condition(state, condition)]
    return list(dict.fromkeys(lacks))


def unmet_condition(state: SandboxState, condition: Condition) -> list[Lack]:
    word = condition_of(condition) or ""
    return list(CONDITIONS[word](state, condition))


# Events and acts


def _seen(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    if seen_event(condition) not in state.run.events:
        yield Lack(_("You haven’t opened the page for this task yet."))


def _refused(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    if refused_event(condition) not in state.run.events:
        yield Lack(_("The error message that this task is about has not appeared yet."))


def _did(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    code, number = condition.get("exam", ""), condition.get("committee")
    committee = state.committee(number, code) if number is not None else None
    acts = state.done_by_trainee(
        condition["did"], exam=state.exam(code) if code else None, committee=committee
    )
    if candidate := condition.get("candidate"):
        acts = [entry for entry in acts if candidate in entry.changes]
    if change_code := condition.get("code"):
        acts = [entry for entry in acts if entry.details.get("code") == change_code]
    if task := condition.get("since"):
        since = state.run.finished_at(task)
        acts = [entry for entry in acts if since and entry.at >= since]
    missing = condition.get("times", 1) - len(acts)
    if missing == condition.get("times", 1):
        yield Lack(_("You haven’t done this yet."))
    elif missing > 0:
        sentence = ngettext(
            "You have done this. Do it %(n)s more time.",
            "You have done this. Do it %(n)s more times.",
            missing,
        )
        yield Lack(sentence % {"n": missing})


# Confirmations


def _confirmed(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    committee = state.committee(condition["confirmed"], condition.get("exam", ""))
    seat = state.seat(state.trainee_pk, committee) if committee else None
    if committee is None or seat is None:
        yield grading.no_committee(condition["confirmed"])
    elif not seat.has_confirmed:
        sentence = _("Your confirmation of %(committee)s is not valid.") % {"committee": committee}
        yield Lack(sentence, (str(committee),))


def _stage(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    committee = state.committee(condition["stage"], condition.get("exam", ""))
    if committee is None:
        yield grading.no_committee(condition["stage"])
    elif Stage.values.index(stage := state.staged[committee.pk].stage) < Stage.values.index(condition["is"]):
        sentence = _("%(committee)s has the status “%(stage)s”, but should have “%(wanted)s”.")
        params = {
            "committee": committee,
            "stage": Stage(stage).label,
            "wanted": Stage(condition["is"]).label,
        }
        yield Lack(sentence % params, (str(committee),))
        yield from _waited_for(state, condition)


def _waited_for(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Yield what keeps each robot of the committee from confirming: the needs of its last act that was triggered."""
    committee = state.committee(condition["stage"], condition.get("exam", ""))
    last: dict[str, list[Lack]] = {}
    for act in state.run.scenario.acts:
        task = act.when.removeprefix("task:") if act.when.startswith("task:") else ""
        is_here = committee == state.committee(act.committee, act.exam)
        if act.do == "confirm" and act.needs and is_here and (not task or task in state.run.tasks):
            last[act.who] = unmet(state, act.needs)
    for lacks in last.values():
        yield from lacks


# Transfer


def _receipts(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    lines = TransferLine.objects.filter(transfer__exam__sandbox=state.run.sandbox_id)
    if not lines.filter(status=ReceiptStatus(condition["receipts"])).exists():
        yield Lack(
            _("FS has not refused a line yet.")
            if condition["receipts"] == ReceiptStatus.REFUSED
            else _("FS has not accepted a line yet.")
        )


def _sent(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Yield the candidate unless FS accepted this grade with this change code last."""
    lines = TransferLine.objects.filter(
        transfer__exam__sandbox=state.run.sandbox_id,
        candidate__number=condition["sent"],
        status=ReceiptStatus.TAKEN,
    )
    last, code = lines.order_by("pk").last(), condition.get("code", "")
    if last and (last.grade, last.code) == (condition["is"], code):
        return
    params = {"number": condition["sent"], "grade": grade_label(condition["is"]), "code": code}
    yield Lack(
        _("FS should have accepted %(grade)s with the code %(code)s for %(number)s.") % params
        if code
        else _("FS should have accepted %(grade)s without a change code for %(number)s.") % params,
        (condition["sent"],),
    )


def _at_fs(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    exam = state.exam(condition["at_fs"])
    if exam is None:
        yield planning.no_exam(condition["at_fs"])
        return
    held = grades_at_fs(exam)
    graded = [candidate for candidate in state.candidates if candidate.exam_id == exam.pk and candidate.grade]
    open_ = [candidate.number for candidate in graded if held.get(candidate.pk, "") != candidate.grade]
    if not graded:
        yield Lack(_("No grades have been set in this exam yet."))
    if open_:
        sentence = _("The grades of these candidates are not the same in FS: %(numbers)s.")
        yield Lack(sentence % {"numbers": ", ".join(open_)}, tuple(open_))
    for committee in state.staged.values():
        unfinished = committee.candidate_count and not committee.is_locked
        if committee.exam_id == exam.pk and unfinished:
            yield from _stage(
                state, {"stage": committee.number, "is": Stage.CONFIRMED, "exam": exam.emnekode}
            )


CONDITIONS: Mapping[str, Callable[[SandboxState, Condition], Iterator[Lack]]] = {
    "seen": _seen,
    "refused": _refused,
    "did": _did,
    "attendance": grading.attendance,
    "notes": grading.notes,
    "graded": grading.graded,
    "grades": grading.grades,
    "grade": grading.grade,
    "confirmed": _confirmed,
    "stage": _stage,
    "settings": planning.settings,
    "ready": planning.ready,
    "removed": planning.removed,
    "placed": planning.placed,
    "candidates": planning.candidates,
    "graders": planning.graders,
    "seated": planning.seated,
    "receipts": _receipts,
    "sent": _sent,
    "at_fs": _at_fs,
    "committee": planning.committee,
    "exam": planning.exam,
}
"""Conditions by the words of `training.scenarios.checker.CONDITIONS`."""
