from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from tests.sign_in.providers import FaultyProvider, Mock, run_faulty_provider, run_mock
from tests.views.html import Element, page_of

MODEL, FEIDE = "gradereg.sign_in.backends.LocalBackend", "gradereg.sign_in.backends.FeideBackend"


@pytest.fixture
def limits(settings: Any, db: None) -> None:
    """Limits are on, and nothing is counted yet."""
    settings.LIMITS_ENABLED = True
    cache.clear()


@pytest.fixture(scope="session")
def running_mock() -> Iterator[Mock]:
    with run_mock() as mock:
        yield mock


@pytest.fixture
def mock(running_mock: Mock, settings: Any, db: None) -> Mock:
    """oidc-provider-mock in the place of Feide, without local accounts."""
    trust(settings, running_mock.issuer)
    return running_mock


@pytest.fixture
def faulty_provider(settings: Any, db: None) -> Iterator[FaultyProvider]:
    """A provider with wrong responses in the place of Feide."""
    with run_faulty_provider() as faulty_provider:
        trust(settings, faulty_provider.issuer)
        yield faulty_provider


def trust(settings: Any, issuer: str, *, local: bool = False) -> None:
    settings.FEIDE, settings.LOCAL_ACCOUNTS = True, local
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, "gradereg", "secret"
    settings.OIDC_REALMS = ["ntnu.no", "uio.no"]
    settings.AUTHENTICATION_BACKENDS = [MODEL, FEIDE] if local else [FEIDE]


def start(client: Client, **form: str) -> str:
    """Click "Sign in with Feide"; return the address to which the browser is redirected."""
    page = page_of(client.post("/sign-in/feide/", form))
    address = page.one("main").one("a")["href"]
    assert page.one("meta", http_equiv="refresh")["content"] == f"0;url={address}"
    return address


def come_back(client: Client, address: str) -> Any:
    """Follow the provider's redirect to `address`."""
    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("testserver", "/sign-in/feide/callback/")
    return client.get(f"{parts.path}?{parts.query}")


def sign_in_as(client: Client, provider: Mock | FaultyProvider, sub: str, **form: str) -> Any:
    """Complete a login; return the response to the returning browser."""
    return come_back(client, provider.approve(start(client, **form), sub))


def user_pk(client: Client) -> str | None:
    """Return the pk of the user of `client`."""
    return client.session.get("_auth_user_id")


def refused(response: Any, client: Client) -> tuple[int, str]:
    """Return status and sentence of a sign-in page after a refusal."""
    page: Element = page_of(response)
    assert (page.texts("h1")[0][:7], user_pk(client)) == ("Sign in", None)
    (sentence,) = page.alerts
    return response.status_code, sentence
