"""Verification of the log, and its chain heads to store elsewhere."""

import argparse
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from committees.audit.verification import chain_heads, violations
from committees.management.progress import bars
from committees.models import LogEntry

HEAD = re.compile(r"((?:committee|exam) [0-9]+) ([0-9]+) ([0-9a-f]{64})")


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
            "--kept", type=Path, metavar="FILE", help="check that every head in FILE is still in the log"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = read_heads(options["kept"]) if options["kept"] else {}
        for found in violations(kept, bars(options["verbosity"])):
            raise CommandError(str(found))
        ends = chain_heads()
        if options["heads"]:
            for chain, (position, entry_hash) in ends.items():
                self.stdout.write(f"{chain} {position} {entry_hash}")
        entries = LogEntry.objects.filter(exam__sandbox=None).count()
        # Keep the summary out of the list of heads.
        stream = self.stderr if options["heads"] else self.stdout
        kept_too = f" {len(kept)} kept heads were found." if kept else ""
        stream.write(
            f"{entries} entries in {len(ends)} chains are intact and explain "
            f"every grade, confirmation and transfer.{kept_too}",
            style_func=str,
        )


def read_heads(file: Path) -> dict[str, tuple[int, str]]:
    """Return the heads in a file that this command printed, one per line. Raises CommandError for any other file."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} can't be read: {error}") from error
    kept = {}
    for number, line in enumerate(lines, start=1):
        match = HEAD.fullmatch(line.strip())
        if not match:
            raise CommandError(
                f"{file}, line {number}: not a head. A head has the form “committee 5 12 <hash>”."
            )
        kept[match[1]] = int(match[2]), match[3]
    if not kept:
        raise CommandError(f"{file} contains no heads.")
    return kept
