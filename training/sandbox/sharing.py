"""
Shared copies: two or three trainees as graders of one committee, so that colleagues are people. Robots keep the other seats.

The member who started first leads: the robots' answered triggers are kept in that run.
"""

from collections.abc import Iterator

from django.db.models import QuerySet

from committees.actions.graders import add_grader
from committees.actions.planning import unseat_grader
from committees.errors import Refused
from committees.models import Committee, Grader, LogEntry, User
from training.models import GroupSize, Run, Trainee, TrainingSession
from training.sandbox.builder import FS_ROBOT, person_in, trainee_address
from training.sandbox.state import lead_of, members_of
from training.scenarios.schema import TRAINEE, Scenario

REPLACEABLE = {"confirm", "notes"}
"""Acts of robots that a person in their seat does too. Robots with other acts belong to the story and stay."""


def is_shareable(session: TrainingSession | None, scenario: Scenario) -> bool:
    """Return whether trainees of this session share copies of the scenario."""
    if session is None or session.is_assessed:
        return False
    return session.group_size > GroupSize.ONE and scenario.role == "grader"


def copy_to_join(trainee: Trainee, scenario: Scenario) -> Run | None:
    """Return the leading run of a copy with a free place for the trainee; None if there is none. Locks the session."""
    session = trainee.session
    if session is None or not is_shareable(session, scenario):
        return None
    list(TrainingSession.objects.select_for_update().filter(pk=session.pk))
    runs = Run.objects.of_sessions([session.pk]).filter(scenario_key=scenario.key, sandbox__isnull=False)
    groups: dict[int | None, list[Run]] = {}
    for run in runs.exclude(trainee=trainee).order_by("started_at", "pk"):
        groups.setdefault(run.sandbox_id, []).append(run)
    found = (members for members in groups.values() if _has_place(members, session.group_size))
    return next((members[0] for members in found), None)


def _has_place(members: list[Run], size: int) -> bool:
    if len(members) >= size or any(run.done_at for run in members):
        return False
    committees = Committee.objects.with_stage().filter(
        pk__in=[seat.committee_id for seat in _seats(members[0])]
    )
    return not any(committee.is_locked for committee in committees)


def _seats(run: Run) -> QuerySet[Grader]:
    seats = Grader.objects.filter(person=run.people[TRAINEE], committee__exam__sandbox=run.sandbox_id)
    return seats.select_related("committee__exam", "person")


def join_copy(lead: Run, name: str) -> dict[str, int]:
    """Seat a new person of this name beside the leading trainee. Returns the people of the new member's run."""
    sandbox, fs_robot = lead.sandbox, User.objects.get(pk=lead.people[FS_ROBOT])
    names = User.objects.filter(sandbox=sandbox).values_list("feide_name", flat=True)
    taken = {name for name in names if name}
    if sandbox is None:
        raise ValueError("The copy is deleted.")
    person = person_in(sandbox, name, trainee_address(name, taken))
    person.save()
    for seat in _seats(lead):
        robot = next(_replaceable(lead, seat.committee), None)
        is_external = robot.is_external if robot else False
        add_grader(seat.committee, person, is_external=is_external, by=fs_robot)
        if robot:
            _unseat(robot, fs_robot)
    return {**lead.people, TRAINEE: person.pk}


def _replaceable(lead: Run, committee: Committee) -> Iterator[Grader]:
    """Yield the robots of a committee that have done nothing yet, and whose seat a person can take."""
    acts = lead.scenario.acts
    bound = {act.who for act in acts if act.do not in REPLACEABLE}
    robots = {lead.people[one.key] for one in lead.scenario.people if one.feide and one.key not in bound}
    for seat in Grader.objects.filter(committee=committee, person__in=robots).order_by("pk"):
        if not LogEntry.objects.filter(committee=committee, by=seat.person_id).exists():
            yield seat


def _unseat(seat: Grader, by: User) -> None:
    """Remove a seat, unless that would change confirmations: then it stays."""
    try:
        unseat_grader(seat, by=by)
    except Refused:
        return


def leave_copy(run: Run) -> list[int]:
    """
    Take the trainee out of a shared copy; a robot gets the seat back. Returns the sandbox to delete if nobody else is in it.
    """
    if run.sandbox_id is None:
        return []
    others = list(members_of(run).exclude(pk=run.pk)) if run.is_shared else []
    if not others:
        return [run.sandbox_id]
    if lead_of(run).pk == run.pk:
        Run.objects.filter(pk=others[0].pk).update(fired=run.fired)
    fs_robot = User.objects.get(pk=run.people[FS_ROBOT])
    seats = list(_seats(run))
    staged = Committee.objects.with_stage().in_bulk([seat.committee_id for seat in seats])
    for seat in seats:
        if not staged[seat.committee_id].is_locked:
            _seat_robot(run, seat.committee, fs_robot)
            _unseat(seat, fs_robot)
    return []


def _seat_robot(run: Run, committee: Committee, by: User) -> None:
    exam = run.scenario.exam(committee.exam.emnekode)
    planned = exam.committee(committee.number) if exam else None
    for key in planned.seats if planned else ():
        robot = User.objects.filter(pk=run.people[key]).exclude(seats__committee=committee).first()
        if key != TRAINEE and robot:
            external = any(person.key == key and person.external for person in run.scenario.people)
            add_grader(committee, robot, is_external=external, by=by)
            return
