from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from gradereg.sign_in.first_people import NewPerson, NotSetUp, is_empty, set_up, setup_token


class Command(BaseCommand):
    help = "Create the first support account and the first planner. Asks for what the options leave out."

    def add_arguments(self, parser: CommandParser) -> None:
        for role in ("support", "planner"):
            parser.add_argument(f"--{role}-name")
            parser.add_argument(f"--{role}-email", help="where to send codes and mail")
            parser.add_argument(
                f"--{role}-feide-name", help="user@realm; leave it out for sign-in by mailed code"
            )
        parser.add_argument("--link", action="store_true", help="print a link to the page that does the same")

    def handle(self, *args: Any, link: bool, **options: Any) -> None:
        if not is_empty():
            raise CommandError("The register already has people.")
        if link:
            self.stdout.write(f"{settings.SITE_URL}{reverse('setup')}?token={setup_token()}")
            self.stdout.write("The link works for an hour, until the first people exist.")
            return
        try:
            people = set_up(self._person("support", options), self._person("planner", options))
        except NotSetUp as problem:
            raise CommandError(str(problem)) from problem
        for person in people:
            self.stdout.write(f"{person}: {_way(person)}")

    def _person(self, role: str, options: dict[str, Any]) -> NewPerson:
        values = {part: options[f"{role}_{part}"] for part in ("name", "email", "feide_name")}
        if values["name"] is None:
            self.stdout.write(f"The first {'support account' if role == 'support' else role}")
            values["name"] = input("Name: ")
            values["email"] = input("E-mail: ") if values["email"] is None else values["email"]
            question = "Feide name (empty for sign-in by mailed code): "
            values["feide_name"] = input(question) if values["feide_name"] is None else values["feide_name"]
        return NewPerson(**{part: (value or "").strip() for part, value in values.items()})


def _way(person: Any) -> str:
    if person.feide_name and settings.FEIDE:
        return f"signs in with Feide as {person.feide_name}: {settings.SITE_URL}{reverse('sign-in')}"
    return f"signs in with a code sent to {person.email}: {settings.SITE_URL}{reverse('ask-code')}"
