import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from committees.actions.transfer import transfer_grades
from committees.models import Candidate, Committee, Exam, User
from fs.models import Registration
from gradereg.checks import secret_key_is_given
from tests.conftest import People, confirm_all
from tests.views.html import page_of, parse

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
SignIn = Callable[[User], Client]


# Signing out


def test_signing_out_ends_the_session(people: People, sign_in: SignIn) -> None:
    kari = sign_in(people.kari)
    kari.post("/sign-out/")
    assert kari.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"


# Tabs


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("kari", "/grade/"),
        ("per", "/plan/"),
        ("sofie", "/studentweb/"),
        ("admin", "/support/"),
        ("nina", "/grade/"),
    ],
)
def test_people_land_on_their_tab(people: People, client: Client, who: str, where: str) -> None:
    page = client.post("/sign-in/", {"username": who, "password": "demo"}, follow=True)
    assert page.redirect_chain == [("/", 302), (where, 302)]
    assert page.status_code == 200


def tabs(client: Client, url: str) -> list[tuple[str, bool]]:
    nav = page_of(client.get(url)).one("nav", aria_label="Main")
    return [(one.text, "aria-current" in one.attributes) for one in nav.all("a")]


@pytest.mark.parametrize(
    ("who", "url", "seen"),
    [
        ("kari", "/grade/", [("Grade", True), ("Training", False)]),
        ("per", "/plan/", [("Plan", True), ("FS", False), ("Training", False)]),
        ("sofie", "/studentweb/", [("Studentweb", True), ("Training", False)]),
        ("nina", "/grade/", [("Grade", True), ("Training", False)]),
        ("admin", "/grade/", [("Training", False), ("Support", False), ("Admin", False)]),
    ],
)
def test_tabs_follow_roles(
    people: People, sign_in: SignIn, who: str, url: str, seen: list[tuple[str, bool]]
) -> None:
    assert tabs(sign_in(getattr(people, who)), url) == seen


def test_several_roles_have_several_tabs(people: People, sign_in: SignIn) -> None:
    User.objects.filter(pk=people.kari.pk).update(is_planner=True, is_staff=True)
    Candidate.objects.filter(number="90001").update(feide_name="kari@ntnu.no")
    seen = tabs(sign_in(people.kari), reverse("final-grading", args=[people.one.pk]))
    names = ["Grade", "Plan", "FS", "Studentweb", "Training", "Support", "Admin"]
    assert seen == [(name, name == "Grade") for name in names]


@pytest.mark.parametrize(
    ("who", "url", "seen"),
    [("per", "/plan/", ["Plan", "Training"]), ("sofie", "/grade/", ["Grade", "Training"])],
)
def test_simulated_tabs_are_hidden_with_a_real_fs(
    people: People, sign_in: SignIn, who: str, url: str, seen: list[str]
) -> None:
    client = sign_in(getattr(people, who))
    with override_settings(FS_BACKEND="elsewhere.RealFs"):
        assert [name for name, _is_current in tabs(client, url)] == seen
        assert client.get("/").headers["Location"] == url


def test_candidate_without_feide_name_has_no_account(people: People, sign_in: SignIn) -> None:
    User.objects.filter(pk=people.kari.pk).update(feide_name=None)
    assert tabs(sign_in(User.objects.get(pk=people.kari.pk)), "/grade/") == [
        ("Grade", True),
        ("Training", False),
    ]


# Error pages


@pytest.mark.parametrize("who", ["nobody", "kari"])
def test_page_404_has_links(people: People, client: Client, sign_in: SignIn, who: str) -> None:
    response = (sign_in(people.kari) if who == "kari" else client).get("/nowhere/")
    main = page_of(response).one("main")
    assert (response.status_code, main.texts("h1")) == (404, ["Page not found"])
    assert [(link["href"], link.text) for link in main.all("a")] == [("/", "Go to my start page")]


def test_page_403_has_links(people: People, sign_in: SignIn) -> None:
    response = sign_in(people.kari).get("/plan/")
    main = page_of(response).one("main")
    assert (response.status_code, main.texts("h1")) == (403, ["You don’t have access to this page"])
    assert [(link["href"], link.text) for link in main.all("a")] == [("/", "Go to my start page")]


def test_form_of_another_session_is_refused_with_a_sentence(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.per)
    response = client.post(reverse("remind", args=[people.exam.pk]))
    assert response.status_code == 403
    assert page_of(response).one(role="alert").texts("h1") == ["Please try again"]
    assert people.exam.log.count() == 0


@pytest.mark.db_independent
def test_page_500_renders_without_a_database() -> None:
    page = parse(get_template("500.html").render({}))
    assert [link["href"] for link in page.all("a")] == ["/"]


# Templates


@pytest.mark.db_independent
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_compile(path: Path) -> None:
    name = str(path.relative_to(settings.BASE_DIR / "templates"))
    assert Path(get_template(name).origin.name) == path  # type: ignore[attr-defined]


