import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.enums import Attendance, ChangeCode
from committees.models import LogEntry
from tests.conftest import People, candidate, confirm_all, grade
from tests.views.html import page_of
from tests.views.window import click, grades, row, url, window

# Clicks


def test_click_saves_and_returns_to_the_row(people: People, kari: Client) -> None:
    response = click(kari, "10001", grade="B", expected_grade="")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{url(people.one)}#c-{candidate('10001').pk}"
    assert grades(window(kari, people.one)) == {"10001": "B", "10002": "", "10003": ""}


def test_htmx_click_returns_row_head_and_status(people: People, kari: Client) -> None:
    response = click(kari, "10001", htmx=True, grade="B", expected_grade="")
    part = page_of(response)
    assert (response.status_code, grades(part)) == (200, {"10001": "B"})
    assert part.one("p", id="status").text == "10001: B saved"
    head = part.one("section", id="sheet-head")
    assert (head["data-stage"], head["hx-swap-oob"]) == ("grading", "true")
    assert head.one("progress")["value"] == "1"
    assert part.alerts == []


def test_returned_row_is_the_row_of_the_page(people: People, kari: Client) -> None:
    clicked = row(page_of(click(kari, "10001", htmx=True, grade="B")), "10001")
    again = row(window(kari, people.one), "10001")
    assert (clicked.attributes, clicked.text) == (again.attributes, again.text)


@pytest.mark.parametrize(
    ("sent", "action", "said"),
    [
        ({"typed": "1"}, "grade.typed", "typed"),
        ({}, "grade.clicked", "clicked"),
        ({"typed": ""}, "grade.clicked", "clicked"),
        ({"typed": "yes"}, "grade.clicked", "clicked"),
    ],
)
def test_log_distinguishes_typing_from_clicks(
    people: People, kari: Client, sent: dict[str, str], action: str, said: str
) -> None:
    response = click(kari, "10001", htmx=True, grade="B", expected_grade="", **sent)
    assert row(page_of(response), "10001").columns[5].endswith(f", {said}")
    assert LogEntry.objects.get().action == action


def test_another_click_changes_the_grade(people: People, kari: Client) -> None:
    click(kari, "10001", grade="B", expected_grade="")
    click(kari, "10001", grade="D", expected_grade="B")
    assert candidate("10001").grade == "D"
    assert [entry.changes for entry in people.exam.log.order_by("pk")] == [
        {"10001": ["", "B"]},
        {"10001": ["B", "D"]},
    ]


@pytest.mark.parametrize("htmx", [False, True])
def test_reset_removes_the_grade(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="B")
    response = click(kari, "10001", "reset-grade", htmx=htmx, expected_grade="B")
    assert response.status_code == (200 if htmx else 302)
    assert candidate("10001").grade == ""
    if htmx:
        assert page_of(response).one("p", id="status").text == "10001: grade removed"
        assert row(page_of(response), "10001").columns[2] == "Not started"


@pytest.mark.parametrize(
    ("act", "said"), [("set-grade", "10001: B restored"), ("reset-grade", "10001: no grade, as before")]
)
def test_undo_names_the_restored_grade(people: People, kari: Client, act: str, said: str) -> None:
    grade(people.kari, people.one, c10001="A")
    response = click(kari, "10001", act, htmx=True, grade="B", expected_grade="A", undo="1")
    assert (response.status_code, page_of(response).one("p", id="status").text) == (200, said)


@pytest.mark.parametrize("act", ["set-grade", "reset-grade"])
def test_grade_changed_meanwhile_is_not_overwritten(people: People, kari: Client, act: str) -> None:
    grade(people.kari, people.one, c10001="A")
    grade(people.ola, people.one, c10001="C")
    response = click(kari, "10001", act, htmx=True, grade="B", expected_grade="A")
    part = page_of(response)
    assert (response.status_code, grades(part)) == (409, {"10001": "C"})
    assert row(part, "10001").fields == {"expected_grade": "C", "expected_attendance": ""}
    (alert,) = part.alerts
    assert alert.startswith("Ola gave 10001 the grade C at ")
    assert candidate("10001").grade == "C"


