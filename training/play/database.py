"""An empty database for plays, so that they leave nothing behind in that of the site."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

from django.test.runner import DiscoverRunner


@contextmanager
def play_database() -> Iterator[None]:
    """Use an empty database beside the site's own, as Django's test runner does, and delete it afterwards."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    try:
        # createcachetable reports the tables that migrations have made.
        with redirect_stdout(StringIO()):
            before = runner.setup_databases()
        try:
            yield
        finally:
            runner.teardown_databases(before)
    finally:
        runner.teardown_test_environment()
