"""Check scenario files and list their problems; with --play, play them too."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from training.play.database import play_database
from training.play.play import play_scenario
from training.play.table import lines_of
from training.scenarios.loader import files, read


class Command(BaseCommand):
    help = (
        "Check scenario files: the built-in ones and those in SCENARIOS, or the given FILES. With --play, play each in an "
        "empty database that is deleted afterwards: the straight path, and wrong turns. Exit with 1 for problems."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--play", action="store_true", help="play each scenario, with wrong turns")
        parser.add_argument(
            "--everywhere", action="store_true", help="take each wrong turn before every task (takes minutes)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SCENARIOS and not Path(settings.SCENARIOS).is_dir():
            raise CommandError(f"SCENARIOS names {settings.SCENARIOS}, which is no folder.")
        bad, good = 0, {}
        for file in options["files"] or files():
            data, problems = read(file)
            for problem in problems:
                self.stdout.write(f"{file}: {problem}")
            if not problems:
                self.stdout.write(f"{file}: good")
                good[file.stem] = data
            bad += bool(problems)
        if options["play"]:
            bad += self._play(good, everywhere=options["everywhere"])
        if bad:
            raise CommandError(f"{bad} of the scenarios have problems.")

    def _play(self, scenarios: dict[str, Any], *, everywhere: bool) -> int:
        """Play the scenarios; return how many have findings."""
        bad = 0
        with play_database():
            for key, data in scenarios.items():
                report = play_scenario(key, data, everywhere=everywhere)
                for line in lines_of(report):
                    self.stdout.write(line)
                bad += bool(report.findings)
        return bad
