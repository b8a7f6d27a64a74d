import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.grading import note_attendance
from committees.enums import Attendance
from committees.models import Committee
from tests.conftest import People, candidate, confirm, confirm_all, grade
from tests.factories import CommitteeFactory
from tests.views.html import Element, page_of
from tests.views.queries import queries_of


def url(committee: Committee, at: str = "") -> str:
    return reverse("read-back", args=[committee.pk]) + (f"?at={at}" if at else "")


def page(client: Client, committee: Committee, at: str = "") -> Element:
    return page_of(client.get(url(committee, at))).one("section", id="read-back")


def said(client: Client, committee: Committee, at: str = "") -> str:
    """Return the texts that are read out."""
    return page(client, committee, at).one("div", class_="read-back-text").text


def test_number_grade_and_meaning_are_read_in_turn(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="F")
    note_attendance(candidate("10003"), Attendance.ABSENT, by=people.per)
    assert [said(kari, people.one, str(at)) for at in (1, 2, 3)] == [
        "1 of 3 Candidate 10001 A excellent",
        "2 of 3 Candidate 10002 F fail",
        "3 of 3 Candidate 10003 no grade Did not attend",
    ]


def test_word_grade_needs_no_meaning(people: People, kari: Client) -> None:
    grade(people.kari, people.three, c20001="NotPass")
    assert said(kari, people.three) == "1 of 2 Candidate 20001 NotPass"


def test_candidates_have_the_order_of_the_sheet(people: People, kari: Client) -> None:
    committee = CommitteeFactory.create(graders=[people.kari], numbers=["10", "9", "0011"])
    numbers = [page(kari, committee, at).one("p", data_candidate="*")["data-candidate"] for at in "123"]
    assert numbers == ["9", "10", "0011"]


def test_name_is_read_for_non_anonymous_exams_only(people: People, kari: Client) -> None:
    assert said(kari, people.one) == "1 of 3 Candidate 10001 no grade"
    people.exam.is_anonymous = False
    people.exam.save()
    assert said(kari, people.one) == "1 of 3 Candidate 10001 Sofie no grade"


@pytest.mark.parametrize(
    ("at", "links"),
    [
        ("1", {"next": "?at=2"}),
        ("2", {"previous": "?at=1", "next": "?at=3"}),
        ("4", {"previous": "?at=3"}),
        ("99", {"previous": "?at=3"}),
        ("0", {"next": "?at=2"}),
        ("-1", {"next": "?at=2"}),
        ("²", {"next": "?at=2"}),
        ("9" * 30, {"next": "?at=2"}),
    ],
)
def test_links_name_positions(people: People, kari: Client, at: str, links: dict[str, str]) -> None:
    found = page(kari, people.one, at).all("a", id="*")
    assert {one["id"]: one["href"] for one in found} == links


def test_end_is_announced(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="F")
    end = page(kari, people.one, "4")
    assert end.one("div", class_="read-back-text").text == "End of the list 3 candidates, 1 without a grade"
    grade(people.kari, people.one, c10003="B")
    assert said(kari, people.one, "4") == "End of the list 3 candidates"
    ways = [reverse(name, args=[people.one.pk]) for name in ("confirm", "final-grading")]
    assert [one["href"] for one in end.one("p", class_="actions").all("a")] == ways


def test_confirmed_grader_is_not_asked_to_confirm(people: People, kari: Client) -> None:
    confirm(people.kari, people.one)
    assert page(kari, people.one, "4").all("a", href=reverse("confirm", args=[people.one.pk])) == []


def test_row_is_linked_until_locked(people: People, kari: Client) -> None:
    window = reverse("final-grading", args=[people.one.pk])
    row = f"{window}#c-{candidate('10002').pk}"
    assert page(kari, people.one, "2").texts("a", href=row) == ["Change this grade"]
    confirm_all(people.exam)
    assert page(kari, people.one, "2").all("a", href=row) == []


def test_empty_committee_is_at_the_end(people: People, kari: Client) -> None:
    committee = CommitteeFactory.create(graders=[people.kari], numbers=[])
    assert said(kari, committee) == "End of the list 0 candidates"


def test_queries_do_not_grow_with_candidates(people: People, kari: Client) -> None:
    few, many = (
        CommitteeFactory.create(graders=[people.kari], numbers=range(count, 2 * count)) for count in (3, 300)
    )
    assert queries_of(kari, url(few, "2")) == queries_of(kari, url(many, "250"))
