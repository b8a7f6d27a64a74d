"""Check scenario files and list their problems."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from training.scenarios.loader import files, read


class Command(BaseCommand):
    help = "Check scenario files: the built-in ones and those in SCENARIOS, or the given FILES. Exit with 1 for problems."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SCENARIOS and not Path(settings.SCENARIOS).is_dir():
            raise CommandError(f"SCENARIOS names {settings.SCENARIOS}, which is no folder.")
        bad = 0
        for file in options["files"] or files():
            _data, problems = read(file)
            for problem in problems:
                self.stdout.write(f"{file}: {problem}")
            if not problems:
                self.stdout.write(f"{file}: good")
            bad += bool(problems)
        if bad:
            raise CommandError(f"{bad} of the scenarios have problems.")
