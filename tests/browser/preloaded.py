"""
Servers that start in a fraction of the usual time: a process imports the site and its templates once, and each server is
a fork of it with an environment of its own. `python -m tests.browser.preloaded` is that process.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import Settings, settings
from django.db import connections
from django.template.loader import get_template
from django.utils.log import configure_logging
from gunicorn.app.wsgiapp import run

ROOT = Path(__file__).resolve().parents[2]


class Fork:
    """A server that another process has started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self) -> None:
        """Return when the process is gone, after it was killed."""
        while Path(f"/proc/{self.pid}").exists():
            time.sleep(0.005)


class Preloaded:
    """The process that imports the site in this environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "tests.browser.preloaded"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, environment: Mapping[str, str], arguments: list[str]) -> Fork:
        """Start gunicorn with these arguments in this environment."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([dict(environment), arguments]) + "\n")
        self.process.stdin.flush()
        return Fork(int(self.process.stdout.readline()))

    def end(self) -> None:
        self.process.communicate()


def load() -> None:
    """Import what requests need, and compile the templates. Connects to no database."""
    django.setup()
    for module in (settings.ROOT_URLCONF, settings.PRACTICE_URLCONF, *settings.MIDDLEWARE):
        import_module(module if module.endswith("urls") else module.rpartition(".")[0])
    for file in ROOT.joinpath("templates").rglob("*.html"):
        get_template(str(file.relative_to(ROOT / "templates")))
    gc.collect()
    gc.freeze()


def serve(environment: dict[str, str], arguments: list[str]) -> None:
    """Be a server in this environment until the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.environ.clear()
    os.environ.update(environment)
    read_settings_again()
    sys.argv = ["gunicorn", *arguments]
    run()


def read_settings_again() -> None:
    """Take the settings, logging and database of this environment instead of those that were imported."""
    name = os.environ["DJANGO_SETTINGS_MODULE"]
    for module in (name, "gradereg.settings"):
        sys.modules.pop(module, None)
    lazy: Any = settings
    lazy.__dict__.clear()  # the values that were read
    lazy._wrapped = Settings(name)
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    handler: Any = connections
    handler._settings = None
    vars(handler).pop("settings", None)
    with suppress(AttributeError):
        del handler["default"]


def main() -> None:
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended servers leave no entry behind
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            os.setsid()
            try:
                serve(*json.loads(line))
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
