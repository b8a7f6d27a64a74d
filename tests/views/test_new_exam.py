"""The forms of a new exam, and of one like another."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from committees.models import Exam, Grader
from tests.conftest import People
from tests.factories import ExamFactory
from tests.views.html import Element, page_of
from tests.views.planning import edit_form, form_of, url

NEW = "/plan/exams/new/"


def sent(people: People, **other: Any) -> dict[str, Any]:
    return form_of(people.exam) | {"emnekode": "NEW1000", "date": "2026-12-01", "deadline": ""} | other


def selected(form: Element, name: str) -> list[tuple[str, str]]:
    """The choices of a field, and the chosen one last."""
    options = form.one("select", name=name).all("option")
    return [(one["value"], one.text) for one in options if "selected" not in one.attributes] + [
        (one["value"], one.text) for one in options if "selected" in one.attributes
    ]


def test_the_form_proposes_institution_term_and_year(people: People, per: Client, settings: Any) -> None:
    settings.INSTITUTION = "185"
    form = page_of(per.get(NEW)).one("main").one("form")
    today = timezone.localdate()
    term = ("VÅR", "Spring (VÅR)") if today.month < 7 else ("HØST", "Autumn (HØST)")
    assert form.one("input", name="institusjonsnr")["value"] == "185"
    assert (form.one("input", name="arstall")["value"], selected(form, "vurdtidkode")[-1]) == (
        str(today.year),
        term,
    )


def test_terms_of_exams_from_fs_can_be_chosen(people: People, per: Client) -> None:
    ExamFactory.create(vurdtidkode="SOM")
    form = page_of(per.get(NEW)).one("main").one("form")
    assert ("SOM", "SOM") in selected(form, "vurdtidkode")
    assert per.post(NEW, sent(people, vurdtidkode="WINTER")).status_code == 422


@pytest.mark.parametrize("code", ["new1000", " New1000 ", "NEW1000"])
def test_a_course_code_is_in_capitals(people: People, per: Client, code: str) -> None:
    assert per.post(NEW, sent(people, emnekode=code)).status_code == 302
    assert Exam.objects.filter(emnekode="NEW1000").count() == 1


def test_the_code_of_an_exam_from_fs_stays_as_it_is(people: People, per: Client) -> None:
    exam = ExamFactory.create(emnekode="tst1a", planners=[people.per])
    per.post(url("edit-exam", exam), edit_form(exam, place="Hall"))
    assert Exam.objects.filter(emnekode="tst1a", place="Hall").exists()


@pytest.mark.parametrize(
    ("date", "term", "year", "status"),
    [
        ("2026-12-01", "HØST", "2026", 302),
        ("01.12.2026", "HØST", "2026", 302),
        ("2027-01-15", "HØST", "2026", 302),
        ("2027-01-15", "VÅR", "2026", 422),
        ("2027-04-15", "HØST", "2026", 422),
        ("2025-12-01", "HØST", "2026", 422),
    ],
)
def test_year_and_date_fit(people: People, per: Client, date: str, term: str, year: str, status: int) -> None:
    response = per.post(NEW, sent(people, date=date, vurdtidkode=term, arstall=year))
    assert response.status_code == status
    if status == 422:
        form = page_of(response).one("main").one("form")
        assert form.one("input", name="arstall")["aria-invalid"] == "true"
        assert form.one("input", name="emnekode")["value"] == "NEW1000"


def test_an_exam_from_fs_with_another_year_can_be_edited(people: People, per: Client) -> None:
    exam = ExamFactory.create(arstall=2020, planners=[people.per])
    assert per.post(url("edit-exam", exam), edit_form(exam, place="Hall")).status_code == 302


@pytest.mark.parametrize(
    ("field", "other"), [("deadline", {"deadline": "2026-11-01"}), ("emnekode", {"emnekode": "TDT4100"})]
)
def test_the_sentence_is_beside_its_field(
    people: People, per: Client, field: str, other: dict[str, str]
) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(emnekode="TDT4100")
    main = page_of(per.post(NEW, sent(people, **other))).one("main")
    assert main.one("input", name=field)["aria-invalid"] == "true"
    assert len(main.faults) == 1


def test_the_default_deadline_is_15_working_days(people: People, per: Client) -> None:
    per.post(NEW, sent(people))
    assert str(Exam.objects.get(emnekode="NEW1000").deadline) == "2026-12-22"


# One like another


def test_an_exam_like_this_one_is_proposed_with_its_settings(people: People, per: Client) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(
        rule="one", kind="practical", place="Hall 3", vurdkombkode="P"
    )
    form = page_of(per.get(url("copy-exam", people.exam))).one("main").one("form")
    texts = {one["name"]: one.attributes.get("value", "") for one in form.all("input", class_="*")}
    ticked = {one["name"]: one["value"] for one in form.all("input", type="radio", checked="*")}
    assert (texts["emnekode"], texts["place"], texts["vurdkombkode"]) == (people.exam.emnekode, "Hall 3", "P")
    assert (texts["date"], texts["deadline"]) == ("", "")
    assert ticked == {"kind": "practical", "scale": "A-F", "rule": "one", "spot_check": "offered"}


def test_it_gets_the_committees_and_graders(people: People, per: Client) -> None:
    response = per.post(url("copy-exam", people.exam), sent(people))
    exam = Exam.objects.get(emnekode="NEW1000")
    assert response.headers["Location"] == url("planned-exam", exam)
    assert (exam.committees.count(), Grader.objects.filter(committee__exam=exam).count()) == (2, 4)
    assert exam.candidates.count() == 0


def test_the_same_key_again_is_refused_and_nothing_is_copied(people: People, per: Client) -> None:
    response = per.post(url("copy-exam", people.exam), sent(people, emnekode=people.exam.emnekode))
    assert response.status_code == 422
    assert Exam.objects.count() == 3
