"""
Plays a scenario: its straight path, and every wrong turn before every task.

What is right is not taken from the scenario's own conditions: a play that ends with “Well done” must end like the straight
path, in settings, committees, grades, attendance, confirmations and what FS holds.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from committees.enums import ReceiptStatus, Stage
from committees.models import TransferLine, User
from training.actions import begin, create_session, join_session, self_study
from training.engine.conditions import unmet
from training.models import Run, Trainee, TrainingSession
from training.play.player import Player
from training.play.turns import TURNS, Turn
from training.sandbox.state import SandboxState, address_of, is_away
from training.scenarios.faults import Fault, sentence_of

ASSESSED = "assessed"
"""Name of the play in an assessed session, among the turns."""
HASTE = 1e9
"""Robots act at once: what they wait for is a condition, never a clock."""
SENT = ", FS: "
"""Start of what FS accepted for a candidate, in an `End`."""
End = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a scenario: where, after which turn ("" for the straight path), and its kind with a detail."""

    task: str
    turn: str
    kind: Fault
    detail: str = ""

    @property
    def text(self) -> str:
        return sentence_of(self.kind, self.detail)


@dataclass(slots=True)
class Report:
    """What the plays of one scenario found."""

    key: str
    data: Mapping[str, Any]
    plays: int = 0
    restarts: int = 0
    findings: list[Finding] = field(default_factory=list)


def play_scenario(
    key: str,
    data: Mapping[str, Any],
    *,
    turns: tuple[Turn, ...] = TURNS,
    everywhere: bool = False,
    after_play: Callable[[Report], None] = lambda report: None,
) -> Report:
    """
    Play the straight path and every wrong turn of the scenario in `data`. Writes runs and their sandboxes.

    A turn is taken where it does most harm, or with `everywhere` before every task, a play for each. `after_play` is called
    after each play, first after the straight path.
    """
    report = Report(key, data)
    person, _is_new = User.objects.get_or_create(username="player", defaults={"name": "Player"})
    trainee = self_study(person)
    with _at_once():
        start = _begun(trainee, key, data)
        report.findings += _done_at_start(start)
        player, stuck = _play(start, None, -1)
        report.plays += 1
        if player is None:
            return report
        report.findings += _verdict(player, stuck, "")
        after_play(report)
        if stuck:
            return report
        right, known = end_of(player.run), {finding.text for finding in report.findings}
        if player.run.scenario.assignment:
            report.findings += _assessed(person, key, data)
            report.plays += 1
            after_play(report)
        for turn in turns:
            if turn.role == player.run.scenario.role:
                tasks = player.run.scenario.tasks
                for place in range(len(tasks)) if everywhere else [turn.place(tasks)]:
                    _take_turn(report, turn, place, trainee, right)
                    after_play(report)
    report.findings = [one for one in report.findings if not one.turn or one.text not in known]
    return report


def _assessed(person: User, key: str, data: Mapping[str, Any]) -> Iterator[Finding]:
    """Play a variation of the scenario in an assessed session, by its straight path, and hand it in: it earns all points."""
    session = TrainingSession(title="Plays", date=timezone.localdate(), language="en", scenarios=[key])
    session.is_assessed = True
    trainee = join_session(create_session(session, by=person), name="Player", person=person)
    player = Player(begin(trainee, key, data))
    for task in player.run.scenario.tasks:
        if not player.play_task(task):
            yield Finding(task.key, ASSESSED, Fault.UNREACHABLE)
            return
    player.browser.post("practice-hand-in")
    for condition, points in zip(player.run.scenario.end, player.run.points, strict=True):
        if not points:
            yield Finding("end", ASSESSED, Fault.NO_POINTS, str(dict(condition)))


def _take_turn(report: Report, turn: Turn, place: int, trainee: Trainee, right: End) -> None:
    run = _begun(trainee, report.key, report.data)
    at = run.scenario.tasks[place].key
    player, stuck = _play(run, turn, place)
    if player is None:
        return
    report.plays += 1
    end = end_of(player.run, with_fs=any(SENT in text for text in right.values()))
    if player.run.done_at and (wrong := _differences(right, end)):
        report.findings.append(Finding(at, turn.name, Fault.WRONG_END, wrong))
    elif stuck and player.offers_restart():
        report.restarts += 1
    else:
        report.findings += _verdict(player, stuck, turn.name, at=at)


