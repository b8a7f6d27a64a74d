"""The second look on Confirm Final Grading and on the result of an upload."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.grading import note_attendance
from committees.actions.upload_results import undo_upload
from committees.actions.uploads import upload_grades
from committees.audit.verification import violations
from committees.enums import Attendance, SpotCheck
from committees.models import Committee, Confirmation, Exam, LogEntry, Upload
from committees.queries.chunks import row_url
from committees.templatetags.grading import describe
from tests.conftest import People, candidate, confirm, grade, seat
from tests.factories import CommitteeFactory, ExamFactory
from tests.files.build import grade_list
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of

GRADES = "CABDBECFABDCADEBFCAD"
NUMBERS = [str(number) for number in range(30001, 30021)]


@pytest.fixture
def sheet(people: People) -> Committee:
    """A committee of kari and ola with 20 candidates, graded by an upload of kari's."""
    people.exam.spot_check = SpotCheck.OFF
    people.exam.save(update_fields=["spot_check"])
    made = CommitteeFactory.create(
        exam=people.exam, number=9, graders=[people.kari, people.ola], numbers=NUMBERS
    )
    sent(people, made, GRADES)
    return made


def sent(
    people: People, committee: Committee, grades: Sequence[str], numbers: Any = NUMBERS, by: str = "kari"
) -> Upload:
    content = grade_list(*zip(numbers, grades, strict=True))
    return upload_grades(seat(getattr(people, by), committee), file_name=f"{by}.xlsx", content=content)


def page(client: Client, committee: Committee) -> Element:
    return page_of(client.get(reverse("confirm", args=[committee.pk])))


def hints(page: Element) -> list[str]:
    return [one["data-hint"] for one in page.all("div", data_hint="*")]


def send(client: Client, page: Element, route: str = "confirm", **more: Any) -> Any:
    """Send the form of a confirm page, with what it showed."""
    form = page.one("form", id="confirm-form")
    url = form["action"] if route == "confirm" else form.one("button", formaction="*")["formaction"]
    return client.post(url, form.fields | more)


def answer_of(page: Element, kind: str) -> tuple[str, dict[str, str]]:
    """Return the form of *Seen* on the result of an upload."""
    form = page.one("div", data_hint=kind).one("form")
    return form["action"], form.fields


def logged() -> dict[str, Any]:
    details: dict[str, dict[str, Any]] = (
        LogEntry.objects.filter(action="grading.confirmed").latest("pk").details
    )
    return details.get("second_look", {})


# The hints


def test_good_list_has_no_hints(people: People, sheet: Committee, kari: Client) -> None:
    assert hints(page(kari, sheet)) == []
    upload = Upload.objects.get()
    assert hints(page_of(kari.get(reverse("upload", args=[upload.pk])))) == []


def test_shifted_list_is_reported_in_result_and_confirmation(
    people: People, sheet: Committee, kari: Client, ola: Client
) -> None:
    upload = sent(people, sheet, GRADES[-1] + GRADES[:-1], by="ola")
    result = page_of(ola.get(reverse("upload", args=[upload.pk])))
    assert (hints(result), hints(page(kari, sheet))) == (["row-shift"], ["row-shift"])
    lines = result.one("div", data_hint="row-shift").all("li")
    assert [line.text for line in lines][:2] == [
        "30002 has C, which 30001 had before.",
        "30003 has A, which 30002 had before.",
    ]
    row = candidate("30002")
    assert lines[0].one("a")["href"] == row_url(Committee.objects.with_stage().get(pk=sheet.pk), row.pk)


def test_few_shifted_grades_may_be_a_coincidence(people: People, sheet: Committee, kari: Client) -> None:
    sent(people, sheet, GRADES[:6] + GRADES[5:11], numbers=NUMBERS[:12], by="ola")
    (hint,) = page(kari, sheet).all("div", data_hint="row-shift")
    assert "With so few grades, this may be a coincidence." in hint.text


def test_own_earlier_grades_reveal_a_slip_when_others_changed_some(people: People, kari: Client) -> None:
    fresh = CommitteeFactory.create(
        exam=people.exam, number=8, graders=[people.kari, people.ola], numbers=NUMBERS
    )
    sent(people, fresh, GRADES[:12], numbers=NUMBERS[:12])
    sent(people, fresh, "EEE", numbers=NUMBERS[2:5], by="ola")
    upload = sent(people, fresh, GRADES[-1] + GRADES[:-1])
    result = page_of(kari.get(reverse("upload", args=[upload.pk])))
    assert (hints(result), hints(page(kari, fresh))) == (["row-shift"], ["row-shift"])


def test_pairs_that_are_not_listed_are_counted(people: People, sheet: Committee, kari: Client) -> None:
    sent(people, sheet, "D" + GRADES[:-1], by="ola")
    (hint,) = page(kari, sheet).all("div", data_hint="row-shift")
    assert hint.texts("li")[5:] == ["and 14 more"]


