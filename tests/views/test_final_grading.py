import json

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.grading import note_attendance
from committees.actions.planning import move_candidates
from committees.actions.sheets import write_grades
from committees.enums import Attendance, LogAction
from committees.errors import Refusal
from committees.models import Committee
from tests.conftest import People, candidate, confirm, confirm_all, grade, stage
from tests.factories import CommitteeFactory
from tests.refusals import sentence
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of
from tests.views.window import click, grades, row, url, window

# The rows


def test_every_candidate_is_listed(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    page = window(kari, people.one)
    assert grades(page) == {"10001": "", "10002": "C", "10003": ""}
    assert page.one("main")["data-stage"] == "grading"
    assert page.one("section", id="sheet-head")["data-stage"] == "grading"


def test_row_has_number_status_attendance_grades_and_author(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    note_attendance(candidate("10003"), Attendance.ABSENT, by=people.per)
    cells = window(kari, people.one).cells
    assert [line[:5] for line in cells] == [
        ["", "10001", "Not started", "", "Grade of 10001: no grade A B C D E F Save"],
        ["", "10002", "Submitted", "", "Grade of 10002: C A B C D E F Save"],
        ["", "10003", "Not started", "Did not attend", "Grade of 10003: no grade A B C D E F Save"],
    ]
    assert [line[5].split(",")[0] for line in cells] == ["", "Ola", ""]
    assert cells[1][5].endswith(", clicked")


def test_number_is_the_header_of_its_row(people: People, kari: Client) -> None:
    page = window(kari, people.one)
    assert page.one("tbody").texts("th", scope="row") == ["10001", "10002", "10003"]


def test_current_grade_is_checked(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    page = window(kari, people.one)
    radios = row(page, "10002").one("fieldset", class_="grades").all("input", name="grade", type="radio")
    assert [one["value"] for one in radios] == ["A", "B", "C", "D", "E", "F"]
    assert [one["value"] for one in radios if "checked" in one.attributes] == ["C"]
    assert row(page, "10001").all("input", checked="*") == []
    assert row(page, "10002").fields == {"expected_grade": "C", "expected_attendance": ""}


def test_enter_saves_and_only_the_arrow_removes(people: People, kari: Client) -> None:
    forms = row(window(kari, people.one), "10001").all("form")
    acts = ("reset-grade", "mark-attendance", "set-grade")
    assert [one["action"] for one in forms] == [reverse(act, args=[candidate("10001").pk]) for act in acts]
    assert [one.texts("button") for one in forms] == [[""], ["", "", ""], ["Save"]]


def test_pass_exam_offers_pass_and_not_pass(people: People, kari: Client) -> None:
    choices = row(window(kari, people.three), "20001").one("fieldset", class_="grades")
    assert [one["value"] for one in choices.all("input")] == ["Pass", "NotPass"]
    assert choices.texts("label") == ["Pass", "NotPass"]


@pytest.mark.parametrize(
    ("committee", "keys"),
    [
        ("one", {"A": "A", "B": "B", "C": "C", "D": "D", "E": "E", "F": "F"}),
        ("three", {"P": "Pass", "B": "Pass", "N": "NotPass", "I": "NotPass"}),
    ],
)
def test_page_has_the_keys_of_each_grade(
    people: People, kari: Client, committee: str, keys: dict[str, str]
) -> None:
    page = window(kari, getattr(people, committee))
    assert json.loads(page.one("table")["data-keys"]) == keys


def test_arrow_is_enabled_with_a_grade_only(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10002="C")
    page = window(kari, people.one)
    arrows = {
        one["data-candidate"]: one.one("button", class_="reset") for one in page.all("tr", data_candidate="*")
    }
    assert {number: "disabled" in arrow.attributes for number, arrow in arrows.items()} == {
        "10001": True,
        "10002": False,
        "10003": True,
    }
    assert arrows["10002"]["title"] == "Remove the grade of 10002"


def test_candidates_are_sorted_by_number(people: People, kari: Client) -> None:
    committee = CommitteeFactory.create(graders=[people.kari], numbers=["10", "9", "100", "0011"])
    assert list(grades(window(kari, committee))) == ["9", "10", "100", "0011"]


@pytest.mark.parametrize(("anonymous", "shown"), [(True, "10001"), (False, "10001 Sofie")])
def test_names_are_shown_for_non_anonymous_exams_only(
    people: People, kari: Client, anonymous: bool, shown: str
) -> None:
    people.exam.is_anonymous = anonymous
    people.exam.save()
    page = window(kari, people.one)
    assert page.cells[0][1] == shown
    history = page_of(kari.get(reverse("candidate", args=[candidate("10001").pk])))
    assert history.texts("h1") == [f"Candidate {shown}"]
    assert ("Sofie" in page.text or "sofie" in page.text) is not anonymous


# Filter, order and search


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("", ["10001", "10002", "10003"]),
        ("grade", ["10003", "10001", "10002"]),
        ("changed", ["10001", "10003", "10002"]),
        ("unknown", ["10001", "10002", "10003"]),
    ],
)
def test_rows_are_sorted_as_the_address_says(
    people: People, kari: Client, sort: str, numbers: list[str]
) -> None:
    grade(people.ola, people.one, c10003="B")
    grade(people.kari, people.one, c10001="D")
    page = window(kari, people.one, sort=sort)
    assert list(grades(page)) == numbers
    current = page.one("nav", aria_labelledby="sort-name").texts("a", aria_current="true")
    assert current == [{"grade": "Grade", "changed": "Last change"}.get(sort, "Number")]


def test_filters_count_their_candidates(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10002="C")
    page = window(kari, people.one, sort="grade", show="ungraded")
    filters = page.one("nav", aria_label="Show")
    assert filters.texts("a") == ["All (3)", "Without a grade (1)", "Changed since I confirmed (1)"]
    assert filters.all("a")[2]["href"] == "?sort=grade&show=changed"
    saved = page_of(click(kari, "10001", htmx=True, grade="E"))
    assert saved.one("span", id="changed").text == "2"


def test_filters_show_ungraded_and_changed_candidates(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10002="C")
    found = {
        show: list(grades(window(kari, people.one, show=show))) for show in ("all", "ungraded", "changed")
    }
    assert found == {"all": ["10001", "10002", "10003"], "ungraded": ["10003"], "changed": ["10002"]}
    assert row(window(kari, people.one), "10002")["class"].split() == ["is-changed"]


@pytest.mark.parametrize(
    ("show", "reason"),
    [
        ("ungraded", "Every candidate has a grade."),
        ("changed", "Nothing has changed since you confirmed, or you have not confirmed yet."),
    ],
)
def test_empty_filter_has_a_reason(people: People, kari: Client, show: str, reason: str) -> None:
    grade(people.kari, people.three, c20001="Pass", c20002="Pass")
    main = window(kari, people.three, show=show).one("main")
    assert main.texts("h2") == ["No matching candidates"]
    assert reason in main.texts("p")
    assert main.one("a", class_="btn btn-outline", href=url(people.three)).text == "Show all candidates"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("10002", ["10002"]),
        (" 003 ", ["10003"]),
        ("1000", ["10001", "10002", "10003"]),
        ("10013", []),
        ("x", []),
        ("\0", ["10001", "10002", "10003"]),
    ],
)
def test_search_by_number(people: People, kari: Client, asked: str, found: list[str]) -> None:
    assert list(grades(window(kari, people.one, q=asked))) == found


