"""
Reads grade sheets in a process of its own. A large file costs up to a second of processor time; in a thread of the server
it would hold up the clicks of others, since threads of Python take turns. The process has a lower priority, serves one
file at a time, and is ended when a file takes longer than `LIMIT_SECONDS`.
"""

import os
import signal
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock

import django
from django.conf import settings

from committees.files.grade_sheet import CheckResult, FileProblem, GradeSheet, UnreadableFile, read_and_check
from committees.grade_scales import GradeScale

NICE = 5
"""How far its priority lies below that of the server: on a busy machine it gets a third as much of a processor."""
LIMIT_SECONDS = 20
"""On the clock; the slowest file of the corpus takes less than 1 on a quiet machine."""

Checked = tuple[GradeSheet, CheckResult]


def check_upload(content: bytes, *, current: Mapping[str, str], scale: GradeScale) -> Checked:
    """Do as `read_and_check`, in the process of its own unless `settings.READING_PROCESS` is off. Raises UnreadableFile,
    also for a file that takes too long."""
    if not settings.READING_PROCESS:
        return read_and_check(content, current=current, scale=scale)
    return _process.check(content, current, scale)


def start() -> None:
    """Start the process, so that the first upload need not wait for it."""
    if settings.READING_PROCESS:
        _process.start()


class ReadingProcess:
    """The process and the pipe to it. It is started when it is needed, and again where it has ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._owner = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        with self._lock:
            self._running()

    def end(self) -> None:
        with self._lock:
            self._end()

    def check(self, content: bytes, current: Mapping[str, str], scale: GradeScale) -> Checked:
        request = (content, dict(current), scale)
        with self._lock:
            try:
                found = self._ask(request)
            except (EOFError, OSError):  # it was ended from outside
                self._end()
                found = self._ask(request)
        if isinstance(found, tuple):
            return found
        raise found

    def _ask(self, request: object) -> Checked | UnreadableFile:
        pipe = self._running()
        pipe.send(request)
        if not pipe.poll(LIMIT_SECONDS):
            self._end()
            return UnreadableFile(FileProblem.TOO_SLOW)
        found: Checked | UnreadableFile = pipe.recv()
        return found

    def _running(self) -> Connection:
        # A forked copy of the server must not share the pipe.
        if self._pipe is None or self._owner != os.getpid():
            spawn = get_context("spawn")
            self._pipe, other = spawn.Pipe()
            self._process = spawn.Process(target=_serve, args=(other,), daemon=True)
            self._process.start()
            other.close()
            self._owner = os.getpid()
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None and self._process is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None


def _serve(pipe: Connection) -> None:
    """What the process does: check one file after another, until the server has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the server, and with it the pipe
    os.nice(NICE)
    django.setup()
    while True:
        try:
            content, current, scale = pipe.recv()
        except (EOFError, OSError):
            return
        answer: Checked | UnreadableFile
        try:
            answer = read_and_check(content, current=current, scale=scale)
        except UnreadableFile as error:
            answer = error
        pipe.send(answer)


_process = ReadingProcess()
