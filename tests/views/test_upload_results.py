import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.errors import Refusal
from committees.models import Upload
from committees.responses import upload_results
from tests.conftest import People, candidate, confirm_all, grade
from tests.factories import CommitteeFactory
from tests.files.build import grade_list
from tests.refusals import sentence
from tests.views.excel import counts, download, filled, grades_of, press, upload, uploaded
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of

# Acts on results


@pytest.mark.parametrize("htmx", [False, True])
def test_one_proposal_is_accepted(people: People, kari: Client, htmx: bool) -> None:
    page = uploaded(kari, people.one, ("10001", "a"), ("10002", "b"))
    page = after(kari, press(kari, page, "Accept A 10001", htmx=htmx), htmx)
    assert counts(page) == {"updated": 1, "unchanged": 0, "empty": 0, "rejected": 1, "missing": 1}
    assert [one["data-cell"] for one in page.all("tr", data_cell="*")] == ["B3"]
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": ""}


@pytest.mark.parametrize("htmx", [False, True])
def test_all_proposals_are_accepted(people: People, kari: Client, htmx: bool) -> None:
    page = uploaded(kari, people.one, ("10001", "a"), ("10002", "b"), ("10003", "?"))
    page = after(kari, press(kari, page, "Accept all 2 proposals", htmx=htmx), htmx)
    assert counts(page) == {"updated": 2, "unchanged": 0, "empty": 0, "rejected": 1, "missing": 0}
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


@pytest.mark.parametrize("htmx", [False, True])
def test_replaced_grade_is_restored(people: People, kari: Client, htmx: bool) -> None:
    file = filled(download(kari, people.one).content, c10001="A", c10002="B")
    grade(people.ola, people.one, c10001="D")
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    (lost,) = page.all("tr", data_replaced="*")
    assert (lost["data-replaced"], lost.texts("button")) == (
        "10001",
        ["Restore D 10001", "Back to no grade 10001"],
    )
    assert re.fullmatch(r"D, set by Ola .+", lost.columns[1])
    assert lost.columns[2:4] == ["no grade", "A"]
    page = after(kari, press(kari, page, "Restore D 10001", htmx=htmx), htmx)
    assert page.one("tr", data_replaced="10001").columns[4] == "restored"
    assert grades_of(people.one) == {"10001": "D", "10002": "B", "10003": ""}