def test_search_and_filter_combine(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10002="B")
    page = window(kari, people.one, show="ungraded", q="1000")
    assert list(grades(page)) == ["10001", "10003"]
    assert page.one("input", name="q")["value"] == "1000"


def test_searched_number_is_not_in_addresses(people: People, kari: Client) -> None:
    page = window(kari, people.one, show="ungraded", q="10002")
    form = page.one("form", role="search")
    assert (form["method"], "action" in form.attributes) == ("post", False)
    assert [link["href"] for link in page.all("a") if "10002" in link["href"]] == []
    assert list(grades(page_of(kari.get(url(people.one), {"q": "10002"})))) == ["10001", "10002", "10003"]


def test_committee_is_chosen_from_several(people: People, ola: Client) -> None:
    choice = window(ola, people.two).one("nav", aria_label="Committee")
    assert [(one.text, one["href"]) for one in choice.all("a")] == [
        ("Committee 1", url(people.one)),
        ("Committee 2", url(people.two)),
    ]
    assert choice.texts("a", aria_current="page") == ["Committee 2"]


def test_single_committee_has_no_choice(people: People, kari: Client) -> None:
    page = window(kari, people.one)
    assert page.all("nav", aria_label="Committee") == []
    assert page.texts("p", class_="lead") == ["Committee 1"]


