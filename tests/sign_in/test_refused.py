"""Responses of a provider that do not open an account."""

import socket
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from committees.models import User
from gradereg.sign_in.refused import Reason
from tests.browser.demo_site import free_port
from tests.sign_in.conftest import come_back, refused, sign_in_as, start, trust
from tests.sign_in.providers import FaultyProvider, Mock

pytestmark = pytest.mark.db_independent

UNTRUSTED = (403, "We couldn’t verify the answer from Feide, so you were not signed in. Sign in again.")
NOT_OURS = (
    409,
    "This sign-in has already been used, was started in another browser, or took too long. Sign in again.",
)
GUEST = (403, "Guests can’t sign in here. Choose your own institution at Feide.")
REALM = (
    403,
    "People from your institution can’t sign in here. If you should have access, ask the "
    "planner of your exam, who is named in your invitation, or the exam office of the department.",
)
ACR = (403, "Two-step sign-in is required, but Feide confirmed only one step. Sign in again, with two steps.")
DOWN = (503, "We couldn’t reach Feide. Try again in a few minutes.")
TWO_STEP = "urn:mace:feide.no:auth:level:fad08:3"


@pytest.fixture(autouse=True)
def no_new_people(db: None) -> Any:
    """No login of this module creates a person."""
    yield
    assert User.objects.count() == 0


# People who may not sign in


@pytest.mark.parametrize("realm", ["evil.example", "ntnu.no.evil.example", "xntnu.no", "sub.ntnu.no"])
def test_foreign_realm(mock: Mock, client: Client, realm: str) -> None:
    mock.set_claims("stranger", feide_name=f"kari@{realm}")
    assert refused(sign_in_as(client, mock, "stranger"), client) == REALM


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "kari",
        "@ntnu.no",
        "kari@uio.no@ntnu.no",
        "kari@ntnu.no\n",
        " kari@ntnu.no",
        "\u212aari@ntnu.no",  # the Kelvin sign, k in lower case
        "kar\u0131@ntnu.no",
        f"{'k' * 150}@ntnu.no",
        ["kari@ntnu.no"],
        {"value": "kari@ntnu.no"},
    ],
)
def test_guest_without_a_valid_feide_name(mock: Mock, client: Client, name: Any) -> None:
    claims = {} if name is None else {"feide_name": name}
    mock.set_claims("guest", email="kari@ntnu.no", preferred_username="kari@ntnu.no", **claims)
    assert refused(sign_in_as(client, mock, "guest"), client) == GUEST


@pytest.mark.parametrize("acr", [None, "urn:mace:feide.no:auth:level:fad08:2", f"{TWO_STEP}0", [TWO_STEP]])
def test_authentication_level_too_low(mock: Mock, client: Client, settings: Any, acr: Any) -> None:
    settings.OIDC_ACR = TWO_STEP
    mock.set_claims("lazy", feide_name="kari@ntnu.no", **({"acr": acr} if acr else {}))
    assert "acr_values=urn%3Amace%3Afeide.no%3Aauth%3Alevel%3Afad08%3A3" in start(client)
    assert refused(sign_in_as(client, mock, "lazy"), client) == ACR


def test_level_counts_in_the_id_token_only(
    faulty_provider: FaultyProvider, client: Client, settings: Any
) -> None:
    settings.OIDC_ACR = TWO_STEP
    faulty_provider.userinfo = {"acr": TWO_STEP}
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == ACR


# Logins of others, or expired


def test_cancelled_at_the_provider(mock: Mock, client: Client) -> None:
    answer = come_back(client, mock.deny(start(client)) + "&state=" + client_state(client))
    assert refused(answer, client) == (
        403,
        "You were not signed in, because the sign-in was cancelled at Feide.",
    )


def client_state(client: Client) -> str:
    (state,) = client.session["socialaccount_states"]
    return str(state)


@pytest.mark.parametrize(
    "query", ["error=server_error", "error=invalid_scope&error_description=<b>", "code="]
)
def test_failed_at_the_provider(faulty_provider: FaultyProvider, client: Client, query: str) -> None:
    start(client)
    answer = client.get(f"/sign-in/feide/callback/?{query}&state={client_state(client)}")
    assert refused(answer, client) == (
        403,
        "Feide did not sign you in. Try again, or contact support.",
    )


def test_return_in_another_browser(faulty_provider: FaultyProvider, client: Client) -> None:
    address = faulty_provider.approve(start(client), "kari")
    victim = Client()
    assert refused(come_back(victim, address), victim) == NOT_OURS
    start(victim)
    assert refused(come_back(victim, address), victim) == NOT_OURS


@pytest.mark.parametrize("query", ["", "code=code0", "state=made-up&code=code0", "state=&code=code0"])
def test_return_without_a_login(faulty_provider: FaultyProvider, client: Client, query: str) -> None:
    assert refused(client.get(f"/sign-in/feide/callback/?{query}"), client) == NOT_OURS
    assert faulty_provider.asked == []


