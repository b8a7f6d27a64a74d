"""The only writers of training: sessions, trainees, and their runs through scenarios."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from committees.actions import Progress, Refused, no_progress
from committees.actions.sandboxes import delete_sandboxes
from committees.actions.versions import Shown, refuse_stale
from committees.models import Exam, User
from training.engine.robots import fire_due_acts
from training.models import Message, Run, Trainee, TrainingSession
from training.sandbox.builder import build_sandbox
from training.scenarios.loader import blueprints
from training.scenarios.schema import Scenario

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ34679"
"""Of a join code: none that are taken for one another when projected, as 0 and O, 8 and B."""
CODE_LENGTH = 6
KEPT = timedelta(days=14)
"""So long after its day a training session and its data are kept, unless the trainer says otherwise."""
SESSION_FIELDS = ("title", "date", "language", "scenarios", "expires_on")
"""What the form of a training session shows."""
SELF_STUDY_KEPT = timedelta(days=60)
"""A copy of self-study that nobody has touched for so long goes; the progress stays."""


# The trainer's


@transaction.atomic
def create_session(session: TrainingSession, *, by: User) -> TrainingSession:
    """Open a training session with a code of its own. Who creates it is its trainer."""
    session.by = by
    session.expires_at = session.expires_at or _end_of(session)
    while TrainingSession.objects.filter(code=session.code).exists() or not session.code:
        session.code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
    session.save()
    return session


def _end_of(session: TrainingSession) -> datetime:
    day = max(session.date, timezone.localdate())
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + KEPT


@transaction.atomic
def change_session(session: TrainingSession, *, shown: Shown | None = None) -> TrainingSession:
    """
    Write what the trainer edited.

    `shown` are the texts of `SESSION_FIELDS` as the form showed them; None for a caller without a form. Raises StaleForm
    when one moved.
    """
    fresh = TrainingSession.objects.select_for_update().get(pk=session.pk)
    if shown is not None:
        refuse_stale(fresh, SESSION_FIELDS, shown)
    session.save(update_fields=["title", "date", "language", "scenarios", "expires_at"])
    return session


def send_message(session: TrainingSession, text: str) -> Message:
    """Say something to everybody in the session. Raises Refused when it is over."""
    if session.is_over:
        raise Refused(_("This training session is over."))
    return session.messages.create(text=text)


@transaction.atomic
def open_scenario(session: TrainingSession, key: str, *, is_open: bool) -> None:
    """Open a scenario of the session for all, or end it for all. Raises Refused for a scenario that it does not have."""
    fresh = TrainingSession.objects.select_for_update().get(pk=session.pk)
    if fresh.is_over:
        raise Refused(_("This training session is over."))
    if key not in fresh.scenarios:
        raise Refused(_("This training session has no such scenario."))
    fresh.closed = [one for one in fresh.closed if one != key] + ([] if is_open else [key])
    fresh.save(update_fields=["closed"])


def end_session(session: TrainingSession) -> None:
    """End the session: nobody joins or goes on any more; board, summary and certificates stay until it expires."""
    TrainingSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=timezone.now())


# The trainee's


@transaction.atomic
def join_session(session: TrainingSession, *, name: str, person: User | None = None) -> Trainee:
    """
    Take part in the session under this name; who is signed in and has joined already goes on as the same trainee.

    Whoever is signed in can't choose another name, and gets a number behind it where somebody has it already. Raises Refused
    when the session is over, or somebody else has the name.
    """
    if session.is_over:
        raise Refused(_("This training session is over."))
    names = [name] if person is None else [name, *(f"{name[:74]} ({number})" for number in range(2, 10))]
    for possible in names:
        known = session.trainees.filter(person=person).first() if person else None
        if known:
            return known
        try:
            with transaction.atomic():
                return session.trainees.create(name=possible, person=person)
        except IntegrityError:
            continue
    raise Refused(_("Somebody joined with this name already. Add an initial or your department."))


def self_study(person: User) -> Trainee:
    """The trainee as whom this person practises without a session."""
    trainee, _is_new = Trainee.objects.get_or_create(
        session=None, person=person, defaults={"name": str(person)[:80]}
    )
    return trainee


def start_scenario(trainee: Trainee, key: str) -> Run:
    """
    The trainee's run of this scenario, begun now if it was not before.

    Raises Refused when there is no such scenario for this trainee, or the trainer has ended it.
    """
    run = trainee.runs.filter(scenario_key=key, sandbox__isnull=False).first()
    return run or start_over(trainee, key)


def start_over(trainee: Trainee, key: str) -> Run:
    """
    Begin this scenario anew: a fresh copy, no task done. The old copy goes. As `start_scenario` otherwise.
    """
    old = trainee.runs.filter(scenario_key=key).first()
    blueprint = blueprints().get(key) or (old.blueprint if old else None)
    if blueprint is None or (trainee.session and not trainee.session.is_open(key)):
        raise Refused(_("This scenario is not open."))
    return begin(trainee, key, blueprint)


@transaction.atomic
def begin(trainee: Trainee, key: str, blueprint: Mapping[str, Any]) -> Run:
    """Make the trainee's copy of the scenario that `blueprint` tells, in the place of an earlier one."""
    # Whoever clicks twice gets one copy, made once.
    list(Trainee.objects.select_for_update(of=("self",)).filter(pk=trainee.pk))
    now, old = timezone.now(), trainee.runs.filter(scenario_key=key).first()
    if old and old.sandbox_id and now - old.started_at < timedelta(seconds=2):
        return old
    sandbox_of_old = old.sandbox_id if old else None
    language = trainee.session.language if trainee.session else translation.get_language()
    with translation.override(language):
        day = timezone.localdate()
        sandbox, people = build_sandbox(Scenario.from_data(key, blueprint), trainee.name, day)
    run, _is_new = Run.objects.update_or_create(
        trainee=trainee,
        scenario_key=key,
        defaults={
            "blueprint": dict(blueprint),
            "sandbox": sandbox,
            "people": people,
            "day": day,
            "started_at": timezone.now(),
            "moved_at": timezone.now(),
            "done_at": None,
            "attempts": old.attempts + 1 if old else 1,
            "tasks": {},
            "events": {},
            "fired": {},
        },
    )
    if sandbox_of_old:
        delete_sandboxes([sandbox_of_old])
    fire_due_acts(run)
    return run


