import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gradereg.sign_in.first_people import NotSetUp, add_planners


class Command(BaseCommand):
    help = "Make everybody in a CSV file (name;email;feide_name) a planner. Adds everybody or nobody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file in UTF-8; - for standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
            new, known = add_planners(text)
        except (OSError, UnicodeDecodeError, NotSetUp) as problem:
            raise CommandError(f"Nobody was added.\n{problem}") from problem
        self.stdout.write(f"{len(new)} new planners, {len(known)} people were known and are planners now.")
