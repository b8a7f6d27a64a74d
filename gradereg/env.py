"""Strict readers of settings from the environment. An empty variable counts as not set."""

import math
import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import dj_database_url


class Form(NamedTuple):
    """A text format: a regular expression for the whole value, and its description."""

    pattern: str
    allowed: str


ADDRESS = Form(r"[^@\s<>,]+@[^@\s<>,]+", "an e-mail address")
SENDER = Form(rf"{ADDRESS.pattern}|[^<>@,]*<{ADDRESS.pattern}>", "an e-mail address, or Name <address>")
DOTTED_NAME = Form(r"\w+(\.\w+)+", "the dotted name of a class")
FS_NUMBER = Form(r"[0-9]{1,10}", "FS’s number of an institution, for example 194")
HOST = Form(r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:.]+\]", "host names without https:// and port")
ORIGIN = Form(r"https?://[^/\s,]+", "https://grades.example.org, without a path")
RATE = Form(r"[1-9][0-9]*/([1-9][0-9]*)?[smhd]", "COUNT/TIME, for example 30/5m")
REALM = Form(r"[\w-]+(\.[\w-]+)+", "a domain, for example ntnu.no")
BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


class InvalidSetting(SystemExit):
    """
    An invalid value of a setting: name, value, and what is allowed.

    A SystemExit, so commands and the server end with one line instead of a traceback.
    """

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"Invalid setting {name}={value}: use {allowed}.")


def env_text(name: str, default: str = "", *, form: Form | None = None) -> str:
    """Return the value without surrounding spaces."""
    value = os.environ.get(name, "").strip()
    if value and form and not re.fullmatch(form.pattern, value):
        raise InvalidSetting(name, value, form.allowed)
    return value or default


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env_text(name, default)
    if value not in choices:
        raise InvalidSetting(name, value, " or ".join(choices))
    return value


def env_bool(name: str, default: bool = False) -> bool:
    value = env_text(name)
    if not value:
        return default
    if value.lower() not in BOOLEANS:
        raise InvalidSetting(name, value, "1 or true, 0 or false")
    return BOOLEANS[value.lower()]


def env_int(name: str, default: int, *, least: int = 1, most: int | None = None) -> int:
    value = env_text(name)
    if not value:
        return default
    is_number = re.fullmatch(r"[0-9]{1,9}", value) is not None
    if not is_number or int(value) < least or (most is not None and int(value) > most):
        allowed = f"{least} or more" if most is None else f"{least} to {most}"
        raise InvalidSetting(name, value, f"a whole number, {allowed}")
    return int(value)


def env_float(name: str, default: float) -> float:
    """Return a number above 0. Decimals follow a point."""
    value = env_text(name)
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise InvalidSetting(name, value, "a number above 0")
    return number


def env_list(name: str, default: str = "", *, form: Form | None = None) -> list[str]:
    """Return the values between commas."""
    value = env_text(name, default)
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if form and not all(re.fullmatch(form.pattern, part) for part in parts):
        raise InvalidSetting(name, value, f"{form.allowed}; separate several by commas")
    return parts


def env_url(name: str, default: str = "", *, schemes: tuple[str, ...] = ("https", "http")) -> str:
    """Return a URL with a host and one of `schemes`. Errors show only the scheme: the rest may contain a password."""
    value = env_text(name, default)
    if not value:
        return ""
    allowed = " or ".join(f"{scheme}://…" for scheme in schemes)
    try:
        scheme, host = (url := urlsplit(value)).scheme, url.hostname
        _port = url.port  # raises ValueError if it is not a number
    except ValueError:
        raise InvalidSetting(name, "…", allowed) from None
    if scheme not in schemes or not host or re.search(r"\s", value):
        raise InvalidSetting(name, f"{scheme}://…" if "://" in value else "…", allowed)
    return value


def env_database_url(name: str, default: str) -> dj_database_url.DBConfig:
    """Return Django's settings of a PostgreSQL or SQLite database. Errors show only the URL's scheme."""
    value = env_text(name, default)
    scheme, separator, _rest = value.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "sqlite"):
        shown = f"{scheme}://…" if separator else "…"
        raise InvalidSetting(name, shown, "postgres://user@host/name or sqlite:////path/to/file")
    try:
        return dj_database_url.parse(value, conn_max_age=600, conn_health_checks=True)
    except ValueError:
        allowed = "postgres://user@host/name, with special characters percent-encoded"
        raise InvalidSetting(name, f"{scheme}://…", allowed) from None


def env_folder(name: str) -> str:
    """Return the path of an existing folder, or "" if not set."""
    value = env_text(name)
    if value and not Path(value).is_dir():
        raise InvalidSetting(name, value, "the path of a folder that exists")
    return value
