"""Delete expired training sessions with all of their data, and unused copies of self-study."""

from typing import Any

from django.core.management.base import BaseCommand

from committees.management.progress import bars
from training.actions import clear_expired


class Command(BaseCommand):
    help = (
        "Delete training sessions that have expired, with trainees, copies and their logs, and copies of self-study that "
        "were not used for 60 days (their progress stays). Run it every night. Creating a session or starting self-study "
        "does the same."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sessions, copies = clear_expired(bars(options["verbosity"]))
        self.stdout.write(f"Deleted {sessions} training sessions and {copies} practice copies.")