def test_undone_or_corrected_shift_is_not_reported(people: People, sheet: Committee, ola: Client) -> None:
    sent(people, sheet, GRADES[-1] + GRADES[:-1], by="ola")
    assert hints(page(ola, sheet)) == ["row-shift"]
    mended = sent(people, sheet, GRADES, by="ola")
    assert hints(page(ola, sheet)) == []
    assert hints(page_of(ola.get(reverse("upload", args=[mended.pk])))) == []
    undo_upload(seat(people.ola, sheet), mended)
    assert hints(page(ola, sheet)) == ["row-shift"]


def test_absent_candidates_with_a_grade_reveal_a_slip_of_a_first_list(people: People, kari: Client) -> None:
    fresh = CommitteeFactory.create(exam=people.exam, number=8, graders=[people.kari], numbers=NUMBERS)
    for number in ("30004", "30011"):
        note_attendance(candidate(number), Attendance.ABSENT, by=people.per)
    empty = dict.fromkeys(("30005", "30012"), "")
    grades = dict(zip(NUMBERS, GRADES, strict=True)) | empty
    content = grade_list(*grades.items())
    upload = upload_grades(seat(people.kari, fresh), file_name="first.xlsx", content=content)
    result = page_of(kari.get(reverse("upload", args=[upload.pk])))
    assert (hints(result), hints(page(kari, fresh))) == (["attendance-shift"], ["attendance-shift"])


def test_grade_below_the_last_candidate_reveals_a_slip_of_a_first_list(people: People, kari: Client) -> None:
    fresh = CommitteeFactory.create(exam=people.exam, number=8, graders=[people.kari], numbers=NUMBERS)
    sent(people, fresh, ["", *GRADES], numbers=[*NUMBERS, ""])
    result = page_of(kari.get(reverse("upload", args=[Upload.objects.get().pk])))
    assert (hints(result), hints(page(kari, fresh))) == (["overhang"], ["overhang"])
    grade(people.kari, fresh, c30001="A")
    assert hints(page(kari, fresh)) == []


def test_grade_below_the_last_candidate_reveals_a_slip_of_a_later_list(people: People, kari: Client) -> None:
    fresh = CommitteeFactory.create(exam=people.exam, number=8, graders=[people.kari], numbers=NUMBERS)
    grade(people.kari, fresh, c30001="A")
    made = sent(people, fresh, ["", *GRADES], numbers=[*NUMBERS, ""])
    result = page_of(kari.get(reverse("upload", args=[made.pk])))
    assert (hints(result), hints(page(kari, fresh))) == (["overhang"], ["overhang"])


def test_sheet_of_another_committee_is_recognised(people: People, sheet: Committee, kari: Client) -> None:
    numbers = [str(number) for number in range(40001, 40021)]
    other = CommitteeFactory.create(exam=people.exam, number=8, graders=[people.kari], numbers=numbers)
    sent(people, other, GRADES, numbers)
    assert hints(page(kari, other)) == ["same-column"]


def test_candidates_sorted_without_their_grades_are_recognised(
    people: People, sheet: Committee, kari: Client
) -> None:
    sent(people, sheet, GRADES, NUMBERS[7:] + NUMBERS[:7])
    assert hints(page(kari, sheet)) == ["numbers-sorted"]


@pytest.mark.parametrize(
    ("grades", "kind"), [("".join(sorted(GRADES)), "grades-sorted"), ("C" * 20, "one-grade")]
)
def test_columns_that_are_hardly_real_are_named(
    people: People, sheet: Committee, kari: Client, grades: str, kind: str
) -> None:
    sent(people, sheet, grades)
    assert hints(page(kari, sheet)) == [kind]


def test_grades_unlike_earlier_terms_are_named_but_never_of_one_grader(
    people: People, sheet: Committee, kari: Client
) -> None:
    earlier = ExamFactory.create(
        emnekode=people.exam.emnekode, arstall=2025, date=people.exam.date.replace(year=2025)
    )
    before = CommitteeFactory.create(exam=earlier, graders=[people.kari], numbers=range(1, 61))
    entry = people.exam.log.latest("pk")
    before.candidates.update(grade="F", grade_entry=entry)
    assert hints(page(kari, sheet)) == []
    earlier.transfers.create(number=1, by=people.per, content=b"", sha256="", at=timezone.now())
    assert hints(page(kari, sheet)) == ["drift"]
    sheet.graders.filter(person=people.ola).delete()
    assert hints(page(kari, sheet)) == []


# Answers


