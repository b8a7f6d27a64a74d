"""Publication of the chain heads: to a folder, by mail, and with a time stamp."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from committees.audit.heads import HeadsError, lines_of_heads, request_time_stamp


class Command(BaseCommand):
    help = (
        "Write the head of every chain of the log to a new file in FOLDER. With --mail, also send it to people who can't "
        "write to this database; with --time-stamp, store the time stamp of an authority beside it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--mail", action="append", default=[], metavar="ADDRESS", help="mail the file; can be repeated"
        )
        parser.add_argument("--time-stamp", metavar="URL", help="an RFC 3161 time-stamping authority")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["time_stamp"]
        if url and not url.startswith(("https://", "http://")):
            raise CommandError(f"{url} is not the URL of an authority: it must begin with https://.")
        now = timezone.now()
        file = options["folder"] / f"heads-{now:%Y-%m-%dT%H%M%SZ}.txt"
        content = "".join(f"{line}\n" for line in lines_of_heads()).encode()
        if not content:
            raise CommandError("The log is empty.")
        try:
            with file.open("xb") as new:
                new.write(content)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error}") from error
        digest = hashlib.sha256(content).hexdigest()
        self.stdout.write(f"{file}: {len(content.splitlines())} heads, SHA-256 {digest}")
        if url:
            self._time_stamp(url, file, content)
        if options["mail"]:
            self._mail(options["mail"], file, content, digest)

    def _time_stamp(self, url: str, file: Path, content: bytes) -> None:
        try:
            response = request_time_stamp(url, content)
        except HeadsError as error:
            raise CommandError(str(error)) from error
        stamp = file.with_suffix(".tsr")
        stamp.write_bytes(response)
        self.stdout.write(f"{stamp}: time stamp of {url}")

    def _mail(self, addresses: list[str], file: Path, content: bytes, digest: str) -> None:
        body = (
            f"The attached file has the last entry of every chain of the log of {settings.SITE_URL}.\n"
            f"SHA-256: {digest}\n\n"
            "Please keep this mail. The file proves later that no entry up to now was changed or removed:\n"
            f"manage.py verify_log --against {file.name}\n"
        )
        mail = EmailMessage(f"Heads of the log: {file.stem}", body, to=addresses)
        mail.attach(file.name, content.decode(), "text/plain")
        try:
            mail.send()
        except OSError as error:
            raise CommandError(f"The mail was not sent: {error}") from error
        self.stdout.write(f"Mailed to {', '.join(addresses)}.")
