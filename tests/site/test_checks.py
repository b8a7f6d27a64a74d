"""Checks that run before every migration."""

import sqlite3

import pytest
from django.conf import settings
from django.test import override_settings

from committees.models import User
from gradereg import checks
from gradereg.checks import (
    backends_exist,
    database_name,
    demo_accounts_are_gone,
    fs_is_real,
    mail_has_one_encryption,
    redis_is_installed,
    sqlite_is_new_enough,
)


@pytest.mark.db_independent
@pytest.mark.parametrize(
    ("engine", "version", "found"),
    [("sqlite3", (3, 32, 3), ["gradereg.E007"]), ("sqlite3", (3, 33, 0), []), ("postgresql", (3, 32, 3), [])],
)
def test_old_sqlite_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    version: tuple[int, ...],
    found: list[str],
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", f"django.db.backends.{engine}")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert [one.id for one in sqlite_is_new_enough(None)] == found


@pytest.mark.db_independent
@pytest.mark.parametrize("value", ["nowhere.RealFs", "fs.backend.RealFs"])
def test_missing_backend_is_refused(value: str) -> None:
    assert backends_exist(None) == []
    with override_settings(FS_BACKEND=value):
        assert [one.msg for one in backends_exist(None)] == [f"FS_BACKEND={value} can't be imported."]


@pytest.mark.db_independent
@pytest.mark.parametrize(
    ("backend", "simulation", "found"),
    [
        ("fs.backend.SimulatedFs", False, ["gradereg.E009"]),
        ("fs.backend.SimulatedFs", True, []),
        ("ntnu_fs.backend.FsClient", False, []),
    ],
)
def test_simulated_fs_must_be_chosen(backend: str, simulation: bool, found: list[str]) -> None:
    with override_settings(FS_BACKEND=backend, SIMULATION=simulation):
        assert [one.id for one in fs_is_real(None)] == found


@pytest.mark.db_independent
@pytest.mark.parametrize(
    ("tls", "ssl", "found"), [(True, True, ["gradereg.E012"]), (True, False, []), (False, True, [])]
)
def test_mail_has_one_encryption(tls: bool, ssl: bool, found: list[str]) -> None:
    with override_settings(EMAIL_USE_TLS=tls, EMAIL_USE_SSL=ssl):
        assert [one.id for one in mail_has_one_encryption(None)] == found


@pytest.mark.db_independent
@pytest.mark.parametrize(
    ("url", "package", "found"),
    [("redis://127.0.0.1", None, ["gradereg.E013"]), ("redis://127.0.0.1", object(), []), ("", None, [])],
)
def test_redis_needs_its_package(
    monkeypatch: pytest.MonkeyPatch, url: str, package: object, found: list[str]
) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda _name: package)
    with override_settings(CACHE_URL=url):
        assert [one.id for one in redis_is_installed(None)] == found


@pytest.mark.db_independent
@pytest.mark.parametrize(
    ("database", "name"),
    [
        ({"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/a.sqlite3"}, "SQLite, /srv/a.sqlite3"),
        (
            {"ENGINE": "django.db.backends.postgresql", "NAME": "g", "HOST": "db", "PASSWORD": "p"},
            "PostgreSQL, g on db",
        ),
    ],
)
def test_database_has_a_name_without_password(
    monkeypatch: pytest.MonkeyPatch, database: dict[str, str], name: str
) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", database)
    assert database_name() == name


@pytest.mark.django_db
def test_accounts_with_the_demos_password_are_refused_in_production() -> None:
    User.objects.create_user("kari", "kari@ntnu.no", "demo", name="Kari")
    User.objects.create_user("ola", "ola@uio.no", "another password", name="Ola")

    def found() -> list[str]:
        return [one.msg for one in demo_accounts_are_gone(None, databases=["default"])]

    with override_settings(PRODUCTION=True):
        assert found() == ["Accounts have the demo’s password: kari."]
        with override_settings(SIMULATION=True):
            assert found() == []
    with override_settings(PRODUCTION=False):
        assert found() == []