def test_hints_that_the_page_did_not_show_are_shown_before_confirming(
    people: People, sheet: Committee, kari: Client
) -> None:
    sent(people, sheet, "C" * 20)
    response = send(kari, page(kari, sheet), shown="")
    assert (response.status_code, hints(page_of(response))) == (409, ["one-grade"])
    assert Confirmation.objects.count() == 0
    assert send(kari, page_of(response)).status_code == 302


def test_confirming_again_from_the_sheet_shows_new_hints_first(
    people: People, sheet: Committee, kari: Client
) -> None:
    confirm(people.kari, sheet)
    sent(people, sheet, "C" * 20, by="ola")
    head = page_of(kari.get(reverse("final-grading", args=[sheet.pk]))).one("section", id="sheet-head")
    response = kari.post(head.one("form")["action"], head.one("form").fields)
    assert (response.status_code, hints(page_of(response))) == (409, ["one-grade"])


def test_client_without_pages_gets_no_hints(people: People, sheet: Committee, kari: Client) -> None:
    sent(people, sheet, "C" * 20)
    version = Committee.objects.get(pk=sheet.pk).version
    answer = kari.post(reverse("confirm", args=[sheet.pk]), {"expected_version": version})
    assert (answer.status_code, logged()["hints"][0]["seen"]) == (302, False)


@pytest.mark.parametrize("is_seen", [True, False])
def test_hints_never_block_and_are_logged_with_the_answer(
    people: People, sheet: Committee, kari: Client, is_seen: bool
) -> None:
    sent(people, sheet, "C" * 20)
    asked = page(kari, sheet)
    box = asked.one("input", name="seen")
    assert send(kari, asked, seen=[box["value"]] if is_seen else []).status_code == 302
    assert logged() == {"hints": [{"kind": "one-grade", "seen": is_seen, "grade": "C", "graded": 20}]}
    assert describe(LogEntry.objects.latest("pk")).startswith("hint seen: " if is_seen else "hint: ")
    assert list(violations()) == []


@pytest.mark.parametrize("htmx", [False, True])
def test_answer_on_the_result_of_an_upload_is_logged_with_the_confirmation(
    people: People, sheet: Committee, kari: Client, htmx: bool
) -> None:
    made = sent(people, sheet, GRADES[-1] + GRADES[:-1])
    url = reverse("upload", args=[made.pk])
    kari.post(*answer_of(page_of(kari.get(url)), "row-shift"), headers=HTMX if htmx else {})
    answered = page_of(kari.get(url)).one("div", data_hint="row-shift")
    assert (len(answered.all("p", data_seen="*")), answered.all("button")) == (1, [])
    ticked = page(kari, sheet).all("input", name="seen", checked="*")
    assert len(ticked) == 1
    assert send(kari, page(kari, sheet), seen=[ticked[0]["value"]]).status_code == 302
    assert [(one["kind"], one["seen"]) for one in logged()["hints"]] == [("row-shift", True)]


def test_answers_are_forgotten_with_the_confirmation(people: People, sheet: Committee, kari: Client) -> None:
    made = sent(people, sheet, GRADES[-1] + GRADES[:-1])
    url = reverse("upload", args=[made.pk])
    kari.post(*answer_of(page_of(kari.get(url)), "row-shift"))
    send(kari, page(kari, sheet), acknowledged="on")
    assert [name for name in dict(kari.session.items()) if name.startswith("seen-")] == []


@pytest.mark.parametrize(("is_seen", "names"), [(True, ["Seen by Kari."]), (False, [])])
def test_answer_is_shown_to_the_co_grader(
    people: People, sheet: Committee, kari: Client, ola: Client, is_seen: bool, names: list[str]
) -> None:
    sent(people, sheet, "C" * 20)
    asked = page(kari, sheet)
    send(kari, asked, seen=[asked.one("input", name="seen")["value"]] if is_seen else [])
    assert [page(one, sheet).texts("p", data_seen_by="*") for one in (ola, kari)] == [names, []]


def test_control_totals_that_differ_are_shown_before_confirming(
    people: People, sheet: Committee, kari: Client
) -> None:
    response = send(kari, page(kari, sheet), total_A="5", total_B="4", total_none="0")
    answered = page_of(response)
    assert (response.status_code, hints(answered)) == (409, ["control-totals"])
    assert answered.one("div", data_hint="control-totals").texts("li") == ["A: 5 on paper, 4 here"]
    assert [answered.one("input", name=name)["value"] for name in ("total_A", "total_B")] == ["5", "4"]
    assert send(kari, answered, total_A="5", total_B="4").status_code == 302
    assert logged()["totals"] == {"A": 5, "B": 4}


