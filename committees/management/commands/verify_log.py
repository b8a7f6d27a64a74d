"""Verification of the log, and its chain heads to store elsewhere."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from committees.audit.heads import HeadsError, lines_of_heads, read_certificates, read_heads, stamped_at
from committees.audit.verification import violations
from committees.management.progress import bars
from committees.models import LogEntry


class Command(BaseCommand):
    help = (
        "Check that the chains of the log are complete and explain every grade, confirmation and transfer. "
        "Otherwise, print the first violation and exit with 1."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--heads",
            action="store_true",
            help="print the head of every chain, to store out of reach of all who can write to this database",
        )
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="check that every head in FILE is still in the log"
        )
        parser.add_argument(
            "--authority",
            type=Path,
            metavar="PEM",
            help="with --against: check the time stamp beside FILE with the certificates of its authority",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file, authority = options["against"], options["authority"]
        if authority and not file:
            raise CommandError("--authority needs --against.")
        try:
            kept = read_heads(file) if file else {}
            stamp = stamp_of(file, authority) if authority else ""
        except HeadsError as error:
            raise CommandError(str(error)) from error
        for found in violations(kept, bars(options["verbosity"])):
            raise CommandError(str(found))
        lines = lines_of_heads()
        if options["heads"]:
            for line in lines:
                self.stdout.write(line)
        entries = LogEntry.objects.filter(exam__sandbox=None).count()
        # Keep the summary out of the list of heads.
        stream = self.stderr if options["heads"] else self.stdout
        kept_too = f" {len(kept)} kept heads were found{stamp}." if kept else ""
        stream.write(
            f"{entries} entries in {len(lines)} chains are intact and explain "
            f"every grade, confirmation and transfer.{kept_too}",
            style_func=str,
        )


def stamp_of(file: Path, authority: Path) -> str:
    """Return the words for the time stamp beside a file of heads. May raise HeadsError."""
    stamp = file.with_suffix(".tsr")
    try:
        response, content = stamp.read_bytes(), file.read_bytes()
    except OSError as error:
        raise HeadsError(f"{stamp} can't be read: {error}") from error
    at = stamped_at(response, content, read_certificates(authority))
    return f", as they were on {at:%Y-%m-%d} at {at:%H:%M:%S} UTC"
