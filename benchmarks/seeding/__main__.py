"""`python -m benchmarks.seeding`: fill the empty database that the environment names. Options: `--help`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")
django.setup()

from benchmarks.seeding.command import Command  # noqa: E402

Command().run_from_argv([sys.argv[0], "seeding", *sys.argv[1:]])
