"""Delete a certificate of training whose session has expired, when its holder asks for it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from training.certificates import delete_certificate, find_certificate


class Command(BaseCommand):
    help = "Delete the certificate of training with this code. It can't be checked any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the code on the certificate, such as GC-2K7M-9QXA-0D4F")

    def handle(self, *args: Any, **options: Any) -> None:
        certificate = find_certificate(options["code"])
        if certificate is None:
            raise CommandError("No certificate has this code.")
        delete_certificate(certificate)
        self.stdout.write(f"Deleted {certificate}.")
