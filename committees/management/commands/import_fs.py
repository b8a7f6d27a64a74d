"""Unattended import of a folder of FS's files."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from committees.enums import ExamKind
from committees.grade_scales import LETTERS, SCALES
from committees.management.fs_folder import FileResult, FolderInUse, import_folder, only_one
from committees.models import User
from committees.models.people import as_feide_name


class Command(BaseCommand):
    help = (
        "Import the FS files in a folder, as a planner. Imported files are moved to its folder “imported”; the others "
        "stay, with a report beside. Exit with 1 if a file was not imported or has problems, and with 2 if another "
        "import of this folder is running."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--planner", required=True, help="user name or Feide name of the planner of new exams"
        )
        parser.add_argument(
            "--kind", choices=ExamKind.values, default=ExamKind.ORAL, help="type of new exams"
        )
        parser.add_argument("--scale", choices=list(SCALES), default=LETTERS.code, help="scale of new exams")
        parser.add_argument(
            "--min-age",
            type=int,
            default=60,
            metavar="SECONDS",
            help="leave files that were changed later than this for the next run (60)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=1)
        planner = planner_named(options["planner"])
        try:
            with only_one(folder):
                found = import_folder(
                    folder,
                    by=planner,
                    kind=options["kind"],
                    scale=options["scale"],
                    min_age=options["min_age"],
                )
        except FolderInUse as error:
            raise CommandError(f"Another import of {folder} is running.", returncode=2) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=1) from error
        for result in found:
            self.stdout.write(line_of(result))
        if any(result.problems for result in found):
            raise CommandError("Some files have problems: see the reports beside them.", returncode=1)


def planner_named(name: str) -> User:
    """Return the active planner with this user name or Feide name. Raise CommandError if there is none."""
    named = Q(username=name) | Q(feide_name=as_feide_name(name))
    people = list(User.objects.filter(named, sandbox=None, is_planner=True, is_active=True))
    if len(people) != 1:
        raise CommandError(f"{name} is not the name of one active planner.", returncode=1)
    return people[0]


def line_of(result: FileResult) -> str:
    """Return the summary of one file: outcome, name, kind and counts."""
    outcome = "imported" if result.is_taken else "REFUSED"
    counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result.counts.items() if count)
    problems = f", {len(result.problems)} problems" if result.problems else ""
    return f"{outcome}  {result.file.name}  {result.kind or 'unknown'}  {counts or '-'}{problems}"
