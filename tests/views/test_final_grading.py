import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.actions.planning import move_candidates
from committees.actions.sheets import write_grades
from committees.enums import Attendance, ChangeCode, Verb
from committees.models import Committee, LogEntry, User
from tests.conftest import candidate, confirm, confirm_all, grade, stage
from tests.factories import CommitteeFactory
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]


@pytest.fixture
def kari(cast: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(cast.kari)


@pytest.fixture
def ola(cast: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(cast.ola)


def url(committee: Committee) -> str:
    return reverse("final-grading", args=[committee.pk])


def window(client: Client, committee: Committee, *, q: str | None = None, **asked: str) -> Element:
    """The window as filtered by its address; with `q`, what the search form then brings."""
    address = f"{url(committee)}?{urlencode(asked)}"
    return page_of(client.get(address) if q is None else client.post(address, {"q": q}))


def grades(page: Element) -> dict[str, str]:
    """The grade in each candidate's row, as programs read it."""
    return {row["data-candidate"]: row["data-grade"] for row in page.all("tr", data_candidate="*")}


def row(page: Element, number: str) -> Element:
    return page.one("tr", data_candidate=number)


def click(client: Client, number: str, act: str = "set-grade", *, htmx: bool = False, **form: str) -> Any:
    """Press a button of the candidate's row; `grade` is the button's, `seen` what the row's form says."""
    headers = HTMX if htmx else {}
    return client.post(reverse(act, args=[candidate(number).pk]), form, headers=headers)


# The rows


def test_every_candidate_of_the_committee_is_listed_graded_or_not(
    cast: SimpleNamespace, kari: Client
) -> None:
    grade(cast.ola, cast.one, c10002="C")
    page = window(kari, cast.one)
    assert grades(page) == {"10001": "", "10002": "C", "10003": ""}
    assert page.one("main")["data-stage"] == "grading"
    assert page.one("section", id="sheet-head")["data-stage"] == "grading"


def test_a_row_tells_number_status_attendance_grades_and_who_set_it(
    cast: SimpleNamespace, kari: Client
) -> None:
    grade(cast.ola, cast.one, c10002="C")
    note_attendance(candidate("10003"), Attendance.ABSENT, by=cast.per)
    cells = window(kari, cast.one).cells
    assert [line[:5] for line in cells] == [
        ["", "10001", "Not started", "", "A B C D E F Save"],
        ["", "10002", "Submitted", "", "A B C D E F Save"],
        ["", "10003", "Not started", "Did not attend", "A B C D E F Save"],
    ]
    assert [line[5].split(",")[0] for line in cells] == ["", "Ola", ""]
    assert cells[1][5].endswith(", by click")


def test_the_grade_that_is_set_is_the_chosen_one(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.ola, cast.one, c10002="C")
    page = window(kari, cast.one)
    radios = row(page, "10002").one("fieldset", role="radiogroup").all("input", name="grade", type="radio")
    assert [one["value"] for one in radios] == ["A", "B", "C", "D", "E", "F"]
    assert [one["value"] for one in radios if "checked" in one.attributes] == ["C"]
    assert row(page, "10001").all("input", checked="*") == []
    assert row(page, "10002").fields == {"seen": "C"}


def test_enter_on_a_grade_saves_it_and_only_the_arrow_removes_it(cast: SimpleNamespace, kari: Client) -> None:
    forms = row(window(kari, cast.one), "10001").all("form")
    addresses = [reverse(act, args=[candidate("10001").pk]) for act in ("reset-grade", "set-grade")]
    assert [one["action"] for one in forms] == addresses
    assert [one.texts("button") for one in forms] == [[""], ["Save"]]


def test_a_pass_exam_offers_pass_and_not_pass(cast: SimpleNamespace, kari: Client) -> None:
    choices = row(window(kari, cast.three), "20001").one("fieldset")
    assert [one["value"] for one in choices.all("input")] == ["Pass", "NotPass"]
    assert choices.texts("label") == ["Pass", "NotPass"]


@pytest.mark.parametrize(
    ("committee", "keys"),
    [
        ("one", {"A": "A", "B": "B", "C": "C", "D": "D", "E": "E", "F": "F"}),
        ("three", {"P": "Pass", "B": "Pass", "N": "NotPass", "I": "NotPass"}),
    ],
)
def test_the_script_is_told_which_key_gives_which_grade(
    cast: SimpleNamespace, kari: Client, committee: str, keys: dict[str, str]
) -> None:
    page = window(kari, getattr(cast, committee))
    assert json.loads(page.one("table")["data-keys"]) == keys


def test_the_arrow_can_be_pressed_only_where_a_grade_is_set(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.ola, cast.one, c10002="C")
    page = window(kari, cast.one)
    arrows = {
        one["data-candidate"]: one.one("button", class_="reset") for one in page.all("tr", data_candidate="*")
    }
    assert {number: "disabled" in arrow.attributes for number, arrow in arrows.items()} == {
        "10001": True,
        "10002": False,
        "10003": True,
    }
    assert arrows["10002"]["aria-label"] == "Remove the grade of 10002"


def test_candidates_stand_in_the_order_of_their_numbers(cast: SimpleNamespace, kari: Client) -> None:
    committee = CommitteeFactory.create(graders=[cast.kari], numbers=["10", "9", "100", "0011"])
    assert list(grades(window(kari, committee))) == ["9", "10", "100", "0011"]


@pytest.mark.parametrize(("anonymous", "shown"), [(True, "10001"), (False, "10001 Sofie")])
def test_names_show_only_when_the_exam_is_not_anonymous(
    cast: SimpleNamespace, kari: Client, anonymous: bool, shown: str
) -> None:
    cast.exam.is_anonymous = anonymous
    cast.exam.save()
    page = window(kari, cast.one)
    assert page.cells[0][1] == shown
    history = page_of(kari.get(reverse("candidate", args=[candidate("10001").pk])))
    assert history.texts("h1") == [f"Candidate {shown}"]
    assert ("Sofie" in page.text or "sofie" in page.text) is not anonymous


# Filter and search


def test_one_sees_all_those_without_grade_and_what_changed(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    confirm(cast.kari, cast.one)
    grade(cast.ola, cast.one, c10002="C")
    found = {show: list(grades(window(kari, cast.one, show=show))) for show in ("all", "ungraded", "changed")}
    assert found == {"all": ["10001", "10002", "10003"], "ungraded": ["10003"], "changed": ["10002"]}
    assert row(window(kari, cast.one), "10002")["class"].split() == ["is-changed"]


@pytest.mark.parametrize(
    ("show", "told"),
    [
        ("ungraded", "Every candidate has a grade."),
        ("changed", "Nothing changed since you confirmed, or you have not confirmed yet."),
    ],
)
def test_a_filter_that_leaves_nobody_says_why(
    cast: SimpleNamespace, kari: Client, show: str, told: str
) -> None:
    grade(cast.kari, cast.three, c20001="Pass", c20002="Pass")
    main = window(kari, cast.three, show=show).one("main")
    assert main.texts("h2") == ["No candidate matches"]
    assert told in main.texts("p")
    assert main.one("a", class_="btn btn-outline", href=url(cast.three)).text == "Show all candidates"


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
def test_one_searches_by_number(cast: SimpleNamespace, kari: Client, asked: str, found: list[str]) -> None:
    assert list(grades(window(kari, cast.one, q=asked))) == found


def test_search_and_filter_go_together(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10002="B")
    page = window(kari, cast.one, show="ungraded", q="1000")
    assert list(grades(page)) == ["10001", "10003"]
    assert page.one("input", name="q")["value"] == "1000"


def test_a_number_that_was_searched_for_stands_in_no_address(cast: SimpleNamespace, kari: Client) -> None:
    page = window(kari, cast.one, show="ungraded", q="10002")
    form = page.one("form", role="search")
    assert (form["method"], "action" in form.attributes) == ("post", False)
    assert [link["href"] for link in page.all("a") if "10002" in link["href"]] == []
    assert list(grades(page_of(kari.get(url(cast.one), {"q": "10002"})))) == ["10001", "10002", "10003"]


def test_with_several_committees_one_chooses_which(cast: SimpleNamespace, ola: Client) -> None:
    choice = window(ola, cast.two).one("nav", aria_label="Committee")
    assert [(one.text, one["href"]) for one in choice.all("a")] == [
        ("Committee 1", url(cast.one)),
        ("Committee 2", url(cast.two)),
    ]
    assert choice.texts("a", aria_current="page") == ["Committee 2"]


def test_with_one_committee_there_is_nothing_to_choose(cast: SimpleNamespace, kari: Client) -> None:
    page = window(kari, cast.one)
    assert page.all("nav", aria_label="Committee") == []
    assert page.texts("p", class_="lead") == ["Committee 1"]


def test_a_committee_without_candidates_says_whom_to_ask(cast: SimpleNamespace, kari: Client) -> None:
    empty = CommitteeFactory.create(exam=cast.exam, number=9, graders=[cast.kari])
    main = window(kari, empty).one("main")
    assert main.texts("h2") == ["No candidates yet"]
    assert "Ask the planner of the exam if you expect some." in main.text


# Clicks


def test_a_click_saves_and_leads_back_to_the_row(cast: SimpleNamespace, kari: Client) -> None:
    response = click(kari, "10001", grade="B", seen="")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{url(cast.one)}#c-{candidate('10001').pk}"
    assert grades(window(kari, cast.one)) == {"10001": "B", "10002": "", "10003": ""}


def test_a_click_by_htmx_brings_the_row_the_head_and_what_was_saved(
    cast: SimpleNamespace, kari: Client
) -> None:
    response = click(kari, "10001", htmx=True, grade="B", seen="")
    part = page_of(response)
    assert (response.status_code, grades(part)) == (200, {"10001": "B"})
    assert part.one("p", id="status").text == "10001: B saved"
    head = part.one("section", id="sheet-head")
    assert (head["data-stage"], head["hx-swap-oob"]) == ("grading", "true")
    assert head.one("progress")["value"] == "1"
    assert part.alerts == []


def test_the_row_that_a_click_brings_is_the_row_of_the_page(cast: SimpleNamespace, kari: Client) -> None:
    clicked = row(page_of(click(kari, "10001", htmx=True, grade="B")), "10001")
    again = row(window(kari, cast.one), "10001")
    assert (clicked.attributes, clicked.text) == (again.attributes, again.text)


def test_another_click_changes_the_grade(cast: SimpleNamespace, kari: Client) -> None:
    click(kari, "10001", grade="B", seen="")
    click(kari, "10001", grade="D", seen="B")
    assert candidate("10001").grade == "D"
    assert [entry.changes for entry in cast.exam.log.order_by("pk")] == [
        {"10001": ["", "B"]},
        {"10001": ["B", "D"]},
    ]


@pytest.mark.parametrize("htmx", [False, True])
def test_the_arrow_removes_the_grade(cast: SimpleNamespace, kari: Client, htmx: bool) -> None:
    grade(cast.kari, cast.one, c10001="B")
    response = click(kari, "10001", "reset-grade", htmx=htmx, seen="B")
    assert response.status_code == (200 if htmx else 302)
    assert candidate("10001").grade == ""
    if htmx:
        assert page_of(response).one("p", id="status").text == "10001: grade removed"
        assert row(page_of(response), "10001").texts("td")[2] == "Not started"


@pytest.mark.parametrize(
    ("act", "said"), [("set-grade", "10001: B again"), ("reset-grade", "10001: no grade again")]
)
def test_undoing_says_what_is_there_again(cast: SimpleNamespace, kari: Client, act: str, said: str) -> None:
    grade(cast.kari, cast.one, c10001="A")
    response = click(kari, "10001", act, htmx=True, grade="B", seen="A", undo="1")
    assert (response.status_code, page_of(response).one("p", id="status").text) == (200, said)


@pytest.mark.parametrize("act", ["set-grade", "reset-grade"])
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    cast: SimpleNamespace, kari: Client, act: str
) -> None:
    grade(cast.kari, cast.one, c10001="A")
    grade(cast.ola, cast.one, c10001="C")
    response = click(kari, "10001", act, htmx=True, grade="B", seen="A")
    part = page_of(response)
    assert (response.status_code, grades(part)) == (409, {"10001": "C"})
    assert row(part, "10001").fields == {"seen": "C"}
    (alert,) = part.alerts
    assert alert.startswith("Ola gave 10001 the grade C at ")
    assert candidate("10001").grade == "C"


def test_without_javascript_what_moved_is_told_on_the_page(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.ola, cast.one, c10001="C")
    assert click(kari, "10001", grade="B", seen="").headers["Location"].startswith(url(cast.one))
    (alert,) = window(kari, cast.one).alerts
    assert alert.startswith("Ola gave 10001 the grade C at ")
    assert candidate("10001").grade == "C"


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("asked", ["Pass", "a", "", "G", "A" * 500, "\0"])
def test_a_grade_of_another_scale_is_refused(
    cast: SimpleNamespace, kari: Client, asked: str, htmx: bool
) -> None:
    response = click(kari, "10001", htmx=htmx, grade=asked, seen="")
    (alert,) = page_of(response).alerts
    assert response.status_code == 409
    assert alert.endswith("is not a grade of this exam. It gives A, B, C, D, E, F.")
    assert (candidate("10001").grade, LogEntry.objects.count()) == ("", 0)


def test_a_refusal_by_htmx_leaves_the_page_as_it_is(cast: SimpleNamespace, kari: Client) -> None:
    response = click(kari, "10001", htmx=True, grade="Pass")
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#alerts", "innerHTML")
    assert window(kari, cast.one).one("div", id="alerts").text == ""


def test_a_refusal_leads_back_to_where_one_was(cast: SimpleNamespace, kari: Client) -> None:
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


def test_once_all_have_confirmed_every_button_is_disabled(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    confirm_all(cast.exam)
    page = window(kari, cast.one)
    locked = page.one("table").all("button", disabled="*")
    choices = page.one("table").all("fieldset", disabled="*")
    assert (len(locked), len(choices)) == (3, 3)
    assert [one.all("input", name="grade") != [] for one in choices] == [True] * 3
    assert page.all("button", id="type-grades") == []
    assert page.one("main")["data-stage"] == "confirmed"
    assert (
        "Please tell the planner that the grades are registered." in page.one("section", id="sheet-head").text
    )
    assert page.all("a", href=reverse("confirm", args=[cast.one.pk])) == []


@pytest.mark.parametrize("act", ["set-grade", "reset-grade"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_locked_grade_does_not_move(cast: SimpleNamespace, kari: Client, act: str, htmx: bool) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    response = click(kari, "10001", act, htmx=htmx, grade="B")
    assert response.status_code == 409
    (alert,) = page_of(response).alerts
    assert alert.startswith("All graders have confirmed, so the grades are locked.")
    assert candidate("10001").grade == "A"


def test_a_reopened_committee_can_be_graded_again(cast: SimpleNamespace, kari: Client) -> None:
    confirm_all(cast.exam)
    reopen_committee(cast.one, reason="An appeal", code=ChangeCode.APPEAL, by=cast.per)
    page = window(kari, cast.one)
    assert page.one("main")["data-stage"] == "not-started"
    assert click(kari, "10001", grade="B", seen="").status_code == 302
    assert candidate("10001").grade == "B"


# Live


def live_source(page: Element) -> str:
    return page.one("div", id="live")["hx-get"]


def test_an_open_page_asks_for_what_is_new_every_few_seconds(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.ola, cast.one, c10001="C")
    newest = LogEntry.objects.latest("pk").pk
    source = window(kari, cast.one).one("div", id="live")
    assert source["hx-get"] == f"{reverse('live', args=[cast.one.pk])}?since={newest}&locked=0"
    assert source["hx-trigger"] == "refresh"
    assert source.one("div", id="news")["hx-trigger"] == "every 3s"


def test_nothing_new_is_no_content(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.ola, cast.one, c10001="C")
    response = kari.get(live_source(window(kari, cast.one)))
    assert (response.status_code, response.content) == (204, b"")


def test_a_colleagues_change_comes_as_its_row_and_the_head(
    cast: SimpleNamespace, kari: Client, ola: Client
) -> None:
    grade(cast.kari, cast.one, c10001="A")
    source = live_source(window(kari, cast.one))
    click(ola, "10002", grade="C")
    part = page_of(kari.get(source, headers=HTMX))
    assert grades(part) == {"10002": "C"}
    assert [one["id"] for one in part.all(hx_swap_oob="true")] == [
        "sheet-head", f"c-{candidate('10002').pk}", "messages",
    ]  # fmt: skip
    assert part.one("section", id="sheet-head").one("progress")["value"] == "2"
    assert "by-other" in row(part, "10002")["class"]
    assert kari.get(live_source(part)).status_code == 204


def test_ones_own_change_in_another_window_is_not_marked_as_somebody_elses(
    cast: SimpleNamespace, kari: Client
) -> None:
    source = live_source(window(kari, cast.one))
    click(kari, "10002", grade="C")
    part = page_of(kari.get(source))
    assert grades(part) == {"10002": "C"}
    assert "by-other" not in row(part, "10002")["class"]


def test_a_colleagues_confirmation_comes_live(cast: SimpleNamespace, kari: Client) -> None:
    source = live_source(window(kari, cast.one))
    confirm(cast.ola, cast.one)
    part = page_of(kari.get(source))
    assert grades(part) == {}
    head = part.one("section", id="sheet-head")
    assert (head["data-stage"], head.texts("li")[1]) == ("waiting", "Ola external · has confirmed")


def test_changes_of_the_other_committee_do_not_come(cast: SimpleNamespace, kari: Client) -> None:
    source = live_source(window(kari, cast.one))
    grade(cast.ola, cast.two, c10013="C")
    assert kari.get(source).status_code == 204


def test_when_the_grades_lock_the_page_is_loaded_anew(cast: SimpleNamespace, kari: Client) -> None:
    source = live_source(window(kari, cast.one))
    confirm_all(cast.exam)
    response = kari.get(source)
    assert (response.headers["HX-Refresh"], response.content) == ("true", b"")
    locked = live_source(window(kari, cast.one))
    assert (locked.endswith("locked=1"), kari.get(locked).status_code) == (True, 204)
    reopen_committee(cast.one, reason="An appeal", code=ChangeCode.APPEAL, by=cast.per)
    assert kari.get(locked).headers["HX-Refresh"] == "true"


def test_a_candidate_who_left_the_committee_brings_the_head_up_to_date(
    cast: SimpleNamespace, kari: Client
) -> None:
    source = live_source(window(kari, cast.one))
    move_candidates([candidate("10003")], to=cast.two, by=cast.per)
    part = page_of(kari.get(source))
    assert (grades(part), part.one("progress")["max"]) == ({}, "2")


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "²"])
def test_a_strange_since_is_as_good_as_none(cast: SimpleNamespace, kari: Client, since: str) -> None:
    grade(cast.ola, cast.one, c10001="C")
    response = kari.get(reverse("live", args=[cast.one.pk]), {"since": since, "locked": "0"})
    assert (response.status_code, grades(page_of(response))) == (200, {"10001": "C"})


# History and attendance


def history(client: Client, number: str) -> Element:
    return page_of(client.get(reverse("candidate", args=[candidate(number).pk])))


def test_the_history_tells_everything_that_was_done_newest_first(cast: SimpleNamespace, kari: Client) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="F")
    grade(cast.ola, cast.one, c10001="C")
    click(kari, "10001", "reset-grade")
    note_attendance(candidate("10001"), Attendance.WITHDREW, by=cast.per)
    page = history(kari, "10001")
    assert page.texts("p", class_="lead") == ["No grade set"]
    assert [one.texts("div") for one in page.one("ol").all("li")] == [
        ["Per noted attendance: Not known → Withdrew"],
        ["Kari removed a grade: C → no grade"],
        ["Ola set a grade by click: A → C"],
        ["Kari set a grade by click: no grade → A"],
    ]


def test_a_move_stands_in_the_history_too(cast: SimpleNamespace, kari: Client, ola: Client) -> None:
    move_candidates([candidate("10001")], to=cast.two, by=cast.per)
    assert history(ola, "10001").one("ol").texts("div") == ["Per moved candidates: committee 1 → committee 2"]
    assert kari.get(reverse("candidate", args=[candidate("10001").pk])).status_code == 404


def test_a_candidate_to_whom_nothing_happened_has_no_history(cast: SimpleNamespace, kari: Client) -> None:
    page = history(kari, "10001")
    assert page.all("ol") == []
    assert "Nothing has happened to this candidate’s grade yet." in page.texts("p")


def test_a_grader_notes_attendance_and_the_grades_stay_confirmed(cast: SimpleNamespace, kari: Client) -> None:
    confirm_all(cast.exam)
    form = history(kari, "10003").one("form", action=reverse("set-attendance", args=[candidate("10003").pk]))
    assert [one["value"] for one in form.all("option")] == ["", "attended", "absent", "withdrew"]
    response = click(kari, "10003", "set-attendance", attendance="absent")
    assert response.headers["Location"] == reverse("candidate", args=[candidate("10003").pk])
    assert (candidate("10003").attendance, stage(cast.one)) == ("absent", "confirmed")
    assert window(kari, cast.one).cells[2][3] == "Did not attend"


def test_a_word_that_is_no_attendance_is_refused(cast: SimpleNamespace, kari: Client) -> None:
    response = click(kari, "10003", "set-attendance", attendance="asleep")
    assert (response.status_code, page_of(response).alerts) == (409, ["Choose what to note."])
    assert candidate("10003").attendance == ""


# Queries


def big(cast: SimpleNamespace, count: int) -> Committee:
    """A committee of kari and ola: all candidates but the last have a grade, and since kari confirmed the first another."""
    numbers = [str(1000 * count + index) for index in range(count)]
    committee: Committee = CommitteeFactory.create(graders=[cast.kari, cast.ola], numbers=numbers)
    changes = {number: ["", "ABC"[int(number) % 3]] for number in numbers[:-1]}
    write_grades(committee, changes, Verb.GRADES_UPLOADED, by=cast.kari)
    confirm(cast.kari, committee)
    grade(cast.ola, committee, **{f"c{numbers[0]}": "F"})
    return committee


@pytest.mark.parametrize("asked", ["", "?show=ungraded", "?show=changed"])
def test_final_grading_takes_the_same_queries_with_3_and_300_and_1000_candidates(
    cast: SimpleNamespace, kari: Client, asked: str
) -> None:
    sheets = [big(cast, count) for count in (3, 300, 1000)]
    counts = {queries_of(kari, url(committee) + asked) for committee in sheets}
    assert len(counts) == 1
    assert [len(grades(window(kari, committee))) for committee in sheets] == [3, 300, 1000]


def test_a_click_takes_the_same_queries_with_3_and_300_candidates(
    cast: SimpleNamespace, kari: Client
) -> None:
    counts = []
    for count in (3, 300):
        committee = big(cast, count)
        last = committee.candidates.get(grade="")
        form = {"grade": "B", "seen": ""}
        counts.append(queries_of(kari, reverse("set-grade", args=[last.pk]), form, headers=HTMX))
    assert counts[0] == counts[1]


def test_a_live_answer_takes_the_same_queries_with_3_and_90_changes(
    cast: SimpleNamespace, kari: Client
) -> None:
    few, many = big(cast, 3), big(cast, 90)
    live = [f"{reverse('live', args=[committee.pk])}?since=0&locked=0" for committee in (few, many)]
    assert queries_of(kari, live[0]) == queries_of(kari, live[1])
    assert len(grades(page_of(kari.get(live[1])))) == 89
