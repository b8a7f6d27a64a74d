"""Pages of authors: the list, one scenario, its text, and files."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from committees.models import User
from tests.training.authored import draft_of, pass_plays, published_of, text_of, titled
from tests.views.html import HTMX, page_of
from training.authoring import save_source
from training.scenario_models import AuthoredScenario
from training.scenarios.loader import OURS, file_blueprints, parse
from training.views import scenario_acts


@pytest.fixture
def nina(accounts: SimpleNamespace) -> Client:
    return signed_in(accounts.nina)


@pytest.fixture
def draft(accounts: SimpleNamespace) -> AuthoredScenario:
    return draft_of(accounts.nina)


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the scenarios whose plays were begun; nothing is played."""
    keys: list[str] = []
    monkeypatch.setattr(scenario_acts, "begin_plays", lambda scenario: keys.append(scenario.key))
    return keys


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(route: str, key: str = "dancers") -> str:
    return reverse(route, args=[key])


def fresh(scenario: AuthoredScenario) -> AuthoredScenario:
    return AuthoredScenario.objects.get(pk=scenario.pk)


def uploaded(content: bytes, name: str = "my-dance.toml", **fields: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content), **fields}


def faults(response: Any) -> list[str]:
    assert response.status_code == 422, response.status_code
    return [error for errors in response.context["form"].errors.values() for error in errors]


# The list


def test_list_has_own_published_and_built_in_scenarios(accounts: SimpleNamespace, nina: Client) -> None:
    draft_of(accounts.nina, "mine", **titled("Mine"))
    draft_of(accounts.ola, "secret", **titled("Secret"))
    published_of(accounts.ola, "shared", **titled("Shared"))
    sections = page_of(nina.get(reverse("scenarios"))).all("section", class_="card-plain")
    links = [[link["href"] for link in section.all("a")] for section in sections]
    assert links[:2] == [[url("scenario", "mine")], [url("scenario", "shared")]]
    assert len(links[2]) == 2 * len(file_blueprints())


def test_support_sees_and_withdraws_what_trainers_published(accounts: SimpleNamespace) -> None:
    scenario = published_of(accounts.nina)
    User.objects.filter(pk=accounts.ola.pk).update(is_staff=True)
    support = signed_in(accounts.ola)
    page = page_of(support.get(url("scenario")))
    assert [form["action"] for form in page.one("main").all("form")] == [url("withdraw-scenario")]
    assert support.post(url("withdraw-scenario")).status_code == 302
    assert fresh(scenario).is_published is False
    acts = ("play-scenario", "publish-scenario", "delete-scenario", "edit-scenario-text")
    assert [support.post(url(act)).status_code for act in acts] == [403] * 4


def test_draft_of_another_trainer_is_404(accounts: SimpleNamespace, draft: AuthoredScenario) -> None:
    User.objects.filter(pk=accounts.ola.pk).update(is_trainer=True)
    ola = signed_in(accounts.ola)
    pages = ("scenario", "export-scenario", "copy-scenario", "scenario-verdict", "edit-scenario-text")
    assert [ola.get(url(page), headers=HTMX).status_code for page in pages] == [404] * 5


def test_others_see_the_published_text_and_can_copy_it(accounts: SimpleNamespace) -> None:
    scenario = published_of(accounts.nina)
    save_source(scenario, text_of(**titled("Unpublished")), expected_version=1)
    User.objects.filter(pk=accounts.ola.pk).update(is_trainer=True)
    ola = signed_in(accounts.ola)
    assert page_of(ola.get(url("scenario"))).one("h1").text == "A story"
    assert ola.post(url("copy-scenario"), {"key": "mine"}).status_code == 302
    mine = AuthoredScenario.objects.get(key="mine")
    assert (mine.owner, mine.table["title"]["nb"]) == (accounts.ola, "En historie (kopi)")


# One scenario


@pytest.mark.parametrize("key", file_blueprints())
def test_every_scenario_has_a_preview(nina: Client, key: str) -> None:
    page = page_of(nina.get(url("scenario", key) + "?language=nn"))
    tasks = file_blueprints()[key]["tasks"]
    steps = page.one("ol", class_="scenario-steps").all("strong")
    assert [step.text for step in steps] == [task["title"]["nn"] for task in tasks]