def test_removal_can_be_restored(people: People, kari: Client, ola: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    file = filled(download(kari, people.one).content, c10001="B")
    ola.post(reverse("reset-grade", args=[candidate("10001").pk]))
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    assert page.one("tr", data_replaced="10001").columns[1].startswith("no grade, removed by Ola ")
    press(kari, page, "Remove the grade again 10001")
    assert grades_of(people.one)["10001"] == ""


@pytest.mark.parametrize("htmx", [False, True])
def test_original_grade_can_be_restored(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="B")
    file = filled(download(kari, people.one).content, c10001="A")
    grade(people.ola, people.one, c10001="D")
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    page = after(kari, press(kari, page, "Back to B 10001", htmx=htmx), htmx)
    assert page.one("tr", data_replaced="10001").columns[4] == "restored"
    assert grades_of(people.one)["10001"] == "B"


@pytest.mark.parametrize("as_is", [False, True])
def test_untouched_cell_replaces_a_colleagues_grade_only_on_request(
    people: People, kari: Client, as_is: bool
) -> None:
    grade(people.kari, people.one, c10001="B")
    file = download(kari, people.one).content
    grade(people.ola, people.one, c10001="D")
    page = page_of(kari.get(upload(kari, people.one, file, as_is=as_is).headers["Location"]))
    kept = [(one["data-kept"], one.text.split(" ")[:3]) for one in page.all("li", data_kept="*")]
    assert kept == ([] if as_is else [("10001", ["10001", "D,", "set"])])
    assert grades_of(people.one)["10001"] == ("B" if as_is else "D")


def test_own_newer_grade_is_replaced_silently(people: People, kari: Client) -> None:
    file = filled(download(kari, people.one).content, c10001="A")
    grade(people.kari, people.one, c10001="D")
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    assert page.all("tr", data_replaced="*") == []


@pytest.mark.parametrize("htmx", [False, True])
def test_undo_leaves_later_changes(people: People, kari: Client, htmx: bool) -> None:
    grade(people.kari, people.one, c10001="C")
    page = uploaded(kari, people.one, ("10001", "A"), ("10002", "B"), ("10003", "c"))
    grade(people.ola, people.one, c10002="F")
    page = after(kari, press(kari, page, "Undo this upload", htmx=htmx), htmx)
    assert grades_of(people.one) == {"10001": "C", "10002": "F", "10003": ""}
    assert page.one("div", data_undone="*").text.startswith("This upload was undone on ")
    told = page.one("tr", data_cell="B4").columns[3]
    assert told == "Cell B4 contains “c” in lower case. Correct the cell and upload the file again."
    assert page.all("form", hx_target="closest .upload-result") == []


def after(client: Client, response: Any, htmx: bool) -> Element:
    """Return the result after a button: by htmx at once, otherwise after the redirect."""
    if htmx:
        assert (response.status_code, page_of(response).all("html")) == (200, [])
        return page_of(response)
    assert response.status_code == 302
    return page_of(client.get(response.headers["Location"]))


@pytest.mark.parametrize("htmx", [False, True])
def test_undone_upload_is_not_undone_again(people: People, kari: Client, htmx: bool) -> None:
    page = uploaded(kari, people.one, ("10001", "A"), ("10002", "b"), ("10003", "c"))
    for label in ("Undo this upload", "Undo this upload", "Accept B 10002", "Accept all 2 proposals"):
        response = press(kari, page, label, htmx=htmx)
    assert (response.status_code, page_of(response).alerts) == (409, [sentence(Refusal.UPLOAD_UNDONE)])
    assert people.exam.log.count() == 2
    assert grades_of(people.one) == {"10001": "", "10002": "", "10003": ""}


def test_outdated_proposal_is_refused(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "a"), ("10002", "B"))
    grade(people.ola, people.one, c10001="F")
    response = press(kari, page, "Accept A 10001")
    (alert,) = page_of(response).alerts
    assert (response.status_code, alert) == (
        409,
        sentence(Refusal.PROPOSAL_TOO_LATE),
    )
    assert grades_of(people.one)["10001"] == "F"


def test_row_without_a_proposal_is_refused(people: People, kari: Client) -> None:
    uploaded(kari, people.one, ("10001", "?"), ("10002", "B"))
    made = Upload.objects.get()
    for route, row in (
        ("accept-row", 2),
        ("accept-row", 3),
        ("accept-row", 99),
        ("restore-replaced", 3),
        ("restore-replaced", 99),
    ):
        response = kari.post(reverse(route, args=[made.pk, row]))
        assert (route, row, response.status_code, len(page_of(response).alerts)) == (route, row, 409, 1)
    assert grades_of(people.one) == {"10001": "", "10002": "B", "10003": ""}


