"""
The files of a demo site: made once per test run, and copied for each site on SQLite. `python -m tests.demo_files`
makes those of its environment.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command

SHARED = "GRADEREG_TEST_FILES"
"""Name of the environment variable with the folder that all processes of a test run share."""


def make_demo(settings: Mapping[str, str]) -> None:
    """
    Create the demo data in the empty database of this environment, and collect the static files.

    The database is in the site's folder, unless DATABASE_URL names one on PostgreSQL.
    """
    settings = {**settings, "GRADEREG_DEMO": "1"}
    if SHARED in os.environ and not settings.get("DATABASE_URL", "").startswith("postgres"):
        shutil.copytree(shared_demo(settings), settings["GRADEREG_DATA"], dirs_exist_ok=True)
    else:
        make(settings)


def shared_demo(settings: Mapping[str, str]) -> Path:
    """Return the folder of a demo site that the first process makes. Settings differ in the hashes of passwords."""
    folder = Path(os.environ[SHARED], settings["DJANGO_SETTINGS_MODULE"])
    with locked(folder.with_name(f"{folder.name}-lock")):
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name}-unfinished")
            make({**settings, "GRADEREG_DATA": str(unfinished), "DATABASE_URL": ""})
            unfinished.rename(folder)
    return folder


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let one process at a time continue."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(settings: Mapping[str, str]) -> None:
    Path(settings["GRADEREG_DATA"]).mkdir(exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "tests.demo_files"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed_demo")
    call_command("collectstatic", interactive=False, verbosity=0)
