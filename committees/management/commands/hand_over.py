"""All exams of a planner who left, for another planner."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from committees.actions.planners import hand_over
from committees.errors import Refused
from committees.models import User
from committees.models.people import as_feide_name


class Command(BaseCommand):
    help = (
        "Make TO a planner of every exam that FROM plans; FROM no longer plans them. For a planner who left. "
        "The log of each exam names BY, or else FROM, as the person who did it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("giver", metavar="FROM", help="user name or Feide name")
        parser.add_argument("receiver", metavar="TO", help="user name or Feide name")
        parser.add_argument("--by", metavar="BY", help="user name or Feide name of support")

    def handle(self, *args: Any, **options: Any) -> None:
        giver, receiver = person_named(options["giver"]), person_named(options["receiver"])
        by = person_named(options["by"]) if options["by"] else giver
        try:
            entries = hand_over(giver, receiver, by=by)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"{len(entries)} exams handed over from {giver} to {receiver}.")


def person_named(name: str) -> User:
    """Return the person with this user name or Feide name. Raise CommandError if there is none."""
    named = Q(username=name) | Q(feide_name=as_feide_name(name))
    person = User.objects.filter(named, sandbox=None).order_by("pk").first()
    if person is None:
        raise CommandError(f"No person has the user name or Feide name {name}.")
    return person
