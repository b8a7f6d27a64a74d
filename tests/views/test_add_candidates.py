"""Candidates by hand: the form, its preview, and the Candidates page's other ways to choose."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from committees.errors import Refusal
from committees.models import Candidate
from tests.conftest import People, candidate, confirm
from tests.files.build import book
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.planning import refused, told, url
from tests.views.queries import queries_of


def preview(client: Client, people: People, **fields: Any) -> Element:
    response = client.post(url("add-candidates", people.exam), fields)
    assert response.status_code == 200
    return page_of(response).one("main")


def tally(page: Element) -> list[int]:
    """Counts of new, completed and unchanged candidates."""
    return [int(one.partition(" ")[0]) for one in page.one("ul", class_="count-list").texts("li")]


def apply(client: Client, page: Element) -> Any:
    form = page.one("form")
    return client.post(form["action"], form.fields)


def numbers(people: People) -> list[str]:
    return list(people.exam.candidates.by_number().values_list("number", flat=True))


def test_a_pasted_list_is_previewed_and_then_added(people: People, per: Client) -> None:
    page = preview(per, people, text="10021\t1\tvera@ntnu.no\r\n10022\r\n10001\r\nx\r\n", committee="2")
    assert tally(page) == [2, 0, 1]
    assert [row[:2] for row in page.cells[1:]] == [["10021", "1"], ["10022", "2"]]
    assert [row[2] for row in page.cells[1:]] == ["Committee 1", "Committee 2"]
    assert page.cells[0] == ["4", "“x” is not a candidate number."]
    assert "10021" not in numbers(people)
    assert told(per, apply(per, page)) == ["2 candidates added."]
    assert (candidate("10021").committee, candidate("10022").committee) == (people.one, people.two)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"number": "10021", "name": "Ola Å"}, [["10021", "–", "–", "Ola Å"]]),
        ({"number": "10021", "feide_name": "vera"}, [["10021", "–", "vera@ntnu.no", "Vera"]]),
        ({"first": "0098", "last": "0099"}, [["0098", "–", "–", "–"], ["0099", "–", "–", "–"]]),
    ],
)
def test_one_candidate_and_a_range_have_the_same_preview(
    people: People, per: Client, fields: dict[str, str], found: list[list[str]]
) -> None:
    page = preview(per, people, **fields)
    assert page.cells == found
    assert apply(per, page).status_code == 302
    assert found[-1][0] in numbers(people)


def test_a_workbook_has_the_same_preview(people: People, per: Client) -> None:
    file = SimpleUploadedFile("list.xlsx", book([["Kandidatnr", "Kommisjon"], [10021, 1], [10022, 7]]))
    page = preview(per, people, file=file)
    assert page.cells[0] == ["3", "The exam has no committee 7. Add it first, or leave the committee out."]
    assert apply(per, page).status_code == 302
    assert candidate("10021").committee == people.one


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, ""),
        ({"text": "10021", "number": "10022"}, ""),
        ({"number": "x"}, "number"),
        ({"name": "Ola"}, "number"),
        ({"first": "10021"}, "last"),
        ({"number": "10021", "feide_name": "two words"}, "feide_name"),
        ({"file": SimpleUploadedFile("list.xlsx", b"10021")}, "file"),
    ],
)
def test_a_wrong_form_comes_back_with_its_input(
    people: People, per: Client, fields: dict[str, Any], field: str
) -> None:
    response = per.post(url("add-candidates", people.exam), fields)
    main = page_of(response).one("main")
    assert (response.status_code, len(main.faults)) == (422, 1)
    assert [one["name"] for one in main.all("input", aria_invalid="true")] == [field] * bool(field)
    kept = {one["name"]: one.attributes.get("value") for one in main.all("input", type="text")}
    assert all(kept[name] == value for name, value in fields.items() if name in kept)


def test_a_list_can_be_changed_after_its_preview(people: People, per: Client) -> None:
    form = preview(per, people, text="10021 9\n10022").one("form")
    page = page_of(per.post(url("add-candidates", people.exam), form.fields | {"back": "1"}))
    assert page.one("textarea", name="text").text == "10021 9 10022"


def test_a_preview_that_no_longer_holds_is_shown_anew(people: People, per: Client) -> None:
    page = preview(per, people, text="10021\n10022")
    Candidate.objects.create(exam=people.exam, number="10021")
    response = apply(per, page)
    assert refused(response) == (409, [sentence(Refusal.CANDIDATE_LIST_STALE)])
    assert tally(page_of(response).one("main")) == [1, 0, 1]


def test_adding_asks_before_it_ends_a_confirmation(people: People, per: Client) -> None:
    confirm(people.kari, people.one)
    response = apply(per, preview(per, people, text="10021 1\n10022 1"))
    form = page_of(response).one("main").one("form")
    assert (response.status_code, "10021" in numbers(people)) == (409, False)
    assert told(per, per.post(form["action"], form.fields)) == ["2 candidates added."]


def test_one_and_three_candidates_take_the_same_queries(people: People, per: Client) -> None:
    address = url("add-candidates", people.exam)
    counts = {queries_of(per, address, {"text": text}) for text in ("10021 1", "10021 1\n10022 2\n10023")}
    assert len(counts) == 1


# On the Candidates page


def test_candidates_are_moved_by_numbers_and_ranges(people: People, per: Client) -> None:
    form = {"numbers": "10001–10002, 10014", "to": people.two.pk, "newest": people.exam.log.newest_id()}
    assert told(per, per.post(url("move-candidates", people.exam), form)) == ["2 moved to Committee 2."]
    assert list(people.one.candidates.values_list("number", flat=True)) == ["10003"]


def test_attendance_is_set_by_numbers_and_ticks(people: People, per: Client) -> None:
    form = {"numbers": "10001-10002", "candidates": [candidate("10014").pk], "attendance": "absent"}
    assert told(per, per.post(url("note-absence", people.exam), form)) == ["Attendance saved."]
    absent = people.exam.candidates.filter(attendance="absent").by_number()
    assert list(absent.values_list("number", flat=True)) == ["10001", "10002", "10014"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("10001, x", "“x” is neither a candidate number nor a range such as 10001–10010."),
        ("10003-10001", "The range 10003–10001 ends before it begins."),
        ("10001, 10050", "No candidate has the number 10050."),
        ("10001, 10050-10060", "No candidate has the number 10050–10060."),
    ],
)
@pytest.mark.parametrize("route", ["move-candidates", "note-absence"])
def test_wrong_numbers_are_kept_with_their_reason(
    people: People, per: Client, route: str, typed: str, fault: str
) -> None:
    form = {"numbers": typed, "to": people.two.pk, "attendance": "absent"}
    response = per.post(url(route, people.exam), form)
    assert refused(response) == (422, [fault])
    assert page_of(response).one("input", name="numbers")["value"] == typed
    assert people.two.candidates.count() == 2


def test_candidates_are_split_evenly(people: People, per: Client) -> None:
    people.exam.candidates.update(committee=None)
    form = page_of(per.get(url("planned-candidates", people.exam))).one(
        "form", action=url("split-candidates", people.exam)
    )
    sent = {"committees": [one["value"] for one in form.all("input", name="committees", checked="*")]}
    assert told(per, per.post(form["action"], sent)) == ["5 candidates moved."]
    assert (people.one.candidates.count(), people.two.candidates.count()) == (3, 2)


def test_there_is_nothing_to_split_with_one_committee(people: People, per: Client) -> None:
    people.exam.candidates.filter(committee=people.two).update(committee=people.one)
    people.two.graders.all().delete()
    people.two.delete()
    page = page_of(per.get(url("planned-candidates", people.exam)))
    assert page.all("form", action=url("split-candidates", people.exam)) == []
