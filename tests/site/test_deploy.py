"""A production server starts with safe settings only."""

from pathlib import Path

import pytest

from tests.browser.demo_site import free_port
from tests.site.server import KEY, Server, Visitor, database, environment, gunicorn, manage, python, serve

pytestmark = [pytest.mark.db_independent, pytest.mark.slow]

PRODUCTION = {
    "ALLOWED_HOSTS": "grades.example.org",
    "HTTPS": "1",
    "DATABASE_URL": "postgres://gradereg@database.example.org/gradereg",
    "SERVERS": "2",
    "FS_BACKEND": "tests.site.test_deploy.RealFs",
    "SIMULATION": "",
}


class RealFs:
    """A backend that is not the simulated one."""


def test_production_settings_pass_the_deploy_checks(tmp_path: Path) -> None:
    done = manage(environment(tmp_path, **PRODUCTION), "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")


def test_production_settings_pass_without_hsts_subdomains(tmp_path: Path) -> None:
    settings = environment(tmp_path, **PRODUCTION, HSTS_SUBDOMAINS="0")
    assert manage(settings, "check", "--deploy", "--fail-level", "WARNING").returncode == 0


SQLITE = {"DATABASE_URL": "sqlite://:memory:"}
REFUSED = {
    "no key": ({"SECRET_KEY": ""}, "gradereg.E001: SECRET_KEY is not set."),
    "a short key": ({"SECRET_KEY": KEY[:49]}, "gradereg.E002: SECRET_KEY can be guessed."),
    "a dull key": ({"SECRET_KEY": "abcd" * 20}, "gradereg.E002: SECRET_KEY can be guessed."),
    "Django's sample key": (
        {"SECRET_KEY": f"django-insecure-{KEY}"},
        "gradereg.E002: SECRET_KEY can be guess",
    ),
    "DEBUG": ({"DEBUG": "1"}, "gradereg.E003: DEBUG is on."),
    "any host": ({"ALLOWED_HOSTS": "*"}, "gradereg.E004: ALLOWED_HOSTS allows any host."),
    "SQLite behind two": (SQLITE, "gradereg.E005: SQLite can't serve several machines."),
    "SQLite behind who knows how many": (SQLITE | {"SERVERS": ""}, "gradereg.E005: SQLite can't serve"),
    "no TLS": ({"HTTPS": ""}, "gradereg.E006: The site is reached without TLS."),
    "the simulated FS": ({"FS_BACKEND": ""}, "gradereg.E009: FS is simulated: no transfer reaches it."),
    "no database": ({"DATABASE_URL": "", "SERVERS": "1"}, "gradereg.E010: DATABASE_URL is not set."),
    "a demo world with TLS and DEBUG": ({"GRADEREG_DEMO": "1", "DEBUG": "1"}, "gradereg.E003: DEBUG is on."),
}


@pytest.mark.parametrize(("settings", "told"), REFUSED.values(), ids=REFUSED)
def test_server_refuses_bad_settings_with_a_reason(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    log = tmp_path / "log"
    server = gunicorn(environment(tmp_path, **(PRODUCTION | settings)), free_port(), log)
    assert server.wait(timeout=30) == 3
    assert told in log.read_text()


def test_server_starts_with_good_settings(tmp_path: Path) -> None:
    with database() as kind:
        settings = environment(tmp_path, **(PRODUCTION | {"SERVERS": "1"} | (kind or SQLITE)))
        with serve(settings, tmp_path / "log") as server:
            assert server.address


def test_training_installation_starts_and_says_so(demo: Server) -> None:
    assert "data-simulation" in Visitor(demo.address).get("/sign-in/").text


def test_commands_refuse_what_the_server_refuses(tmp_path: Path) -> None:
    refused = manage(environment(tmp_path, **(PRODUCTION | {"DATABASE_URL": ""})), "migrate")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "gradereg.E010: DATABASE_URL is not set." in refused.stderr
    assert not [*tmp_path.iterdir()]


def test_commands_print_their_database(tmp_path: Path) -> None:
    done = manage(environment(tmp_path), "migrate", "--check")
    assert done.stderr.startswith(f"Database: SQLite, {tmp_path / 'gradereg.sqlite3'}\n")


def test_demo_starts_without_settings(tmp_path: Path) -> None:
    settings = environment(tmp_path, GRADEREG_DEMO="1", SECRET_KEY="short", SERVERS="")
    with serve(settings, tmp_path / "log") as server:
        assert "gradereg does not start" not in server.log.read_text()


def test_server_excludes_permanent_objects_from_garbage_collection(tmp_path: Path) -> None:
    asked = "import gc, gradereg.wsgi; print(gc.get_freeze_count() > 10 * len(gc.get_objects()))"
    assert python(environment(tmp_path, **SQLITE), "-c", asked).stdout == "True\n"