def test_change_meanwhile_is_shown_without_javascript(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10001="C")
    assert click(kari, "10001", grade="B", expected_grade="").headers["Location"].startswith(url(people.one))
    (alert,) = window(kari, people.one).alerts
    assert alert.startswith("Ola gave 10001 the grade C at ")
    assert candidate("10001").grade == "C"


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("asked", ["Pass", "a", "", "G", "A" * 500, "\0"])
def test_grade_of_another_scale_is_refused(people: People, kari: Client, asked: str, htmx: bool) -> None:
    response = click(kari, "10001", htmx=htmx, grade=asked, expected_grade="")
    (alert,) = page_of(response).alerts
    assert response.status_code == 409
    assert alert.endswith("is not a grade in this exam. Choose one of A, B, C, D, E, F.")
    assert (candidate("10001").grade, LogEntry.objects.count()) == ("", 0)


def test_htmx_refusal_leaves_the_page(people: People, kari: Client) -> None:
    response = click(kari, "10001", htmx=True, grade="Pass")
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#alerts", "beforeend")
    assert window(kari, people.one).one("div", id="alerts").text == ""


def test_refusal_returns_to_the_page(people: People, kari: Client) -> None:
    form = {"grade": "Pass"}
    for referer, back in (
        ("http://testserver/grade/", "http://testserver/grade/"),
        ("https://evil.example/", "/"),
    ):
        response = kari.post(
            reverse("set-grade", args=[candidate("10001").pk]), form, headers={"Referer": referer}
        )
        assert page_of(response).one("main").one("a")["href"] == back


# Locked


def test_buttons_are_disabled_once_locked(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm_all(people.exam)
    page = window(kari, people.one)
    locked = page.one("table").all("button", disabled="*")
    choices = page.one("table").all("fieldset", disabled="*")
    assert (len(locked), len(choices)) == (3, 3)
    assert [one.all("input", name="grade") != [] for one in choices] == [True] * 3
    assert page.all("button", id="type-grades") == []
    assert page.one("main")["data-stage"] == "confirmed"
    assert "Per (per@example.org)" in page.one("section", id="sheet-head").text
    assert page.all("a", href=reverse("confirm", args=[people.one.pk])) == []


@pytest.mark.parametrize("act", ["set-grade", "reset-grade"])
@pytest.mark.parametrize("htmx", [False, True])
def test_locked_grade_does_not_change(people: People, kari: Client, act: str, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    response = click(kari, "10001", act, htmx=htmx, grade="B")
    assert response.status_code == 409
    (alert,) = page_of(response).alerts
    assert alert.startswith("All graders have confirmed, so the grades are locked.")
    assert candidate("10001").grade == "A"


def test_reopened_committee_can_be_graded(people: People, kari: Client) -> None:
    confirm_all(people.exam)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    page = window(kari, people.one)
    assert page.one("main")["data-stage"] == "not-started"
    assert click(kari, "10001", grade="B", expected_grade="").status_code == 302
    assert candidate("10001").grade == "B"


@pytest.mark.parametrize(
    ("attendance", "status"),
    [
        (Attendance.UNKNOWN, "10001: B saved, was A"),
        (Attendance.ATTENDED, "10001: B saved, was A"),
        (Attendance.ABSENT, "10001: B saved, was A. Attendance: Did not attend"),
    ],
)
def test_status_names_the_replaced_grade_and_the_absence(
    people: People, kari: Client, attendance: Attendance, status: str
) -> None:
    grade(people.kari, people.one, c10001="A")
    note_attendance(candidate("10001"), attendance, by=people.kari)
    part = page_of(click(kari, "10001", htmx=True, grade="B", typed="1"))
    assert part.one("p", id="status").text == status