def test_texts_are_escaped(accounts: SimpleNamespace, nina: Client) -> None:
    draft_of(accounts.nina, **titled("<script>x</script>"))
    content = nina.get(url("scenario")).content
    assert (b"<script>x" in content, b"&lt;script&gt;x" in content) == (False, True)


def test_problems_are_listed_with_their_lines(accounts: SimpleNamespace, nina: Client) -> None:
    draft_of(accounts.nina, role="boss")
    page = page_of(nina.get(url("scenario")))
    assert page.one("div", data_problems="*").texts("li") == [
        'line 1 Scenario: “role” should be grader or planner role = "boss"'
    ]
    assert page.all("section", id="preview") == []


def test_findings_of_plays_are_listed(nina: Client, draft: AuthoredScenario) -> None:
    pass_plays(
        draft,
        {"turn": "", "task": "look", "kind": "unreachable", "detail": ""},
        {"turn": "confirms early", "task": "grade", "kind": "dead-end", "detail": "end"},
    )
    rows = page_of(nina.get(url("scenario"))).one("div", data_facts="*").one("tbody").all("tr")
    assert [row.texts("td") for row in rows] == [
        ["without mistakes", "look", "unreachable"],
        ["confirms early", "grade", "dead end at “end”"],
    ]


def test_publish_is_offered_once_the_straight_path_passes(nina: Client, draft: AuthoredScenario) -> None:
    def actions() -> list[str]:
        return [form["action"] for form in page_of(nina.get(url("scenario"))).one("main").all("form")]

    assert actions() == [url("play-scenario")]
    pass_plays(draft)
    assert actions() == [url("publish-scenario"), url("play-scenario")]
    nina.post(url("publish-scenario"), {"version": "1"})
    assert actions() == [url("play-scenario"), url("withdraw-scenario")]


def test_page_polls_while_the_scenario_is_played(nina: Client, draft: AuthoredScenario) -> None:
    pass_plays(draft)
    assert page_of(nina.get(url("scenario-verdict"), headers=HTMX)).all("section", hx_get="*") == []
    draft.verdict |= {"is_done": False, "started": "2999-01-01T00:00:00+00:00"}
    draft.save()
    section = page_of(nina.get(url("scenario-verdict"), headers=HTMX)).one("section", hx_get="*")
    assert section["hx-get"] == url("scenario-verdict")
    assert nina.get(url("scenario-verdict")).headers["Location"] == url("scenario")


def test_unknown_scenario_is_404(nina: Client) -> None:
    assert nina.get(url("scenario", "nothing")).status_code == 404


# Acts


def test_play_publish_withdraw_delete(nina: Client, draft: AuthoredScenario, begun: list[str]) -> None:
    nina.post(url("play-scenario"))
    assert begun == ["dancers"]
    assert nina.post(url("publish-scenario"), {"version": "1"}).status_code == 409
    pass_plays(draft)
    nina.post(url("publish-scenario"), {"version": "1"})
    assert fresh(draft).is_published
    assert nina.post(url("delete-scenario")).status_code == 409
    nina.post(url("withdraw-scenario"))
    assert nina.get(url("delete-scenario")).status_code == 200
    assert nina.post(url("delete-scenario")).headers["Location"] == reverse("scenarios")
    assert AuthoredScenario.objects.count() == 0


@pytest.mark.parametrize("version", ["", "x", "2", "9" * 30])
def test_publication_of_another_version_is_refused(
    nina: Client, draft: AuthoredScenario, version: str
) -> None:
    pass_plays(draft)
    assert nina.post(url("publish-scenario"), {"version": version}).status_code == 409
    assert not fresh(draft).is_published


def test_text_with_problems_is_not_played(accounts: SimpleNamespace, nina: Client, begun: list[str]) -> None:
    draft_of(accounts.nina, role="boss")
    assert (nina.post(url("play-scenario")).status_code, begun) == (409, [])


