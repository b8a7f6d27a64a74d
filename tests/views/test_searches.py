"""Searches by candidate number: posted, stored in the session, and found by a key in the address."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import User
from committees.responses import searches
from tests.conftest import People
from tests.views.html import page_of
from tests.views.window import grades, url


def post(client: Client, address: str, **sent: str) -> str:
    """Post a search; return the target of the redirect."""
    response = client.post(address, sent)
    assert response.status_code == 302
    return response.headers["Location"]


def test_search_redirects_to_a_reloadable_address(people: People, kari: Client) -> None:
    address = post(kari, url(people.one) + "?show=ungraded", q="10002")
    assert address.startswith(url(people.one) + "?show=ungraded&search=")
    assert "10002" not in address
    for _time in range(2):
        assert list(grades(page_of(kari.get(address)))) == ["10002"]


def test_filters_keep_the_search(people: People, kari: Client) -> None:
    page = page_of(kari.get(post(kari, url(people.one), q="1000")))
    links = {link.text.partition(" (")[0]: link["href"] for link in page.all("a") if "show=" in link["href"]}
    filtered = page_of(kari.get(url(people.one) + links["Without a grade"]))
    assert filtered.one("input", name="q")["value"] == "1000"


def test_empty_search_shows_all(people: People, kari: Client) -> None:
    found = post(kari, url(people.one), q="10002")
    assert post(kari, found, q=" ") == url(people.one)


def test_windows_have_separate_searches(people: People, kari: Client) -> None:
    first, second = post(kari, url(people.one), q="10001"), post(kari, url(people.one), q="10002")
    assert list(grades(page_of(kari.get(first)))) == ["10001"]
    assert list(grades(page_of(kari.get(second)))) == ["10002"]


def test_key_of_another_session_finds_nothing(people: People, kari: Client, ola: Client) -> None:
    address = post(kari, url(people.one), q="10002")
    assert list(grades(page_of(ola.get(address)))) == ["10001", "10002", "10003"]


def test_session_keeps_the_newest_terms(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "KEPT", 2)
    found = [post(kari, url(people.one), q=number) for number in ("10001", "10002", "10003")]
    assert [len(grades(page_of(kari.get(address)))) for address in found] == [3, 1, 1]


@pytest.mark.parametrize("key", ["", "x", "²", "A" * 43, "%00"])
def test_unknown_key_finds_everything(people: People, kari: Client, key: str) -> None:
    post(kari, url(people.one), q="10002")
    assert len(grades(page_of(kari.get(f"{url(people.one)}?search={key}")))) == 3


def test_session_hides_the_term(people: People, kari: Client) -> None:
    post(kari, url(people.one), q="10002")
    assert len(kari.session["search"]) == 1
    assert "10002" not in str(dict(kari.session))


def test_planners_search_keeps_the_committee(people: People, per: Client) -> None:
    address = post(per, reverse("planned-candidates", args=[people.exam.pk]), q="01", committee="1")
    assert "committee=1&search=" in address
    for _time in range(2):
        page = page_of(per.get(address))
        assert [row[0] for row in page.cells] == ["10001"]
        assert page.one("input", name="q")["value"] == "01"


def test_admin_search_redirects_too(people: People, sign_in: Callable[[User], Client]) -> None:
    support = sign_in(people.admin)
    address = post(support, reverse("admin:committees_candidate_changelist"), q="10002")
    assert "10002" not in address
    for _time in range(2):
        page = support.get(address).content.decode()
        assert ("10002" in page, "10001" in page) == (True, False)
