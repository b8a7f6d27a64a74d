"""
A process that plays one scenario in an empty database of its own: `python -m training.play.process`.

It reads key and TOML text as JSON from standard input and writes a line of JSON after each play, the last with `is_done`.
It never opens the database of the site: its environment names one in memory.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from typing import Any, TextIO

import django

CPU_SECONDS = 120
MOST_MEMORY = 2 * 1024**3
NICE = 5
"""Niceness above the server's."""


def main(given: TextIO, answers: TextIO) -> None:
    """Play the scenario in `given`, and write reports to `answers`."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    request = json.load(given)
    django.setup()
    play(request["key"], request["source"], answers)


def play(key: str, source: str, answers: TextIO) -> None:
    # Models can be imported only after the setup.
    from training.play.database import play_database  # noqa: PLC0415
    from training.play.play import Finding, Report, play_scenario  # noqa: PLC0415
    from training.scenarios.faults import Fault  # noqa: PLC0415
    from training.scenarios.loader import read_text  # noqa: PLC0415

    def write(report: Report, **more: Any) -> None:
        found = [asdict(finding) for finding in report.findings]
        line = {"plays": report.plays, "restarts": report.restarts, "findings": found} | more
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    data, _problems = read_text(source)
    report = Report(key, data)
    try:
        with play_database():
            report = play_scenario(key, data, after_play=write)
    except Exception as error:  # of any kind: the author sees it as a finding
        report.findings.append(Finding("", "", Fault.BROKEN, f"{type(error).__name__}: {error}"[:300]))
    write(report, is_done=True)


if __name__ == "__main__":
    # What pages print must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    main(sys.stdin, answers)
