"""A long sheet loads in chunks: the first with the page, the others on request."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.actions.sheets import write_grades
from committees.enums import LogAction
from committees.models import Committee, LogEntry
from committees.queries import chunks
from tests.conftest import People, grade
from tests.factories import CommitteeFactory
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of
from tests.views.window import window

NUMBERS = [str(number) for number in range(995, 1009)]


@pytest.fixture
def sheet(people: People, monkeypatch: pytest.MonkeyPatch) -> Committee:
    """Fourteen candidates in chunks of three, with a threshold of ten; the first seven have a grade."""
    monkeypatch.setattr(chunks, "CHUNK_THRESHOLD", 10)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 3)
    committee: Committee = CommitteeFactory.create(graders=[people.kari, people.ola], numbers=NUMBERS)
    write_grades(committee, {one: ["", "C"] for one in NUMBERS[:7]}, LogAction.GRADES_UPLOADED, by=people.ola)
    return committee


def url(committee: Committee) -> str:
    return reverse("final-grading", args=[committee.pk])


def numbers(page: Element) -> list[str]:
    return [row["data-candidate"] for row in page.all("tr", data_candidate="*")]


def places(page: Element) -> list[Element]:
    return page.all("tbody", data_placeholder="*")


def pk(committee: Committee, number: str) -> int:
    return committee.candidates.get(number=number).pk


def test_unloaded_rows_have_a_placeholder_with_their_numbers(kari: Client, sheet: Committee) -> None:
    page = page_of(kari.get(url(sheet)))
    assert numbers(page) == NUMBERS[:6]
    assert [place["data-numbers"].split() for place in places(page)] == [
        NUMBERS[6:9],
        NUMBERS[9:12],
        NUMBERS[12:],
    ]
    ids = [place["data-ids"].split() for place in places(page)]
    assert ids[2] == [str(pk(sheet, number)) for number in NUMBERS[12:]]
    assert [place["data-ungraded"] for place in places(page)] == [
        str(pk(sheet, number)) for number in (NUMBERS[7], NUMBERS[9], NUMBERS[12])
    ]
    assert [place.one("td")["height"] for place in places(page)] == ["159", "159", "106"]


def test_placeholder_loads_the_rows_of_the_page(kari: Client, sheet: Committee) -> None:
    place = places(page_of(kari.get(url(sheet))))[1]
    part = page_of(kari.get(url(sheet) + place["hx-get"], headers=HTMX))
    assert numbers(part) == NUMBERS[9:12]
    assert part.all("tbody") == []


def test_link_loads_the_same_rows_without_javascript(kari: Client, sheet: Committee) -> None:
    place = places(page_of(kari.get(url(sheet))))[2]
    link = place.one("a")
    assert (link.text, link["href"].partition("#")[2]) == (
        "Show candidates 1007 to 1008", f"c-{pk(sheet, '1007')}",
    )  # fmt: skip
    page = page_of(kari.get(url(sheet) + link["href"].partition("#")[0]))
    assert numbers(page) == NUMBERS[:6] + NUMBERS[12:]


def test_click_without_javascript_returns_to_a_loaded_row(kari: Client, sheet: Committee) -> None:
    last = pk(sheet, NUMBERS[-1])
    answer = kari.post(reverse("set-grade", args=[last]), {"grade": "B"})
    assert answer.headers["Location"] == f"{url(sheet)}?from={last}&to={last}#c-{last}"
    assert page_of(kari.get(answer.headers["Location"])).one("tr", id=f"c-{last}")["data-grade"] == "B"


def test_filter_applies_to_chunks_without_skipping_graded_rows(
    people: People, kari: Client, sheet: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_THRESHOLD", 6)
    page = page_of(kari.get(url(sheet), {"show": "ungraded"}))
    assert numbers(page) == NUMBERS[7:13]
    grade(people.ola, sheet, **{f"c{number}": "B" for number in NUMBERS[7:10]})
    part = page_of(kari.get(url(sheet) + places(page)[0]["hx-get"], headers=HTMX))
    assert numbers(part) == NUMBERS[13:]


def test_search_results_load_in_chunks(
    kari: Client, sheet: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_THRESHOLD", 6)
    page = window(kari, sheet, q="100")
    (place,) = places(page)
    assert (numbers(page), place["data-numbers"]) == (NUMBERS[5:11], " ".join(NUMBERS[11:]))
    assert place.one("a")["href"].startswith(place["hx-get"])
    part = page_of(kari.get(url(sheet) + place["hx-get"], headers=HTMX))
    assert numbers(part) == NUMBERS[11:]


@pytest.mark.parametrize(
    "asked", [{"from": "x", "to": "1"}, {"from": "0", "to": "0"}, {"from": "²"}, {"from": "9" * 40}]
)
def test_invalid_range_shows_the_page(kari: Client, sheet: Committee, asked: dict[str, str]) -> None:
    assert numbers(page_of(kari.get(url(sheet), asked))) == NUMBERS[:6]


def test_range_of_another_committee_is_invalid(people: People, kari: Client, sheet: Committee) -> None:
    other = people.one.candidates.earliest("number")
    asked = {"from": other.pk, "to": other.pk}
    assert numbers(page_of(kari.get(url(sheet), asked, headers=HTMX))) == NUMBERS[:6]


def test_many_changes_reload_the_page(people: People, kari: Client) -> None:
    many = [str(number) for number in range(2000, 2150)]
    committee: Committee = CommitteeFactory.create(graders=[people.kari], numbers=many)
    live = f"{reverse('live', args=[committee.pk])}?since={LogEntry.objects.affecting(committee).newest_id()}"
    write_grades(committee, {one: ["", "C"] for one in many}, LogAction.GRADES_UPLOADED, by=people.ola)
    answer = kari.get(f"{live}&locked=0", headers=HTMX)
    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")


def test_queries_do_not_grow_with_chunks(people: People, kari: Client, sheet: Committee) -> None:
    longer: Committee = CommitteeFactory.create(graders=[people.kari, people.ola], numbers=range(3000, 3200))
    write_grades(longer, {"3000": ["", "C"]}, LogAction.GRADES_UPLOADED, by=people.ola)
    assert queries_of(kari, url(sheet)) == queries_of(kari, url(longer))


def test_rows_are_fetched_by_primary_key(kari: Client, sheet: Committee) -> None:
    with CaptureQueriesContext(connection) as asked:
        kari.get(url(sheet))
    (rows,) = [one["sql"] for one in asked if "attendance" in one["sql"]]
    condition = rows.partition("WHERE")[2].partition("ORDER BY")[0]
    assert ('"committees_candidate"."id" IN' in condition, "committee_id" in condition) == (True, False)


@pytest.mark.parametrize("sort", ["grade", "changed"])
def test_placeholder_of_a_sorted_sheet_loads_exactly_its_candidates(
    people: People, kari: Client, sheet: Committee, sort: str
) -> None:
    place = places(page_of(kari.get(url(sheet), {"sort": sort})))[0]
    grade(people.ola, sheet, **{f"c{NUMBERS[-1]}": "A"})
    part = page_of(kari.get(url(sheet) + place["hx-get"], headers=HTMX))
    assert sorted(numbers(part)) == sorted(place["data-numbers"].split())
    page = page_of(kari.get(url(sheet) + place.one("a")["href"].partition("#")[0]))
    assert set(place["data-numbers"].split()) <= set(numbers(page))
