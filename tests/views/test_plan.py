from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from committees.actions.grading import note_attendance
from committees.actions.planning import move_candidates
from committees.enums import Attendance
from committees.models import Committee, Exam, Grader, User
from committees.models.exams import KEY_FIELDS
from tests.conftest import candidate, confirm, confirm_all, grade, seat, stage
from tests.factories import CommitteeFactory, ExamFactory, UserFactory, in_days
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]
PLAN = "/plan/"


@pytest.fixture
def per(cast: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(cast.per)


def url(route: str, row: Exam | Committee | Grader) -> str:
    return reverse(route, args=[row.pk])


def exam_page(client: Client, exam: Exam) -> Element:
    return page_of(client.get(url("planned-exam", exam)))


def part(page: Element, number: int) -> Element:
    """The part of the exam's page about one committee."""
    return page.one("section", data_committee=str(number))


def told(client: Client, response: Any) -> list[str]:
    """What the page to which an act leads says."""
    assert response.status_code == 302, response.status_code
    return page_of(client.get(response.headers["Location"])).one("div", id="messages").texts("div")


def refused(response: Any) -> tuple[int, list[str]]:
    return response.status_code, page_of(response).alerts


# The Plan tab


def test_all_my_exams_show_how_far_each_committee_is_and_whom_it_waits_for(
    cast: SimpleNamespace, per: Client
) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    confirm(cast.kari, cast.one)
    confirm_all(cast.pass_exam)
    page = page_of(per.get(PLAN))
    assert page.one("main").texts("h2") == ["LUP1001 Practice", "TDT4100 Programming"]
    assert page.cells == [
        ["Committee 1", "0 of 2", "Confirmed", "Kari", ""],
        ["Committee 1", "2 of 3", "Waiting for other graders to confirm", "Kari", "Ola"],
        ["Committee 2", "0 of 2", "Not started", "", "Ingrid Ola"],
    ]


def test_what_is_due_first_stands_first_and_what_is_late_says_so(cast: SimpleNamespace, per: Client) -> None:
    Exam.objects.filter(pk=cast.pass_exam.pk).update(date=in_days(-20), deadline=in_days(-3))
    main = page_of(per.get(PLAN)).one("main")
    assert [one.split()[0] for one in main.texts("h2")] == ["LUP1001", "TDT4100"]
    assert main.texts("span", class_="tag tag-late") == ["3 days late"]


def test_a_committee_without_graders_and_an_exam_without_committees_are_seen(
    cast: SimpleNamespace, per: Client
) -> None:
    Grader.objects.filter(committee=cast.three).delete()
    bare = ExamFactory.create(emnekode="BARE", planners=[cast.per])
    main = page_of(per.get(PLAN)).one("main")
    assert main.cells[0] == ["Committee 1", "0 of 2", "Not started", "", "no graders"]
    assert [one["href"] for one in main.all("a") if one.text == "Set it up"] == [url("planned-exam", bare)]


@pytest.mark.parametrize(
    ("asked", "found"), [("lup", ["LUP1001"]), ("Programming", ["TDT4100"]), ("XXX1000", [])]
)
def test_one_searches_own_exams_by_code_and_name(
    cast: SimpleNamespace, per: Client, asked: str, found: list[str]
) -> None:
    main = page_of(per.get(PLAN, {"q": asked})).one("main")
    assert [one.split()[0] for one in main.texts("h2")] == (found or ["Nothing"])
    assert main.one("input", name="q")["value"] == asked


def test_a_planner_without_exams_is_told_how_to_begin(cast: SimpleNamespace, sign_in: SignIn) -> None:
    new = UserFactory.create(is_planner=True)
    main = page_of(sign_in(new).get(PLAN)).one("main")
    assert main.texts("h2") == ["No exams yet"]
    assert {one["href"] for one in main.all("a")} == {reverse("import"), reverse("new-exam")}


def test_one_and_five_exams_take_the_same_queries(cast: SimpleNamespace, per: Client) -> None:
    cast.exam.planners.clear()
    counts = [queries_of(per, PLAN)]
    for _exam in range(4):
        exam = ExamFactory.create(planners=[cast.per])
        for number in (1, 2):
            CommitteeFactory.create(
                exam=exam, number=number, graders=[cast.kari, cast.ola], numbers=[f"{number}0"]
            )
    assert len(page_of(per.get(PLAN)).one("main").all("h2")) == 5
    assert [*counts, queries_of(per, PLAN)] == counts * 2


# Creating and editing an exam


def form_of(exam: Exam, **other: Any) -> dict[str, Any]:
    """What the form of an exam sends when nothing is changed, but for `other`."""
    fields = (*KEY_FIELDS, "name", "kind", "date", "place", "deadline", "scale", "rule")
    sent = {name: str(getattr(exam, name)) for name in fields} | {"is_anonymous": "on"}
    return sent | {"planners": [one.pk for one in exam.planners.all()]} | other


def test_a_placeholder_exam_is_set_up_with_a_deadline_from_the_settings(
    cast: SimpleNamespace, per: Client, settings: Any
) -> None:
    settings.GRADING_DEADLINE_DAYS = 10
    form = form_of(
        cast.exam, emnekode="ORAL1000", name="An oral", date="2026-05-04", deadline="", kind="oral"
    )
    response = per.post(reverse("new-exam"), form)
    exam = Exam.objects.get(emnekode="ORAL1000")
    assert response.headers["Location"] == url("planned-exam", exam)
    assert (exam.name, str(exam.date), str(exam.deadline)) == ("An oral", "2026-05-04", "2026-05-14")
    assert list(exam.planners.all()) == [cast.per]
    assert list(exam.log.values_list("verb", "by__username")) == [("exam.created", "per")]


def test_the_form_of_a_new_exam_proposes_me_as_planner_and_the_common_choices(
    cast: SimpleNamespace, per: Client
) -> None:
    form = page_of(per.get(reverse("new-exam"))).one("main").one("form")
    ticked = [(one["name"], one.attributes.get("value", "on")) for one in form.all("input", checked="*")]
    assert dict(ticked) == {
        "kind": "oral",
        "scale": "A-F",
        "rule": "all",
        "is_anonymous": "on",
        "planners": str(cast.per.pk),
    }
    assert len(ticked) == 5
    assert form.one("input", name="date")["type"] == "date"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("date", "yesterday", "Enter a valid date."),
        ("arstall", "1066", "Ensure this value is greater than or equal to 1990."),
        (
            "name",
            "Oral\u202eexam",
            "This holds characters that nobody sees: U+202E RIGHT-TO-LEFT OVERRIDE. Delete them, or type it anew.",
        ),
        (
            "place",
            "Hall\u200b 1\x07",
            "This holds characters that nobody sees: U+200B ZERO WIDTH SPACE, U+0007. Delete them, or type it anew.",
        ),
        ("emnekode", "A;B", "Only letters, digits, space and . / _ - may stand in FS's key."),
        ("planners", [], "This field is required."),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_made(
    cast: SimpleNamespace, per: Client, field: str, value: Any, error: str
) -> None:
    response = per.post(reverse("new-exam"), form_of(cast.exam, **{"emnekode": "NEW1", field: value}))
    main = page_of(response).one("main")
    assert (response.status_code, main.faults) == (422, [error])
    errors = [
        one.text for one in main.all(id="*") if one["id"].startswith("error_") and one.tag in ("span", "p")
    ]
    assert errors == [error]
    assert Exam.objects.filter(arstall=2026).count() == 3


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({}, "There is an exam with this FS key already."),
        ({"emnekode": "NEW1", "deadline": "1999-01-01"}, "The grading deadline can't lie before the exam."),
    ],
)
def test_a_key_that_is_taken_and_a_deadline_before_the_exam_are_told(
    cast: SimpleNamespace, per: Client, other: dict[str, str], error: str
) -> None:
    response = per.post(reverse("new-exam"), form_of(cast.exam, **other))
    assert response.status_code == 422
    assert page_of(response).faults == [error]
    assert Exam.objects.count() == 3


