import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.planning import move_candidates
from committees.enums import ChangeCode
from committees.models import LogEntry
from tests.conftest import People, candidate, confirm, confirm_all, grade
from tests.views.html import HTMX, Element, page_of
from tests.views.window import click, grades, row, window

# Live


def live_source(page: Element) -> str:
    return page.one("div", id="live")["hx-get"]


def test_open_page_polls_every_few_seconds(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10001="C")
    newest = LogEntry.objects.latest("pk").pk
    source = window(kari, people.one).one("div", id="live")
    assert source["hx-get"] == f"{reverse('live', args=[people.one.pk])}?since={newest}&locked=0"
    assert source["hx-trigger"] == "refresh"
    assert source.one("div", id="change-feed")["hx-trigger"] == "every 3s"


def test_no_news_is_204(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10001="C")
    response = kari.get(live_source(window(kari, people.one)))
    assert (response.status_code, response.content) == (204, b"")


def test_colleagues_change_returns_row_and_head(people: People, kari: Client, ola: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    source = live_source(window(kari, people.one))
    click(ola, "10002", grade="C")
    part = page_of(kari.get(source, headers=HTMX))
    assert grades(part) == {"10002": "C"}
    # Pending messages stay for the next page.
    assert [one["id"] for one in part.all(hx_swap_oob="true")] == [
        "sheet-head", f"c-{candidate('10002').pk}",
    ]  # fmt: skip
    assert part.one("section", id="sheet-head").one("progress")["value"] == "2"
    assert "changed-by-other" in row(part, "10002")["class"]
    assert kari.get(live_source(part)).status_code == 204


def test_own_change_in_another_window_is_not_marked(people: People, kari: Client) -> None:
    source = live_source(window(kari, people.one))
    click(kari, "10002", grade="C")
    part = page_of(kari.get(source))
    assert grades(part) == {"10002": "C"}
    assert "changed-by-other" not in row(part, "10002")["class"]


def test_colleagues_confirmation_is_shown(people: People, kari: Client) -> None:
    source = live_source(window(kari, people.one))
    confirm(people.ola, people.one)
    part = page_of(kari.get(source))
    assert grades(part) == {}
    head = part.one("section", id="sheet-head")
    assert (head["data-stage"], head.texts("li")[1]) == ("waiting", "Ola external · has confirmed")


def test_changes_of_another_committee_are_not_returned(people: People, kari: Client) -> None:
    source = live_source(window(kari, people.one))
    grade(people.ola, people.two, c10013="C")
    assert kari.get(source).status_code == 204


def test_locking_reloads_the_page(people: People, kari: Client) -> None:
    source = live_source(window(kari, people.one))
    confirm_all(people.exam)
    response = kari.get(source)
    assert (response.headers["HX-Refresh"], response.content) == ("true", b"")
    locked = live_source(window(kari, people.one))
    assert (locked.endswith("locked=1"), kari.get(locked).status_code) == (True, 204)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    assert kari.get(locked).headers["HX-Refresh"] == "true"


def test_removed_candidate_updates_the_head(people: People, kari: Client) -> None:
    source = live_source(window(kari, people.one))
    move_candidates([candidate("10003")], to=people.two, by=people.per)
    part = page_of(kari.get(source))
    assert (grades(part), part.one("progress")["max"]) == ({}, "2")


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "²"])
def test_invalid_since_is_ignored(people: People, kari: Client, since: str) -> None:
    grade(people.ola, people.one, c10001="C")
    response = kari.get(reverse("live", args=[people.one.pk]), {"since": since, "locked": "0"})
    assert (response.status_code, grades(page_of(response))) == (200, {"10001": "C"})
