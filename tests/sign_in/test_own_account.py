"""A person's own name, address, password and sessions."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry as SupportEntry
from django.core.mail import EmailMessage
from django.test import Client

from committees.enums import EmailSource
from committees.models import User
from tests.sign_in.conftest import sign_in_as, user_pk
from tests.sign_in.providers import FaultyProvider
from tests.sign_in.test_codes import code_in
from tests.views.html import page_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = {"new_password1": "Kq8-wolf-tree", "new_password2": "Kq8-wolf-tree"}


@pytest.fixture
def kari(db: None) -> User:
    return User.objects.create_user("kari", "kari@example.org", "demo", name="Kari")


def signed_in(**headers: Any) -> Client:
    client = Client(headers=headers)
    client.post("/sign-in/", {"username": "kari", "password": "demo"})
    return client


def test_own_name_is_changed_and_logged(kari: User) -> None:
    signed_in().post("/settings/name/", {"name": "Kari Nord"})
    assert User.objects.get().name == "Kari Nord"
    assert SupportEntry.objects.get().change_message == "name: Kari → Kari Nord"


def test_new_address_needs_the_code_that_was_sent_there(kari: User, mailoutbox: list[EmailMessage]) -> None:
    client = signed_in()
    client.post("/settings/email/", {"email": "kari@uio.no"})
    assert (mailoutbox[0].to, User.objects.get().email) == (["kari@uio.no"], "kari@example.org")
    assert client.post("/settings/email/confirm/", {"code": "BBBB-BBBB"}).status_code == 422
    client.post("/settings/email/confirm/", {"code": code_in(mailoutbox[0])})
    kari.refresh_from_db()
    assert (kari.email, kari.email_source) == ("kari@uio.no", EmailSource.PERSON)
    assert "email: kari@example.org → kari@uio.no" in SupportEntry.objects.get().change_message


def test_address_of_another_who_signs_in_by_code_is_refused(
    kari: User, mailoutbox: list[EmailMessage]
) -> None:
    User.invited_by_mail("gro@example.org").save()
    User.objects.filter(pk=kari.pk).update(signs_in_by_code=True)
    client = signed_in()
    client.post("/settings/email/", {"email": "gro@example.org"})
    answer = client.post("/settings/email/confirm/", {"code": code_in(mailoutbox[0])})
    kari.refresh_from_db()
    assert (answer.status_code, kari.email) == (409, "kari@example.org")


def test_password_change_ends_other_sessions(kari: User) -> None:
    here, there = signed_in(), signed_in()
    assert here.post("/settings/password/", {"old_password": "wrong", **NEW}).status_code == 422
    here.post("/settings/password/", {"old_password": "demo", **NEW})
    assert [client.get("/grade/").status_code for client in (here, there)] == [200, 302]
    assert len(page_of(here.get("/settings/sessions/")).one("ul", data_sessions="*").all("li")) == 1


def test_without_password_there_is_none_to_change(kari: User) -> None:
    gro = User.invited_by_mail("gro@example.org")
    gro.save()
    client = Client()
    client.force_login(gro)
    assert client.get("/settings/password/").status_code == 404
    assert "/settings/password/" not in client.get("/settings/").content.decode()


def test_sessions_are_listed_and_end_everywhere(kari: User) -> None:
    here, there = signed_in(user_agent=FIREFOX), signed_in()
    rows = page_of(here.get("/settings/sessions/")).one("ul", data_sessions="*").texts("li")
    assert ["Firefox, Linux this one" in row for row in rows] == [False, True]
    here.post("/settings/sessions/end/")
    assert [client.get("/grade/").status_code for client in (here, there)] == [302, 302]


def test_address_of_feide_is_for_mail_only(faulty_provider: FaultyProvider) -> None:
    faulty_provider.userinfo = {"email": "kari@ntnu.no"}
    client = Client()
    sign_in_as(client, faulty_provider, "kari")
    person = User.objects.get()
    assert (user_pk(client), person.email, person.email_source) == (
        str(person.pk),
        "kari@ntnu.no",
        EmailSource.FEIDE,
    )
    User.objects.update(email="own@example.org", email_source=EmailSource.PERSON)
    sign_in_as(Client(), faulty_provider, "kari")
    assert User.objects.get().email == "own@example.org"


@pytest.mark.parametrize("email", ["nowhere", 7, "x" * 300 + "@example.org", None])
def test_odd_addresses_of_feide_are_left_out(faulty_provider: FaultyProvider, email: Any) -> None:
    faulty_provider.userinfo = {"email": email}
    sign_in_as(Client(), faulty_provider, "kari")
    assert User.objects.get().email == ""
