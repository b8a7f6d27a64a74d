"""The command `python -m benchmarks.seed_country`."""

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
        "all invented, and six exams of exact sizes. For measurements only; takes minutes."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--exams", type=int, default=20_000, help="number of exams, which determines all other numbers"
        )
        parser.add_argument(
            "--largest", type=int, default=5_000, help="leave out exams of exact sizes with more candidates"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same country")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["exams"] < 0:
            raise CommandError("--exams must be 0 or more.")
        if settings.FS_BACKEND != settings.PRACTICE_FS_BACKEND:
            raise CommandError("FS_BACKEND names a real FS, which must not get invented exams.")
        if User._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. Run manage.py migrate first.")
        if User.objects.exists():
            raise CommandError("The database has people. Use an empty database.")
        SeededRegister(options["seed"], options["exams"], options["largest"]).make()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # PostgreSQL needs statistics of the new tables to choose good plans.
                cursor.execute("ANALYZE")
        self.stdout.write(
            f"Done. Sign in as planner, grader-1 (and so on) or student, with the password “{PASSWORD}”."
        )
