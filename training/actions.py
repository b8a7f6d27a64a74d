"""Actions of training: the only writers of sessions, trainees and runs."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from committees.actions.sandboxes import delete_sandboxes
from committees.actions.versions import Shown, refuse_stale
from committees.errors import Refused
from committees.models import Exam, User
from committees.models.sandboxes import owner_key_of
from committees.progress import Progress, no_progress
from training.assessment import judge_open_runs
from training.catalogue import blueprint_of
from training.engine.robots import fire_due_acts
from training.errors import TrainingRefusal
from training.models import Certificate, Message, Run, Trainee, TrainingSession, name_key_of
from training.sandbox.builder import build_sandbox
from training.sandbox.sharing import copy_to_join, is_shareable, join_copy, leave_copy
from training.scenario_models import PinnedScenario
from training.scenarios.loader import file_blueprints
from training.scenarios.schema import TRAINEE, Scenario
from training.scenarios.variation import varied

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ34679"
"""Characters of a join code, without look-alikes on a projector such as 0 and O, 8 and B."""
CODE_LENGTH = 6
LINK_KEY_BYTES = 9
"""Random bytes of a join link."""
KEPT = timedelta(days=14)
"""Default time between the day of a training session and the deletion of its data."""
LONGEST_PAGE = 300
"""Length of `Run.page`."""
SESSION_FIELDS = (
    "title",
    "date",
    "language",
    "scenarios",
    "is_assessed",
    "time_limit",
    "group_size",
    "expires_on",
)
"""Fields of the session form, for its check against stale values."""
SELF_STUDY_KEPT = timedelta(days=60)
"""Time without progress after which a copy of self-study is deleted; the progress stays."""


# Trainers


@transaction.atomic
def create_session(session: TrainingSession, *, by: User) -> TrainingSession:
    """Save a new training session of the trainer `by`, with a unique code."""
    session.by = by
    session.expires_at = session.expires_at or _end_of(session)
    session.link_key = secrets.token_urlsafe(LINK_KEY_BYTES)
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
    Save the trainer's edits. Raises Refused for another mode or time limit once somebody has begun: all get the same.

    `shown` maps `SESSION_FIELDS` to the texts that the form showed; None for a caller without a form. Raises StaleForm when
    one of them has changed since.
    """
    fresh = TrainingSession.objects.select_for_update().get(pk=session.pk)
    if shown is not None:
        refuse_stale(fresh, SESSION_FIELDS, shown)
    is_same = (fresh.is_assessed, fresh.time_limit) == (session.is_assessed, session.time_limit)
    if not is_same and Run.objects.of_sessions([fresh.pk]).exists():
        raise Refused(TrainingRefusal.SESSION_BEGUN)
    session.save(
        update_fields=[
            "title",
            "date",
            "language",
            "scenarios",
            "group_size",
            "expires_at",
            "is_assessed",
            "time_limit",
        ]
    )
    return session


def send_message(session: TrainingSession, text: str) -> Message:
    """Send a message to everybody in the session. Raises Refused when it is over."""
    if session.is_over:
        raise Refused(TrainingRefusal.SESSION_OVER)
    return session.messages.create(text=text)


@transaction.atomic
def open_scenario(session: TrainingSession, key: str, *, is_open: bool) -> None:
    """Open or end a scenario for the whole session. Raises Refused when the session is over or lacks the scenario."""
    fresh = TrainingSession.objects.select_for_update().get(pk=session.pk)
    if fresh.is_over:
        raise Refused(TrainingRefusal.SESSION_OVER)
    if key not in fresh.scenarios:
        raise Refused(TrainingRefusal.NO_SUCH_SCENARIO)
    fresh.closed = [other for other in fresh.closed if other != key] + ([] if is_open else [key])
    fresh.save(update_fields=["closed"])


def end_session(session: TrainingSession) -> None:
    """
    End the session: nobody can join or continue, and assessed runs are judged. Board, summary and certificates stay until it
    expires.
    """
    TrainingSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=timezone.now())
    judge_open_runs(session.pk)


# Trainees


@transaction.atomic
def join_session(session: TrainingSession, *, name: str, person: User | None = None) -> Trainee:
    """
    Return the trainee of this name in the session: a new one, or the existing one of `person`.

    Names that differ only in case and spaces are the same.

    A signed-in person whose name is taken gets a number behind it. Raises Refused when the session is over, or when the
    name of somebody without an account is taken.
    """
    if session.is_over:
        raise Refused(TrainingRefusal.SESSION_OVER)
    name = " ".join(name.split())
    names = [name] if person is None else [name, *(f"{name[:74]} ({number})" for number in range(2, 10))]
    for possible in names:
        known = session.trainees.filter(person=person).first() if person else None
        if known:
            return known
        try:
            with transaction.atomic():
                return session.trainees.create(name=possible, name_key=name_key_of(possible), person=person)
        except IntegrityError:
            continue
    raise Refused(TrainingRefusal.TRAINEE_NAME_TAKEN)


