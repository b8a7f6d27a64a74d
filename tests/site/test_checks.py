"""Checks that run before every migration."""

import sqlite3

import pytest
from django.conf import settings
from django.test import override_settings

from gradereg.checks import backends_exist, sqlite_is_new_enough

pytestmark = pytest.mark.db_independent


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


@pytest.mark.parametrize("value", ["nowhere.RealFs", "fs.backend.RealFs"])
def test_missing_backend_is_refused(value: str) -> None:
    assert backends_exist(None) == []
    with override_settings(FS_BACKEND=value):
        assert [one.msg for one in backends_exist(None)] == [f"FS_BACKEND={value} can't be imported."]
