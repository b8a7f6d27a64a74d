"""Loader of scenarios: the built-in ones, and those in the folder `settings.SCENARIOS`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from training.scenarios.checker import problems
from training.scenarios.schema import Scenario

OURS = Path(__file__).resolve().parent


def files() -> list[Path]:
    """Return all scenario files, built-in ones first. A file in `SCENARIOS` replaces a built-in one of the same name."""
    own = Path(settings.SCENARIOS) if settings.SCENARIOS else None
    found = {file.stem: file for folder in (OURS, own) if folder for file in sorted(folder.glob("*.toml"))}
    return list(found.values())


def read(file: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the table in `file` and its problems."""
    try:
        # Windows editors begin a file with a byte order mark.
        data = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"can't be read: {error}"]
    except tomllib.TOMLDecodeError as error:
        return {}, [f"is not TOML: {error}"]
    return data, problems(data)


@cache
def blueprints() -> dict[str, dict[str, Any]]:
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
def scenarios() -> dict[str, Scenario]:
    """Return all scenarios without problems, by key, in display order."""
    return {key: Scenario.from_data(key, data) for key, data in blueprints().items()}