@pytest.mark.db_independent
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_inline_style_or_script(path: Path) -> None:
    inline = r"""\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|hx-on|javascript:|\|safe\b|autoescape off"""
    assert re.findall(inline, path.read_text(), re.IGNORECASE) == []


# The demo


@pytest.fixture
def demo(db: None, settings: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> str:
    """The output of `manage.py seed_demo`, which has filled the database."""
    settings.PRODUCTION, told = False, StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("seed_demo", stdout=told)
    return told.getvalue()


def test_demo_has_its_people(demo: str) -> None:
    assert demo == "The demo world is made.\n"
    persons = {"kari", "ola", "ingrid", "per", "nina", "sofie", "admin"}
    assert {name for name in persons if authenticate(username=name, password="demo")} == persons
    assert set(User.objects.exclude(username__contains="@").values_list("username", flat=True)) == persons
    assert list(User.objects.filter(is_planner=True).values_list("username", flat=True)) == ["per"]
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]


def committees_of(code: str) -> list[tuple[int, list[tuple[str, bool]], list[str], str]]:
    """Return number, graders (and whether external), candidates and stage of each committee."""
    rows = Committee.objects.with_stage().filter(exam__emnekode=code).order_by("number")
    return [
        (
            one.number,
            list(one.graders.order_by("person__username").values_list("person__username", "is_external")),
            list(one.candidates.order_by("number").values_list("number", flat=True)),
            one.stage,
        )
        for one in rows
    ]


def numbers(first: int, last: int) -> list[str]:
    return [str(number) for number in range(first, last + 1)]


def test_demo_has_two_ungraded_exams(demo: str) -> None:
    assert committees_of("TDT4100") == [
        (1, [("kari", False), ("ola", True)], numbers(10001, 10012), "not-started"),
        (2, [("ingrid", False), ("ola", True)], numbers(10013, 10020), "not-started"),
    ]
    assert committees_of("LUP1001") == [(1, [("kari", False)], numbers(20001, 20005), "not-started")]
    exams = Exam.objects.filter(emnekode__in=["TDT4100", "LUP1001"]).order_by("emnekode")
    assert [(one.scale, one.rule, one.is_anonymous) for one in exams] == [
        ("PASS", "all", True),
        ("A-F", "all", True),
    ]
    assert [list(one.planners.values_list("username", flat=True)) for one in exams] == [["per"], ["per"]]


def test_sofie_is_candidate_10001_here_and_in_fs(demo: str) -> None:
    assert list(
        Candidate.objects.filter(feide_name="sofie@ntnu.no").values_list("number", "exam__emnekode")
    ) == [("10001", "TDT4100")]
    mine = Registration.objects.filter(brukernavn="sofie@ntnu.no")
    assert list(mine.values_list("kandidatlopenr", "exam__emnekode", "karakter")) == [
        ("10001", "TDT4100", "")
    ]


def everything() -> dict[str, list[dict[str, Any]]]:
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()
    }


def test_seeding_twice_changes_nothing(demo: str) -> None:
    before, told = everything(), StringIO()
    call_command("seed_demo", stdout=told)
    assert told.getvalue() == "The database has people already; nothing was seeded.\n"
    assert everything() == before


@pytest.mark.db_independent
@pytest.mark.parametrize(
    "who",
    [
        "kari",
        "per",
        "nina",
        "sofie",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("ola", "ingrid")),
    ],
)
def test_links_and_pages_are_valid(demo: str, sign_in: SignIn, who: str) -> None:
    """
    Parse every linked page strictly: it has one heading and a title, and no inline code or dead links.

    The pages of Help are the same for everybody, so kari alone reads them all.
    """
    exam = Exam.objects.get(emnekode="LUP1001")
    confirm_all(exam)
    transfer_grades(exam, by=User.objects.get(username="per"))
    client, seen, found = sign_in(User.objects.get(username=who)), set(), {"/grade/", "/studentweb/", "/"}
    while found:
        url = found.pop()
        seen.add(url)
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        if response.headers["Content-Type"].startswith("text/html"):
            page = page_of(response)
            assert (len(page.texts("h1")), len(page.texts("title")), url) == (1, 1, url)
            assert [page.all(style="*"), [one for one in page.all("script") if one.text]] == [[], []]
            links = links_of(page, response.request["PATH_INFO"]) - seen
            found |= {link for link in links if who == "kari" or not link.startswith("/help/")}
    assert len(seen) > 2


def links_of(page: Any, here: str) -> set[str]:
    hrefs = {link["href"].partition("#")[0] for link in page.all("a")}
    return {
        here + href if href.startswith("?") else href
        for href in hrefs
        if href and not re.match("/admin/|mailto:", href)
    }


# Checks


@pytest.mark.django_db
def test_models_have_migrations() -> None:
    told = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=told)
    assert told.getvalue() == "No changes detected\n"


@pytest.mark.parametrize(("given", "found"), [(False, ["gradereg.E001"]), (True, [])])
def test_deployment_needs_a_secret_key(settings: Any, given: bool, found: list[str]) -> None:
    settings.SECRET_KEY_GIVEN = given
    assert [error.id for error in secret_key_is_given(None)] == found
