"""Files in the place of another one, equal problems, and institutions of others."""

import pytest
from django.test import Client
from django.urls import reverse

from committees.errors import Refusal
from committees.models import Exam, FsImport, User
from tests.conftest import People
from tests.refusals import sentence
from tests.views.html import page_of
from tests.views.test_import import CANDIDATES, COMMITTEES, EXAMS, KEY, give, problems, rehearse, tally


def test_files_in_the_wrong_place_are_recognised_and_moved(people: People, per: Client) -> None:
    page = rehearse(per, exams=CANDIDATES, candidates=EXAMS, committees=COMMITTEES)
    assert [(one["data-slot"], one["data-kind"]) for one in page.all("li", data_slot="*")] == [
        ("exams", "candidates"),
        ("candidates", "exams"),
    ]
    response = per.post(page.one("main").one("form")["action"])
    assert tally(page_of(per.get(response.headers["Location"])))["new candidates"] == 4
    batch = FsImport.objects.get()
    assert [bytes(getattr(batch, slot)).decode() for slot in ("exams", "committees", "candidates")] == [
        EXAMS,
        COMMITTEES,
        CANDIDATES,
    ]


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        ({"exams": CANDIDATES, "candidates": CANDIDATES}, Refusal.FILES_OF_ONE_KIND),
        ({"candidates": f"{KEY};1;1;A;\n"}, Refusal.RESULTS_NOT_IMPORTED),
    ],
)
def test_files_that_have_no_place_are_named(
    people: People, per: Client, files: dict[str, str], refusal: Refusal
) -> None:
    page = rehearse(per, **files)
    assert page.one("main").all("button") == []
    assert sentence(refusal) in page.texts("p")
    response = per.post(reverse("place-files", args=[FsImport.objects.get().pk]))
    assert (response.status_code, page_of(response).alerts) == (409, [sentence(refusal)])


def test_equal_problems_are_listed_once_with_their_lines(people: People, per: Client) -> None:
    lines = [f";194;NONE;1;V1;HØST;2026;{number};1;\n" for number in range(1, 25)]
    lines.insert(3, f";{';'.join(people.exam.key)};10001;1;\n")
    page = rehearse(per, candidates="".join(lines))
    reason = "No exam has the key 194;NONE;1;V1;HØST;2026. Import the exam file too."
    assert problems(page)[0] == ("Candidates", "1–3, 5–25", reason)


@pytest.mark.parametrize(("own", "count"), [("", 0), ("185", 1), ("194 185", 1), ("186", 0)])
def test_new_exams_are_of_own_institutions_only(people: People, per: Client, own: str, count: int) -> None:
    User.objects.filter(pk=people.per.pk).update(institutions=own)
    page = rehearse(per, exams=EXAMS.replace("194;", "185;"))
    assert tally(page).get("new exams", 0) == count
    told = [f"You can’t import exams of institution 185, only of {own or 194}. Ask support if this is wrong."]
    assert [reason for _file, _line, reason in problems(page)] == ([] if count else told)


def test_exams_of_any_institution_are_updated_for_their_planner(people: People, per: Client) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(institusjonsnr="185")
    people.exam.refresh_from_db()
    page = rehearse(per, exams=f"{';'.join(people.exam.key)};2026-12-01;Hall;\n")
    assert tally(page) == {"changed exams": 1}


@pytest.mark.parametrize(
    ("content", "word"),
    [(EXAMS.encode("utf-16"), "UTF-16"), (EXAMS.encode("latin-1"), "Latin-1"), (b"PK\x03\x04", "Excel")],
)
def test_other_formats_are_named_with_the_way_out(
    people: People, per: Client, content: bytes, word: str
) -> None:
    page = page_of(per.get(give(per, exams=content).headers["Location"]))
    assert word in problems(page)[0][2]
    assert page.one("main").all("form") == []