def test_code_of_another_login(faulty_provider: FaultyProvider, client: Client) -> None:
    stolen = faulty_provider.approve(start(Client()), "victim")
    mine = faulty_provider.approve(start(client), "me")
    address = mine.replace("code=code1", "code=code0")
    assert "code=code0" in stolen
    assert refused(come_back(client, address), client) == UNTRUSTED


def test_login_timeout(
    faulty_provider: FaultyProvider, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, now = faulty_provider.approve(start(client), "kari"), time.time()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 601)
    assert refused(come_back(client, address), client) == NOT_OURS


# Wrong responses


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for somebody else": {"aud": "another-client"},
    "for nobody": {"aud": None},
    "for us, but given to another": {"aud": ["gradereg", "other"], "azp": "other"},
    "over": {"exp": 1_700_000_000},
    "never over": {"exp": None},
    "not yet": {"nbf": 4_000_000_000},
    "from the future": {"iat": 4_000_000_000},
    "of no time": {"iat": None},
    "another nonce": {"nonce": "made-up"},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": ["made-up"]},
    "no sub": {"sub": None},
    "an empty sub": {"sub": ""},
    "a sub too long to keep": {"sub": "k" * 192},
    "another sub than userinfo's": {"sub": "another"},
}


@pytest.mark.parametrize("claims", LIES.values(), ids=LIES)
def test_id_token_with_wrong_claims(
    faulty_provider: FaultyProvider, client: Client, claims: dict[str, Any]
) -> None:
    faulty_provider.claims = claims
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"nonce": "made-up"}, {"exp": 1_700_000_000}],
)
def test_wrong_claims_of_the_other_provider(mock: Mock, client: Client, claims: dict[str, Any]) -> None:
    mock.set_claims("faulty_provider", feide_name="kari@ntnu.no", **claims)
    assert refused(sign_in_as(client, mock, "faulty_provider"), client) == UNTRUSTED


def test_signature_with_another_key(faulty_provider: FaultyProvider, client: Client) -> None:
    faulty_provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED


def test_unknown_key(faulty_provider: FaultyProvider, client: Client) -> None:
    faulty_provider.kid = "unknown"
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED


def test_no_signature(faulty_provider: FaultyProvider, client: Client) -> None:
    faulty_provider.signs_with, faulty_provider.algorithm = None, "none"
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED


def test_signature_with_a_public_value(faulty_provider: FaultyProvider, client: Client) -> None:
    """Sign with the client's secret, or with the public key."""
    faulty_provider.algorithm, faulty_provider.signs_with = "HS256", b"secret".ljust(32)
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED
    public = faulty_provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    faulty_provider.signs_with = public
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED


def test_no_id_token(faulty_provider: FaultyProvider, client: Client) -> None:
    faulty_provider.answers = {"/token": {"access_token": "kari", "token_type": "Bearer"}}
    assert refused(sign_in_as(client, faulty_provider, "kari"), client) == UNTRUSTED


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo", "/.well-known/openid-configuration"])
@pytest.mark.parametrize(
    "said", [[], {}, None, "text", {"keys": [{"kty": "none"}], "sub": [], "id_token": "a.b.c"}]
)
def test_malformed_responses(faulty_provider: FaultyProvider, client: Client, path: str, said: Any) -> None:
    address = faulty_provider.approve(start(client), "kari")
    faulty_provider.answers = {path: said}
    assert refused(come_back(client, address), client) == UNTRUSTED


def test_metadata_of_another_issuer(faulty_provider: FaultyProvider, client: Client) -> None:
    faulty_provider.discovery = {"issuer": "https://evil.example"}
    assert refused(client.post("/sign-in/feide/"), client) == UNTRUSTED


# Unreachable providers


def test_provider_down_before_the_redirect(client: Client, settings: Any) -> None:
    trust(settings, f"http://127.0.0.1:{free_port()}")
    assert refused(client.post("/sign-in/feide/"), client) == DOWN


def test_provider_down_after_the_return(faulty_provider: FaultyProvider, client: Client) -> None:
    address = faulty_provider.approve(start(client), "kari")
    faulty_provider.discovery = {"token_endpoint": f"http://127.0.0.1:{free_port()}/token"}
    assert refused(come_back(client, address), client) == DOWN


def test_provider_that_never_answers(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        trust(settings, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert refused(client.post("/sign-in/feide/"), client) == DOWN


# Every reason has a test, here or in test_people and test_local


def test_sentences_reveal_no_accounts_or_internals() -> None:
    sentences = [str(reason.sentence) for reason in Reason]
    assert len(set(sentences)) == len(Reason)
    assert [one for one in sentences if "%" in one or "token" in one or "@" in one] == []
