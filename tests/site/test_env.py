import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gradereg import env
from gradereg.env import InvalidSetting
from tests.browser.demo_site import free_port
from tests.site.server import environment, gunicorn, manage, python

pytestmark = pytest.mark.db_independent

two_urls = partial(env.env_url, schemes=("redis", "rediss"))
database_url = partial(env.env_database_url, default="sqlite://:memory:")
port = partial(env.env_int, default=25, most=65_535)
language = partial(env.env_choice, default="en", choices=("en", "nb"))


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (env.env_text, " grades ", "grades"),
        (env.env_text, "", ""),
        (partial(env.env_text, form=env.RATE), "30/5m", "30/5m"),
        (partial(env.env_text, form=env.SENDER), "Grades <a@example.org>", "Grades <a@example.org>"),
        (language, "", "en"),
        (language, "nb", "nb"),
        (env.env_bool, "1", True),
        (env.env_bool, "True", True),
        (env.env_bool, "0", False),
        (env.env_bool, "false", False),
        (env.env_bool, "", False),
        (partial(env.env_bool, default=True), " ", True),
        (port, "587", 587),
        (port, "", 25),
        (partial(env.env_float, default=60), "0.1", 0.1),
        (partial(env.env_float, default=60), "", 60),
        (env.env_list, "a, b,,", ["a", "b"]),
        (partial(env.env_list, default="ntnu.no"), "", ["ntnu.no"]),
        (partial(env.env_list, form=env.HOST), "*,.a.org,127.0.0.1,[::1]", ["*", ".a.org", "127.0.0.1", "[::1]"]),
        (env.env_url, "https://grades.example.org", "https://grades.example.org"),
        (env.env_url, "", ""),
        (two_urls, "redis://:secret@127.0.0.1:6379/1", "redis://:secret@127.0.0.1:6379/1"),
        (env.env_folder, "/", "/"),
        (env.env_folder, "", ""),
    ],
)  # fmt: skip
def test_values_are_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], value: str, expected: object
) -> None:
    monkeypatch.setenv("NAME", value)
    assert read("NAME") == expected


BOOLEAN = "use 1 or true, 0 or false"
PORT = "use a whole number, 1 to 65535"
ABOVE_0 = "use a number above 0"
COMMAS = "separate several by commas"
URL = "use https://… or http://…"
DATABASE = "use postgres://user@host/name or sqlite:////path/to/file"


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (partial(env.env_text, form=env.RATE), "30 a minute", "use COUNT/TIME, for example 30/5m"),
        (partial(env.env_text, form=env.RATE), "0/5m", "use COUNT/TIME, for example 30/5m"),
        (partial(env.env_text, form=env.REALM), "@ntnu.no", "use a domain, for example ntnu.no"),
        (partial(env.env_text, form=env.ADDRESS), "support", "use an e-mail address"),
        (partial(env.env_text, form=env.DOTTED_NAME), "SimulatedFs", "use the dotted name of a class"),
        (language, "no", "use en or nb"),
        (env.env_bool, "yes", BOOLEAN),
        (env.env_bool, "off", BOOLEAN),
        (env.env_bool, "2", BOOLEAN),
        (port, "0", PORT),
        (port, "65536", PORT),
        (port, "-1", PORT),
        (port, "1.5", PORT),
        (port, "smtp", PORT),
        (partial(env.env_float, default=1), "0", ABOVE_0),
        (partial(env.env_float, default=1), "1,5", ABOVE_0),
        (partial(env.env_float, default=1), "nan", ABOVE_0),
        (partial(env.env_float, default=1), "inf", ABOVE_0),
        (partial(env.env_list, form=env.HOST), "a.org:80", f"use {env.HOST.allowed}; {COMMAS}"),
        (partial(env.env_list, form=env.ORIGIN), "a.org", f"use {env.ORIGIN.allowed}; {COMMAS}"),
        (env.env_folder, "/nowhere", "use the path of a folder that exists"),
    ],
)  # fmt: skip
def test_invalid_values_are_quoted_with_the_allowed_ones(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], value: str, message: str
) -> None:
    monkeypatch.setenv("NAME", value)
    with pytest.raises(InvalidSetting, match=f"^{re.escape(f'Invalid setting NAME={value}: {message}')}.$"):
        read("NAME")


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (env.env_url, "grades.example.org", f"…: {URL}"),
        (env.env_url, "ftp://me:secret@host", f"ftp://…: {URL}"),
        (env.env_url, "https://host:port", f"…: {URL}"),
        (env.env_url, "https://", f"https://…: {URL}"),
        (two_urls, "https://me:secret@host", "https://…: use redis://… or rediss://…"),
        (database_url, "mysql://me:secret@host/name", f"mysql://…: {DATABASE}"),
        (database_url, "me:secret", f"…: {DATABASE}"),
        (
            database_url,
            "postgres://me:sec[ret@host/name",
            "postgres://…: use postgres://user@host/name, with special characters percent-encoded",
        ),
    ],
)
def test_errors_hide_the_password_of_a_url(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], value: str, message: str
) -> None:
    monkeypatch.setenv("NAME", value)
    with pytest.raises(InvalidSetting, match=f"^{re.escape(f'Invalid setting NAME={message}')}.$"):
        read("NAME")


@pytest.mark.parametrize(
    ("value", "engine"), [("", "sqlite3"), ("postgres://u@h/n", "postgresql"), ("sqlite:////x", "sqlite3")]
)
def test_database_url_is_parsed(monkeypatch: pytest.MonkeyPatch, value: str, engine: str) -> None:
    monkeypatch.setenv("NAME", value)
    assert database_url("NAME")["ENGINE"] == f"django.db.backends.{engine}"


LINE = "Invalid setting LOCAL_ACCOUNTS=off: use 1 or true, 0 or false.\n"


@pytest.mark.parametrize("command", [["check"], ["migrate"], ["send_notifications"], ["help"]])
def test_invalid_setting_ends_a_command_with_one_line(tmp_path: Path, command: list[str]) -> None:
    done = manage(environment(tmp_path, LOCAL_ACCOUNTS="off"), *command)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", LINE)


def test_invalid_setting_ends_the_server_with_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = gunicorn(environment(tmp_path, LOCAL_ACCOUNTS="off"), free_port(), log)
    assert (server.wait(timeout=30), log.read_text()) == (1, LINE)


ASKED = "from gradereg import settings as s; print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"


@pytest.mark.parametrize(
    ("value", "expected"), [("", "True True\n"), ("1", "True True\n"), ("false", "False False\n"), ("0", "False False\n")]
)  # fmt: skip
def test_hsts_subdomains_sets_subdomains_and_preload(tmp_path: Path, value: str, expected: str) -> None:
    settings = environment(tmp_path, HTTPS="1", HSTS_SUBDOMAINS=value)
    assert python(settings, "-c", ASKED).stdout == expected