def test_an_exam_is_edited_and_the_log_says_what_changed(cast: SimpleNamespace, per: Client) -> None:
    planners = [cast.per.pk, cast.petra.pk]
    form = form_of(cast.exam, place="Hall", rule="one", planners=planners)
    form.pop("is_anonymous")
    response = per.post(url("edit-exam", cast.exam), form)
    assert told(per, response) == ["Saved."]
    exam = Exam.objects.get(pk=cast.exam.pk)
    assert (exam.place, exam.rule, exam.is_anonymous, exam.planners.count()) == ("Hall", "one", False, 2)
    assert exam.log.get().details["changed"] == {
        "place": ["", "Hall"],
        "rule": ["all", "one"],
        "is_anonymous": ["True", "False"],
        "planners": ["Per", "Per, Petra"],
    }


def test_the_form_of_an_exam_shows_what_stands(cast: SimpleNamespace, per: Client) -> None:
    page = page_of(per.get(url("edit-exam", cast.pass_exam)))
    form = page.one("main").one("form")
    assert page.texts("h1") == ["Edit LUP1001 Practice"]
    texts = {one["name"]: one.attributes.get("value", "") for one in form.all("input", class_="*")}
    assert (texts["emnekode"], texts["date"]) == ("LUP1001", str(cast.pass_exam.date))
    assert form.one("input", name="scale", checked="*")["value"] == "PASS"