def self_study(person: User) -> Trainee:
    """Return the person's trainee without a session; creates it the first time."""
    name = str(person)[:80]
    trainee, _is_new = Trainee.objects.get_or_create(
        session=None, person=person, defaults={"name": name, "name_key": name_key_of(name)}
    )
    return trainee


@transaction.atomic
def rename_trainee(trainee: Trainee, name: str) -> Trainee:
    """
    Give the trainee another name, also in their practice copies and on their certificate.

    Raises Refused when the trainee is gone, or when somebody else in the session has this name.
    """
    fresh = _locked(trainee)
    fresh.name = " ".join(name.split())
    fresh.name_key = name_key_of(name)
    if fresh.session and fresh.session.trainees.exclude(pk=fresh.pk).filter(name_key=fresh.name_key).exists():
        raise Refused(TrainingRefusal.TRAINEE_NAME_TAKEN)
    fresh.save(update_fields=["name", "name_key"])
    people = [run.people.get(TRAINEE) for run in fresh.runs.all()]
    User.objects.filter(pk__in=people, sandbox__isnull=False).update(name=fresh.name)
    Certificate.objects.filter(trainee=fresh).update(name=fresh.name)
    return fresh


@transaction.atomic
def remove_trainee(trainee: Trainee) -> None:
    """Delete the trainee with progress, practice copies and certificate. Raises Refused when they are gone already."""
    fresh = _locked(trainee)
    sandboxes = [pk for run in fresh.runs.all() for pk in leave_copy(run)]
    Certificate.objects.filter(trainee=fresh).delete()
    fresh.delete()
    delete_sandboxes(sandboxes)


def _locked(trainee: Trainee) -> Trainee:
    fresh = Trainee.objects.select_for_update(of=("self",)).filter(pk=trainee.pk).first()
    if fresh is None:
        raise Refused(TrainingRefusal.TRAINEE_GONE)
    return fresh


def owner_of(trainee: Trainee) -> str:
    """Return the owner key of the trainee's sandboxes."""
    return owner_key_of(trainee.person_id) if trainee.person_id else f"trainee-{trainee.pk}"


def start_scenario(trainee: Trainee, key: str) -> Run:
    """
    Return the trainee's run of this scenario, with its dates brought to today; starts it if there is none.

    Raises Refused when the scenario is not open to the trainee.
    """
    run = trainee.runs.filter(scenario_key=key, sandbox__isnull=False).first()
    if run is None:
        return start_over(trainee, key)
    bring_to_today(run)
    return run


def start_over(trainee: Trainee, key: str) -> Run:
    """
    Replace the trainee's copy with a fresh one, no task done; an earlier completion is kept.

    Raises Refused as `start_scenario` does, and for a scenario that is assessed: that is done once.
    """
    old = trainee.runs.filter(scenario_key=key).first()
    if old and old.is_assessed:
        raise Refused(TrainingRefusal.ASSESSED_ONCE)
    blueprint = blueprint_of(trainee.session, key) or (old.blueprint if old else None)
    if blueprint is None or (trainee.session and not trainee.session.is_open(key)):
        raise Refused(TrainingRefusal.SCENARIO_NOT_OPEN)
    return begin(trainee, key, blueprint)


