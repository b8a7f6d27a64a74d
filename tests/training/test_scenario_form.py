"""The page with the form of a scenario."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.training.authored import draft_of, text_of
from tests.training.conftest import STORY
from tests.training.test_authoring_pages import signed_in
from tests.views.html import page_of
from training.authoring import create_scenario, save_source
from training.scenario_models import AuthoredScenario
from training.scenarios.loader import OURS
from training.views import scenario_form

EDIT = reverse("edit-scenario", args=["dancers"])


@pytest.fixture
def nina(accounts: SimpleNamespace) -> Client:
    return signed_in(accounts.nina)


@pytest.fixture
def draft(accounts: SimpleNamespace) -> AuthoredScenario:
    return draft_of(accounts.nina)


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    keys: list[str] = []
    monkeypatch.setattr(scenario_form, "begin_plays", lambda scenario: keys.append(scenario.key))
    return keys


def fields(response: Any) -> dict[str, str]:
    """Return the fields of the form as a browser sends them."""
    form = page_of(response).one("form", class_="scenario-form")
    found = {
        one["name"]: one["value"] for one in form.all("input") if one.attributes.get("type") != "checkbox"
    }
    found |= {one["name"]: one["value"] for one in form.all("input", type="checkbox", checked="*")}
    found |= {one["name"]: "".join(map(str, one.inside)).removeprefix("\n") for one in form.all("textarea")}
    for one in form.all("select"):
        found[one["name"]] = next((option["value"] for option in one.all("option", selected="*")), "")
    return found


def fresh(scenario: AuthoredScenario) -> AuthoredScenario:
    return AuthoredScenario.objects.get(pk=scenario.pk)


def test_text_is_changed_and_played(nina: Client, draft: AuthoredScenario, begun: list[str]) -> None:
    sent = fields(nina.get(EDIT + "?language=nn"))
    response = nina.post(EDIT, sent | {"title": "Dansarar"})
    assert (response.headers["Location"], begun) == (reverse("scenario", args=["dancers"]), ["dancers"])
    assert fresh(draft).table["title"] == STORY["title"] | {"nn": "Dansarar"}


def test_form_without_changes_keeps_comments(accounts: SimpleNamespace, nina: Client) -> None:
    text = (OURS / "first-exam.toml").read_text()
    scenario = create_scenario("dancers", text, by=accounts.nina)
    nina.post(EDIT, fields(nina.get(EDIT)))
    assert fresh(scenario).source == text


def test_row_is_added_without_saving(nina: Client, draft: AuthoredScenario) -> None:
    sent = fields(nina.get(EDIT))
    added = fields(nina.post(EDIT, sent | {"add": "tasks-0-done", "title": "Kept"}))
    assert (added["tasks-0-done-1-word"], added["title"], fresh(draft).version) == ("", "Kept", 1)
    nina.post(EDIT, added | {"tasks-0-done-1-word": "notes", "tasks-0-done-1-value": "1"})
    assert fresh(draft).table["tasks"][0]["done"] == [{"seen": "final-grading"}, {"notes": 1}]


def test_problems_are_shown_above_the_form(nina: Client, draft: AuthoredScenario, begun: list[str]) -> None:
    response = nina.post(EDIT, fields(nina.get(EDIT)) | {"minutes": "ten"})
    page = page_of(nina.get(response.headers["Location"]))
    (problem,) = page.one("div", data_problems="*").texts("li")
    assert ("“minutes” should be a whole number" in problem, begun) == (True, [])
    assert page.one("input", name="minutes")["value"] == "ten"


def test_missing_texts_are_counted(nina: Client, draft: AuthoredScenario) -> None:
    save_source(draft, text_of(title={"en": "Only"}), expected_version=1)
    page = page_of(nina.get(EDIT + "?language=en"))
    assert page.one("button", name="then", value="nn").one("span").text == "1 text missing"
    response = nina.post(EDIT, fields(nina.get(EDIT)) | {"then": "nn"})
    assert response.headers["Location"] == f"{EDIT}?language=nn"


def test_stale_form_is_409_and_kept(nina: Client, draft: AuthoredScenario) -> None:
    sent = fields(nina.get(EDIT)) | {"title": "Mine"}
    save_source(draft, text_of(minutes=7), expected_version=1)
    response = nina.post(EDIT, sent)
    assert (response.status_code, fields(response)["title"], fields(response)["version"]) == (
        409,
        "Mine",
        "2",
    )
    assert fresh(draft).version == 2


def test_text_that_is_no_toml_has_no_form(nina: Client, draft: AuthoredScenario) -> None:
    save_source(draft, "a = \n", expected_version=1)
    assert nina.get(EDIT).headers["Location"] == reverse("edit-scenario-text", args=["dancers"])