def test_saving_what_stands_is_no_act(cast: SimpleNamespace, per: Client) -> None:
    assert per.post(url("edit-exam", cast.exam), form_of(cast.exam)).status_code == 302
    assert cast.exam.log.count() == 0


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"scale": "PASS"}, "The grade scale can't change any more: grades of it are set."),
        (
            {"rule": "one"},
            "The rule of confirmation can't change any more: a committee is confirmed. Reopen it first.",
        ),
    ],
)
def test_what_graders_rely_on_is_not_changed(
    cast: SimpleNamespace, per: Client, other: dict[str, str], error: str
) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    response = per.post(url("edit-exam", cast.exam), form_of(cast.exam, name="Other", **other))
    page = page_of(response)
    assert (response.status_code, page.faults) == (422, [error])
    assert page.texts("h1") == ["Edit TDT4100 Programming"]
    assert Exam.objects.get(pk=cast.exam.pk).name == "Programming"


def test_who_leaves_an_exam_to_others_lands_on_the_plan_tab(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("edit-exam", cast.exam), form_of(cast.exam, planners=[cast.petra.pk]))
    assert response.headers["Location"] == PLAN
    assert per.get(url("planned-exam", cast.exam)).status_code == 404


# One exam: readiness, committees, seats


def obstacles(client: Client, exam: Exam) -> list[tuple[str, str]]:
    """Each line of the readiness list and where its link leads."""
    lists = exam_page(client, exam).all("ul", class_="list-unstyled")
    return [(one.text, one.one("a")["href"]) for one in (lists[0].all("li") if lists else [])]


def test_nothing_blocks_an_exam_that_is_ready(cast: SimpleNamespace, per: Client) -> None:
    assert obstacles(per, cast.exam) == []
    assert "Nothing blocks the grading." in exam_page(per, cast.exam).texts("p")


def test_a_bare_exam_lacks_committees_and_candidates(cast: SimpleNamespace, per: Client) -> None:
    bare = ExamFactory.create(planners=[cast.per])
    assert obstacles(per, bare) == [
        ("The exam has no committee. Import committees from FS", reverse("import")),
        ("The exam has no candidates. Import candidates from FS", reverse("import")),
    ]


