"""Sign-in with an OpenID provider in a separate process."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.test import Client

from committees.models import User
from tests.sign_in.conftest import come_back, sign_in_as, start, trust, user_pk
from tests.sign_in.providers import FaultyProvider, Mock
from tests.views.html import page_of


def asked_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_invited_person_reaches_the_requested_page(mock: Mock, client: Client) -> None:
    kari = User.invited("kari@ntnu.no")
    kari.save()
    mock.set_claims("k-1", feide_name="Kari@NTNU.no", name="Kari Nordmann")
    page = page_of(client.get("/sign-in/?next=/grade/%3Fshow%3Dtodo"))
    there = sign_in_as(client, mock, "k-1", **page.one("main").one("form").fields)
    assert (there.status_code, there.headers["Location"]) == (302, "/grade/?show=todo")
    assert user_pk(client) == str(kari.pk)
    kari.refresh_from_db()
    assert (kari.name, kari.last_login is None, kari.has_usable_password()) == ("Kari Nordmann", False, False)


def test_login_has_pkce_state_and_nonce(mock: Mock, client: Client) -> None:
    address = start(client)
    asked = asked_of(address)
    assert address.startswith(f"{mock.issuer}/oauth2/authorize?")
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
        "code",
        "gradereg",
        "S256",
    )
    assert set(asked["scope"].split()) == {"openid", "profile", "email", "userid-feide"}
    assert asked["redirect_uri"] == "http://testserver/sign-in/feide/callback/"
    assert (len(asked["code_challenge"]), len(asked["nonce"]), len(asked["state"])) == (43, 43, 16)
    assert "acr_values" not in asked


def test_login_secrets_are_unique(mock: Mock, client: Client) -> None:
    first, second = asked_of(start(client)), asked_of(start(client))
    same = {name for name in first if first[name] == second[name]}
    assert same == {"response_type", "client_id", "redirect_uri", "code_challenge_method"} | (
        same & {"scope"}
    )


def test_login_parameters_cannot_be_set_from_outside(mock: Mock, client: Client, settings: Any) -> None:
    settings.OIDC_ACR = "two-step"
    path = "/sign-in/feide/?auth_params=acr_values%3Dnone%26nonce%3Dmine&scope=groups&process=connect"
    asked = asked_of(page_of(client.post(path)).one("main").one("a")["href"])
    assert (asked["acr_values"], asked["nonce"] == "mine", "groups" in asked["scope"]) == (
        "two-step",
        False,
        False,
    )


def test_login_is_post_with_a_token_only(mock: Mock) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/feide/").status_code == 403
    assert strict.get("/sign-in/feide/").status_code == 405
    assert "socialaccount_states" not in strict.session


def test_pkce_is_enforced(faulty_provider: FaultyProvider, client: Client) -> None:
    assert sign_in_as(client, faulty_provider, "kari").status_code == 302
    address = faulty_provider.approve(start(client), "kari")
    (code,) = faulty_provider.codes
    faulty_provider.codes[code]["code_challenge"] = "another"
    assert come_back(client, address).status_code == 403


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_login_redirects_within_the_site_only(
    faulty_provider: FaultyProvider, client: Client, next_url: str
) -> None:
    assert sign_in_as(client, faulty_provider, "kari", next=next_url).headers["Location"] == "/"


def test_session_and_form_token_change(faulty_provider: FaultyProvider, client: Client) -> None:
    address = faulty_provider.approve(start(client), "kari")
    client.get("/sign-in/")
    before, token = client.session.session_key, client.cookies["csrftoken"].value
    come_back(client, address)
    assert client.session.session_key != before
    assert client.cookies["csrftoken"].value != token
    assert not Session.objects.filter(pk=before).exists()


def test_previous_user_is_signed_out(faulty_provider: FaultyProvider, client: Client) -> None:
    ola = User.objects.create_user("ola")
    trusted = Client()
    trusted.force_login(ola, backend="gradereg.sign_in.backends.FeideBackend")
    session = trusted.session
    session["leftover"] = "ola's"
    session.save()
    sign_in_as(trusted, faulty_provider, "kari")
    assert user_pk(trusted) == str(User.objects.get(feide_name="kari@ntnu.no").pk)
    assert "leftover" not in trusted.session


def test_deactivated_person_is_out_at_the_next_request(
    faulty_provider: FaultyProvider, client: Client
) -> None:
    sign_in_as(client, faulty_provider, "kari")
    assert client.get("/grade/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"


def test_sessions_end_when_feide_is_switched_off(
    faulty_provider: FaultyProvider, client: Client, settings: Any
) -> None:
    sign_in_as(client, faulty_provider, "kari")
    settings.AUTHENTICATION_BACKENDS = ["gradereg.sign_in.backends.LocalBackend"]
    assert client.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"


def test_only_key_name_and_address_are_stored(faulty_provider: FaultyProvider, client: Client) -> None:
    faulty_provider.userinfo = {
        "email": "kari@example.org",
        "name": "Kari Nordmann",
        "picture": "http://pictures.example",
    }
    sign_in_as(client, faulty_provider, "kari")
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == (faulty_provider.issuer, "kari", {})
    assert (account.user.name, account.user.email) == ("Kari Nordmann", "kari@example.org")


# Signing out


def test_signing_out_ends_the_feide_session(mock: Mock, client: Client) -> None:
    mock.set_claims("k-2", feide_name="kari2@ntnu.no")
    sign_in_as(client, mock, "k-2")
    page = page_of(client.post("/sign-out/"))
    address = page.one("main").one("a")["href"]
    asked = asked_of(address)
    assert address.startswith(f"{mock.issuer}/oauth2/end_session?")
    assert asked["post_logout_redirect_uri"] == "http://testserver/sign-in/"
    assert asked["id_token_hint"].count(".") == 2
    assert user_pk(client) is None


def test_missing_feide_sign_out_is_mentioned(faulty_provider: FaultyProvider, client: Client) -> None:
    sign_in_as(client, faulty_provider, "kari")
    page = page_of(client.post("/sign-out/", follow=True))
    assert page.texts("div", data_message="*") == [
        "You are signed out here, but not from Feide. If others use this computer, close the browser."
    ]


# The page


@pytest.mark.parametrize(
    ("feide", "local", "heading", "buttons", "fields"),
    [
        (False, True, "Sign in", ["Sign in"], ["username", "password"]),
        (True, False, "Sign in with Feide", ["Sign in with Feide"], []),
        (True, True, "Sign in with Feide", ["Sign in with Feide", "Sign in"], ["username", "password"]),
    ],
)
def test_sign_in_page_has_the_enabled_ways(
    client: Client,
    settings: Any,
    db: None,
    feide: bool,
    local: bool,
    heading: str,
    buttons: list[str],
    fields: list[str],
) -> None:
    trust(settings, "https://feide.example", local=local)
    settings.FEIDE = feide
    main = page_of(client.get("/sign-in/")).one("main")
    assert (main.texts("h1"), main.texts("button")) == ([heading], buttons)
    assert ("Feide" in main.text) is feide
    assert [one["name"] for one in main.all("input", id="*")] == fields


@pytest.mark.parametrize("path", ["/sign-in/feide/", "/sign-in/feide/callback/?code=a&state=b"])
def test_feide_urls_are_404_without_feide(client: Client, path: str, db: None) -> None:
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]


@pytest.mark.parametrize(
    "path",
    ["accounts/login", "accounts/signup", "accounts/email", "accounts/password/reset", "accounts/3rdparty"],
)
def test_allauth_pages_are_404(client: Client, path: str, db: None) -> None:
    assert client.get(f"/{path}/").status_code == 404
