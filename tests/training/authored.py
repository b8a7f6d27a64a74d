"""Scenarios of trainers for tests: written, and played without playing."""

from typing import Any

from committees.models import User
from tests.training.conftest import STORY
from training.authoring import create_scenario, publish
from training.scenario_models import AuthoredScenario
from training.scenarios.writer import write_toml


def text_of(**changes: Any) -> str:
    """Return the TOML text of the story, changed."""
    return write_toml(STORY | changes)


def titled(title: str) -> dict[str, Any]:
    return {"title": dict.fromkeys(("en", "nb", "nn"), title)}


def draft_of(owner: User, key: str = "dancers", **changes: Any) -> AuthoredScenario:
    return create_scenario(key, text_of(**changes), by=owner)


def pass_plays(scenario: AuthoredScenario, *findings: dict[str, str]) -> None:
    """Record that the saved text was played, with these findings."""
    scenario.refresh_from_db()
    scenario.verdict = {
        "version": scenario.version,
        "token": "t",
        "started": "2026-11-30T12:00:00+01:00",
        "plays": 9,
        "is_done": True,
        "findings": list(findings),
    }
    scenario.save(update_fields=["verdict"])


def published_of(owner: User, key: str = "dancers", **changes: Any) -> AuthoredScenario:
    draft = draft_of(owner, key, **changes)
    pass_plays(draft)
    return publish(draft, expected_version=1)