def test_every_obstacle_has_the_link_that_mends_it(cast: SimpleNamespace, per: Client) -> None:
    cast.exam.candidates.filter(number__in=["10002", "10003"]).update(committee=None)
    Grader.objects.filter(committee=cast.two).delete()
    User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    empty = CommitteeFactory.create(exam=cast.exam, number=3, graders=[cast.vera], numbers=[])
    page, candidates = url("planned-exam", cast.exam), url("planned-candidates", cast.exam)
    assert obstacles(per, cast.exam) == [
        ("2 candidates are on no committee. Choose a committee for them", f"{candidates}?committee=none"),
        ("The account of Kari is closed. Unseat the grader", f"{page}#committee-{cast.one.pk}"),
        ("Committee 2 has no graders. Seat a grader", f"{page}#committee-{cast.two.pk}"),
        ("Committee 3 has no candidates; it holds nothing up. Move candidates", candidates),
    ]
    assert exam_page(per, cast.exam).one("section", id=f"committee-{empty.pk}")["data-committee"] == "3"


def test_the_page_says_whose_confirmation_is_missing(cast: SimpleNamespace, per: Client) -> None:
    confirm(cast.kari, cast.one)
    page = exam_page(per, cast.exam)
    assert "Confirmation is missing from Ola (1), Ola (2), Ingrid (2)." in page.texts("p")
    assert [one["data-stage"] for one in page.all("section", data_committee="*")] == [
        "waiting",
        "not-started",
    ]
    assert part(page, 1).one("ul").texts("span", class_="text-secondary") == [
        "internal · has confirmed",
        "external · has not confirmed",
    ]


def test_a_committee_is_added(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("new-committee", cast.exam), {"number": "7", "name": "Oral C"})
    made = Committee.objects.get(number=7)
    assert response.headers["Location"] == f"{url('planned-exam', cast.exam)}#committee-{made.pk}"
    assert part(exam_page(per, cast.exam), 7).texts("h2") == ["Committee 7 – Oral C Not started"]


@pytest.mark.parametrize("number", ["0", "x", "", "9" * 12])
def test_a_wrong_committee_number_is_marked_in_its_place(
    cast: SimpleNamespace, per: Client, number: str
) -> None:
    response = per.post(url("new-committee", cast.exam), {"number": number})
    page = page_of(response)
    opened = page.one("details", open="*")
    assert (response.status_code, opened.texts("summary")) == (422, ["Add a committee"])
    assert opened.one("input", name="number")["aria-invalid"] == "true"
    assert cast.exam.committees.count() == 2


def test_a_committee_number_that_is_taken_is_refused(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("new-committee", cast.exam), {"number": "2"})
    assert refused(response) == (409, ["The exam has a committee 2 already."])


def test_a_known_person_is_seated(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("seat", cast.one), {"feide_name": "Vera", "is_external": "on"})
    assert told(per, response) == ["Vera now sits on Committee 1."]
    assert (seat(cast.vera, cast.one).is_external, User.objects.filter(name="Vera").count()) == (True, 1)
    assert "Vera external · has not confirmed Unseat Vera, Committee 1" in part(
        exam_page(per, cast.exam), 1
    ).texts("li")


def test_somebody_not_seen_before_is_invited_by_feide_name(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("seat", cast.one), {"feide_name": "Gro@UiO.no", "email": "gro@example.org"})
    assert told(per, response) == ["gro@uio.no now sits on Committee 1."]
    gro = User.objects.get(feide_name="gro@uio.no")
    assert (gro.is_invited, gro.email, gro.has_usable_password()) == (True, "gro@example.org", False)
    assert part(exam_page(per, cast.exam), 1).texts("li")[1].startswith("gro@uio.no invited internal")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"feide_name": ""}, "feide_name"),
        ({"feide_name": "two words"}, "feide_name"),
        ({"feide_name": "gro@"}, "feide_name"),
        ({"feide_name": "gro@uio.no", "email": "nowhere"}, "email"),
    ],
)
def test_a_wrong_seat_form_comes_back_open_in_its_committee(
    cast: SimpleNamespace, per: Client, form: dict[str, str], field: str
) -> None:
    response = per.post(url("seat", cast.two), form)
    page = page_of(response)
    opened = part(page, 2).one("details", open="*")
    assert (response.status_code, len(page.faults)) == (422, 1)
    assert opened.one("input", name=field)["aria-invalid"] == "true"
    assert part(page, 1).all("input", aria_invalid="true") == []
    assert (cast.two.graders.count(), User.objects.filter(feide_name="gro@uio.no").count()) == (2, 0)


