"""
Whether a task is done: the register says so, from its state, its log, and what was seen of the pages.

Each condition answers with sentences on what it still sees, none once it holds.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions.transfer import grades_at_fs
from committees.enums import ReceiptStatus, Stage
from committees.models import Candidate, TransferLine
from training.models import Run, moment_text
from training.sandbox.state import SandboxState, is_away
from training.scenarios.checker import condition_of
from training.scenarios.schema import TRAINEE, Task

Condition = Mapping[str, Any]


def advance(run: Run) -> None:
    """Note every task that is done by now, one after another, and the whole when the last is."""
    task = current(run)
    if task is None or unmet(SandboxState(run), task):
        return
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        state, now = SandboxState(fresh), timezone.now()
        while (task := current(fresh)) and not unmet(state, task):
            fresh.tasks[task.key] = moment_text(now)
            fresh.moved_at = now
            if current(fresh) is None:
                fresh.done_at = now
        fresh.save(update_fields=["tasks", "moved_at", "done_at"])
    run.tasks, run.moved_at, run.done_at = fresh.tasks, fresh.moved_at, fresh.done_at


def current(run: Run) -> Task | None:
    """The first task that is not done; None when all are."""
    return next((task for task in run.scenario.tasks if task.key not in run.tasks), None)


def unmet(state: SandboxState, task: Task) -> list[str]:
    """What the register still sees of `task`, a sentence each; nothing when it is done."""
    return [sentence for condition in task.done for sentence in _unmet(state, condition)]


def record_event(run: Run, what: str) -> None:
    """Note that something was seen or refused, the first time that it is."""
    if what in run.events:
        return
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        fresh.events.setdefault(what, moment_text(timezone.now()))
        fresh.save(update_fields=["events"])
    run.events = fresh.events


def seen_event(route: str, persona: str = TRAINEE) -> str:
    """How it is noted that the page of `route` was seen, by whom."""
    return f"seen:{route}" if persona == TRAINEE else f"seen:{route}@{persona}"


def refused_event(route: str) -> str:
    """How it is noted that `route` refused something."""
    return f"refused:{route}"


# The conditions


def _unmet(state: SandboxState, condition: Condition) -> Iterator[str]:
    word = condition_of(condition) or ""
    yield from CONDITIONS[word](state, condition)


def _seen(state: SandboxState, condition: Condition) -> Iterator[str]:
    if seen_event(condition["seen"], condition.get("as", TRAINEE)) not in state.run.events:
        yield _("You have not been on the page that this task is about.")


def _refused(state: SandboxState, condition: Condition) -> Iterator[str]:
    if refused_event(condition["refused"]) not in state.run.events:
        yield _("The register has not refused anything of the kind yet.")


def _did(state: SandboxState, condition: Condition) -> Iterator[str]:
    code, number = condition.get("exam", ""), condition.get("committee")
    committee = state.committee(number, code) if number is not None else None
    acts = state.done_by_trainee(
        condition["did"], exam=state.exam(code) if code else None, committee=committee
    )
    if candidate := condition.get("candidate"):
        acts = [one for one in acts if candidate in one.changes]
    missing = condition.get("times", 1) - len(acts)
    if missing == condition.get("times", 1):
        yield _("The log does not show yet that you did this.")
    elif missing > 0:
        yield ngettext(
            "The log shows that you did this; do it %(n)s time more.",
            "The log shows that you did this; do it %(n)s times more.",
            missing,
        ) % {"n": missing}


def _absent_yet_graded(candidates: list[Candidate]) -> Iterator[str]:
    for one in candidates:
        if is_away(one) and one.grade:
            yield _("%(number)s did not attend and should stay empty, but has %(grade)s.") % {
                "number": one.number,
                "grade": one.grade,
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
    numbers = [one.number for one in candidates if not one.grade and not is_away(one)]
    away = [one.number for one in candidates if not one.grade and is_away(one)]
    if not numbers:
        return
    sentence = ngettext(
        "%(n)s candidate has no grade: %(numbers)s.",
        "%(n)s candidates have no grade: %(numbers)s.",
        len(numbers),
    ) % {"n": len(numbers), "numbers": ", ".join(numbers)}
    if away:
        sentence += " " + ngettext(
            "%(numbers)s did not attend and should stay empty.",
            "%(numbers)s did not attend and should stay empty.",
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
    yield from _without([one for one in candidates if one.number in notes or is_away(one)])
    for one in candidates:
        told = {"number": one.number, "grade": one.grade, "noted": notes.get(one.number, "")}
        if one.grade and one.number in notes and one.grade != notes[one.number]:
            yield _("%(number)s has %(grade)s, and your notes say %(noted)s.") % told
        elif one.grade and one.number not in notes and not is_away(one):
            yield _("%(number)s has %(grade)s, and your notes say nothing of this candidate.") % told
    yield from _absent_yet_graded(candidates)


def _grade(state: SandboxState, condition: Condition) -> Iterator[str]:
    exam = state.exam(condition.get("exam", ""))
    candidates = [one for one in state.candidates if exam and one.exam_id == exam.pk]
    one = next((one for one in candidates if one.number == condition["grade"]), None)
    told = {"number": condition["grade"], "grade": one.grade if one else "", "wanted": condition["is"]}
    if one is None:
        yield _("Candidate %(number)s is not there.") % told
    elif one.grade != condition["is"] and not one.grade:
        yield _("%(number)s has no grade; it should be %(wanted)s.") % told
    elif one.grade != condition["is"] and not condition["is"]:
        yield _("%(number)s has %(grade)s; there should be no grade.") % told
    elif one.grade != condition["is"]:
        yield _("%(number)s has %(grade)s; it should be %(wanted)s.") % told


def _confirmed(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["confirmed"], condition.get("exam", ""))
    seat = state.seat(state.trainee_pk, committee) if committee else None
    if committee is None or seat is None:
        yield from _no_committee(condition["confirmed"])
    elif not seat.has_confirmed:
        yield _("Your confirmation on %(committee)s does not stand.") % {"committee": committee}


def _stage(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["stage"], condition.get("exam", ""))
    if committee is None:
        yield from _no_committee(condition["stage"])
    elif Stage.values.index(stage := state.staged[committee.pk].stage) < Stage.values.index(condition["is"]):
        yield _("%(committee)s is at “%(stage)s”; it should come to “%(wanted)s”.") % {
            "committee": committee,
            "stage": Stage(stage).label,
            "wanted": Stage(condition["is"]).label,
        }


def _exam(state: SandboxState, condition: Condition) -> Iterator[str]:
    if state.exam(condition["exam"]) is None:
        yield _("The exam %(code)s is not there yet.") % {"code": condition["exam"]}


def _committee(state: SandboxState, condition: Condition) -> Iterator[str]:
    if state.committee(condition["committee"], condition.get("exam", "")) is None:
        yield from _no_committee(condition["committee"])


def _no_committee(number: int) -> Iterator[str]:
    yield _("Committee %(number)s is not there yet.") % {"number": number}


def _ready(state: SandboxState, condition: Condition) -> Iterator[str]:
    exam = state.exam(condition["ready"])
    if exam is None:
        yield from _exam(state, {"exam": condition["ready"]})
        return
    candidates = [one for one in state.candidates if one.exam_id == exam.pk]
    unplaced = [one.number for one in candidates if one.committee_id is None]
    if not candidates:
        yield _("The exam has no candidates.")
    if unplaced:
        yield _("On no committee yet: %(numbers)s.") % {"numbers": ", ".join(unplaced)}
    staffed = {seat.committee_id for seat in state.seats}
    for committee in state.staged.values():
        if committee.exam_id == exam.pk and committee.candidate_count and committee.pk not in staffed:
            yield _("%(committee)s has no graders.") % {"committee": committee}


def _seated(state: SandboxState, condition: Condition) -> Iterator[str]:
    committee = state.committee(condition["committee"], condition.get("exam", ""))
    if committee is None:
        yield from _no_committee(condition["committee"])
        return
    seats = [one for one in state.seats if one.committee_id == committee.pk]
    seat = next((one for one in seats if one.person.feide_name == condition["seated"]), None)
    told = {"name": condition["seated"], "committee": committee}
    if seat is None:
        yield _("%(name)s has no seat on %(committee)s.") % told
    elif seat.is_external != condition.get("external", False):
        yield (
            _("%(name)s sits on %(committee)s, but should be external.") % told
            if condition.get("external")
            else _("%(name)s sits on %(committee)s, but should not be external.") % told
        )


def _receipts(state: SandboxState, condition: Condition) -> Iterator[str]:
    lines = TransferLine.objects.filter(transfer__exam__sandbox=state.run.sandbox_id)
    if not lines.filter(status=ReceiptStatus(condition["receipts"])).exists():
        yield (
            _("FS has not refused a line yet.")
            if condition["receipts"] == ReceiptStatus.REFUSED
            else _("FS has not taken a line yet.")
        )


def _at_fs(state: SandboxState, condition: Condition) -> Iterator[str]:
    exam = state.exam(condition["at_fs"])
    if exam is None:
        yield from _exam(state, {"exam": condition["at_fs"]})
        return
    held = grades_at_fs(exam)
    graded = [one for one in state.candidates if one.exam_id == exam.pk and one.grade]
    open_ = [one.number for one in graded if held.get(one.pk, "") != one.grade]
    if not graded or open_:
        yield (
            _("FS does not hold these grades as they stand here: %(numbers)s.")
            % {"numbers": ", ".join(open_)}
            if open_
            else _("No grade of this exam is set.")
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
"""By the words of `training.scenarios.checker.CONDITIONS`."""
