"""
Verdicts on trainers' scenarios: they are played by the solver and the saboteur, in a process with limits of its own.

A thread of the server starts the process, stores each report of it, and kills it when its time is up. A play that is
superseded by another one of the same scenario is killed too.
"""

import json
import logging
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread, Timer
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.functional import Promise

from committees.errors import Refused
from training.errors import TrainingRefusal
from training.models import moment_text
from training.scenario_models import AuthoredScenario
from training.scenarios.faults import TURN_LABELS, Fault, sentence_of

logger = logging.getLogger(__name__)

LIMIT = timedelta(minutes=4)
"""Time for all plays of a scenario. Our longest took 78 seconds on two busy cores."""
MOST_PLAYS = 2
"""Scenarios that are played at the same time, in the whole installation."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One finding in words: after which turn ("" for the straight path), at which task, and what."""

    turn: str | Promise
    task: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the plays of a scenario have found so far. Empty if this version was not played."""

    data: Mapping[str, Any]

    @property
    def started_at(self) -> datetime | None:
        return datetime.fromisoformat(self.data["started"]) if "started" in self.data else None

    @property
    def is_done(self) -> bool:
        return bool(self.data.get("is_done"))

    @property
    def is_playing(self) -> bool:
        started = self.started_at
        has_ended = self.is_done or "ended" in self.data
        return started is not None and not has_ended and timezone.now() - started < LIMIT

    @property
    def is_interrupted(self) -> bool:
        """Whether the plays have stopped before their end, such as by a restart of the server."""
        return self.started_at is not None and not self.is_done and not self.is_playing

    @property
    def plays(self) -> int:
        return int(self.data.get("plays", 0))

    @property
    def restarts(self) -> int:
        return int(self.data.get("restarts", 0))

    @property
    def facts(self) -> list[Fact]:
        return [
            Fact(
                TURN_LABELS.get(one["turn"], one["turn"]),
                one["task"],
                sentence_of(Fault(one["kind"]), one["detail"]),
            )
            for one in self.data.get("findings", [])
        ]

    @property
    def passes(self) -> bool:
        """Whether the straight path is played to “Well done”, without findings."""
        return self.plays > 0 and not any(one["turn"] == "" for one in self.data.get("findings", []))


def verdict_of(scenario: AuthoredScenario) -> Verdict:
    """Return the verdict on the saved text; an empty one if only an earlier text was played."""
    return Verdict(scenario.verdict if scenario.verdict.get("version") == scenario.version else {})


def begin_plays(scenario: AuthoredScenario) -> None:
    """Play the saved text in the background. Raises Refused while too many others are played."""
    token = secrets.token_hex(8)
    with transaction.atomic():
        others = AuthoredScenario.objects.select_for_update().exclude(pk=scenario.pk).exclude(verdict={})
        if sum(verdict_of(other).is_playing for other in others.only("version", "verdict")) >= MOST_PLAYS:
            raise Refused(TrainingRefusal.PLAYS_BUSY)
        scenario.verdict = {
            "version": scenario.version,
            "token": token,
            "started": moment_text(timezone.now()),
        }
        AuthoredScenario.objects.filter(pk=scenario.pk).update(verdict=scenario.verdict)
    thread = Thread(
        target=_play_and_record, args=(scenario.pk, scenario.key, scenario.source, token), daemon=True
    )
    transaction.on_commit(thread.start)


def _play_and_record(pk: int, key: str, source: str, token: str) -> None:
    try:
        for report in play_in_process(key, source):
            if not record_report(pk, token, report):
                return
    except Exception:  # of any kind: nothing else would log it
        logger.exception("The plays of scenario %s failed", key)
    finally:
        connection.close()


@transaction.atomic
def record_report(pk: int, token: str, report: Mapping[str, Any]) -> bool:
    """Add a report of the process to the verdict. Returns False if another play has begun, or the scenario is gone."""
    scenario = AuthoredScenario.objects.select_for_update().filter(pk=pk).first()
    if scenario is None or scenario.verdict.get("token") != token:
        return False
    AuthoredScenario.objects.filter(pk=pk).update(verdict={**scenario.verdict, **report})
    return True


def play_in_process(key: str, source: str) -> Iterator[dict[str, Any]]:
    """
    Yield a report after each play of the scenario. If the process takes too long, it is killed; if it does not come to the
    end, the last report has `ended`.
    """
    process = subprocess.Popen(  # our own module
        [sys.executable, "-W", "ignore", "-m", "training.play.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": "sqlite://:memory:"},
        start_new_session=True,
    )
    timer = Timer(LIMIT.total_seconds(), _kill, [process])
    timer.daemon = True
    timer.start()
    try:
        if process.stdin is not None and process.stdout is not None:
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps({"key": key, "source": source}).encode())
                process.stdin.close()
            yield from map(json.loads, process.stdout)
        if process.wait():
            logger.error("The process that plays scenario %s ended with %s", key, process.returncode)
            yield {"ended": True}
    finally:
        timer.cancel()
        _kill(process)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process with everything that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