def test_nobody_sits_twice_and_nobody_joins_a_confirmed_committee(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("seat", cast.one), {"feide_name": "kari@ntnu.no"})
    assert refused(response) == (409, ["Kari sits on Committee 1 already."])
    confirm_all(cast.exam)
    response = per.post(url("seat", cast.one), {"feide_name": "vera@ntnu.no"})
    assert refused(response) == (409, ["Committee 1 is confirmed. Reopen it before you change its graders."])
    assert cast.one.graders.count() == 2


def test_a_grader_is_unseated_and_what_the_others_confirmed_stands(
    cast: SimpleNamespace, per: Client
) -> None:
    confirm(cast.kari, cast.one)
    form = part(exam_page(per, cast.exam), 1).one("form", action=url("unseat", seat(cast.ola, cast.one)))
    assert form.texts("button") == ["Unseat Ola, Committee 1"]
    assert told(per, per.post(form["action"])) == [
        "Ola no longer sits on Committee 1.",
        "All graders who are left have confirmed, so the grades are locked now.",
    ]
    assert (list(cast.one.graders.values_list("person__username", flat=True)), stage(cast.one)) == (
        ["kari"],
        "confirmed",
    )


def test_a_confirmed_committee_offers_no_seats_but_its_reopening(cast: SimpleNamespace, per: Client) -> None:
    confirm_all(cast.exam)
    shown = part(exam_page(per, cast.exam), 1)
    links = [url("protocol", cast.one), url("reopen", cast.one)]
    assert [shown.all("form"), [one["href"] for one in shown.all("a")]] == [[], links]
    assert refused(per.post(url("unseat", seat(cast.ola, cast.one)))) == (
        409,
        ["Committee 1 is confirmed. Reopen it before you change its graders."],
    )


def test_the_exams_page_takes_the_same_queries_with_more_committees_and_candidates(
    cast: SimpleNamespace, per: Client
) -> None:
    page = url("planned-exam", cast.exam)
    few = queries_of(per, page)
    for number in range(3, 8):
        graders = [cast.kari, cast.ola, cast.vera]
        CommitteeFactory.create(
            exam=cast.exam, number=number, graders=graders, numbers=range(number * 100, number * 100 + 60)
        )
    assert queries_of(per, page) == few


# Reopening


def test_a_committee_is_reopened_with_reason_and_code(cast: SimpleNamespace, per: Client) -> None:
    confirm_all(cast.exam)
    form = page_of(per.get(url("reopen", cast.one))).one("main").one("form")
    assert [one["value"] for one in form.all("input", name="code")] == ["FEILREG", "KLAGE", "NYINFO"]
    response = per.post(url("reopen", cast.one), {"code": "KLAGE", "reason": "10002 appealed"})
    assert told(per, response) == ["Committee 1 is open again."]
    assert [stage(one) for one in (cast.one, cast.two)] == ["not-started", "confirmed"]
    made = cast.one.reopenings.get()
    assert (made.code, made.reason, made.round) == ("KLAGE", "10002 appealed", 2)


