"""Two simultaneous acts: one is stopped at a chosen point while the other starts, and ends or waits for the lock."""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unittest.mock import patch

from django.db import close_old_connections, connection

from committees.errors import Refused

Act = Callable[[], object]
LOCKING = re.compile(r"^(BEGIN|INSERT|UPDATE|DELETE)|FOR UPDATE")
WRITING = re.compile(r"^(INSERT|UPDATE|DELETE)")
PATIENCE = 30
"""Seconds after which a meeting is stuck."""
BUSY = 0.003
"""Seconds at SQLite's lock after which an act counts as waiting."""


class Point(StrEnum):
    """The point at which the first act stops."""

    DOOR = "both before their locks, let go together"
    BEFORE = "before its lock"
    HELD = "with the lock"
    HALFWAY = "after its first write"
    COMMITTING = "before it commits"
    FROZEN = "after it committed once"
    DELIVERED = "after it committed twice"


ONE_TRANSACTION = (Point.DOOR, Point.BEFORE, Point.HELD, Point.HALFWAY, Point.COMMITTING)
WITHOUT_WRITING = (Point.DOOR, Point.BEFORE, Point.HELD, Point.COMMITTING)
A_DELIVERY = (*ONE_TRANSACTION, Point.FROZEN)
A_TRANSFER = (*ONE_TRANSACTION, Point.FROZEN, Point.DELIVERED)


class Visit:
    """One act in its own thread. Times are seconds of the monotonic clock."""

    def __init__(self, act: Act, stop: Point | None) -> None:
        self.act, self.stop = act, stop
        self.result: object = None
        self.began = self.at_lock = self.locked = self.ended = 0.0
        self.commits = 0
        self.backend = 0  # PostgreSQL's id of the connection's process
        self.stopped, self.may_go, self.done = threading.Event(), threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            close_old_connections()
            connection.ensure_connection()
            if connection.vendor == "postgresql":
                self.backend = connection.connection.info.backend_pid
            with ExitStack() as stack:
                stack.enter_context(connection.execute_wrapper(self._execute))
                stack.enter_context(patch.object(connection, "commit", self._committing(connection.commit)))
                self.began = time.monotonic()
                self.result = self.act()
        except Exception as error:
            self.result = error
        finally:
            self.ended = time.monotonic()
            self.done.set()
            self.stopped.set()

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        is_lock = not self.locked and LOCKING.search(sql)
        if is_lock:
            self._pause(Point.DOOR, Point.BEFORE)
            self.at_lock = time.monotonic()
        result = execute(sql, params, many, context)
        if is_lock:
            self.locked = time.monotonic()
            self._pause(Point.HELD)
        if WRITING.search(sql):
            self._pause(Point.HALFWAY)
        return result

    def _committing(self, commit: Callable[[], None]) -> Callable[[], None]:
        def committing() -> None:
            self._pause(Point.COMMITTING)
            commit()
            self.commits += 1
            self._pause(Point.FROZEN if self.commits == 1 else Point.DELIVERED)

        return committing

    def _pause(self, *points: Point) -> None:
        if self.stop in points and not self.stopped.is_set():
            self.stopped.set()
            assert self.may_go.wait(PATIENCE), "nobody let it go"

    def waits(self) -> bool:
        """Return whether the act waits for a lock of the other."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.backend])
                return bool(cursor.fetchone()[0])
        return bool(self.at_lock) and not self.locked and time.monotonic() - self.at_lock > BUSY


@dataclass(frozen=True, slots=True)
class Meeting:
    """How two acts met. `results` are in the order of the acts: what each returned or raised."""

    point: Point
    results: tuple[object, object]
    overlapped: bool
    left_had_the_lock_first: bool

    @property
    def refused(self) -> int:
        return sum(isinstance(result, Refused) for result in self.results)

    @property
    def failed(self) -> list[Exception]:
        return [one for one in self.results if isinstance(one, Exception) and not isinstance(one, Refused)]


class Crossing:
    """Two threads, each with a connection of its own, that run pairs of acts."""

    def __init__(self) -> None:
        self.threads = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]

    def close(self) -> None:
        for thread in self.threads:
            thread.submit(lambda: connection.close()).result(PATIENCE)  # its own, not ours
            thread.shutdown()

    def meet(self, left: Act, right: Act, point: Point, *, right_stops: bool) -> Meeting:
        """Run both acts: the other starts while the first is stopped at `point`."""
        acts = (right, left) if right_stops else (left, right)
        stopping, coming = Visit(acts[0], point), Visit(acts[1], point if point is Point.DOOR else None)
        runs = [self.threads[0].submit(stopping.run)]
        assert stopping.stopped.wait(PATIENCE)
        was_stopped = not stopping.done.is_set()
        runs.append(self.threads[1].submit(coming.run))
        if point is Point.DOOR:
            assert coming.stopped.wait(PATIENCE)
            was_stopped &= not coming.done.is_set()
            coming.may_go.set()
        else:
            _until(lambda: coming.done.is_set() or coming.waits())
        stopping.may_go.set()
        for run in runs:
            run.result(PATIENCE)
        stopping_first = stopping.locked <= coming.locked
        return Meeting(
            point,
            (coming.result, stopping.result) if right_stops else (stopping.result, coming.result),
            was_stopped and stopping.began < coming.ended and coming.began < stopping.ended,
            stopping_first != right_stops,
        )


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "neither through nor waiting"
        time.sleep(0.0005)
