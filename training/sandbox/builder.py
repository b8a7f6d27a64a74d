"""Builder of the sandbox of a run. Exams are imported from files in FS's format, through the import of planners."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from committees.actions.fs_import import apply_import, keep_import
from committees.actions.grading import note_attendances
from committees.actions.planning import change_exam
from committees.actions.sandboxes import create_sandbox
from committees.actions.transfer import practice_fs
from committees.enums import Attendance
from committees.files.fs_style.dialect import join_fields
from committees.models import Exam, FsImport, Sandbox, User
from training.scenarios import schema
from training.scenarios.schema import TRAINEE, Scenario

FS_ROBOT = "office"
"""Key of the robot that plans every exam of a sandbox, so that only the trainee's own acts are logged as theirs."""


def term_of(day: date) -> str:
    """Return FS's `vurdtidkode` of an exam on `day`."""
    return "VÅR" if day.month < 7 else "HØST"


def key_of(exam: schema.Exam, day: date) -> tuple[str, ...]:
    """Return FS's key of an exam of a scenario that starts on `day`."""
    exam_day = day + timedelta(days=exam.date)
    return ("194", exam.code, "1", "V1", term_of(exam_day), str(exam_day.year))


@transaction.atomic
def build_sandbox(
    scenario: Scenario, name: str, day: date, owner_key: str = ""
) -> tuple[Sandbox, dict[str, int]]:
    """
    Build the sandbox of `scenario` for a trainee called `name`, starting on `day`. Returns it with the pks of its people.

    The query count depends on exams and committees, not on candidates and people.
    """
    sandbox = create_sandbox(owner_key)
    people = _people(scenario, sandbox, name)
    for exam in scenario.exams:
        _exam(scenario, exam, people, day)
    return sandbox, {key: person.pk for key, person in people.items()}


def _people(scenario: Scenario, sandbox: Sandbox, name: str) -> dict[str, User]:
    mine = trainee_address(name, {person.feide for person in scenario.people})
    made = {TRAINEE: person_in(sandbox, name, mine, is_planner=scenario.role == "planner")}
    made[FS_ROBOT] = person_in(sandbox, "FS (robot)", f"fs.robot@{settings.HOME_REALM}", is_planner=True)
    for person in (one for one in scenario.people if one.feide):
        shown = person.name if person.student else f"{person.name} (robot)"
        made[person.key] = person_in(sandbox, shown, person.feide)
    User.objects.bulk_create(made.values())
    return made


def trainee_address(name: str, taken: Collection[str]) -> str:
    """Return a Feide name for a trainee of this name that is not `taken`."""
    mine = f"{slugify(name)[:40] or 'trainee'}@{settings.HOME_REALM}"
    while mine in taken:
        mine = f"practice.{mine}"
    return mine


def person_in(sandbox: Sandbox, name: str, feide_name: str, *, is_planner: bool = False) -> User:
    """Return a person of the sandbox who looks as if they had signed in; not saved."""
    person = User.invited(feide_name, sandbox=sandbox, name=name, is_planner=is_planner)
    # Robots are not shown as invited people.
    person.last_login = timezone.now()
    person.email = f"{feide_name.split('@')[0]}@practice.invalid"
    return person


def _exam(scenario: Scenario, exam: schema.Exam, people: dict[str, User], day: date) -> None:
    key, fs_robot = key_of(exam, day), people[FS_ROBOT]
    joined = ";".join(key)
    seats, candidates = (
        [],
        [f"student{number};{joined};{number};;" for number in schema.numbers_of(exam.unplaced)],
    )
    for committee in exam.committees:
        for seat in committee.seats or ("",):
            person = people.get(seat)
            external = any(person.key == seat and person.external for person in scenario.people)
            who = (person.feide_name or "", "J" if external else "N") if person else ("", "")
            seats.append(join_fields([*key, str(committee.number), committee.name, *who]))
        named = committee.named or {}
        candidates += [
            f"{people[named[number]].feide_name if number in named else f'student{number}'};{joined};{number};"
            f"{committee.number};"
            for number in committee.numbers
        ]
    batch = FsImport(
        by=fs_robot,
        exams=f"{joined};{day + timedelta(days=exam.date)}T09:00;;\n".encode(),
        committees="\n".join(seats).encode(),
        candidates="\n".join(candidates).encode(),
        scale=exam.scale,
        kind=exam.kind,
    )
    (made,) = apply_import(keep_import(batch)).exams.values()
    made.name, made.rule, made.is_anonymous = str(exam.name), exam.rule, exam.anonymous
    made.deadline = day + timedelta(days=exam.deadline)
    # Robots confirm after the trainee's reminder, so nobody needs to confirm for them.
    made.on_behalf = False
    planners = [fs_robot, people[TRAINEE]] if scenario.role == "planner" else [fs_robot]
    change_exam(made, planners=planners, by=fs_robot)
    _absences(made, [number for committee in exam.committees for number in committee.absent], fs_robot)
    if exam.withdrawn:
        fs = practice_fs()(fs_robot.sandbox_id or 0)
        transaction.on_commit(lambda: fs.withdraw(key, exam.withdrawn))


def _absences(exam: Exam, numbers: Iterable[str], fs_robot: User) -> None:
    candidates = exam.candidates.select_related("exam").filter(number__in=list(numbers))
    note_attendances(list(candidates), Attendance.ABSENT, by=fs_robot)


def fill_in(text: str, day: date) -> str:
    """Return `text` with {year}, {term} and {date:-5} (days from `day`, as an ISO date) filled in."""
    text = text.replace("{year}", str(day.year)).replace("{term}", term_of(day))
    return re.sub(r"\{date:(-?[0-9]{1,4})\}", lambda match: str(day + timedelta(days=int(match[1]))), text)