@pytest.mark.parametrize(
    "form", [{}, {"code": "KLAGE", "reason": " "}, {"reason": "why"}, {"code": "X", "reason": "why"}]
)
def test_a_reopening_needs_reason_and_code(cast: SimpleNamespace, per: Client, form: dict[str, str]) -> None:
    confirm_all(cast.exam)
    response = per.post(url("reopen", cast.one), form)
    assert (response.status_code, bool(page_of(response).faults)) == (422, True)
    assert stage(cast.one) == "confirmed"


def test_what_is_not_confirmed_is_not_reopened(cast: SimpleNamespace, per: Client) -> None:
    response = per.post(url("reopen", cast.one), {"code": "KLAGE", "reason": "why"})
    assert refused(response) == (
        409,
        ["Committee 1 is not confirmed, so its graders can change the grades."],
    )
    assert cast.one.reopenings.count() == 0


# Nudging


def test_those_who_are_missing_are_mailed_that_something_waits_and_not_what(
    cast: SimpleNamespace,
    per: Client,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    confirm(cast.kari, cast.one)
    with django_capture_on_commit_callbacks(execute=True):
        response = per.post(url("nudge", cast.exam))
    assert told(per, response) == ["Nudged by mail: Ingrid, Ola."]
    assert [mail.to for mail in mailoutbox] == [["ingrid@example.org"], ["ola@example.org"]]
    mail = mailoutbox[0]
    assert (mail.subject, mail.reply_to) == ("Grading waits for you", ["per@example.org"])
    assert "http://testserver/grade/" in mail.body
    assert [
        word
        for word in ("TDT4100", "Programming", "1000", "Committee")
        if word in f"{mail.subject} {mail.body}"
    ] == []


def test_nobody_is_nudged_twice_within_the_hour(cast: SimpleNamespace, per: Client) -> None:
    per.post(url("nudge", cast.exam))
    assert refused(per.post(url("nudge", cast.exam))) == (
        409,
        ["They were nudged less than an hour ago. Give them a little time."],
    )
    assert cast.exam.log.filter(verb="graders.nudged").count() == 1


def test_where_nobody_is_missing_there_is_nobody_to_nudge(cast: SimpleNamespace, per: Client) -> None:
    confirm_all(cast.exam)
    assert exam_page(per, cast.exam).all("form", action=url("nudge", cast.exam)) == []
    assert refused(per.post(url("nudge", cast.exam))) == (
        409,
        ["Nobody is missing: there is no one to nudge."],
    )


def test_who_has_no_address_is_named(cast: SimpleNamespace, per: Client) -> None:
    User.objects.filter(pk=cast.ola.pk).update(email="")
    assert told(per, per.post(url("nudge", cast.exam))) == [
        "Nudged by mail: Ingrid, Kari.",
        "We have no e-mail address of Ola.",
    ]


# Candidates


def candidates(client: Client, exam: Exam, **asked: str) -> list[list[str]]:
    """The rows; a search is posted, so that no candidate number stands in an address."""
    ask = client.post if "q" in asked else client.get
    return page_of(ask(url("planned-candidates", exam), asked)).cells


def test_every_candidate_stands_there_with_committee_status_and_attendance(
    cast: SimpleNamespace, per: Client
) -> None:
    grade(cast.kari, cast.one, c10001="A")
    note_attendance(candidate("10014"), Attendance.WITHDREW, by=cast.per)
    cast.exam.candidates.filter(number="10013").update(committee=None)
    assert candidates(per, cast.exam) == [
        ["10001", "Committee 1", "Submitted", "Not known"],
        ["10002", "Committee 1", "Not started", "Not known"],
        ["10003", "Committee 1", "Not started", "Not known"],
        ["10013", "none", "Not started", "Not known"],
        ["10014", "Committee 2", "Not started", "Withdrew"],
    ]


def test_a_planner_sees_no_grades_there_and_names_only_where_they_show(
    cast: SimpleNamespace, per: Client
) -> None:
    assert candidates(per, cast.exam, q="10001")[0][0] == "10001"
    Exam.objects.filter(pk=cast.exam.pk).update(is_anonymous=False)
    assert candidates(per, cast.exam, q="10001")[0][0] == "10001 Sofie"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"committee": "2"}, ["10013", "10014"]),
        ({"committee": "none"}, ["10003"]),
        ({"q": "01"}, ["10001", "10013", "10014"]),
        ({"q": "01", "committee": "1"}, ["10001"]),
        ({"committee": "²"}, ["10001", "10002", "10003", "10013", "10014"]),
        ({"committee": "99"}, []),
    ],
)
def test_one_filters_by_committee_and_searches_by_number(
    cast: SimpleNamespace, per: Client, asked: dict[str, str], found: list[str]
) -> None:
    cast.exam.candidates.filter(number="10003").update(committee=None)
    assert [cells[0] for cells in candidates(per, cast.exam, **asked)] == found