def bring_to_today(run: Run) -> None:
    """Move the dates of the run's exams along with the days since it began, so that they stay what the scenario tells."""
    # Asked with every request, so it begins no transaction for nothing: on SQLite that waits for whoever writes.
    today = timezone.localdate()
    if run.day != today and run.sandbox_id is not None:
        _move_dates(run, today)


@transaction.atomic
def _move_dates(run: Run, today: date) -> None:
    fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    passed = today - fresh.day
    exams = list(Exam.objects.filter(sandbox=run.sandbox_id))
    for exam in exams:
        exam.date += passed
        exam.deadline += passed
    Exam.objects.bulk_update(exams, ["date", "deadline"])
    run.day = today
    run.save(update_fields=["day"])


def record_watching(run: Run, by: User) -> None:
    """Note that a trainer looks over the trainee's shoulder just now."""
    if (
        not run.watched_at
        or timezone.now() - run.watched_at > timedelta(seconds=5)
        or run.watched_by != str(by)
    ):
        Run.objects.filter(pk=run.pk).update(watched_at=timezone.now(), watched_by=str(by))


# What goes


def clear_expired(progress: Progress = no_progress) -> tuple[int, int]:
    """
    Delete every expired session with all that belongs to it, and the copies of self-study that nobody has touched for long.
    Returns how many sessions and how many copies went.

    Each session goes in a transaction of its own, and so do a hundred copies, so that nobody waits for all of them.
    """
    sessions = list(TrainingSession.objects.expired().values_list("pk", flat=True))
    stale = Run.objects.filter(
        trainee__session=None, sandbox__isnull=False, moved_at__lt=timezone.now() - SELF_STUDY_KEPT
    )
    sandboxes = [pk for pk in stale.values_list("sandbox", flat=True) if pk]
    copies = sum(delete_sessions([pk]) for pk in progress(sessions, "training sessions"))
    going = iter(progress(sandboxes, "practice copies"))
    while portion := list(islice(going, 100)):
        delete_sandboxes(portion)
    return len(sessions), copies + len(sandboxes)


@transaction.atomic
def delete_sessions(sessions: Collection[int]) -> int:
    """Delete these sessions, their trainees and their trainees' sandboxes. Returns how many sandboxes went."""
    sandboxes = list(
        Run.objects.of_sessions(sessions).filter(sandbox__isnull=False).values_list("sandbox", flat=True)
    )
    Run.objects.of_sessions(sessions).delete()
    TrainingSession.objects.filter(pk__in=sessions).delete()
    delete_sandboxes([pk for pk in sandboxes if pk])
    return len(sandboxes)
