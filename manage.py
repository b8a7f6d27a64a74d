#!/usr/bin/env python
"""Django's commands. In production, those that use the database start under the same conditions as the server."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

WITHOUT_DATABASE = {
    "check",
    "check_scenarios",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "makemigrations",
    "read_sheets",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and sys.argv[1] not in WITHOUT_DATABASE:
        _check_production()
    execute_from_command_line(sys.argv)


def _check_production() -> None:
    """Exit if the server would not start with these settings; otherwise print which database is used."""
    django.setup()
    from gradereg.checks import database_name, refuse_unsafe_run  # noqa: PLC0415  # needs the settings

    try:
        is_production = refuse_unsafe_run()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    if is_production:
        print(f"Database: {database_name()}", file=sys.stderr)


if __name__ == "__main__":
    main()
