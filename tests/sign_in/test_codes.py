"""Signing in with a mailed code, and forgotten passwords."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils.translation import override

from committees.enums import EmailSource
from committees.models import User
from gradereg.sign_in import codes
from gradereg.sign_in.code_views import CodeForm
from tests.sign_in.conftest import trust, user_pk
from tests.views.html import page_of

CODE = re.compile(r"^    ([A-Z-]+)$", re.MULTILINE)


@pytest.fixture
def gro(db: None) -> User:
    person = User.invited_by_mail("gro@example.org", name="Gro Vik")
    person.save()
    return person


def ask(client: Client, email: str = "gro@example.org", **form: str) -> Any:
    return client.post("/sign-in/code/", {"email": email, **form})


def enter(client: Client, code: str) -> Any:
    return client.post("/sign-in/code/enter/", {"code": code})


def code_in(mail: EmailMessage) -> str:
    found = CODE.search(str(mail.body))
    assert found
    return found[1]


def test_code_opens_the_account_and_the_page(
    client: Client, gro: User, mailoutbox: list[EmailMessage]
) -> None:
    assert ask(client, "GRO@example.org", next="/grade/").headers["Location"] == "/sign-in/code/enter/"
    answer = enter(client, code_in(mailoutbox[0]).lower().replace("-", " "))
    assert (answer.headers["Location"], user_pk(client)) == ("/grade/", str(gro.pk))
    gro.refresh_from_db()
    assert (gro.is_invited, gro.email_source) == (False, EmailSource.PERSON)


@pytest.mark.parametrize(("language", "label"), [("en", "Code"), ("nb", "Kode"), ("nn", "Kode")])
def test_field_of_the_code_is_not_that_of_a_session(language: str, label: str) -> None:
    with override(language):
        assert CodeForm()["code"].label == label


def test_code_works_once(client: Client, gro: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client)
    kept = dict(client.session)
    enter(client, code_in(mailoutbox[0]))
    again = Client()
    again.get("/sign-in/code/")
    session = again.session
    session.update({name: value for name, value in kept.items() if name.startswith("code-")})
    session.save()
    again.cookies["sessionid"] = session.session_key or ""
    assert (enter(again, code_in(mailoutbox[0])).status_code, user_pk(again)) == (422, None)


def test_code_works_only_in_its_browser(client: Client, gro: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client)
    other = Client()
    assert enter(other, code_in(mailoutbox[0])).headers["Location"] == "/sign-in/code/"
    assert user_pk(other) is None


def test_code_gets_too_old(
    client: Client, gro: User, mailoutbox: list[EmailMessage], monkeypatch: Any
) -> None:
    ask(client)
    monkeypatch.setattr(codes.MailedCode, "is_valid", lambda _process: False)
    assert enter(client, code_in(mailoutbox[0])).headers["Location"] == "/sign-in/code/"


def test_code_is_void_after_five_failures(client: Client, gro: User, mailoutbox: list[EmailMessage]) -> None:
    ask(client)
    assert [enter(client, "BBBB-BBBB").status_code for _try in range(codes.ATTEMPTS)] == [
        422
    ] * codes.ATTEMPTS
    assert enter(client, code_in(mailoutbox[0])).headers["Location"] == "/sign-in/code/"
    assert user_pk(client) is None


def test_known_and_unknown_addresses_get_the_same_pages(gro: User, mailoutbox: list[EmailMessage]) -> None:
    pages = []
    for email in ("gro@example.org", "nobody@example.org"):
        client = Client()
        asked = ask(client, email)
        shown = client.get(asked.headers["Location"])
        failed = enter(client, "BBBB-BBBB")
        text = page_of(shown).text + page_of(failed).text
        pages.append((asked.status_code, failed.status_code, text.replace(email, "?")))
    assert pages[0] == pages[1]
    assert [bool(CODE.search(str(mail.body))) for mail in mailoutbox] == [True, False]


@pytest.mark.parametrize("field", ["is_active", "feide", "sandbox"])
def test_only_open_accounts_without_feide_get_codes(
    client: Client, gro: User, mailoutbox: list[EmailMessage], settings: Any, field: str
) -> None:
    assert codes.person_at("gro@example.org") == gro
    if field == "is_active":
        User.objects.update(is_active=False)
    elif field == "feide":
        trust(settings, "https://feide.example")
        User.objects.update(signs_in_by_code=False, feide_name="gro@ntnu.no")
    else:
        from committees.actions.sandboxes import create_sandbox  # noqa: PLC0415

        User.objects.update(sandbox=create_sandbox())
    assert codes.person_at("gro@example.org") is None


def test_without_feide_somebody_invited_by_feide_name_gets_a_code(
    client: Client, db: None, mailoutbox: list[EmailMessage]
) -> None:
    person = User.invited("gro@ntnu.no", email="gro@ntnu.no")
    person.save()
    ask(client, "gro@ntnu.no")
    enter(client, code_in(mailoutbox[0]))
    assert (user_pk(client), User.objects.get().signs_in_by_code) == (str(person.pk), True)


def test_correction_in_the_meantime_ends_the_code(
    client: Client, gro: User, mailoutbox: list[EmailMessage]
) -> None:
    ask(client)
    User.objects.update(email="other@example.org")
    assert enter(client, code_in(mailoutbox[0])).headers["Location"] == "/sign-in/code/"
    assert user_pk(client) is None


def test_codes_can_be_switched_off(client: Client, gro: User, settings: Any) -> None:
    assert "/sign-in/code/" in client.get("/sign-in/").content.decode()
    settings.LOGIN_BY_CODE = False
    assert "/sign-in/code/" not in client.get("/sign-in/").content.decode()
    paths = ("/sign-in/code/", "/sign-in/code/enter/", "/sign-in/code/password/")
    assert [client.get(path).status_code for path in paths] == [404] * 3


def test_mail_server_that_is_down_is_named(client: Client, gro: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    answer = ask(client)
    assert (answer.status_code, len(page_of(answer).alerts)) == (503, 1)


@pytest.mark.usefixtures("limits")
def test_mails_are_limited_per_address_known_or_not(
    client: Client, gro: User, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.CODE_RATE = "2/15m"
    for email in ("gro@example.org", "nobody@example.org"):
        assert [ask(client, email).status_code for _try in range(3)] == [302, 302, 429]
    assert len(mailoutbox) == 4


# A password as second factor


def test_password_is_chosen_at_the_first_sign_in_and_asked_for_later(
    client: Client, gro: User, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.CODE_WITH_PASSWORD = True
    ask(client)
    assert enter(client, code_in(mailoutbox[0])).headers["Location"] == "/sign-in/code/password/"
    assert user_pk(client) is None
    new = {"new_password1": "Kq8-wolf-tree", "new_password2": "Kq8-wolf-tree"}
    client.post("/sign-in/code/password/", new)
    assert user_pk(client) == str(gro.pk)
    later = Client()
    ask(later)
    enter(later, code_in(mailoutbox[1]))
    assert later.post("/sign-in/code/password/", {"password": "wrong"}).status_code == 422
    later.post("/sign-in/code/password/", {"password": "Kq8-wolf-tree"})
    assert user_pk(later) == str(gro.pk)


def test_correction_before_the_password_ends_the_sign_in(
    client: Client, gro: User, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.CODE_WITH_PASSWORD = True
    ask(client)
    enter(client, code_in(mailoutbox[0]))
    User.objects.update(email="other@example.org")
    new = {"new_password1": "Kq8-wolf-tree", "new_password2": "Kq8-wolf-tree"}
    client.post("/sign-in/code/password/", new)
    assert user_pk(client) is None


def test_password_page_needs_a_code_first(client: Client, gro: User, settings: Any) -> None:
    settings.CODE_WITH_PASSWORD = True
    assert client.get("/sign-in/code/password/").headers["Location"] == "/sign-in/code/"


# Forgotten passwords


@pytest.mark.parametrize(("source", "changes"), [(EmailSource.PERSON, True), (EmailSource.PLANNER, False)])
def test_forgotten_password_is_changed_by_a_code_to_a_confirmed_address(
    client: Client, db: None, mailoutbox: list[EmailMessage], source: str, changes: bool
) -> None:
    kari = User.objects.create_user("kari", "kari@example.org", "demo", email_source=source)
    client.post("/sign-in/forgot/", {"email": "kari@example.org"})
    code = code_in(mailoutbox[0]) if changes else "BBBB-BBBB"
    new = {"code": code, "new_password1": "Kq8-wolf-tree", "new_password2": "Kq8-wolf-tree"}
    answer = client.post("/sign-in/forgot/password/", new)
    kari.refresh_from_db()
    assert (answer.status_code, kari.check_password("Kq8-wolf-tree")) == (
        (302, True) if changes else (422, False)
    )


def test_weak_new_password_keeps_the_code(client: Client, db: None, mailoutbox: list[EmailMessage]) -> None:
    User.objects.create_user("kari", "kari@example.org", "demo", email_source=EmailSource.PERSON)
    client.post("/sign-in/forgot/", {"email": "kari@example.org"})
    weak = {"code": code_in(mailoutbox[0]), "new_password1": "kari", "new_password2": "kari"}
    answer = client.post("/sign-in/forgot/password/", weak)
    form = page_of(answer).one("main").one("form")
    code = form.one("input", id="id_code")["value"]
    assert (answer.status_code, code) == (422, code_in(mailoutbox[0]))
