"""A whole country's exams, to measure the register by."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from benchmarks.seeding import PASSWORD, SeededRegister
from committees.models import User


class Command(BaseCommand):
    help = (
        "Make a country in an empty database: 20,000 exams with 60,000 committees, 30,000 graders and 2,000,000 candidates, "
        "invented, and six exams of exact sizes. In minutes; to measure by, never beside real exams."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--exams", type=int, default=20_000, help="make so many instead; all else goes with them"
        )
        parser.add_argument(
            "--largest", type=int, default=5_000, help="leave out exams of exact sizes with more candidates"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same country")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["exams"] < 0:
            raise CommandError("There can't be fewer than no exams.")
        if settings.FS_BACKEND != settings.PRACTICE_FS_BACKEND:
            raise CommandError("FS_BACKEND names a real FS, which must not be told of invented exams.")
        if User._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. Run manage.py migrate first.")
        if User.objects.exists():
            raise CommandError("The database has people. A country is made in an empty one only.")
        SeededRegister(options["seed"], options["exams"], options["largest"]).make()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # It learns how its tables are filled over time, and has to know of these at once. SQLite never does.
                cursor.execute("ANALYZE")
        self.stdout.write(
            f"The country is made. Its planner signs in as planner, its graders as grader-1 and so on, its student as "
            f"student, all with the password “{PASSWORD}”."
        )
