"""Calls of a function in a separate process with limited time and memory."""

import faulthandler
import gc
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

TOO_SLOW, TOO_LARGE = "too slow", "too much memory"
WALL_TIME = 5
"""Wall-clock limit as a multiple of the limit of processor time, for busy machines."""


@dataclass(frozen=True)
class Limits:
    """Limits of one process: `seconds` of processor time, and growth of its memory by `mb`."""

    seconds: int
    mb: int


@dataclass(frozen=True)
class Run:
    """Outcome of one call: its `result`, or the `failure`: TOO_SLOW, TOO_LARGE, an exception, or the signal that
    ended the process.

    `seconds` are of processor time. `mb` is the growth of the address space, which the limit restricts: the resident
    part depends on the load of the machine.
    """

    result: Any = None
    failure: str = ""
    seconds: float = 0
    mb: float = 0


def run_limited(function: Callable[[bytes], Any], content: bytes, limits: Limits) -> Run:
    """Call `function` with `content` in a forked process."""
    fork = get_context("fork")
    receiving, sending = fork.Pipe(duplex=False)
    process = fork.Process(target=_child, args=(function, content, limits, sending))
    process.start()
    sending.close()
    with receiving:
        if not receiving.poll(limits.seconds * WALL_TIME):
            process.kill()
        try:
            run: Run | None = pickle.loads(receiving.recv_bytes())  # noqa: S301 from our own process
        except EOFError:
            run = None
    process.join()
    return run or Run(failure=_failure(process.exitcode))


def _failure(exit_code: int | None) -> str:
    if exit_code in (-signal.SIGXCPU, -signal.SIGKILL):
        return TOO_SLOW
    return signal.Signals(-exit_code).name if exit_code and exit_code < 0 else f"exit code {exit_code}"


def _child(function: Callable[[bytes], Any], content: bytes, limits: Limits, sending: Connection) -> None:
    # Discard the output of failing libraries; the failure is reported.
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    faulthandler.disable()
    gc.freeze()
    size = _megabytes("VmSize")
    _limit(resource.RLIMIT_AS, int((size + limits.mb) * 1024**2))
    _limit(resource.RLIMIT_CPU, limits.seconds)
    result, failure = None, ""
    start = time.process_time()
    try:
        result = function(content)
    except MemoryError:
        failure = TOO_LARGE
    except BaseException as error:
        failure = f"{type(error).__name__}: {error}"[:200]
    seconds = time.process_time() - start
    grown = _megabytes("VmPeak") - size
    # Sending the result is not part of the call.
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _limit(kind, resource.RLIM_INFINITY)
    sending.send_bytes(pickle.dumps(Run(result, failure, seconds, grown)))


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else hard, hard))


def _megabytes(field: str) -> float:
    """Return a memory field of this process in MB: VmSize for mapped memory, VmPeak for its maximum."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field + ":")) / 1024
