"""A POST without the token of its page is refused with a sentence; sessions can't be fixed in advance."""

from itertools import cycle

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import User
from tests.access.table import ROWS
from tests.access.targets import Targets, address, client_of, sent
from tests.snapshot import snapshot, writes
from tests.views.html import HTMX, page_of

pytestmark = pytest.mark.db_independent

ROUTES = sorted({row[0] for row in ROWS})


def guarded(role: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of(role).cookies
    return client


def test_post_without_a_token_is_refused(targets: Targets) -> None:
    """Each route gets one request, from each role in turn, as a page or by htmx."""
    clients, before = [guarded(role) for role in ("nobody", "kari", "per", "admin", "nina")], snapshot()
    with writes() as written:
        for route, client, headers in zip(ROUTES, cycle(clients), cycle([{}, HTMX]), strict=False):
            response = client.post(address(targets, route), sent(targets, route), headers=headers)
            said = page_of(response).one(role="alert").texts("h1")
            assert (route, response.status_code, said) == (route, 403, ["Please try again"])
    assert (written, snapshot()) == ([], before)


def test_token_of_another_session_is_refused(targets: Targets) -> None:
    url = reverse("set-grade", args=[targets.candidates[0].pk])
    ola, kari = guarded("ola"), guarded("kari")
    token = page_of(ola.get(reverse("grade"))).all("input", name="csrfmiddlewaretoken")[0]["value"]
    kari.get(reverse("grade"))
    assert kari.post(url, {"grade": "B", "csrfmiddlewaretoken": token}).status_code == 403


def test_own_token_is_accepted(targets: Targets) -> None:
    kari, url = guarded("kari"), reverse("set-grade", args=[targets.candidates[0].pk])
    token = page_of(kari.get(reverse("grade"))).all("input", name="csrfmiddlewaretoken")[0]["value"]
    assert kari.post(url, {"grade": "B", "csrfmiddlewaretoken": token}).status_code == 302
    targets.candidates[0].refresh_from_db()
    assert targets.candidates[0].grade == "B"


def test_session_from_before_sign_in_is_invalid(targets: Targets) -> None:
    thief, victim = Client(), Client()
    thief.session.save()
    session = thief.session
    session["planted"] = "yes"
    session.save()
    thief.cookies["sessionid"] = victim.cookies["sessionid"] = str(session.session_key)
    victim.post(reverse("sign-in"), {"username": "kari", "password": "demo"})
    assert victim.session["_auth_user_id"] == str(User.objects.get(username="kari").pk)
    assert victim.cookies["sessionid"].value != session.session_key
    assert thief.get(reverse("grade")).headers["Location"] == "/sign-in/?next=/grade/"
