"""Whether scenario files are as they should be, and what is wrong with those that are not."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from training.scenarios.loader import files, read


class Command(BaseCommand):
    help = (
        "Check scenario files: ours and those of SCENARIOS, or the FILES given. Exit 1 when one is not good."
    )

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
            raise CommandError(f"{bad} of the scenarios can't be used.")