# The text


def test_saved_text_is_played(nina: Client, draft: AuthoredScenario, begun: list[str]) -> None:
    form = page_of(nina.get(url("edit-scenario-text"))).one("main").one("form")
    assert form.one("input", name="version")["value"] == "1"
    response = nina.post(
        url("edit-scenario-text"), {"version": "1", "source": text_of(minutes=7).replace("\n", "\r\n")}
    )
    assert (response.headers["Location"], begun) == (url("scenario"), ["dancers"])
    assert fresh(draft).source == text_of(minutes=7)


def test_text_with_problems_is_saved_as_a_draft(
    nina: Client, draft: AuthoredScenario, begun: list[str]
) -> None:
    response = nina.post(url("edit-scenario-text"), {"version": "1", "source": "a = "})
    page = page_of(nina.get(response.headers["Location"]))
    assert page.one("div", data_problems="*").one("li").text.startswith("line 1 is not TOML")
    assert (begun, fresh(draft).source, nina.get(url("scenario")).status_code) == ([], "a = \n", 200)


def test_stale_text_is_409_and_kept(nina: Client, draft: AuthoredScenario) -> None:
    save_source(draft, text_of(minutes=7), expected_version=1)
    response = nina.post(url("edit-scenario-text"), {"version": "1", "source": "order = 2\n"})
    form = page_of(response).one("main").one("form")
    assert (response.status_code, form.one("textarea").text.strip()) == (409, "order = 2")
    assert (form.one("input", name="version")["value"], fresh(draft).version) == ("2", 2)
    nina.post(url("edit-scenario-text"), {"version": "2", "source": "order = 2\n"})
    assert fresh(draft).source == "order = 2\n"


def test_large_text_is_refused(nina: Client, draft: AuthoredScenario) -> None:
    response = nina.post(url("edit-scenario-text"), {"version": "1", "source": "#" * 70_000})
    assert faults(response) == ["The text is larger than 64 kB."]


# New ones


def test_new_scenario_is_an_example_without_problems(nina: Client) -> None:
    response = nina.post(reverse("new-scenario"), {"title": "Three dancers", "key": ""})
    assert response.headers["Location"] == url("scenario", "three-dancers")
    made = AuthoredScenario.objects.get()
    assert (made.problems, made.table["title"]) == ([], {"en": "Three dancers"})
    nina.post(reverse("new-scenario"), {"title": "Three dancers", "key": ""})
    assert AuthoredScenario.objects.filter(key="three-dancers-2").exists()


def test_key_that_is_taken_is_refused(nina: Client) -> None:
    response = nina.post(reverse("new-scenario"), {"title": "A", "key": "first-exam"})
    assert faults(response) == ["There is already a scenario with this key. Choose another key."]


@pytest.mark.parametrize("key", file_blueprints())
def test_exported_scenario_is_imported_unchanged(nina: Client, key: str) -> None:
    exported = nina.get(url("export-scenario", key))
    assert exported.headers["Content-Disposition"] == f'attachment; filename="{key}.toml"'
    assert exported.content == (OURS / f"{key}.toml").read_bytes()
    nina.post(reverse("import-scenario"), uploaded(exported.content, f"{key}.toml"))
    made = AuthoredScenario.objects.get()
    assert (made.key, parse(made.source)[0]) == (f"{key}-2", file_blueprints()[key])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "This file is not UTF-8 text. Export it again, or save it as UTF-8."),
        (b"", None),
        (
            b"a = 1\nb = \n",
            "The file can’t be imported: it is not TOML: Invalid value (at line 2, column 5).",
        ),
        (b"#" * 70_000, "The file can’t be imported: it is larger than 64 kB."),
    ],
)
def test_file_that_cannot_be_read_is_refused(nina: Client, content: bytes, sentence: str | None) -> None:
    response = nina.post(reverse("import-scenario"), uploaded(content))
    if sentence is None:  # an empty draft, with its problems
        assert AuthoredScenario.objects.get().problems
    else:
        assert (faults(response), AuthoredScenario.objects.count()) == ([sentence], 0)