def test_empty_committee_names_a_contact(people: People, kari: Client) -> None:
    empty = CommitteeFactory.create(exam=people.exam, number=9, graders=[people.kari])
    main = window(kari, empty).one("main")
    assert main.texts("h2") == ["No candidates yet"]
    assert "Ask the planner Per (per@example.org) if that is wrong." in main.text


# History and attendance


def history(client: Client, number: str) -> Element:
    return page_of(client.get(reverse("candidate", args=[candidate(number).pk])))


def test_history_has_all_acts_newest_first(people: People, kari: Client) -> None:
    grade(people.kari, people.one, c10001="A", c10002="F")
    grade(people.ola, people.one, c10001="C")
    click(kari, "10001", "reset-grade")
    note_attendance(candidate("10001"), Attendance.WITHDREW, by=people.per)
    page = history(kari, "10001")
    assert page.texts("p", class_="lead") == ["No grade set"]
    assert [one.texts("div") for one in page.one("ol").all("li")] == [
        ["Per set attendance: Not recorded → Withdrew"],
        ["Kari removed a grade: C → no grade"],
        ["Ola set a grade by clicking: A → C"],
        ["Kari set a grade by clicking: no grade → A"],
    ]


def test_history_names_typed_grades(people: People, kari: Client) -> None:
    click(kari, "10001", grade="B", typed="1")
    (step,) = history(kari, "10001").one("ol").all("li")
    assert step.texts("div") == ["Kari typed a grade: no grade → B"]


def test_history_includes_moves(people: People, kari: Client, ola: Client) -> None:
    move_candidates([candidate("10001")], to=people.two, by=people.per)
    assert history(ola, "10001").one("ol").texts("div") == ["Per moved candidates: committee 1 → committee 2"]
    assert kari.get(reverse("candidate", args=[candidate("10001").pk])).status_code == 404


def test_untouched_candidate_has_no_history(people: People, kari: Client) -> None:
    page = history(kari, "10001")
    assert page.all("ol") == []
    assert "No changes to this candidate’s grade yet." in page.texts("p")


def test_attendance_keeps_confirmations(people: People, kari: Client) -> None:
    confirm_all(people.exam)
    form = history(kari, "10003").one("form", action=reverse("set-attendance", args=[candidate("10003").pk]))
    assert [one["value"] for one in form.all("option")] == ["", "attended", "absent", "withdrew"]
    response = click(kari, "10003", "set-attendance", attendance="absent")
    assert response.headers["Location"] == reverse("candidate", args=[candidate("10003").pk])
    assert (candidate("10003").attendance, stage(people.one)) == ("absent", "confirmed")
    assert window(kari, people.one).cells[2][3] == "Did not attend"


def test_invalid_attendance_is_refused(people: People, kari: Client) -> None:
    response = click(kari, "10003", "set-attendance", attendance="asleep")
    assert (response.status_code, page_of(response).alerts) == (409, [sentence(Refusal.NO_ATTENDANCE_CHOSEN)])
    assert candidate("10003").attendance == ""


# Attendance on the row


def buttons(page: Element, number: str) -> list[tuple[str, str]]:
    """Return the value and the state of each attendance button of the row."""
    found = row(page, number).all("button", name="attendance")
    return [(one["value"], one["aria-pressed"]) for one in found]


