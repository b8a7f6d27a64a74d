"""Personal settings: language, appearance, mail."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from committees.models import User
from tests.conftest import People
from tests.views.html import Element, page_of

SignIn = Callable[[User], Client]
CHOSEN = {"language": "nn", "theme": "dark", "mail_frequency": "daily"}


def language_of(client: Client, url: str = "/sign-in/") -> str:
    return page_of(client.get(url)).one("html")["lang"]


def choose(client: Client, language: str, back: str = "/grade/") -> str:
    """Choose the language in the page head; return the target of the redirect."""
    return client.post("/language/", {"language": language, "next": back}).headers["Location"]


# Languages of the browser


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("no", "nb"),
        ("no-NO", "nb"),
        ("NO,en;q=0.5", "nb"),
        ("en;q=0.3, no;q=0.8", "nb"),
        ("no-NO,no;q=0.9,nb;q=0.8,nn;q=0.7,en-US;q=0.6,en;q=0.5", "nb"),
        ("nb-NO", "nb"),
        ("nn,no;q=0.9", "nn"),
        ("nn-NO;q=0.4,no;q=0.9", "nb"),
        ("no-bok", "nb"),
        ("no-nyn", "nn"),
        ("en,no;q=0.9", "en"),
        ("en-no", "en"),
        ("de", "en"),
    ],
)
def test_norwegian_means_bokmal_unless_nynorsk_is_preferred(
    db: None, client: Client, asked: str, language: str
) -> None:
    page = page_of(client.get("/sign-in/", headers={"Accept-Language": asked}))
    assert page.one("html")["lang"] == language


# Settings


def test_settings_are_saved(people: People, sign_in: SignIn) -> None:
    kari = sign_in(people.kari)
    page = page_of(kari.post("/settings/", CHOSEN, follow=True))
    people.kari.refresh_from_db()
    assert {name: getattr(people.kari, name) for name in CHOSEN} == CHOSEN
    assert (page.one("html")["lang"], page.one("html")["data-theme"]) == ("nn", "dark")
    assert len(page.texts(data_message="*")) == 1


def test_form_shows_saved_settings(people: People, sign_in: SignIn) -> None:
    User.objects.filter(pk=people.kari.pk).update(**CHOSEN | {"language": "en"})
    form = page_of(sign_in(people.kari).get("/settings/")).one("main").one("form")
    ticked = {one["name"]: one["value"] for one in form.all("input", checked="*")}
    chosen = [one["value"] for one in form.all("option", selected="*")]
    assert (ticked, chosen) == ({"theme": "dark", "mail_frequency": "daily"}, ["en"])


def test_invalid_choice_is_refused(people: People, sign_in: SignIn) -> None:
    page = sign_in(people.kari).post("/settings/", CHOSEN | {"mail_frequency": "hourly"})
    people.kari.refresh_from_db()
    assert (page.status_code, people.kari.mail_frequency, people.kari.theme) == (422, "at-once", "")
    assert len(page_of(page).alerts) == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("kari@ntnu.no", "kari@ntnu.no Change e-mail address"),
        ("", "none, so you get no e-mail Change e-mail address"),
    ],
)
def test_page_shows_the_mail_address(people: People, sign_in: SignIn, email: str, said: str) -> None:
    User.objects.filter(pk=people.kari.pk).update(email=email)
    assert said in page_of(sign_in(people.kari).get("/settings/")).one("main").texts("dd")


# The language


def chooser(page: Element) -> Element:
    return page.one("form", action="/language/")


def test_languages_are_named_in_themselves(client: Client, db: None) -> None:
    form = chooser(page_of(client.get("/sign-in/?next=/grade/")))
    assert [(one["lang"], one.text) for one in form.all("button")] == [
        ("en", "English"),
        ("nb", "Norsk (bokmål)"),
        ("nn", "Norsk (nynorsk)"),
    ]
    assert [one["lang"] for one in form.all("button", aria_current="true")] == ["en"]
    assert form.fields == {"next": "/sign-in/?next=/grade/"}


def test_signed_out_choice_is_for_the_browser(client: Client, db: None) -> None:
    assert choose(client, "nb", "/sign-in/") == "/sign-in/"
    assert (language_of(client), language_of(Client())) == ("nb", "en")


def test_signed_in_choice_is_for_the_person(people: People, sign_in: SignIn) -> None:
    choose(sign_in(people.kari), "nn")
    elsewhere = sign_in(people.kari)
    page = elsewhere.get("/grade/", headers={"accept-language": "nb"})
    assert (page_of(page).one("html")["lang"], page["Content-Language"]) == ("nn", "nn")
    assert language_of(sign_in(people.ola), "/grade/") == "en"


@pytest.mark.parametrize(
    "back",
    ["", "https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\elsewhere.example"],
)
def test_choice_redirects_within_the_site_only(client: Client, db: None, back: str) -> None:
    assert choose(client, "nb", back) == "/"


@pytest.mark.parametrize(("own", "then"), [("", "nb"), ("nn", "nn")])
def test_choice_before_sign_in_applies_unless_the_person_has_one(
    people: People, client: Client, own: str, then: str
) -> None:
    User.objects.filter(pk=people.kari.pk).update(language=own)
    choose(client, "nb", "/sign-in/")
    client.post("/sign-in/", {"username": "kari", "password": "demo"})
    people.kari.refresh_from_db()
    assert (people.kari.language, language_of(client, "/grade/")) == (then, then)


def test_forged_cookie_is_ignored(people: People, client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    client.post("/sign-in/", {"username": "kari", "password": "demo"})
    people.kari.refresh_from_db()
    assert people.kari.language == ""


def test_removed_choice_leaves_it_to_the_browser(people: People, sign_in: SignIn) -> None:
    kari = sign_in(people.kari)
    choose(kari, "nn")
    kari.post("/settings/", CHOSEN | {"language": ""})
    page = kari.get("/grade/", headers={"accept-language": "nb"})
    assert page_of(page).one("html")["lang"] == "nb"


def test_choice_on_a_posted_page_leads_home(people: People, sign_in: SignIn) -> None:
    page = sign_in(people.kari).post("/settings/", {})
    assert chooser(page_of(page)).fields == {}
