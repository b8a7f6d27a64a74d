"""
What robots do when their moment has come, through the same actions as people.

Nothing runs in the background: whoever looks at the run next plays what is due.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from committees.actions import Refused
from committees.actions.confirmation import confirm_grades
from committees.actions.grade_lists import write_list
from committees.actions.sheets import lock_for_grading, write_grades
from committees.actions.uploads import upload_grades
from committees.enums import LogAction
from committees.models import Committee, Grader
from training.looking import Look
from training.models import Run
from training.scenario import Act

logger = logging.getLogger(__name__)


def play_due(run: Run, now: datetime | None = None) -> bool:
    """Play what is due in the sandbox of `run`; whether there was anything. Reads little when nothing is."""
    now = now or timezone.now()
    if run.sandbox_id is None or not _due(run, Look(run), now):
        return False
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).select_related("trainee").get(pk=run.pk)
        played = False
        # One act may be the moment of another.
        while due := _due(fresh, Look(fresh), now):
            index, answered = due[0]
            _play(fresh, fresh.plot.acts[index])
            fresh.played[str(index)] = answered
            played = True
        fresh.save(update_fields=["played"])
    run.played = fresh.played
    return played


def _due(run: Run, look: Look, now: datetime) -> list[tuple[int, int]]:
    """The acts that are due, by index, with how many of their moments they will have answered then."""
    due = []
    for index, act in enumerate(run.plot.acts):
        answered = run.played.get(str(index), 0)
        if answered and not act.again:
            continue
        moments = moments_of(act, look)
        # Once: at the n-th moment. Again: at each from the n-th on, of which the last counts for those before it.
        number = len(moments) if act.again else act.times
        if len(moments) < act.times or number <= answered:
            continue
        if moments[number - 1] + timedelta(seconds=act.after / settings.ROBOT_HASTE) <= now:
            due.append((index, number))
    return due


def moments_of(act: Act, look: Look) -> list[datetime]:
    """The moments on which `act` hangs, as many as there were, oldest first."""
    kind, _colon, task = act.when.partition(":")
    match kind:
        case "start":
            return [look.run.started_at]
        case "task":
            moment = look.run.finished_at(task)
            return [moment] if moment else []
        case "seated":
            return look.seated_at(look.run.people.get(act.who, 0))
        case "reminded":
            exam = look.exam(act.exam)
            return [
                one.at
                for one in look.entries
                if one.action == LogAction.REMINDED and exam and one.exam_id == exam.pk
            ]
    committee = look.committee(act.committee, act.exam)
    if committee is None:
        return []
    if kind == "graded":
        graded = look.graded_at(committee)
        return [graded] if graded else []
    if kind == "reopened":
        return [
            one.at
            for one in look.entries
            if one.action == LogAction.REOPENED and one.committee_id == committee.pk
        ]
    action = {"confirmed": LogAction.CONFIRMED, "uploaded": LogAction.GRADES_UPLOADED}[kind]
    return [one.at for one in look.done_by_you(action, committee=committee)]


def _play(run: Run, act: Act) -> None:
    """
    Perform the robot's act. A refusal changes nothing and is logged: the trainee may have made the act impossible, for
    example by choosing another grade scale.
    """
    look = Look(run)
    committee = look.committee(act.committee, act.exam)
    seat = look.seat(run.people.get(act.who, 0), committee) if committee else None
    if committee is None or seat is None:
        return
    try:
        with transaction.atomic():
            _do(run, look, act, committee, seat)
    except Refused as refused:
        logger.warning("Robot %s of run %s could not %s: %s", act.who, run.pk, act.do, refused.sentence)


def _do(run: Run, look: Look, act: Act, committee: Committee, seat: Grader) -> None:
    match act.do:
        case "confirm":
            confirm_grades(seat, expected_version=committee.version, acknowledged=True)
        case "grade":
            _click(look, committee, seat, act.grades or {})
        case "notes":
            exam = run.plot.exam(committee.exam.emnekode)
            planned = exam.committee(committee.number) if exam else None
            _click(look, committee, seat, (planned.notes if planned else None) or {})
        case "upload":
            _upload_old_list(run, look, committee, seat, act.grades or {})


def _click(look: Look, committee: Committee, seat: Grader, grades: Mapping[str, str]) -> None:
    """Give these grades, in one go: the number of queries must not grow with them."""
    stands = {one.number: one.grade for one in look.on(committee)}
    changes = {
        number: [stands[number], grade]
        for number, grade in grades.items()
        if stands.get(number, grade) != grade
    }
    if changes:
        write_grades(lock_for_grading(seat), changes, LogAction.GRADE_CLICKED, by=seat.person)


def _upload_old_list(
    run: Run, look: Look, committee: Committee, seat: Grader, grades: Mapping[str, str]
) -> None:
    """Upload a list that was downloaded at the start, before anybody else changed anything."""
    first = next((one.pk for one in look.entries if one.at >= run.started_at), 0)
    content = write_list(seat, timezone.localtime(run.started_at), grades=grades, known=max(first - 1, 0))
    upload_grades(seat, file_name=f"{committee.exam.emnekode}-{committee.number}.xlsx", content=content)
