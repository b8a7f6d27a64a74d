from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from committees.models.people import as_feide_name
from gradereg.sign_in.people import release


class Command(BaseCommand):
    help = "Unpin the Feide account of a Feide name, so that the next account with that name is pinned."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feide_name", help="user@realm")

    def handle(self, *args: Any, feide_name: str, **options: Any) -> None:
        name = as_feide_name(feide_name)
        if not release(name):
            raise CommandError(f"No account is pinned to {name}.")
        self.stdout.write(f"Released. The next Feide account that signs in as {name} will be pinned.")
