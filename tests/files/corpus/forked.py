"""Runs work on files in separate processes, so that files do not affect each other or the caller."""

import gc
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SECONDS, MEMORY = 10, 1024**3
"""Limits of a reader: processor time, and memory in bytes."""


def ask(module: str, files: Iterable[Path], *arguments: str) -> dict[str, Any]:
    """Start `module` and return its results for `files`, by their names. The module must call `answer`."""
    command = [sys.executable, "-m", f"tests.files.corpus.{module}", *arguments]
    said = subprocess.run(
        command, cwd=ROOT, input="\n".join(map(str, files)), capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise RuntimeError(said.stderr)
    return dict(json.loads(line) for line in said.stdout.splitlines())


def answer(work: Callable[[bytes], Mapping[str, Any]]) -> None:
    """
    Print the result of `work` for each file named on standard input: one fork per file, which the system ends when
    it exceeds the limits.
    """
    # Exclude existing objects from garbage collection in forks, which would copy their memory.
    gc.collect()
    gc.freeze()
    for line in sys.stdin.read().splitlines():
        file = Path(line)
        print(json.dumps([file.stem, _forked(work, file)]), flush=True)


def _forked(work: Callable[[bytes], Mapping[str, Any]], file: Path) -> Mapping[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        with os.fdopen(writing, "w") as out:
            json.dump(work(file.read_bytes()), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as found:
        text = found.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        return {"died": signal.Signals(-status).name if status < 0 else f"exit {status}"}
    answered: Mapping[str, Any] = json.loads(text)
    return answered