def test_locked_result_is_read_only(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"), ("10002", "b"), ("10003", "c"))
    confirm_all(people.exam)
    for label in ("Undo this upload", "Accept B 10002", "Accept all 2 proposals"):
        assert press(kari, page, label).status_code == 409
    again = page_of(kari.get(reverse("upload", args=[Upload.objects.get().pk])))
    assert [again.all("form", hx_target="*"), counts(again)["rejected"]] == [[], 2]
    planner = people.exam.planner_contact
    locked = f"The grades are confirmed and locked, so nothing can be uploaded. Ask {planner} to reopen the committee."
    assert again.texts("div", class_="note") == [locked]
    assert "Accept the proposal" not in again.text
    assert grades_of(people.one) == {"10001": "A", "10002": "", "10003": ""}


def test_colleague_can_undo_and_is_logged(people: People, kari: Client, ola: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"))
    press(ola, page, "Undo this upload")
    assert list(people.exam.log.order_by("pk").values_list("action", "by__username")) == [
        ("grades.uploaded", "kari"),
        ("upload.undone", "ola"),
    ]


def test_file_content_is_escaped(people: People, kari: Client) -> None:
    nasty = "<script>alert(1)</script>"
    response = upload(kari, people.one, grade_list(("10001", nasty)), name=f"a{nasty}.xlsx", htmx=True)
    page = page_of(response)
    assert page.all("script") == []
    assert page.one("tr", data_cell="B2").columns[2] == nasty


# Long results


def long_result(people: People, kari: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a result with three notable rows, two on a page."""
    monkeypatch.setattr(upload_results, "PAGE_LENGTH", 2)
    rows = (("10001", "a"), ("10002", "b"), ("10003", "F"), ("10003", "F"))
    return str(upload(kari, people.one, grade_list(*rows)).headers["Location"])


def test_long_result_is_paginated_with_total_counts(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = long_result(people, kari, monkeypatch)
    first, second = (page_of(kari.get(f"{address}{query}")) for query in ("", "?page=2"))
    assert [row["data-cell"] for row in first.all("tr", data_cell="*")] == ["B2", "B3"]
    assert second.all("tr", data_cell="*") == []
    assert ["has the same grade" in page.text for page in (first, second)] == [False, True]
    assert counts(first) == counts(second)
    assert counts(first) == {"updated": 1, "unchanged": 1, "empty": 0, "rejected": 2, "missing": 0}
    assert [page.one("nav", aria_label="Pages").one("a")["href"] for page in (first, second)] == [
        f"{address}?page=2",
        f"{address}?page=1",
    ]


@pytest.mark.parametrize("htmx", [False, True])
def test_act_on_a_later_page_stays_there(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch, htmx: bool
) -> None:
    address = long_result(people, kari, monkeypatch)
    page = page_of(kari.get(f"{address}?page=2"))
    response = press(kari, page, "Undo this upload", htmx=htmx)
    if not htmx:
        assert response.headers["Location"] == f"{address}?page=2"
    assert "Page 2 of 2" in after(kari, response, htmx).text
    assert grades_of(people.one)["10003"] == ""


def test_proposals_of_all_pages_are_accepted(
    people: People, kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_results, "PAGE_LENGTH", 1)
    page = uploaded(kari, people.one, ("10001", "a"), ("10002", "b"))
    press(kari, page, "Accept all 2 proposals")
    assert grades_of(people.one) == {"10001": "A", "10002": "B", "10003": ""}


def test_list_of_uploads_reads_no_rows(people: People, kari: Client) -> None:
    upload(kari, people.one, grade_list(("10001", "A")))
    with CaptureQueriesContext(connection) as asked:
        kari.get(reverse("uploads", args=[people.one.pk]))
    columns = [one["sql"] for one in asked if "committees_upload" in one["sql"]]
    assert (len(columns) > 0, [one for one in columns if '"rows"' in one]) == (True, [])


# The list of uploads


def test_uploads_are_listed_newest_first(people: People, kari: Client, ola: Client) -> None:
    upload(kari, people.one, grade_list(("10001", "A"), ("10002", "b")), name="first.xlsx")
    second = upload(ola, people.one, grade_list(("10003", "F")), name="second.xlsx")
    press(ola, page_of(ola.get(second.headers["Location"])), "Undo this upload")
    page = page_of(kari.get(reverse("uploads", args=[people.one.pk])))
    assert [line[:2] + line[3:] for line in page.cells] == [
        ["second.xlsx undone", "Ola", "1", "0", "2"],
        ["first.xlsx", "Kari", "1", "1", "1"],
    ]
    links = [row.one("a")["href"] for row in page.one("tbody").all("tr")]
    assert links == [reverse("upload", args=[one.pk]) for one in Upload.objects.order_by("-pk")]


def test_empty_list_explains_uploads(people: People, kari: Client) -> None:
    main = page_of(kari.get(reverse("uploads", args=[people.one.pk]))).one("main")
    assert main.texts("h2") == ["No uploads yet"]
    assert main.one("a", class_="btn btn-primary")["href"] == reverse("final-grading", args=[people.one.pk])


def test_grade_from_a_file_links_to_its_upload(people: People, kari: Client) -> None:
    upload(kari, people.one, grade_list(("10001", "A")))
    page = page_of(kari.get(reverse("final-grading", args=[people.one.pk])))
    (set_by,) = page.one("tr", data_candidate="10001").all("td", class_="set-by")
    assert [(one.text, one["href"]) for one in set_by.all("a")] == [
        ("from a file", reverse("upload", args=[Upload.objects.get().pk]))
    ]


def test_grade_put_back_by_an_undo_names_who_had_set_it(people: People, kari: Client) -> None:
    grade(people.ola, people.one, c10001="D")
    upload(kari, people.one, grade_list(("10001", "A"), ("10002", "B")))
    kari.post(reverse("undo-upload", args=[Upload.objects.get().pk]))
    grade(people.kari, people.one, c10003="C")
    page = page_of(kari.get(reverse("final-grading", args=[people.one.pk])))
    set_by = [row.one("td", class_="set-by").text for row in page.all("tr", data_candidate="*")]
    assert [re.sub(" today [0-9:]+,", "", one) for one in set_by] == ["Ola, clicked", "", "Kari, clicked"]


def test_row_keeps_who_had_set_the_grade_after_an_act_on_it(people: People, kari: Client) -> None:
    upload(kari, people.one, grade_list(("10001", "A")))
    kari.post(reverse("undo-upload", args=[Upload.objects.get().pk]))
    mark = reverse("mark-attendance", args=[candidate("10001").pk])
    answer = kari.post(mark, {"attendance": "absent", "expected_attendance": ""}, headers=HTMX)
    assert [one.text for one in page_of(answer).all("td", class_="set-by")] == [""]


# Queries


def test_upload_queries_do_not_grow_with_rows(people: People, kari: Client) -> None:
    found = []
    for count in (3, 1000):
        numbers = [str(10000 * count + number) for number in range(count)]
        committee = CommitteeFactory.create(graders=[people.kari, people.ola], numbers=numbers)
        rows = [
            (number, "abCDEF"[index % 6] if index % 6 > 1 else "a") for index, number in enumerate(numbers)
        ]
        file = {"file": SimpleUploadedFile("grades.xlsx", grade_list(*rows))}
        taken = [queries_of(kari, reverse("upload-sheet", args=[committee.pk]), file)]
        made = Upload.objects.get(committee=committee)
        taken.append(queries_of(kari, reverse("upload", args=[made.pk])))
        taken.append(queries_of(kari, reverse("accept-all", args=[made.pk]), {}))
        found.append([*taken, queries_of(kari, reverse("undo-upload", args=[made.pk]), {})])
        assert grades_of(committee) == dict.fromkeys(numbers, "")
    assert found[0] == found[1]


def test_list_queries_do_not_grow_with_rows(people: People, kari: Client) -> None:
    urls = [reverse(route, args=[people.one.pk]) for route in ("uploads", "download")]
    upload(kari, people.one, grade_list(("10001", "A")))
    few = [queries_of(kari, url) for url in urls]
    for value in ("B", "C", "D"):
        upload(kari, people.one, grade_list(("10001", value), ("10002", value)))
    assert [queries_of(kari, url) for url in urls] == few


# Rows of other committees, and what an undone upload shows


def test_unknown_candidate_of_an_own_committee_is_named(people: People, kari: Client, ola: Client) -> None:
    rows = [("10001", "A"), ("10013", "B")]
    sentence = "10013 is in Committee 2, where you are also a grader."
    reasons = {
        client: uploaded(client, people.one, *rows).texts("td", class_="upload-reason")
        for client in (kari, ola)
    }
    assert [sentence in reason for (reason,) in reasons.values()] == [False, True]


def test_undone_upload_is_not_shown_as_updated(people: People, kari: Client) -> None:
    page = uploaded(kari, people.one, ("10001", "A"))
    assert len(page.all("li", class_="has-some good")) == 1
    undone = page_of(kari.get(press(kari, page, "Undo this upload").headers["Location"]))
    assert undone.all("li", class_="has-some good") == []


def test_replaced_grades_of_others_are_counted(people: People, kari: Client) -> None:
    file = filled(download(kari, people.one).content, c10001="A", c10002="B")
    assert (
        page_of(kari.get(upload(kari, people.one, file).headers["Location"])).all(
            "li", data_replaced_count="*"
        )
        == []
    )
    grade(people.ola, people.one, c10001="D", c10002="D")
    page = page_of(kari.get(upload(kari, people.one, file).headers["Location"]))
    (tile,) = page.all("li", data_replaced_count="*")
    assert tile.text == "2 grades set by others replaced"
