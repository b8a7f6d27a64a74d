from typing import Any

from django.test import Client

from tests.sign_in.conftest import come_back, refused, start, user_pk
from tests.sign_in.providers import FaultyProvider, Mock
from tests.sign_in.test_refused import NOT_OURS, UNTRUSTED


def test_return_address_works_once(mock: Mock, client: Client) -> None:
    mock.set_claims("r-1", feide_name="replayed@ntnu.no")
    address = mock.approve(start(client), "r-1")
    come_back(client, address)
    assert user_pk(client) is not None
    client.post("/sign-out/")
    assert refused(come_back(client, address), client) == NOT_OURS


def test_failed_login_uses_up_its_state(faulty_provider: FaultyProvider, client: Client) -> None:
    address = faulty_provider.approve(start(client), "kari")
    faulty_provider.claims = {"nonce": "made-up"}
    assert refused(come_back(client, address), client) == UNTRUSTED
    faulty_provider.claims = {}
    assert refused(come_back(client, address), client) == NOT_OURS


def test_earlier_id_token_is_refused(faulty_provider: FaultyProvider, client: Client) -> None:
    first = faulty_provider.approve(start(client), "kari")
    kept = faulty_provider.tokens
    given: list[dict[str, Any]] = []

    def keep(form: dict[str, str]) -> dict[str, Any] | None:
        given.append(kept(form) or {})
        return given[0]

    faulty_provider.tokens = keep  # type: ignore[method-assign]
    come_back(client, first)
    assert user_pk(client) is not None
    client.post("/sign-out/")
    assert refused(come_back(client, faulty_provider.approve(start(client), "kari")), client) == UNTRUSTED


def test_restored_session_does_not_help(faulty_provider: FaultyProvider, client: Client) -> None:
    """Two simultaneous requests find the state in the session; only one of them gets the nonce."""
    address = faulty_provider.approve(start(client), "kari")
    before = dict(client.session.items())
    twin, kept = Client(), faulty_provider.tokens
    given: list[dict[str, Any]] = []

    def keep(form: dict[str, str]) -> dict[str, Any] | None:
        given.append(kept(form) or {})
        return given[0]

    faulty_provider.tokens = keep  # type: ignore[method-assign]
    session = twin.session
    session.update(before)
    session.save()
    come_back(client, address)
    assert user_pk(client) is not None
    assert refused(come_back(twin, address), twin) == NOT_OURS
