"""Reading of uploaded workbooks in a separate process with lower priority and a time limit."""

# A large file takes up to a second of processor time. In a thread of the server it would delay other
# requests, because Python runs one thread at a time. The process reads one file at a time.

import os
import signal
import traceback
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Any, cast

import django
from django.conf import settings

from committees.files.candidate_list import as_text
from committees.files.grade_sheet import CheckResult, FileProblem, GradeSheet, UnreadableFile, read_and_check
from committees.grade_scales import GradeScale

NICE = 5
"""Niceness of the process above the server's: on a busy machine it gets a third as much processor time."""
LIMIT_SECONDS = 20
"""Wall-clock time; the slowest file of the corpus takes less than 1 on a quiet machine."""

Checked = tuple[GradeSheet, CheckResult]
Reader = Callable[..., object]
"""A function of a module, which the process imports by its name."""


def check_upload(content: bytes, *, current: Mapping[str, str], scale: GradeScale) -> Checked:
    """Call `read_and_check` in the separate process, or directly if `settings.READING_PROCESS` is off. Raises
    UnreadableFile, also for a file that takes too long."""
    return cast("Checked", _read(read_and_check, content, current=dict(current), scale=scale))


def read_list(content: bytes) -> str:
    """Call `as_text` like `check_upload`."""
    return cast("str", _read(as_text, content))


def _read(reader: Reader, content: bytes, **given: Any) -> object:
    if not settings.READING_PROCESS:
        return reader(content, **given)
    return _process.read(reader, content, **given)


def start() -> None:
    """Start the process early, so that the first upload does not wait for it."""
    if settings.READING_PROCESS:
        _process.start()


class ReadingProcess:
    """The process and its pipe. It is started when needed, and again after it has ended."""

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

    def read(self, reader: Reader, content: bytes, **given: Any) -> object:
        """Return what `reader` returns, or raise what it raises."""
        request = (reader, content, given)
        with self._lock:
            try:
                answer = self._ask(request)
            except (EOFError, OSError):  # it was ended from outside
                self._end()
                answer = self._ask(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ask(self, request: object) -> object:
        pipe = self._running()
        pipe.send(request)
        if not pipe.poll(LIMIT_SECONDS):
            self._end()
            return UnreadableFile(FileProblem.TOO_SLOW)
        answer: object = pipe.recv()
        return answer

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
    """Read one file after another until the server closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the server, and with it the pipe
    os.nice(NICE)
    django.setup()
    while True:
        try:
            reader, content, given = pipe.recv()
        except (EOFError, OSError):
            return
        answer: object
        try:
            answer = reader(content, **given)
        except UnreadableFile as error:
            answer = error
        except Exception as error:  # raised again in the server, which logs it
            error.add_note(traceback.format_exc())
            answer = error
        pipe.send(answer)


_process = ReadingProcess()
