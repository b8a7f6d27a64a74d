"""Loader of scenarios from files, the built-in ones and those in the folder `settings.SCENARIOS`, and from texts."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from training.scenarios.checker import problems
from training.scenarios.limits import MOST_BYTES
from training.scenarios.schema import Scenario

OURS = Path(__file__).resolve().parent
DEEPEST = 8
"""Levels of tables and lists within each other."""


def files() -> list[Path]:
    """Return all scenario files, built-in ones first. A file in `SCENARIOS` replaces a built-in one of the same name."""
    own = Path(settings.SCENARIOS) if settings.SCENARIOS else None
    found = {file.stem: file for folder in (OURS, own) if folder for file in sorted(folder.glob("*.toml"))}
    return list(found.values())


def read(file: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the table in `file` and its problems."""
    try:
        # Windows editors begin a file with a byte order mark.
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return {}, [_("can’t be read: %(error)s") % {"error": error}]
    return read_text(text)


def read_text(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the table in a TOML text and its problems; an empty table if it is not TOML."""
    data, wrong = parse(text)
    return data, wrong or problems(data)


def parse(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the table in a TOML text, unchecked, and why it can't be read."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        return {}, [_("is larger than %(most)s kB") % {"most": MOST_BYTES // 1024}]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, [_("is not TOML: %(error)s") % {"error": error}]
    except (RecursionError, ValueError, OverflowError):
        return {}, [_("is not TOML: %(error)s") % {"error": _("nested too deeply")}]
    if not _is_shallow(data):
        return {}, [_("is not TOML: %(error)s") % {"error": _("nested too deeply")}]
    return data, []


def _is_shallow(data: Any) -> bool:
    level: list[Any] = [data]
    for _level in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return not any(isinstance(value, dict | list) for value in level)


@cache
def file_blueprints() -> dict[str, dict[str, Any]]:
    """
    Return the tables of all scenarios without problems, by key, in display order. Reads the files once.

    Where nobody can sign in with codes, scenarios about inviting somebody without Feide are left out.
    """
    good = {}
    for file in files():
        data, wrong = read(file)
        if not wrong and (settings.LOGIN_BY_CODE or not _invites_by_mail(data)):
            good[file.stem] = data
    return dict(sorted(good.items(), key=lambda item: (item[1].get("order", 1000), item[0])))


def _invites_by_mail(data: dict[str, Any]) -> bool:
    return any("email" in person for person in data.get("people", ()))


@cache
def file_scenarios() -> dict[str, Scenario]:
    """Return all scenarios in files without problems, by key, in display order."""
    return {key: Scenario.from_data(key, data) for key, data in file_blueprints().items()}