def test_comparing_writes_nothing_and_keeps_what_was_ticked(
    people: People, sheet: Committee, kari: Client
) -> None:
    grade(people.kari, people.one, c10001="A")
    before = LogEntry.objects.count()
    response = send(kari, page(kari, people.one), "check-grades", total_A="1", acknowledged="on")
    compared = page(kari, people.one)
    assert (response.status_code, len(compared.all("div", data_agrees="*"))) == (302, 1)
    assert "checked" in compared.one("input", id="acknowledged").attributes
    assert LogEntry.objects.count() == before


def test_comparison_stays_until_confirmed(people: People, sheet: Committee, kari: Client) -> None:
    asked = page(kari, sheet)
    send(kari, asked, "check-grades", total_A="7", acknowledged="on")
    grade(people.ola, sheet, c30001="E")
    compared = page(kari, sheet)
    assert compared.one("div", data_hint="control-totals").texts("li") == ["A: 7 on paper, 4 here"]
    assert send(kari, compared, total_A="7").status_code == 302
    assert f"compared-{sheet.pk}" not in kari.session


@pytest.mark.parametrize("route", ["confirm", "check-grades"])
def test_invalid_total_is_reported_and_kept(
    people: People, sheet: Committee, kari: Client, route: str
) -> None:
    response = send(kari, page(kari, sheet), route, total_A="five", total_B="4")
    answered = page_of(response)
    assert (response.status_code, answered.faults) == (422, ["Enter a whole number."])
    assert [answered.one("input", name=name)["value"] for name in ("total_A", "total_B")] == ["five", "4"]
    assert Confirmation.objects.count() == 0


# The spot check


def spot(page: Element) -> list[str]:
    return [one["name"].removeprefix("spot_") for one in page.all("select")]


@pytest.mark.parametrize(
    ("setting", "fields", "kinds"),
    [("off", 0, []), ("offered", 5, []), ("expected", 5, ["spot-check-missing"])],
)
def test_spot_check_is_a_setting_of_the_exam(
    people: People, sheet: Committee, kari: Client, setting: str, fields: int, kinds: list[str]
) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(spot_check=setting)
    asked = page(kari, sheet)
    assert (len(spot(asked)), hints(asked)) == (fields, kinds)
    assert send(kari, asked).status_code == 302
    assert [hint["kind"] for hint in logged().get("hints", [])] == kinds


def test_differing_note_links_to_the_row(people: People, sheet: Committee, kari: Client) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(spot_check=SpotCheck.EXPECTED)
    asked = page(kari, sheet)
    first, second, *_rest = spot(asked)
    right = GRADES[NUMBERS.index(first)]
    notes = {f"spot_{first}": right, f"spot_{second}": "none"}
    assert send(kari, asked, "check-grades", **notes).status_code == 302
    answered = page(kari, sheet)
    assert (hints(answered), spot(answered)) == (["spot-check"], spot(asked))
    (line,) = answered.one("div", data_hint="spot-check").all("a")
    assert line["href"].endswith(f"#c-{candidate(second).pk}")
    assert send(kari, answered, **notes).status_code == 302
    assert logged()["spot_check"] == {"typed": sorted([first, second]), "read": False}


def test_change_meanwhile_keeps_the_sample_and_the_notes(
    people: People, sheet: Committee, kari: Client
) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(spot_check=SpotCheck.EXPECTED)
    asked = page(kari, sheet)
    wrong = {f"spot_{number}": "none" for number in spot(asked)}
    grade(people.ola, sheet, c30001="E")
    response = send(kari, asked, **wrong)
    again = page_of(response)
    assert (response.status_code, spot(again), hints(again)) == (409, spot(asked), ["spot-check"])


def test_completed_spot_check_is_logged(people: People, sheet: Committee, kari: Client) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(spot_check=SpotCheck.EXPECTED)
    asked = page(kari, sheet)
    assert send(kari, asked, spot_read="on").status_code == 302
    assert logged() == {"spot_check": {"typed": [], "read": True}}


# Queries


def test_queries_do_not_grow_with_candidates(people: People, sheet: Committee, kari: Client) -> None:
    many = CommitteeFactory.create(
        exam=people.exam, number=8, graders=[people.kari, people.ola], numbers=range(50001, 50301)
    )
    numbers, grades = [str(number) for number in range(50001, 50301)], GRADES[::-1] * 15
    first = [Upload.objects.get(), sent(people, many, grades, numbers)]
    slipped = [sent(people, sheet, "F" + GRADES[:-1]), sent(people, many, "F" + grades[:-1], numbers)]
    for uploads in (first, slipped):
        urls = [reverse("upload", args=[one.pk]) for one in uploads]
        assert queries_of(kari, urls[0]) == queries_of(kari, urls[1])
    assert hints(page(kari, sheet)) == hints(page(kari, many)) == ["row-shift"]
    urls = [reverse("confirm", args=[one.pk]) for one in (sheet, many)]
    assert queries_of(kari, urls[0]) == queries_of(kari, urls[1])
