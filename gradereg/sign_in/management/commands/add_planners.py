import sys
from collections.abc import Iterable
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from committees.models import User
from gradereg.sign_in.first_people import NotSetUp, add_planners
from gradereg.sign_in.planner_mails import mail_to_planner


class Command(BaseCommand):
    help = (
        "Make everybody in a CSV file (name;email;feide_name) a planner, and mail those who were none how to sign in. "
        "Adds everybody or nobody."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file in UTF-8; - for standard input")
        parser.add_argument("--no-mail", action="store_true", help="send no mail")

    def handle(self, *args: Any, file: str, no_mail: bool, **options: Any) -> None:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
            new, known = add_planners(text)
        except (OSError, UnicodeDecodeError, NotSetUp) as problem:
            raise CommandError(f"Nobody was added.\n{problem}") from problem
        self.stdout.write(f"{len(new)} new planners, {len(known)} people were known and are planners now.")
        if not no_mail:
            self._mail([*new, *(person for person in known if not person.is_planner)])

    def _mail(self, people: Iterable[User]) -> None:
        """Mail these people. Name those without an address, and those whose mail could not be sent."""
        for person in people:
            if not person.email:
                self.stdout.write(f"{person} has no e-mail address and was not mailed.")
                continue
            try:
                mail_to_planner(person).send()
            except (SMTPException, OSError) as error:
                self.stderr.write(f"{person} was added, but could not be mailed: {error}")
