"""The change feed that open pages poll, which needs no sign-in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees import change_feed
from committees.actions.planning import move_candidates, unseat_grader
from committees.models import Committee, User
from tests.conftest import People, candidate, grade, seat
from tests.factories import CommitteeFactory
from tests.views.html import HTMX, Element, page_of

SignIn = Callable[[User], Client]
SOMETHING, NOTHING = (204, "refresh"), (204, None)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refresh the feed for every request."""
    monkeypatch.setattr(change_feed, "FRESH_SECONDS", 0.0)


def opened(client: Client, committee: Committee) -> Element:
    return page_of(client.get(reverse("final-grading", args=[committee.pk])))


def address(page: Element) -> str:
    return page.one("div", id="change-feed")["hx-get"]


def asked(client: Client, page: Element) -> tuple[int, str | None]:
    """Return the response to the poll of a page."""
    answer = client.get(address(page), headers=HTMX)
    assert answer.content == b""
    return answer.status_code, answer.headers.get("HX-Trigger")


def renewed(client: Client, page: Element) -> tuple[int, Element]:
    """Return the response to the full request that follows."""
    live = page.one("div", id="live")
    of = live.one("input", name="of")["value"]
    answer = client.get(live["hx-get"], {"of": of} | query(live["hx-get"]), headers=HTMX)
    return answer.status_code, page_of(answer)


def query(address: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in address.partition("?")[2].split("&"))


def test_feed_reveals_only_that_something_happened(people: People, kari: Client) -> None:
    page = opened(kari, people.one)
    assert asked(kari, page) == NOTHING
    grade(people.ola, people.one, c10001="A")
    assert asked(kari, page) == SOMETHING
    assert asked(kari, opened(kari, people.one)) == NOTHING


def test_acts_on_the_exam_count_and_other_committees_do_not(people: People, kari: Client) -> None:
    page = opened(kari, people.one)
    grade(people.ingrid, people.two, c10013="A")
    assert asked(kari, page) == NOTHING
    move_candidates([candidate("10003")], to=people.two, by=people.per)
    assert asked(kari, page) == SOMETHING


@pytest.mark.parametrize("forged", ["", "1", "1:1", "1:abc:def", "\0", "x" * 5000])
def test_invalid_token_leads_to_a_full_request(people: People, kari: Client, forged: str) -> None:
    answer = kari.get(change_feed.CHANGE_FEED_URL, {"of": forged, "since": "9" * 15})
    assert (answer.status_code, answer.headers["HX-Trigger"]) == SOMETHING


def test_token_is_for_one_committee(people: People, kari: Client) -> None:
    page = opened(kari, people.one)
    forged = address(page).replace(f"of={people.one.pk}%3A", f"of={people.two.pk}%3A")
    assert forged != address(page)
    assert kari.get(forged).headers["HX-Trigger"] == "refresh"


def test_token_is_bound_to_its_session(people: People, kari: Client, sign_in: SignIn) -> None:
    page = opened(kari, people.one)
    assert [asked(client, page) for client in (sign_in(people.ola), Client(), kari)] == [
        SOMETHING,
        SOMETHING,
        NOTHING,
    ]
    kari.logout()
    assert asked(kari, page) == SOMETHING
    assert kari.get(page.one("div", id="live")["hx-get"]).status_code == 302


def test_expired_token_is_replaced(people: People, kari: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(kari, people.one)
    assert asked(kari, page) == NOTHING
    monkeypatch.setattr(change_feed, "TOKEN_SECONDS", -1)
    assert asked(kari, page) == SOMETHING
    status, again = renewed(kari, page)
    monkeypatch.setattr(change_feed, "TOKEN_SECONDS", 300)
    assert (status, asked(kari, again)) == (200, NOTHING)
    assert again.all("tr") == []


def test_token_is_valid_under_fallback_keys(people: People, kari: Client, settings: Any) -> None:
    page = opened(kari, people.one)
    settings.SECRET_KEY, former = "another", settings.SECRET_KEY
    assert asked(kari, page) == SOMETHING
    settings.SECRET_KEY_FALLBACKS = [former]
    assert asked(kari, page) == NOTHING


def test_former_grader_gets_404_on_a_full_request(people: People, kari: Client) -> None:
    page = opened(kari, people.one)
    unseat_grader(seat(people.kari, people.one), by=people.per)
    assert asked(kari, page) == SOMETHING
    assert kari.get(page.one("div", id="live")["hx-get"]).status_code == 404


def test_committees_share_one_query_a_second(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    committees = [
        people.one,
        people.three,
        *(CommitteeFactory.create(graders=[people.kari]) for _more in range(3)),
    ]
    pages = [opened(kari, committee) for committee in committees]
    assert [asked(kari, page) for page in pages] == [NOTHING] * 5
    with CaptureQueriesContext(connection) as queries:
        asked(kari, pages[0])
        monkeypatch.setattr(change_feed, "FRESH_SECONDS", 60.0)
        assert [asked(kari, page) for page in pages] == [NOTHING] * 5
    assert len(queries) == 1


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_feed_is_get_only(kari: Client, method: str) -> None:
    assert getattr(kari, method)(change_feed.CHANGE_FEED_URL).status_code == 405
