"""Checks of sign-in settings."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib import admin

from gradereg.sign_in.checks import feide_is_reached_by_tls, somebody_can_sign_in

pytestmark = pytest.mark.db_independent

ISSUER = {"OIDC_ISSUER": "https://auth.example", "OIDC_CLIENT_ID": "gradereg", "OIDC_CLIENT_SECRET": "secret"}


@pytest.mark.parametrize("missing", ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_incomplete_feide_settings_are_an_error(settings: Any, missing: str) -> None:
    for name, value in (ISSUER | {missing: ""}).items():
        setattr(settings, name, value)
    (error,) = somebody_can_sign_in(None)
    assert (error.id, error.msg) == (
        "gradereg.sign_in.E001",
        f"Feide is not fully configured: {missing} is missing.",
    )


@pytest.mark.parametrize(
    ("feide", "local", "found"),
    [(False, False, ["gradereg.sign_in.E002"]), (True, False, []), (False, True, []), (True, True, [])],
)
def test_no_way_to_sign_in_is_an_error(settings: Any, feide: bool, local: bool, found: list[str]) -> None:
    settings.FEIDE, settings.LOCAL_ACCOUNTS, settings.LOGIN_BY_CODE = feide, local, False
    assert [error.id for error in somebody_can_sign_in(None)] == found


@pytest.mark.parametrize(
    ("issuer", "found"), [("http://auth.example", ["gradereg.sign_in.E003"]), ("https://auth.example", [])]
)
def test_feide_needs_tls_in_deployment(settings: Any, issuer: str, found: list[str]) -> None:
    settings.FEIDE, settings.OIDC_ISSUER = True, issuer
    assert [error.id for error in feide_is_reached_by_tls(None)] == found


def settings_with(**environment: str) -> dict[str, Any]:
    """Return some settings of a process with this environment."""
    names = ["FEIDE", "LOCAL_ACCOUNTS", "AUTHENTICATION_BACKENDS", "OIDC_REALMS", "BEHIND_PROXY"]
    ask = f"import json; from gradereg import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names}}}))"
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    told = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=site.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


LOCAL, FEIDE = "gradereg.sign_in.backends.LocalBackend", "gradereg.sign_in.backends.FeideBackend"


@pytest.mark.parametrize(
    ("environment", "backends"),
    [
        ({}, [LOCAL]),
        (ISSUER, [FEIDE]),
        (ISSUER | {"LOCAL_ACCOUNTS": "1"}, [LOCAL, FEIDE]),
        (ISSUER | {"LOCAL_ACCOUNTS": "0"}, [FEIDE]),
        ({"LOCAL_ACCOUNTS": "0"}, []),
        ({"LOCAL_ACCOUNTS": "false"}, []),
        (ISSUER | {"LOCAL_ACCOUNTS": "true"}, [LOCAL, FEIDE]),
    ],
)
def test_passwords_are_off_by_default_with_feide(environment: dict[str, str], backends: list[str]) -> None:
    found = settings_with(**environment, LOGIN_BY_CODE="0")
    assert found["AUTHENTICATION_BACKENDS"] == backends
    assert (found["FEIDE"], found["LOCAL_ACCOUNTS"]) == (FEIDE in backends, LOCAL in backends)


def test_home_realm_is_the_only_one_by_default() -> None:
    assert settings_with(HOME_REALM="UiO.no")["OIDC_REALMS"] == ["uio.no"]
    assert settings_with(OIDC_REALMS="ntnu.no, UiO.no")["OIDC_REALMS"] == ["ntnu.no", "uio.no"]


def test_forwarded_addresses_count_behind_a_proxy_only() -> None:
    assert [settings_with(HTTPS=value)["BEHIND_PROXY"] for value in ("1", "0")] == [True, False]


def test_admin_cannot_edit_feide_accounts() -> None:
    assert [
        model for model in admin.site._registry if model._meta.app_label in ("account", "socialaccount")
    ] == []
