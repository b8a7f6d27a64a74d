"""Accounts that a login opens: by issuer and sub, once by invitation, never by e-mail."""

from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from committees.models import User
from gradereg.sign_in.feide import VerifiedIdentity
from gradereg.sign_in.people import person_for
from gradereg.sign_in.refused import SignInRefused
from tests.sign_in.conftest import refused, sign_in_as, trust, user_pk
from tests.sign_in.providers import FaultyProvider, Mock, run_faulty_provider

TAKEN = "Another Feide account already uses your Feide name here. Contact support."


def identity(sub: str, feide_name: str, issuer: str = "https://feide.example") -> VerifiedIdentity:
    return VerifiedIdentity(issuer, sub, feide_name, "", "", "")


def invite(feide_name: str) -> User:
    person = User.invited(feide_name)
    person.save()
    return person


def test_invitation_is_used_once_and_pins_the_account(mock: Mock, client: Client) -> None:
    kari = invite("tone@ntnu.no")
    mock.set_claims("first", feide_name="tone@ntnu.no")
    mock.set_claims("second", feide_name="tone@ntnu.no")
    sign_in_as(client, mock, "first")
    assert user_pk(client) == str(kari.pk)
    other = Client()
    assert refused(sign_in_as(other, mock, "second"), other) == (403, TAKEN)
    assert list(SocialAccount.objects.values_list("provider", "uid", "user")) == [
        (mock.issuer, "first", kari.pk)
    ]


def test_pinned_person_keeps_the_feide_name(mock: Mock, client: Client) -> None:
    mock.set_claims("t-1", feide_name="tone@ntnu.no")
    mock.set_claims("t-2", feide_name="tone@ntnu.no")
    sign_in_as(client, mock, "t-1")
    tone = User.objects.get()
    mock.set_claims("t-1", feide_name="tone.dahl@ntnu.no")
    sign_in_as(client, mock, "t-1")
    tone.refresh_from_db()
    assert (user_pk(client), tone.feide_name, User.objects.count()) == (str(tone.pk), "tone@ntnu.no", 1)
    other = Client()
    assert refused(sign_in_as(other, mock, "t-2"), other) == (403, TAKEN)


def test_pinned_person_does_not_take_an_invitation(db: None) -> None:
    tone, invited = person_for(identity("t-1", "tone@ntnu.no")), invite("tove@ntnu.no")
    assert person_for(identity("t-1", "tove@ntnu.no")) == tone
    assert SocialAccount.objects.filter(user=invited).count() == 0


def test_same_sub_at_another_issuer_is_another_person(
    faulty_provider: FaultyProvider, client: Client, settings: Any
) -> None:
    sign_in_as(client, faulty_provider, "kari")
    with run_faulty_provider() as later:
        trust(settings, later.issuer)
        later.userinfo = {"https://n.feide.no/claims/eduPersonPrincipalName": "other@ntnu.no"}
        other = Client()
        sign_in_as(other, later, "kari")
        assert user_pk(other) not in (None, user_pk(client))
        later.userinfo = {}
        third = Client()
        assert User.objects.count() == 2
        # Now pinned under another name; the old name does not open the account either.
        later.claims = {"sub": "new"}
        later.userinfo = {"sub": "new", "https://n.feide.no/claims/eduPersonPrincipalName": "kari@ntnu.no"}
        assert refused(sign_in_as(third, later, "new"), third) == (403, TAKEN)


def test_email_is_not_a_key(faulty_provider: FaultyProvider, client: Client) -> None:
    boss = User.objects.create_user("boss", "boss@ntnu.no", is_superuser=True, is_staff=True)
    boss.set_unusable_password()
    boss.save()
    faulty_provider.userinfo = {"email": "boss@ntnu.no", "email_verified": True}
    faulty_provider.claims = {"email": "boss@ntnu.no", "email_verified": True}
    sign_in_as(client, faulty_provider, "kari")
    assert user_pk(client) not in (None, str(boss.pk))


