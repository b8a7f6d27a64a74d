"""Conditions about planning: exams and their settings, committees, candidates and graders."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from committees.enums import ConfirmationRule, ExamKind, ExamRemoval
from committees.grade_scales import SCALES
from committees.models import Exam
from training.engine.grading import away, misplaced, missing_candidate, no_committee
from training.engine.lacks import Lack
from training.sandbox.state import SandboxState, address_of, is_away
from training.scenarios.schema import numbers_of

Condition = Mapping[str, Any]


def exam(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    yield from _missing_exam(state, condition["exam"])


def _missing_exam(state: SandboxState, code: str) -> Iterator[Lack]:
    """Yield an exam that was removed, or that does not exist yet."""
    if code in state.removals and not _is_current(state, code):
        sentence = _(
            "%(code)s has been deleted or cancelled. On the “Plan” tab, choose archived or deleted exams "
            "under “Show”, and click “Restore”."
        )
        yield Lack(sentence % {"code": code}, (code,))
    elif state.exam(code) is None:
        yield no_exam(code)


def _is_current(state: SandboxState, code: str) -> bool:
    found = state.exam(code)
    return found is not None and not found.removal


def no_exam(code: str) -> Lack:
    return Lack(_("The exam %(code)s has not been created yet.") % {"code": code})


def removed(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    code = condition["removed"]
    if _is_current(state, code) or state.removals.get(code) != condition["is"]:
        sentence = (
            _("%(code)s has not been cancelled yet.")
            if condition["is"] == ExamRemoval.CANCELLED
            else _("%(code)s has not been deleted yet.")
        )
        yield Lack(sentence % {"code": code}, (code,))


def committee(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    if state.committee(condition["committee"], condition.get("exam", "")) is None:
        yield no_committee(condition["committee"])


def settings(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Yield each setting of the exam that differs: from the condition, or else from the scenario's exam."""
    code = condition["settings"]
    exam, planned = state.exam(code), state.run.scenario.exam(code)
    yield from _missing_exam(state, code)
    if exam is None:
        return
    for name, (label, shown, current) in _settings_of(exam).items():
        wanted = condition.get(name, getattr(planned, name, None))
        if wanted is not None and wanted != current:
            sentence = _("%(exam)s: “%(setting)s” should be “%(wanted)s”. Change it with “Edit”.")
            params = {"exam": code, "setting": label, "wanted": shown(wanted)}
            yield Lack(sentence % params, (_("the settings of %(exam)s") % {"exam": code},))


def _settings_of(exam: Exam) -> dict[str, tuple[Any, Callable[[Any], Any], Any]]:
    """Return label, the text of a value, and the value of each setting."""
    label = {field.name: getattr(field, "verbose_name", "") for field in Exam._meta.get_fields()}
    yes_no: Callable[[Any], Any] = lambda value: _("yes") if value else _("no")  # noqa: E731
    return {
        "scale": (label["scale"], lambda value: SCALES[value].label, exam.scale),
        "rule": (label["rule"], lambda value: ConfirmationRule(value).label, exam.rule),
        "kind": (label["kind"], lambda value: ExamKind(value).label, exam.kind),
        "anonymous": (label["is_anonymous"], yes_no, exam.is_anonymous),
    }


def ready(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    exam = state.exam(condition["ready"])
    if exam is None:
        yield no_exam(condition["ready"])
        return
    candidates = [candidate for candidate in state.candidates if candidate.exam_id == exam.pk]
    unplaced = [candidate.number for candidate in candidates if candidate.committee_id is None]
    if not candidates:
        yield Lack(_("The exam has no candidates."))
    if unplaced:
        sentence = _("Not in a committee yet: %(numbers)s.") % {"numbers": ", ".join(unplaced)}
        yield Lack(sentence, tuple(unplaced))
    staffed = {seat.committee_id for seat in state.seats}
    for committee in state.staged.values():
        if committee.exam_id == exam.pk and committee.candidate_count and committee.pk not in staffed:
            yield Lack(_("%(committee)s has no graders.") % {"committee": committee}, (str(committee),))


def candidates(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Yield the candidates that are missing from the committee, that don't belong there, or that should not be absent."""
    committee = state.committee(condition["committee"], condition.get("exam", ""))
    if committee is None:
        yield no_committee(condition["committee"])
        return
    wanted = numbers_of(condition["candidates"])
    there = state.on(committee)
    yield from misplaced(str(committee), wanted, [candidate.number for candidate in there])
    for one in there:
        if condition.get("present") and one.number in wanted and is_away(one):
            yield away(one)


def placed(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Yield the candidate unless they are on the committee; without a committee, unless the exam has no such candidate."""
    number, exam = condition["placed"], state.exam(condition.get("exam", ""))
    found = next((one for one in state.candidates if (one.exam, one.number) == (exam, number)), None)
    if "committee" not in condition:
        if found:
            sentence = _(
                "%(number)s should not be in the exam. Delete this candidate on the “Candidates” page."
            )
            yield Lack(sentence % {"number": number}, (number,))
        return
    place = state.committee(condition["committee"], condition.get("exam", ""))
    if place is None:
        yield no_committee(condition["committee"])
    elif found is None:
        yield missing_candidate(number)
    elif found.committee_id != place.pk:
        yield from misplaced(str(place), [number], [])


def seated(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    committee = state.committee(condition["committee"], condition.get("exam", ""))
    if committee is None:
        yield no_committee(condition["committee"])
        return
    seats = [seat for seat in state.seats if seat.committee_id == committee.pk]
    seat = next((seat for seat in seats if address_of(seat.person) == condition["seated"]), None)
    params = {"name": condition["seated"], "committee": committee}
    place = (str(committee),)
    if seat is None:
        yield Lack(_("%(name)s is not a grader in %(committee)s.") % params, place)
    elif seat.person.feide_name and condition["seated"] in _invited_by_mail(state):
        sentence = _(
            "%(name)s was invited with a Feide name. Remove this grader, and invite them with the e-mail address only."
        )
        yield Lack(sentence % params, place)
    elif seat.is_external and not condition.get("external", False):
        yield Lack(_("%(name)s is a grader in %(committee)s, but should not be external.") % params, place)
    elif not seat.is_external and condition.get("external", False):
        yield Lack(_("%(name)s is a grader in %(committee)s, but should be external.") % params, place)


def _invited_by_mail(state: SandboxState) -> set[str]:
    return {person.email for person in state.run.scenario.people if person.email}


def graders(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Yield the graders that the committee lacks, and those that it should not have."""
    committee = state.committee(condition["committee"], condition.get("exam", ""))
    if committee is None:
        yield no_committee(condition["committee"])
        return
    there = {address_of(seat.person) for seat in state.seats if seat.committee_id == committee.pk}
    for name in sorted(set(condition["graders"]) - there):
        sentence = _("%(name)s is not a grader in %(committee)s.")
        yield Lack(sentence % {"name": name, "committee": committee}, (str(committee),))
    for name in sorted(there - set(condition["graders"])):
        sentence = _("%(name)s should not be a grader in %(committee)s. Remove this grader.")
        yield Lack(sentence % {"name": name, "committee": committee}, (str(committee),))
