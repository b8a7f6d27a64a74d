"""
Live help: raised hands, a message to one trainee, hints, and events that a trainer makes happen in a trainee's copy.

Whatever happens in a copy is done by robots, through the same actions as people. Each help is an event of the run.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from committees.actions.transfer import practice_fs
from committees.errors import Refused
from committees.models import Candidate, Committee, Exam, Grader
from training.engine.events import record_events
from training.engine.progress import current
from training.engine.robots import fire_due_acts, moments_of, perform, upload_old_list
from training.errors import TrainingRefusal
from training.models import Message, Run, Trainee
from training.sandbox.state import SandboxState, lead_of

OLD_GRADES = 2
"""Number of grades that differ in an old list."""


def raise_hand(trainee: Trainee) -> None:
    """Ask the trainer for help. A raised hand keeps its time."""
    Trainee.objects.filter(pk=trainee.pk, hand_raised_at=None, session__isnull=False).update(
        hand_raised_at=timezone.now()
    )


def lower_hand(trainee: Trainee) -> None:
    Trainee.objects.filter(pk=trainee.pk).update(hand_raised_at=None)


def send_message_to(trainee: Trainee, text: str) -> Message:
    """Send a message that only this trainee sees. Raises Refused when the session is over."""
    session = trainee.session
    if session is None or session.is_over:
        raise Refused(TrainingRefusal.SESSION_OVER)
    return session.messages.create(text=text, trainee=trainee)


def hint_event(task: str) -> str:
    """Return the name of the event that the trainer handed over the hint of this task."""
    return f"hint:{task}"


def hand_over_hint(run: Run, task: str) -> None:
    """Show the hint of the current task to the trainee. Raises Refused in an assessment, or when another task is current."""
    if run.is_assessed:
        raise Refused(TrainingRefusal.NO_HELP)
    now = current(run)
    if now is None or now.key != task:
        raise Refused(TrainingRefusal.NO_SUCH_TASK)
    record_events(run, hint_event(task))


@transaction.atomic
def make_robot_act(run: Run, index: int) -> None:
    """
    Let a robot perform the scenario's act with this index now, whatever its trigger. It is not repeated when it is due.

    Raises Refused when the act is impossible now. Locks the run.
    """
    fresh = _locked(lead_of(run))
    if index >= len(fresh.scenario.acts):
        raise Refused(TrainingRefusal.ROBOT_ABSENT)
    act = fresh.scenario.acts[index]
    perform(fresh, act)
    fresh.fired[str(index)] = max(
        fresh.fired.get(str(index), 0), act.times, len(moments_of(act, SandboxState(fresh)))
    )
    fresh.save(update_fields=["fired"])
    record_events(run, f"made:act:{index}")


@transaction.atomic
def refuse_at_fs(run: Run, number: str) -> None:
    """Let FS refuse the results of this candidate from now on. Raises Refused when the copy has no such candidate."""
    fresh = _locked(run)
    candidate = (
        Candidate.objects.filter(exam__sandbox=fresh.sandbox_id, number=number).select_related("exam").first()
    )
    if candidate is None or fresh.sandbox_id is None:
        raise Refused(TrainingRefusal.NO_SUCH_CANDIDATE)
    practice_fs()(fresh.sandbox_id).withdraw(candidate.exam.key, [number])
    record_events(fresh, f"made:fs:{number}")


@transaction.atomic
def send_old_list(run: Run) -> None:
    """
    Let a colleague upload an old list in which `OLD_GRADES` of the current grades are different.

    Raises Refused when the trainee has no colleague in an unlocked committee with grades.
    """
    fresh = _locked(run)
    state = SandboxState(fresh)
    committee, seat = _colleague(state)
    graded = [candidate for candidate in state.on(committee) if candidate.grade][:OLD_GRADES]
    upload_old_list(fresh, state, committee, seat, {one.number: _other_grade(one) for one in graded})
    record_events(fresh, "made:old-list")


def _colleague(state: SandboxState) -> tuple[Committee, Grader]:
    mine = {seat.committee_id for seat in state.seats if seat.person_id == state.trainee_pk}
    for seat in state.seats:
        committee = state.staged[seat.committee_id]
        is_open = not committee.is_locked and any(candidate.grade for candidate in state.on(committee))
        if committee.pk in mine and seat.person_id not in state.human_pks and is_open:
            return committee, seat
    raise Refused(TrainingRefusal.ROBOT_ABSENT)


def _other_grade(candidate: Candidate) -> str:
    codes = candidate.exam.grade_scale.codes
    return codes[(codes.index(candidate.grade) + 1) % len(codes)]


@transaction.atomic
def move_time(run: Run, days: int) -> None:
    """Let `days` pass in the copy: deadlines come nearer, and robots do what they would have done by then."""
    fresh = _locked(run)
    exams = list(Exam.objects.filter(sandbox=fresh.sandbox_id))
    for exam in exams:
        exam.date -= timedelta(days=days)
        exam.deadline -= timedelta(days=days)
    Exam.objects.bulk_update(exams, ["date", "deadline"])
    fire_due_acts(fresh, timezone.now() + timedelta(days=days))
    record_events(fresh, f"made:days:{days}")


@transaction.atomic
def give_extra_time(trainee: Trainee, minutes: int) -> None:
    """
    Add `minutes` to the trainee's time limit, instead of those given before: in new scenarios and in open ones.

    A time that is announced never gets shorter. Raises Refused in a session without a time limit. Locks the open runs.
    """
    session = trainee.session
    if session is None or not session.is_assessed or not session.time_limit:
        raise Refused(TrainingRefusal.NO_TIME_LIMIT)
    Trainee.objects.filter(pk=trainee.pk).update(extra_minutes=minutes)
    allowed = timedelta(minutes=session.time_limit + minutes)
    open_runs = trainee.runs.select_for_update(of=("self",)).filter(is_assessed=True, done_at=None)
    for run in open_runs.filter(ends_at__isnull=False):
        run.ends_at = max(run.ends_at or run.started_at, run.started_at + allowed)
        run.save(update_fields=["ends_at"])


def _locked(run: Run) -> Run:
    """Lock the run. Raises Refused when it is handed in: what was judged stays as it is."""
    rows = Run.objects.select_for_update(of=("self",)).select_related("trainee__session")
    fresh = rows.get(pk=run.pk)
    if fresh.is_handed_in:
        raise Refused(TrainingRefusal.HANDED_IN)
    return fresh
