"""
Build, edit and read grade sheets with every available program and library, and print the results: `make interop`.

Without names, also write docs/reference/generated/interop.md. Exit with 1 if a list is not read completely, or one
of ours is misread.
"""

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
django.setup()

from tests.docs.generated import write_page  # noqa: E402

from .environments import BUILD  # noqa: E402
from .trials import Trial, try_writer  # noqa: E402
from .writers import WRITERS  # noqa: E402

HEAD = ("writer", "version", "builds a list", "edits ours", "list ID kept", "lost of ours", "reads ours")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these writers")
    names = parser.parse_args().names
    BUILD.mkdir(parents=True, exist_ok=True)
    trials = []
    with tempfile.TemporaryDirectory() as folder:
        for number, writer in enumerate(WRITERS):
            if not names or writer.name in names:
                print(f"{writer.name} …", file=sys.stderr, flush=True)
                place = Path(folder, str(number))
                place.mkdir()
                trials.append(try_writer(writer, place))
    table = "\n".join(_lines(trials))
    if names:
        print(table)
    else:
        write_page("interop", "Other spreadsheet programs", "make interop", table)
    return 1 if any(trial.failed for trial in trials) else 0


def _lines(trials: list[Trial]) -> list[str]:
    had = [trial for trial in trials if not trial.unavailable]
    missing = [trial for trial in trials if trial.unavailable]
    failed = sum(trial.failed for trial in had)
    rows = [f"| {' | '.join(HEAD)} |", "|---|---|---|---|---|---|---|"]
    rows += [
        f"| {' | '.join((one.name, one.version, one.built, one.edited, one.list_id, one.lost, one.read))} |"
        for one in had
    ]
    rows += [
        "",
        f"{datetime.now(UTC).date().isoformat()}: {len(had)} writers tried, {failed} of them failed.",
    ]
    rows += [f"- {trial.name} is not available here: {trial.unavailable}" for trial in missing]
    return rows


if __name__ == "__main__":
    sys.exit(main())