@transaction.atomic
def begin(trainee: Trainee, key: str, blueprint: Mapping[str, Any]) -> Run:
    """
    Build the trainee's copy of the scenario in `blueprint`, or join one that has a free place; the earlier one is deleted.

    In an assessed session the copy is of a variation of the scenario, the same one for the same trainee, and never replaced.

    Locks the trainee, and their session if its trainees share copies.
    """
    # A double click makes one copy.
    list(Trainee.objects.select_for_update(of=("self",)).filter(pk=trainee.pk))
    now, old = timezone.now(), trainee.runs.filter(scenario_key=key).first()
    if old and old.sandbox_id and (old.is_assessed or now - old.started_at < timedelta(seconds=2)):
        return old
    is_assessed = trainee.session is not None and trainee.session.is_assessed
    blueprint = _pinned(trainee.session, key, blueprint)
    blueprint = varied(blueprint, f"{trainee.pk}:{key}") if is_assessed else blueprint
    left, scenario = leave_copy(old) if old else [], Scenario.from_data(key, blueprint)
    lead = copy_to_join(trainee, scenario)
    language = trainee.session.language if trainee.session else translation.get_language()
    with translation.override(language):
        day = lead.day if lead else timezone.localdate()
        sandbox, people = (
            (lead.sandbox, join_copy(lead, trainee.name))
            if lead
            else build_sandbox(scenario, trainee.name, day, owner_of(trainee))
        )
    run, _is_new = Run.objects.update_or_create(
        trainee=trainee,
        scenario_key=key,
        defaults={
            "blueprint": dict(blueprint),
            "sandbox": sandbox,
            "is_shared": is_shareable(trainee.session, scenario),
            "is_assessed": is_assessed,
            "ends_at": _time_limit(trainee),
            "points": [],
            "people": people,
            "day": day,
            "started_at": timezone.now(),
            "moved_at": timezone.now(),
            "done_at": None,
            "best": old.best_step if old else 0,
            "attempts": old.attempts + 1 if old else 1,
            "tasks": {},
            "events": {},
            "fired": {},
            "helps": {},
            "refusals": [],
            "page": "",
        },
    )
    if left:
        delete_sandboxes(left)
    fire_due_acts(run)
    return run


def _pinned(session: TrainingSession | None, key: str, blueprint: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the scenario as the first trainee of the session began it, so that a later publication changes nothing."""
    if session is None or key in file_blueprints():
        return blueprint
    pin, _is_new = PinnedScenario.objects.get_or_create(
        session=session, scenario_key=key, defaults={"blueprint": dict(blueprint)}
    )
    pinned: Mapping[str, Any] = pin.blueprint
    return pinned


def _time_limit(trainee: Trainee) -> datetime | None:
    """Return when a run of this trainee that begins now must be handed in; None without a limit."""
    session = trainee.session
    minutes = session.time_limit if session and session.is_assessed else None
    return timezone.now() + timedelta(minutes=minutes + trainee.extra_minutes) if minutes else None


def bring_to_today(run: Run) -> None:
    """Move the dates of the run's exams by the days that have passed, so that deadlines stay as far away."""
    # Every POST calls this, so it begins a transaction only if needed: on SQLite that waits for the writer.
    today = timezone.localdate()
    if run.day != today and run.sandbox_id is not None:
        _move_dates(run, today)


@transaction.atomic
def _move_dates(run: Run, today: date) -> None:
    members = list(Run.objects.select_for_update(of=("self",)).filter(sandbox=run.sandbox_id).order_by("pk"))
    passed = today - max((member.day for member in members), default=today)
    exams = list(Exam.objects.filter(sandbox=run.sandbox_id))
    for exam in exams:
        exam.date += passed
        exam.deadline += passed
    Exam.objects.bulk_update(exams, ["date", "deadline"])
    run.day = today
    Run.objects.filter(pk__in=[member.pk for member in members]).update(day=today)


def record_watching(run: Run, by: User) -> None:
    """Record that the trainer `by` is viewing the trainee's pages, at most every 5 seconds."""
    if (
        not run.watched_at
        or timezone.now() - run.watched_at > timedelta(seconds=5)
        or run.watched_by != str(by)
    ):
        Run.objects.filter(pk=run.pk).update(watched_at=timezone.now(), watched_by=str(by))


def record_page(run: Run, address: str, prefix: str) -> None:
    """Record the page of this `address` as the one that the trainee has open, if it is below `prefix` and another one."""
    try:
        path = urlsplit(address).path
    except ValueError:  # a browser sends no such address
        return
    page = path.removeprefix(prefix)
    if path.startswith(prefix) and page != run.page and len(page) <= LONGEST_PAGE and page.isprintable():
        Run.objects.filter(pk=run.pk).update(page=page)
        run.page = page


# Deletion


def clear_expired(progress: Progress = no_progress) -> tuple[int, int]:
    """
    Delete every expired session with its data, and copies of self-study without progress for `SELF_STUDY_KEPT`.

    Returns how many sessions and how many copies were deleted. One transaction per session and per hundred copies, so that
    locks are short.
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
    """Delete these sessions with trainees and sandboxes. Returns the number of sandboxes."""
    sandboxes = list(
        Run.objects.of_sessions(sessions)
        .filter(sandbox__isnull=False)
        .order_by("sandbox")
        .values_list("sandbox", flat=True)
        .distinct()
    )
    Run.objects.of_sessions(sessions).delete()
    TrainingSession.objects.filter(pk__in=sessions).delete()
    delete_sandboxes([pk for pk in sandboxes if pk])
    return len(sandboxes)
