"""
Acts of robots, through the same actions as people.

Nothing runs in the background: the next POST of the trainee's browser fires the acts that are due.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from committees.actions.confirmation import confirm_grades
from committees.actions.grade_lists import write_list
from committees.actions.sheets import lock_for_grading, write_grades
from committees.actions.uploads import upload_grades
from committees.enums import LogAction
from committees.errors import Refused
from committees.files.grade_sheet import UnreadableFile
from committees.models import Committee, Grader, User
from training.engine.conditions import unmet
from training.errors import TrainingRefusal
from training.models import Run
from training.sandbox.state import SandboxState, lead_of
from training.scenarios.schema import Act

logger = logging.getLogger(__name__)


def fire_due_acts(run: Run, now: datetime | None = None) -> bool:
    """Fire the acts of robots that are due at `now`, and return whether there were any. Locks the run only then."""
    now = now or timezone.now()
    run = lead_of(run)
    if run.sandbox_id is None or not _due(run, SandboxState(run), now):
        return False
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).select_related("trainee").get(pk=run.pk)
        fired = False
        # An act can trigger another.
        while due := _due(fresh, SandboxState(fresh), now):
            index, answered = due[0]
            act = fresh.scenario.acts[index]
            if not _fire(fresh, act):
                break
            fresh.fired[str(index)] = _newest(SandboxState(fresh)) if act.needs else answered
            fired = True
        fresh.save(update_fields=["fired"])
    run.fired = fresh.fired
    return fired


def _newest(state: SandboxState) -> int:
    return state.entries[-1].pk if state.entries else 0


def _due(run: Run, state: SandboxState, now: datetime) -> list[tuple[int, int]]:
    """Return the index of each due act with the number of its moments that are answered by it."""
    due = []
    for index, act in enumerate(run.scenario.acts):
        answered = run.fired.get(str(index), 0)
        if act.needs:
            if _is_standing(act, state, answered, now):
                due.append((index, answered))
            continue
        if answered and not act.again:
            continue
        moments = moments_of(act, state)
        # Once: at the n-th moment. Again: at every moment from the n-th on; the last answers those before it.
        number = len(moments) if act.again else act.times
        if len(moments) < act.times or number <= answered:
            continue
        if moments[number - 1] + timedelta(seconds=act.after / settings.ROBOT_HASTE) <= now:
            due.append((index, number))
    return due


def _is_standing(act: Act, state: SandboxState, answered: int, now: datetime) -> bool:
    """
    Return whether a standing act is due: it was triggered, its conditions are met, and there is something to do.

    Nothing is repeated before something has changed, also when the act was refused. Its delay counts from the last change
    in the committee.
    """
    moments = moments_of(act, state)
    if len(moments) < act.times or _newest(state) <= answered:
        return False
    committee = state.committee(act.committee, act.exam)
    if committee is None:
        return False
    changes = [entry.at for entry in state.entries if entry.committee_id in (committee.pk, None)]
    since = max([moments[act.times - 1], *changes])
    if since + timedelta(seconds=act.after / settings.ROBOT_HASTE) > now:
        return False
    seat = state.seat(state.person_pk(act.who), committee)
    return seat is not None and _has_effect(act, state, committee, seat) and not unmet(state, act.needs)


def _has_effect(act: Act, state: SandboxState, committee: Committee, seat: Grader) -> bool:
    if act.do == "sign-in" or seat.person.is_invited:
        return act.do == "sign-in" and seat.person.is_invited
    if act.do == "confirm":
        return not seat.has_confirmed
    current = {candidate.number: candidate.grade for candidate in state.on(committee)}
    grades = act.grades or (_notes(state, committee) if act.do == "notes" else {})
    return any(current.get(number, grade) != grade for number, grade in grades.items())


def _notes(state: SandboxState, committee: Committee) -> Mapping[str, str]:
    exam = state.run.scenario.exam(committee.exam.emnekode)
    planned = exam.committee(committee.number) if exam else None
    return (planned.notes if planned else None) or {}


def moments_of(act: Act, state: SandboxState) -> list[datetime]:
    """Return the moments so far that trigger `act`, oldest first."""
    kind, _colon, task = act.when.partition(":")
    match kind:
        case "start":
            return [state.run.started_at]
        case "task":
            moment = state.finished_at(task)
            return [moment] if moment else []
        case "seated":
            return state.seated_at(state.person_pk(act.who))
        case "reminded":
            exam = state.exam(act.exam)
            return [
                entry.at
                for entry in state.entries
                if entry.action == LogAction.REMINDED and exam and entry.exam_id == exam.pk
            ]
    committee = state.committee(act.committee, act.exam)
    if committee is None:
        return []
    if kind == "graded":
        graded = state.graded_at(committee)
        return [graded] if graded else []
    if kind == "reopened":
        return [
            entry.at
            for entry in state.entries
            if entry.action == LogAction.REOPENED and entry.committee_id == committee.pk
        ]
    action = {"confirmed": LogAction.CONFIRMED, "uploaded": LogAction.GRADES_UPLOADED}[kind]
    return [entry.at for entry in state.done_by_trainee(action, committee=committee)]


def _fire(run: Run, act: Act) -> bool:
    """
    Perform the robot's act. A refusal is logged and changes nothing: the trainee can make an act impossible, for example by
    choosing another grade scale.

    Return False if its list was not read in time, on a busy machine: the next POST tries again.
    """
    try:
        with transaction.atomic():
            perform(run, act)
    except Refused as refused:
        logger.warning("Robot %s of run %s could not %s: %s", act.who, run.pk, act.do, refused.sentence)
    except UnreadableFile as error:
        logger.warning("Robot %s of run %s could not %s yet: %s", act.who, run.pk, act.do, error)
        return False
    return True


def perform(run: Run, act: Act) -> None:
    """Perform the robot's act now. Raises Refused when it is impossible, or the robot has no seat or never signed in."""
    state = SandboxState(run)
    committee = state.committee(act.committee, act.exam)
    seat = state.seat(state.person_pk(act.who), committee) if committee else None
    if committee is None or seat is None or (seat.person.is_invited and act.do != "sign-in"):
        raise Refused(TrainingRefusal.ROBOT_ABSENT)
    _do(run, state, act, committee, seat)