def test_ticked_candidates_move_with_their_grades(cast: SimpleNamespace, per: Client) -> None:
    grade(cast.kari, cast.one, c10002="B")
    form = page_of(per.get(url("planned-candidates", cast.exam))).one(
        "form", action=url("move-candidates", cast.exam)
    )
    boxes = {
        one.text: one["for"].removeprefix("tick-") for one in form.all("label", class_="fw-semibold num")
    }
    chosen = {"candidates": [boxes["10002"], boxes["10003"]], "to": str(cast.two.pk)}
    assert told(per, per.post(form["action"], chosen)) == ["2 moved to Committee 2."]
    assert list(cast.two.candidates.by_number().values_list("number", "grade")) == [
        ("10002", "B"), ("10003", ""), ("10013", ""), ("10014", ""),
    ]  # fmt: skip


def test_a_move_needs_candidates_and_a_committee_of_this_exam(cast: SimpleNamespace, per: Client) -> None:
    mine, foreign = candidate("10001").pk, candidate("20001").pk
    for form in (
        {},
        {"to": cast.two.pk},
        {"candidates": [mine]},
        {"candidates": [mine], "to": cast.three.pk},
        {"candidates": [foreign], "to": cast.two.pk},
        {"candidates": ["x"], "to": cast.two.pk},
    ):
        response = per.post(url("move-candidates", cast.exam), form)
        assert refused(response) == (409, ["Choose at least one candidate and the committee to move to."])
    assert (cast.one.candidates.count(), cast.two.candidates.count(), cast.three.candidates.count()) == (
        3,
        2,
        2,
    )


def test_nobody_leaves_or_joins_a_confirmed_committee(cast: SimpleNamespace, per: Client) -> None:
    for grader in (cast.ola, cast.ingrid):
        confirm(grader, cast.two)
    form = {"candidates": [candidate("10001").pk], "to": cast.two.pk}
    told_ = ["Committee 2 is confirmed. Reopen it before you move its candidates."]
    assert refused(per.post(url("move-candidates", cast.exam), form)) == (409, told_)
    assert candidate("10001").committee == cast.one


def test_attendance_is_noted_for_all_who_are_ticked(cast: SimpleNamespace, per: Client) -> None:
    chosen = [candidate("10001").pk, candidate("10013").pk, candidate("20001").pk]
    form = {"candidates": chosen, "attendance": "absent"}
    assert told(per, per.post(url("note-absence", cast.exam), form)) == ["Attendance noted."]
    seen = {number: candidate(number).attendance for number in ("10001", "10002", "10013", "20001")}
    assert seen == {"10001": "absent", "10002": "", "10013": "absent", "20001": ""}


@pytest.mark.parametrize(
    "form", [{}, {"attendance": "absent"}, {"candidates": ["x", "9" * 30], "attendance": "absent"}]
)
def test_attendance_needs_candidates_and_a_word(
    cast: SimpleNamespace, per: Client, form: dict[str, Any]
) -> None:
    response = per.post(url("note-absence", cast.exam), form)
    assert refused(response) == (409, ["Choose at least one candidate, and what to note."])
    assert cast.exam.log.count() == 0


