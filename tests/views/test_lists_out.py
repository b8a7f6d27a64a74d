"""Lists that were downloaded and not uploaded."""

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import Committee, Grader
from tests.conftest import People, confirm, confirm_all
from tests.views.excel import download, filled, upload
from tests.views.html import page_of
from tests.views.window import url


def take_list(client: Client, committee: Committee, route: str = "download") -> bytes:
    """Press a button of the Download menu."""
    response = client.post(reverse(route, args=[committee.pk]))
    assert response.status_code == 200
    content: bytes = response.content
    return content


def lists_out(client: Client, address: str) -> list[str]:
    """Return the notes about lists up to the time of the download."""
    notes = page_of(client.get(address)).all("p", data_list_out="*")
    return [note.text.partition(" today ")[0] for note in notes]


@pytest.mark.parametrize("route", ["download", "download-empty"])
def test_co_graders_and_planner_see_whose_list_is_out(
    people: People, kari: Client, ola: Client, per: Client, route: str
) -> None:
    take_list(kari, people.one, route)
    addresses = [url(people.one), reverse("confirm", args=[people.one.pk])]
    assert [lists_out(ola, address) for address in addresses] == [["Kari downloaded the list"]] * 2
    assert [lists_out(kari, address) for address in addresses] == [[], []]
    planned = reverse("planned-exam", args=[people.exam.pk])
    assert lists_out(per, planned) == ["Kari downloaded the list"]


def test_a_link_gets_the_same_list_and_records_nothing(people: People, kari: Client, ola: Client) -> None:
    assert download(kari, people.one).status_code == 200
    assert lists_out(ola, url(people.one)) == []
    take_list(kari, people.one)
    assert lists_out(ola, url(people.one)) == ["Kari downloaded the list"]


def test_uploading_ends_it_for_the_uploader_only(people: People, kari: Client, ola: Client) -> None:
    file = take_list(kari, people.one)
    take_list(ola, people.one)
    upload(kari, people.one, filled(file, c10001="B"))
    out = Grader.objects.exclude(downloaded_at=None)
    assert [str(grader) for grader in out] == ["Ola"]


def test_confirming_ends_it(people: People, kari: Client, ola: Client, per: Client) -> None:
    take_list(kari, people.one)
    confirm(people.kari, people.one)
    assert lists_out(ola, url(people.one)) == []
    take_list(ola, people.one)
    confirm_all(people.exam)
    assert lists_out(per, reverse("planned-exam", args=[people.exam.pk])) == []


def test_who_confirms_is_told_about_the_own_list(people: People, kari: Client, ola: Client) -> None:
    take_list(kari, people.one)
    address = reverse("confirm", args=[people.one.pk])
    notes = [page_of(one.get(address)).all("p", data_own_list_out="*") for one in (kari, ola)]
    assert [len(one) for one in notes] == [1, 0]
