"""Sign-in with a user name and a password."""

from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client

from committees.models import User
from tests.sign_in.conftest import refused, trust, user_pk
from tests.views.html import page_of

WRONG = "Wrong user name or password. Try again."


@pytest.fixture
def people(db: None) -> None:
    """kari has a password, ola was invited, tone's account is inactive."""
    User.objects.create_user("kari", password="demo", feide_name="kari@ntnu.no")
    User.objects.create_user("tone", password="demo", is_active=False)
    User.invited("ola@ntnu.no").save()


def try_to_sign_in(client: Client, username: str, password: str = "demo") -> Any:
    return client.post("/sign-in/", {"username": username, "password": password})


def test_sign_in_is_required_and_returns_to_the_page(client: Client, people: None) -> None:
    page = client.get("/grade/?show=todo")
    assert page.headers["Location"] == "/sign-in/?next=/grade/%3Fshow%3Dtodo"
    form = page_of(client.get(page.headers["Location"])).one("main").one("form")
    there = client.post("/sign-in/", form.fields | {"username": "kari", "password": "demo"})
    assert there.headers["Location"] == "/grade/?show=todo"


def test_sign_in_page_has_title_and_labels(client: Client, db: None) -> None:
    page = page_of(client.get("/sign-in/"))
    assert page.texts("h1") == ["Sign in"]
    labels = {label["for"]: label.text for label in page.all("label")}
    fields = {one["name"]: labels[one["id"]] for one in page.all("input", id="*")}
    assert fields == {"username": "User name", "password": "Password"}
    assert page.one("main").texts("button") == ["Sign in"]


def test_sign_in_redirects_within_the_site_only(client: Client, people: None) -> None:
    form = {"username": "kari", "password": "demo", "next": "https://evil.example/grade/"}
    assert client.post("/sign-in/", form).headers["Location"] == "/"


@pytest.mark.parametrize("demo", [True, False])
def test_only_the_demo_shows_its_passwords(client: Client, settings: Any, db: None, demo: bool) -> None:
    settings.DEMO = demo
    assert ("The password is always “demo”" in page_of(client.get("/sign-in/")).text) is demo


def test_session_and_form_token_change(client: Client, people: None) -> None:
    client.get("/sign-in/")
    session, token = client.session, client.cookies["csrftoken"].value
    session["planted"] = "by somebody who knows its key"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""
    try_to_sign_in(client, "kari")
    assert (user_pk(client) is None, client.session.session_key == before) == (False, False)
    assert client.cookies["csrftoken"].value != token
    assert not Session.objects.filter(pk=before).exists()


# The same answer


ATTEMPTS = [
    ("kari", "wrong"),
    ("nobody", "demo"),
    ("ola@ntnu.no", "demo"),
    ("tone", "demo"),
    ("tone", "wrong"),
]


def test_failures_have_the_same_message(client: Client, people: None) -> None:
    """
    Compare responses for an unknown name, an invited person, and an inactive account with the right password.

    They may differ in the name, its length, the request's id and the second.
    """
    told = set()
    for username, password in ATTEMPTS:
        response = try_to_sign_in(client, username, password)
        page = page_of(response)
        assert page.one("input", name="username")["value"] == username
        changing = ("X-Request-ID", "Content-Length", "Expires")
        headers = {name: "" if name in changing else value for name, value in response.headers.items()}
        told.add((response.status_code, page.text, tuple(page.alerts), str(headers)))
    assert [(status, alerts) for status, _text, alerts, _headers in told] == [(200, (WRONG,))]
    assert user_pk(client) is None


@pytest.mark.parametrize("form", [{}, {"username": "kari"}, {"username": "kari\0", "password": "demo"}])
def test_invalid_form_has_a_message(client: Client, people: None, form: dict[str, str]) -> None:
    response = client.post("/sign-in/", form)
    assert (response.status_code, page_of(response).alerts) == (200, [WRONG])


class Counted(PBKDF2PasswordHasher):
    """Django's hasher, with a count of its rounds, which determine the time of a failure."""

    iterations = 1_000
    made: ClassVar[list[int]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.made.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)


@pytest.mark.parametrize(("username", "password"), ATTEMPTS)
def test_failures_take_the_same_hashing_work(
    client: Client, people: None, settings: Any, username: str, password: str
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    for person in User.objects.exclude(password__startswith="!"):
        person.set_password("demo")
        person.save()
    Counted.made.clear()
    try_to_sign_in(client, username, password)
    assert Counted.made == [Counted.iterations]


# Switched off


def test_password_is_refused_without_local_accounts(client: Client, people: None, settings: Any) -> None:
    trust(settings, "https://feide.example")
    for username, password in [("kari", "demo"), ("kari", "wrong"), ("nobody", "demo")]:
        answer = try_to_sign_in(client, username, password)
        assert refused(answer, client) == (403, "Passwords are not used here. Sign in with Feide.")
    assert client.login(username="kari", password="demo") is False


def test_admin_has_no_password_sign_in_without_local_accounts(
    client: Client, people: None, settings: Any
) -> None:
    trust(settings, "https://feide.example")
    User.objects.filter(username="kari").update(is_staff=True, is_superuser=True)
    answer = client.post("/admin/login/", {"username": "kari", "password": "demo"})
    assert (answer.headers["Location"], user_pk(client)) == ("/sign-in/?next=/admin/", None)


def test_sessions_end_when_local_accounts_are_switched_off(people: None, settings: Any) -> None:
    client = Client()
    client.login(username="kari", password="demo")
    assert client.get("/grade/").status_code == 200
    trust(settings, "https://feide.example")
    assert client.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"
