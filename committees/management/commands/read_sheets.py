"""Comparison of our reader with two others on a folder of spreadsheets."""

import argparse
import csv
import importlib.util
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from committees.management.progress import bars
from committees.management.reader_check.checking import FileCheck, Outcome, begin_process, check_file
from committees.management.reader_check.limited import Limits
from committees.management.reader_check.report import report

SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb"}  # Office Open XML
SUFFIXES |= {".xls", ".xlt", ".xla", ".xlw", ".ods", ".ots", ".fods", ".numbers"}
FAILURES = frozenset(Outcome) - {Outcome.READ, Outcome.REFUSED}
OTHERS_TAKE_MORE = 4
"""Multiple of our limits for the other two readers: openpyxl reads large files that we refuse at once."""


class Command(BaseCommand):
    help = (
        "Read every spreadsheet below FOLDER in a separate process, compare the cells with openpyxl and calamine, "
        "and print tables of outcomes, costs and reasons. Exit 1 if a file is misread, crashes the reader or exceeds its "
        "limits."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--limit-seconds", type=int, default=5, help="processor time for one file (5)")
        parser.add_argument("--limit-mb", type=int, default=256, help="memory for one file (256)")
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="files read at the same time"
        )
        parser.add_argument("--csv", type=Path, metavar="FILE", help="also write a line for each file")
        parser.add_argument("--json", type=Path, metavar="FILE", help="also write an object for each file")

    def handle(self, *args: Any, **options: Any) -> None:
        if importlib.util.find_spec("python_calamine") is None:
            raise CommandError("Install python-calamine first: pip install 'gradereg[dev]'.")
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        files = sorted(spreadsheets(folder))
        if not files:
            raise CommandError(f"{folder} has no spreadsheets.")
        limits = Limits(options["limit_seconds"], options["limit_mb"])
        checks = self._check(folder, files, limits, options["jobs"], options["verbosity"])
        for line in report(checks):
            self.stdout.write(line)
        if options["csv"]:
            write_csv(options["csv"], checks)
        if options["json"]:
            options["json"].write_text(json.dumps([asdict(check) for check in checks], indent=1))
        failed = sum(check.outcome in FAILURES for check in checks)
        if failed:
            raise CommandError(f"{failed} files were misread, crashed the reader or exceeded its limits.")

    def _check(
        self, folder: Path, files: list[Path], limits: Limits, jobs: int, verbosity: int
    ) -> list[FileCheck]:
        others = Limits(OTHERS_TAKE_MORE * limits.seconds, OTHERS_TAKE_MORE * limits.mb)
        with ProcessPoolExecutor(
            jobs, mp_context=get_context("fork"), initializer=begin_process
        ) as processes:
            running = [
                processes.submit(check_file, file, file.relative_to(folder).as_posix(), limits, others)
                for file in files
            ]
            done = [each.result() for each in bars(verbosity)(as_completed(running), "files", len(running))]
        return sorted(done, key=lambda check: check.path)


def spreadsheets(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder` with the suffix of a spreadsheet."""
    return (file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def write_csv(target: Path, checks: list[FileCheck]) -> None:
    """Write a line for each file, with its misread cells separated by line breaks."""
    with target.open("w", newline="", encoding="utf-8") as out:
        lines = csv.DictWriter(out, [field.name for field in fields(FileCheck)])
        lines.writeheader()
        lines.writerows({**asdict(check), "misread": "\n".join(check.misread)} for check in checks)