def test_where_nobody_is_found_the_page_says_where_candidates_come_from(
    cast: SimpleNamespace, per: Client
) -> None:
    bare = ExamFactory.create(planners=[cast.per])
    main = page_of(per.get(url("planned-candidates", bare))).one("main")
    assert main.texts("h2") == ["No candidates here"]
    assert main.one("a", class_="btn btn-outline")["href"] == reverse("import")


def test_the_list_of_candidates_takes_the_same_queries_with_many(cast: SimpleNamespace, per: Client) -> None:
    page = url("planned-candidates", cast.exam)
    few = queries_of(per, page)
    CommitteeFactory.create(exam=cast.exam, number=3, numbers=range(30000, 30300))
    assert queries_of(per, page) == few
    assert [len(candidates(per, cast.exam, page=number)) for number in ("1", "2")] == [200, 105]


# The log


def entries(client: Client, exam: Exam) -> list[list[str]]:
    timeline = page_of(client.get(url("exam-log", exam))).one("ol", class_="timeline")
    return [one.texts("div") for one in timeline.all("li")]


def test_the_log_is_a_timeline_of_every_act_newest_first(cast: SimpleNamespace, per: Client) -> None:
    grade(cast.kari, cast.one, c10001="A")
    grade(cast.ola, cast.one, c10001="B")
    move_candidates([candidate("10003")], to=cast.two, by=cast.per)
    per.post(url("seat", cast.one), {"feide_name": "vera@ntnu.no"})
    confirm(cast.kari, cast.one)
    per.post(url("edit-exam", cast.exam), form_of(cast.exam, place="Hall"))
    assert entries(per, cast.exam) == [
        ["Per changed the exam", "place: – → Hall"],
        ["Kari confirmed final grading, Committee 1", "without grade: 10002"],
        ["Per seated a grader, Committee 1", "vera@ntnu.no"],
        ["Per moved candidates", "10003: 1 → 2"],
        ["Ola set a grade by click, Committee 1", "10001: A → B"],
        ["Kari set a grade by click, Committee 1", "10001: no grade → A"],
    ]


def test_the_rest_of_the_acts_are_told_too(cast: SimpleNamespace, per: Client) -> None:
    note_attendance(candidate("10001"), Attendance.ABSENT, by=cast.per)
    per.post(url("nudge", cast.exam))
    confirm_all(cast.exam)
    per.post(url("reopen", cast.one), {"code": "KLAGE", "reason": "An appeal"})
    lines = entries(per, cast.exam)
    assert lines[0] == ["Per reopened the committee, Committee 1", "KLAGE: An appeal"]
    assert lines[-2:] == [
        ["Per nudged graders", "Ingrid, Kari, Ola"],
        ["Per noted attendance, Committee 1", "10001: Did not attend"],
    ]


def test_each_entry_says_when(cast: SimpleNamespace, per: Client) -> None:
    grade(cast.kari, cast.one, c10001="A")
    made = cast.exam.log.get()
    moment = page_of(per.get(url("exam-log", cast.exam))).one("time")
    at = timezone.localtime(made.at)
    assert moment.text == f"{at.day} {at:%b %Y %H:%M:%S}"
    assert datetime.fromisoformat(moment["datetime"]) == at


def test_a_long_log_has_pages_and_takes_the_same_queries(cast: SimpleNamespace, per: Client) -> None:
    grade(cast.kari, cast.one, c10001="A")
    few = queries_of(per, url("exam-log", cast.exam))
    for value in "BCDEF" * 11:
        grade(cast.ola, cast.one, c10001=value)
        grade(cast.kari, cast.one, c10001="A")
    page = page_of(per.get(url("exam-log", cast.exam), {"page": "3"}))
    assert (len(entries(per, cast.exam)), len(page.one("ol").all("li"))) == (50, 11)
    assert queries_of(per, url("exam-log", cast.exam)) == few
