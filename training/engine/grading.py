"""Conditions about grades and attendance: always the values that are set, never the acts that set them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.enums import Attendance
from committees.grade_scales import grade_label
from committees.models import Candidate, Committee
from training.engine.lacks import Lack
from training.sandbox.state import SandboxState, is_away
from training.scenarios import schema

Condition = Mapping[str, Any]


def no_committee(number: int) -> Lack:
    return Lack(_("Committee %(number)s has not been created yet.") % {"number": number})


def attendance(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    candidate = _candidate(state, condition["attendance"], condition)
    if candidate is None:
        yield missing_candidate(condition["attendance"])
    elif candidate.attendance != condition["is"]:
        sentence = _("The attendance of %(number)s should be “%(wanted)s”.")
        params = {"number": candidate.number, "wanted": Attendance(condition["is"]).label}
        yield Lack(sentence % params, (candidate.number,))


def notes(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Compare grades and attendance with the notes; a candidate who is not in them did not attend."""
    committee, planned = _committees(state, condition["notes"], condition)
    if committee is None or planned is None:
        yield no_committee(condition["notes"])
        return
    wanted = dict.fromkeys(planned.numbers, "") | dict(planned.notes or {})
    yield from _compare(state, committee, wanted, is_noted=True)


def grades(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """Compare with exactly these grades: nobody else is in the committee."""
    committee = state.committee(condition["committee"], condition.get("exam", ""))
    if committee is None:
        yield no_committee(condition["committee"])
        return
    yield from _compare(state, committee, condition["grades"], is_noted=False)


def graded(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    """
    Yield the candidates without a grade, and those with one who did not attend.

    The scenario determines who did not attend, and who is in the committee. For other committees, the register does.
    """
    committee, planned = _committees(state, condition["graded"], condition)
    if committee is None:
        yield no_committee(condition["graded"])
        return
    candidates = state.on(committee)
    there = [candidate.number for candidate in candidates]
    if planned is not None:
        yield from misplaced(str(committee), planned.numbers, there)
    elif not candidates:
        yield Lack(_("%(committee)s has no candidates.") % {"committee": committee}, (str(committee),))
    away = [one.number for one in candidates if _is_absent(one, planned)]
    yield from _without([one for one in candidates if one.number not in away and not one.grade], away)
    yield from _absent_yet_graded([one for one in candidates if one.number in away])


def _is_absent(candidate: Candidate, planned: schema.Committee | None) -> bool:
    return candidate.number in planned.absent if planned is not None else is_away(candidate)


def grade(state: SandboxState, condition: Condition) -> Iterator[Lack]:
    candidate = _candidate(state, condition["grade"], condition)
    if candidate is None:
        yield missing_candidate(condition["grade"])
    elif candidate.grade != condition["is"]:
        yield _wrong_grade(candidate, condition["is"], is_noted=False)


def misplaced(committee: str, wanted: Sequence[str], there: Sequence[str]) -> Iterator[Lack]:
    """Yield the candidates that are missing from the committee, and those that don't belong there."""
    missing = tuple(number for number in wanted if number not in there)
    astray = tuple(number for number in there if number not in wanted)
    if missing:
        sentence = ngettext(
            "%(numbers)s should be in %(committee)s.", "%(numbers)s should be in %(committee)s.", len(missing)
        )
        yield Lack(sentence % {"numbers": ", ".join(missing), "committee": committee}, missing)
    if astray:
        sentence = ngettext(
            "%(numbers)s should not be in %(committee)s.",
            "%(numbers)s should not be in %(committee)s.",
            len(astray),
        )
        yield Lack(sentence % {"numbers": ", ".join(astray), "committee": committee}, astray)


def _committees(
    state: SandboxState, number: int, condition: Condition
) -> tuple[Committee | None, schema.Committee | None]:
    """Return the committee and the scenario's plan of it."""
    code = condition.get("exam", "")
    exam = state.run.scenario.exam(code)
    return state.committee(number, code), exam.committee(number) if exam else None


def _candidate(state: SandboxState, number: str, condition: Condition) -> Candidate | None:
    exam = state.exam(condition.get("exam", ""))
    found = (one for one in state.candidates if exam and (one.exam_id, one.number) == (exam.pk, number))
    return next(found, None)


def missing_candidate(number: str) -> Lack:
    return Lack(_("Candidate %(number)s is missing.") % {"number": number}, (number,))


def _compare(
    state: SandboxState, committee: Committee, wanted: Mapping[str, str], *, is_noted: bool
) -> Iterator[Lack]:
    """Yield every difference from `wanted`: candidate number to grade, "" for somebody who did not attend."""
    candidates = state.on(committee)
    yield from misplaced(str(committee), list(wanted), [candidate.number for candidate in candidates])
    known = [candidate for candidate in candidates if candidate.number in wanted]
    away = [candidate.number for candidate in known if not wanted[candidate.number]]
    yield from _without([one for one in known if wanted[one.number] and not one.grade], away)
    for one in known:
        if one.grade and wanted[one.number] and one.grade != wanted[one.number]:
            yield _wrong_grade(one, wanted[one.number], is_noted=is_noted)
    yield from _absent_yet_graded([one for one in known if not wanted[one.number]])
    yield from _wrong_attendance(known, wanted)


def _wrong_attendance(candidates: Sequence[Candidate], wanted: Mapping[str, str]) -> Iterator[Lack]:
    for one in candidates:
        if wanted[one.number] and is_away(one):
            yield away(one)
        elif not wanted[one.number] and not is_away(one):
            sentence = _("%(number)s did not attend. Register that under “Attendance”.")
            yield Lack(sentence % {"number": one.number}, (one.number,))


def away(candidate: Candidate) -> Lack:
    """Return that the candidate is registered as absent, but attended."""
    sentence = _("%(number)s attended, but is registered as “%(attendance)s”.")
    params = {"number": candidate.number, "attendance": Attendance(candidate.attendance).label}
    return Lack(sentence % params, (candidate.number,))


def _without(candidates: Sequence[Candidate], away: Sequence[str]) -> Iterator[Lack]:
    """Yield one sentence about all who have no grade yet, and those who should have none."""
    numbers = tuple(candidate.number for candidate in candidates)
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
    yield Lack(sentence, numbers, is_grade=True)


def _absent_yet_graded(candidates: Sequence[Candidate]) -> Iterator[Lack]:
    for one in candidates:
        if one.grade:
            sentence = _("%(number)s did not attend and should have no grade, but has %(grade)s.")
            params = {"number": one.number, "grade": grade_label(one.grade)}
            yield Lack(sentence % params, (one.number,), is_grade=True)


def _wrong_grade(candidate: Candidate, wanted: str, *, is_noted: bool) -> Lack:
    params = {
        "number": candidate.number,
        "grade": grade_label(candidate.grade),
        "noted": grade_label(wanted),
        "wanted": grade_label(wanted),
    }
    if is_noted:
        sentence = _("%(number)s has %(grade)s, but it is %(noted)s in your notes.") % params
    elif not candidate.grade:
        sentence = _("%(number)s has no grade, but should have %(wanted)s.") % params
    elif not wanted:
        sentence = _("%(number)s has %(grade)s, but should have no grade.") % params
    else:
        sentence = _("%(number)s has %(grade)s, but should have %(wanted)s.") % params
    return Lack(sentence, (candidate.number,), is_grade=True)