def _begun(trainee: Trainee, key: str, data: Mapping[str, Any]) -> Run:
    Run.objects.filter(trainee=trainee, scenario_key=key).update(started_at="2000-01-01T00:00Z")
    return begin(trainee, key, data)


def _play(run: Run, turn: Turn | None, place: int) -> tuple[Player | None, str]:
    """Return the player at the end, and the task that could not be done; (None, "") if the turn did nothing."""
    player = Player(run)
    player.refresh()
    for number, task in enumerate(run.scenario.tasks):
        if turn is not None and number == place:
            # Robots act at once, so the last task may be done by itself.
            if player.run.done_at or not turn.take(player, task):
                return None, ""
            player.refresh()
            player.refresh()
            if turn.is_decoy and task.key in player.run.tasks:
                player.decoyed = task.key
        if task.key not in player.run.tasks and not player.play_task(task):
            return player, task.key
    player.play_end()
    return player, "" if player.run.done_at else "end"


def _done_at_start(run: Run) -> Iterator[Finding]:
    state = SandboxState(run)
    for task in run.scenario.tasks:
        if not unmet(state, task.done):
            yield Finding(task.key, "", Fault.DONE_AT_START)


def _verdict(player: Player, stuck: str, turn: str, *, at: str = "") -> Iterator[Finding]:
    if stuck:
        yield Finding(at or stuck, turn, Fault.DEAD_END if turn else Fault.UNREACHABLE, stuck if turn else "")
    if player.decoyed:
        yield Finding(at, turn, Fault.TICKED_BY_TURN, player.decoyed)
    for task in dict.fromkeys(player.unseen):
        yield Finding(at or task, turn, Fault.TICKED_UNSEEN, task)


def end_of(run: Run, *, with_fs: bool = True) -> End:
    """
    Return everything about the sandbox that a scenario is about, as texts by their names.

    Without `with_fs`, transfers are left out: for scenarios that don't ask for one, since right grades may be transferred.
    """
    state = SandboxState(run)
    found: dict[str, str] = {}
    for exam in state.exams.values():
        settings = f"{exam.scale}, {exam.rule}, {exam.is_anonymous}, {exam.kind}"
        found[f"{exam.emnekode} settings"] = exam.removal or settings
    current = {exam.pk for exam in state.exams.values() if not exam.removal}
    for committee in [one for one in state.staged.values() if one.exam_id in current]:
        seats = [
            f"{address_of(seat.person)} {seat.is_external}"
            for seat in state.seats
            if seat.committee_id == committee.pk
        ]
        is_sent = committee.stage == Stage.TRANSFERRED and not with_fs
        stage = Stage.CONFIRMED if is_sent else committee.stage
        found[f"committee {committee.number}"] = f"{stage}: {', '.join(sorted(seats))}"
    sent = _at_fs(run) if with_fs else {}
    for one in [one for one in state.candidates if one.exam_id in current]:
        place = one.committee.number if one.committee else "-"
        absent = "absent" if is_away(one) else "attended"
        fs = sent.get(one.pk, "")
        found[one.number] = f"{one.grade or 'no grade'}, {absent}, committee {place}" + (
            f"{SENT}{fs}" if fs else ""
        )
    return found


def _at_fs(run: Run) -> Mapping[int, str]:
    lines = TransferLine.objects.filter(transfer__exam__sandbox=run.sandbox_id, status=ReceiptStatus.TAKEN)
    return {line.candidate_id: f"{line.grade} {line.code}".strip() for line in lines.order_by("pk")}


def _differences(right: End, end: End) -> str:
    """Return the first difference and how many there are; "" if there is none."""
    wrong = [name for name in {**right, **end} if right.get(name) != end.get(name)]
    if not wrong:
        return ""
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"{wrong[0]}: {end.get(wrong[0], 'missing')} instead of {right.get(wrong[0], 'nothing')}{more}"


def _plain() -> dict[str, Any]:
    """Return storages that need no collected static files."""
    return settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@contextmanager
def _at_once() -> Iterator[None]:
    quiet = [
        logging.getLogger(name) for name in ("django.request", "gradereg.request", "training.engine.robots")
    ]
    levels = [logger.level for logger in quiet]
    for logger in quiet:
        logger.setLevel(logging.CRITICAL)
    try:
        with override_settings(
            ROBOT_HASTE=HASTE, LIMITS_ENABLED=False, READING_PROCESS=False, STORAGES=_plain()
        ):
            yield
    finally:
        for logger, level in zip(quiet, levels, strict=True):
            logger.setLevel(level)