def test_new_person_has_no_rights(faulty_provider: FaultyProvider, client: Client) -> None:
    page = sign_in_as(client, faulty_provider, "sofie")
    sofie = User.objects.get()
    assert page.headers["Location"] == "/"
    assert (sofie.feide_name, sofie.username, user_pk(client)) == (
        "sofie@ntnu.no",
        "sofie@ntnu.no",
        str(sofie.pk),
    )
    assert (sofie.is_planner, sofie.is_staff, sofie.is_superuser, sofie.seats.count()) == (
        False,
        False,
        False,
        0,
    )
    assert client.get("/studentweb/").status_code == 200


def test_taken_user_name_does_not_block_a_new_person(db: None) -> None:
    holder = User.objects.create_user("sofie@ntnu.no", password="demo")
    sofie = person_for(identity("s-1", "sofie@ntnu.no"))
    assert sofie != holder
    assert sofie.username.startswith("sofie@ntnu.no-")


def test_feide_name_does_not_open_a_password_account(faulty_provider: FaultyProvider, client: Client) -> None:
    kari = User.objects.create_user("kari", password="demo", feide_name="kari@ntnu.no")
    status, sentence = refused(sign_in_as(client, faulty_provider, "kari"), client)
    assert (status, sentence.partition(".")[0]) == (
        403,
        "Your Feide name belongs to an account that signs in with a password",
    )
    kari.set_unusable_password()
    kari.save()
    sign_in_as(client, faulty_provider, "kari")
    assert user_pk(client) == str(kari.pk)


def test_inactive_account_stays_closed(faulty_provider: FaultyProvider, client: Client) -> None:
    closed = (403, "Your account here is closed. Contact support.")
    invite("kari@ntnu.no")
    User.objects.update(is_active=False)
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == closed
    assert SocialAccount.objects.count() == 0
    User.objects.update(is_active=True)
    sign_in_as(client, faulty_provider, "kari")
    User.objects.update(is_active=False)
    other = Client()
    assert refused(sign_in_as(other, faulty_provider, "kari"), other) == closed


# Released by support


def test_support_can_release_a_pinned_person(faulty_provider: FaultyProvider, client: Client) -> None:
    sign_in_as(client, faulty_provider, "kari")
    kari, told = User.objects.get(), StringIO()
    call_command("release_feide", "Kari@ntnu.no", stdout=told)
    assert (
        told.getvalue() == "Released. The next Feide account that signs in as kari@ntnu.no will be pinned.\n"
    )
    assert client.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"
    assert person_for(identity("new", "kari@ntnu.no")) == kari


def test_unpinned_person_cannot_be_released(db: None) -> None:
    invite("kari@ntnu.no")
    with pytest.raises(CommandError, match=r"^No account is pinned to kari@ntnu\.no\.$"):
        call_command("release_feide", "kari")


# At the same time


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_invited", [True, False])
@pytest.mark.parametrize("subs", [["one"] * 6, ["one", "two", "three", "four", "five", "six"]])
def test_six_simultaneous_first_logins_pin_one_account(is_invited: bool, subs: list[str]) -> None:
    if is_invited:
        invite("kari@ntnu.no")
    found: list[int | None] = []
    barrier = Barrier(len(subs))

    def arrive(sub: str) -> None:
        barrier.wait()
        try:
            found.append(person_for(identity(sub, "kari@ntnu.no")).pk)
        except SignInRefused:
            found.append(None)
        finally:
            connection.close()

    threads = [Thread(target=arrive, args=[sub]) for sub in subs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    person = User.objects.get()
    assert SocialAccount.objects.get().user == person
    refusals = 0 if len(set(subs)) == 1 else len(subs) - 1
    assert sorted(found, key=str) == sorted([person.pk] * (len(subs) - refusals) + [None] * refusals, key=str)
