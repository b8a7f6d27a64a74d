"""
Seed a country in an empty database: `python -m benchmarks.seed_country [--exams 20000] [--largest 5000] [--seed 1]`.

Uses the database of the site's settings, after `manage.py migrate`.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")
django.setup()

from benchmarks.seeding.command import Command  # noqa: E402  # needs the settings

if __name__ == "__main__":
    Command().run_from_argv(["python -m", "benchmarks.seed_country", *sys.argv[1:]])
