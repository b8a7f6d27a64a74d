"""`python -m tests.training` plays all scenarios and writes docs/reference/generated/scenario-plays.md."""

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
import_module("tests.training.plays").write()