def _do(run: Run, state: SandboxState, act: Act, committee: Committee, seat: Grader) -> None:
    match act.do:
        case "sign-in":
            _sign_in(seat.person)
        case "confirm":
            confirm_grades(seat, expected_version=committee.version, acknowledged=True)
        case "grade":
            _click(state, committee, seat, act.grades or {})
        case "notes":
            _click(state, committee, seat, _notes(state, committee))
        case "upload":
            upload_old_list(run, state, committee, seat, act.grades or {})


def _sign_in(person: User) -> None:
    """Let an invited person look as if they had signed in, and mark them as a robot."""
    person.name, person.last_login = f"{person.name} (robot)", timezone.now()
    person.save(update_fields=["name", "last_login"])


def _click(state: SandboxState, committee: Committee, seat: Grader, grades: Mapping[str, str]) -> None:
    """Set these grades in one write, with a constant query count."""
    current = {candidate.number: candidate.grade for candidate in state.on(committee)}
    changes = {
        number: [current[number], grade]
        for number, grade in grades.items()
        if current.get(number, grade) != grade
    }
    if changes:
        write_grades(lock_for_grading(seat), changes, LogAction.GRADE_CLICKED, by=seat.person)


def upload_old_list(
    run: Run, state: SandboxState, committee: Committee, seat: Grader, grades: Mapping[str, str]
) -> None:
    """Upload a list downloaded at the start of the run, overwriting everything that has changed since."""
    first = next((entry.pk for entry in state.entries if entry.at >= run.started_at), 0)
    content = write_list(seat, timezone.localtime(run.started_at), grades=grades, known=max(first - 1, 0))
    name = f"{committee.exam.emnekode}-{committee.number}.xlsx"
    upload_grades(seat, file_name=name, content=content, take_as_is=True)