def test_attendance_is_set_on_the_row_and_removed_by_the_same_button(people: People, kari: Client) -> None:
    response = click(kari, "10003", "mark-attendance", attendance="absent", expected_attendance="")
    assert response.headers["Location"] == f"{url(people.one)}#c-{candidate('10003').pk}"
    page = window(kari, people.one)
    assert buttons(page, "10003") == [("attended", "false"), ("", "true"), ("withdrew", "false")]
    assert page.cells[2][3] == "Did not attend"
    click(kari, "10003", "mark-attendance", attendance="", expected_attendance="absent")
    assert candidate("10003").attendance == ""


def test_htmx_attendance_returns_the_row(people: People, kari: Client) -> None:
    part = page_of(click(kari, "10003", "mark-attendance", htmx=True, attendance="withdrew"))
    assert part.one("p", id="status").text == "10003: Withdrew"
    assert buttons(part, "10003")[2] == ("", "true")
    assert part.one("section", id="sheet-head")["data-stage"] == "not-started"


def test_attendance_of_a_stale_row_is_not_overwritten(people: People, kari: Client) -> None:
    note_attendance(candidate("10003"), Attendance.ATTENDED, by=people.ola)
    asked = {"attendance": "absent", "expected_attendance": ""}
    response = click(kari, "10003", "mark-attendance", htmx=True, **asked)
    part = page_of(response)
    assert (response.status_code, candidate("10003").attendance) == (409, "attended")
    assert buttons(part, "10003")[0] == ("", "true")
    assert part.alerts[0].startswith("Ola set the attendance of 10003 to “Attended” at ")


def test_locked_row_only_shows_attendance(people: People, kari: Client) -> None:
    note_attendance(candidate("10003"), Attendance.ABSENT, by=people.ola)
    assert len(buttons(window(kari, people.one), "10003")) == 3
    confirm_all(people.exam)
    page = window(kari, people.one)
    assert (buttons(page, "10003"), page.cells[2][3]) == ([], "Did not attend")


def test_locked_page_offers_no_upload(people: People, kari: Client) -> None:
    upload = reverse("upload-sheet", args=[people.one.pk])
    assert len(window(kari, people.one).all("a", href=upload)) == 1
    confirm_all(people.exam)
    page = window(kari, people.one)
    assert page.all("a", href=upload) == []
    assert "Upload" not in page.texts("summary")


# Queries


def big(people: People, count: int) -> Committee:
    """
    A committee of kari and ola: all candidates except the last have a grade, and the first changed after kari
    confirmed.
    """
    numbers = [str(1000 * count + index) for index in range(count)]
    committee: Committee = CommitteeFactory.create(graders=[people.kari, people.ola], numbers=numbers)
    changes = {number: ["", "ABC"[int(number) % 3]] for number in numbers[:-1]}
    write_grades(committee, changes, LogAction.GRADES_UPLOADED, by=people.kari)
    confirm(people.kari, committee)
    grade(people.ola, committee, **{f"c{numbers[0]}": "F"})
    return committee


@pytest.mark.parametrize("asked", ["", "?show=ungraded", "?show=changed"])
def test_final_grading_queries_do_not_grow_with_candidates(people: People, kari: Client, asked: str) -> None:
    sheets = [big(people, count) for count in (3, 300)]
    counts = {queries_of(kari, url(committee) + asked) for committee in sheets}
    assert len(counts) == 1
    assert [len(grades(window(kari, committee))) for committee in sheets] == [3, 300]


def test_click_queries_do_not_grow_with_candidates(people: People, kari: Client) -> None:
    counts = []
    for count in (3, 300):
        committee = big(people, count)
        last = committee.candidates.get(grade="")
        form = {"grade": "B", "expected_grade": ""}
        counts.append(queries_of(kari, reverse("set-grade", args=[last.pk]), form, headers=HTMX))
    assert counts[0] == counts[1]


def test_live_queries_do_not_grow_with_changes(people: People, kari: Client) -> None:
    few, many = big(people, 3), big(people, 90)
    live = [f"{reverse('live', args=[committee.pk])}?since=0&locked=0" for committee in (few, many)]
    assert queries_of(kari, live[0]) == queries_of(kari, live[1])
    assert len(grades(page_of(kari.get(live[1])))) == 89
