"""
The acts of grading on a scale that the product does not have; tests/test_third_scale.py runs this with its settings.
"""

import json
from io import BytesIO

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from committees.audit.triggers import drop_triggers, install_triggers
from committees.models import Candidate, Committee, Exam, Transfer, User
from tests.conftest import stage, teach_fs
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.files.build import grade_list
from tests.views.excel import counts, download, filled, press, upload
from tests.views.html import page_of

GRADES = {"101": "6", "102": "5", "103": "4", "104": "3", "105": "2", "106": "1"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Apply what makemigrations finds: the constraints and choices that the declaration changes, and nothing else."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        loader = MigrationExecutor(connection).loader
        state = loader.project_state()
        found = MigrationAutodetector(state, ProjectState.from_apps(apps)).changes(loader.graph)
        drop_triggers(connection)
        for migration in found["committees"] + found["fs"]:
            with connection.schema_editor(atomic=migration.atomic) as editor:
                state = migration.apply(state, editor)
        install_triggers(connection)
    changed = {
        getattr(one, "name", "") for each in found.values() for part in each for one in part.operations
    }
    assert changed >= {"grade_of_a_scale", "exam_scale_known", "import_scale_known"}
    assert {type(one).__name__ for each in found.values() for part in each for one in part.operations} == {
        "AddConstraint",
        "AlterField",
        "RemoveConstraint",
    }


@pytest.fixture
def grader() -> User:
    return UserFactory.create(username="kari", feide_name="kari@ntnu.no")


@pytest.fixture
def planner() -> User:
    return UserFactory.create(username="per", is_planner=True)


@pytest.fixture
def committee(db: None, grader: User, planner: User) -> Committee:
    exam = ExamFactory.create(emnekode="MAT1001", scale="1-6", planners=[planner])
    committee = CommitteeFactory.create(exam=exam, number=1, graders=[grader], numbers=GRADES)
    Candidate.objects.filter(number="106").update(feide_name="sofie@ntnu.no")
    teach_fs(exam)
    return committee


@pytest.fixture
def kari(grader: User) -> Client:
    return signed_in(grader)


@pytest.fixture
def per(planner: User) -> Client:
    return signed_in(planner)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def graded(committee: Committee, kari: Client) -> Committee:
    upload(kari, committee, grade_list(*GRADES.items()))
    return committee


@pytest.fixture
def confirmed(graded: Committee, kari: Client) -> Committee:
    fresh = Committee.objects.get(pk=graded.pk)
    kari.post(reverse("confirm", args=[graded.pk]), {"expected_version": fresh.version})
    assert stage(graded) == "confirmed"
    return graded


def grades(committee: Committee) -> dict[str, str]:
    return {number: grade for number, grade in committee.candidates.values_list("number", "grade") if grade}


def in_language(client: Client, language: str) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def test_the_form_of_an_exam_offers_it(committee: Committee, per: Client) -> None:
    page = page_of(per.get(reverse("edit-exam", args=[committee.exam_id])))
    assert "6–1" in page.one("main").text


def test_the_database_takes_no_other_grade(committee: Committee) -> None:
    with pytest.raises(IntegrityError, match="grade_of_a_scale"), connection.cursor() as cursor:
        cursor.execute("UPDATE committees_candidate SET grade = '7', grade_entry_id = 1")


@pytest.mark.parametrize(
    ("language", "instruction"),
    [
        ("en", "Write a whole number from 1 to 6."),
        ("nb", "Skriv et helt tall fra 1 til 6."),
        ("nn", "Skriv eit heilt tal frå 1 til 6."),
    ],
)
def test_a_download_offers_its_grades(
    committee: Committee, kari: Client, language: str, instruction: str
) -> None:
    book = load_workbook(BytesIO(download(in_language(kari, language), committee).content))
    (offer,) = book.worksheets[0].data_validations.dataValidation
    assert offer.formula1 == '"6,5,4,3,2,1"'
    assert instruction in [row[1].value for row in book.worksheets[1].iter_rows()]


def test_a_downloaded_list_is_filled_in_and_uploaded(committee: Committee, kari: Client) -> None:
    list_ = filled(download(kari, committee).content, c101="6", c106="1")
    upload(kari, committee, list_)
    assert grades(committee) == {"101": "6", "106": "1"}


def test_an_upload_takes_numbers_and_proposes_for_slips(committee: Committee, kari: Client) -> None:
    rows = [("101", 6), ("102", "Five"), ("103", "IV"), ("104", "３"), ("105", "0"), ("106", 1.5)]
    page = page_of(kari.get(upload(kari, committee, grade_list(*rows)).headers["Location"]))
    assert (counts(page)["updated"], counts(page)["rejected"]) == (1, 5)
    reasons = {row["data-cell"]: row["data-reason"] for row in page.all("tr", data_reason="*")}
    assert reasons == {
        "B3": "other-spelling",
        "B4": "other-spelling",
        "B5": "look-alike",
        "B6": "not-in-scale",
        "B7": "number",
    }
    offers = [one for one in page.texts("button") if one.startswith("Accept ") and one[-1].isdigit()]
    assert offers == ["Accept Five 102", "Accept Four 103", "Accept Three 104"]
    press(kari, page, "Accept Five 102")
    assert grades(committee) == {"101": "6", "102": "5"}


def test_a_click_sets_it_and_another_scale_is_refused(committee: Committee, kari: Client) -> None:
    address = reverse("set-grade", args=[Candidate.objects.get(number="101").pk])
    kari.post(address, {"grade": "4", "expected_grade": ""})
    assert (
        kari.post(address, {"grade": "A", "expected_grade": "4"}, headers={"HX-Request": "true"}).status_code
        == 409
    )
    assert grades(committee) == {"101": "4"}


def test_its_keys_are_on_the_page_and_what_they_type_is_logged(committee: Committee, kari: Client) -> None:
    page = page_of(kari.get(reverse("final-grading", args=[committee.pk])))
    assert json.loads(page.one("table")["data-keys"]) == {
        "S": "6",
        "M": "6",
        "F": "5",
        "R": "4",
        "T": "3",
        "W": "2",
        "O": "1",
        "E": "1",
    }
    assert page.one("details", class_="keys").all("dt")[0].text == "S F R T W O"
    address = reverse("set-grade", args=[Candidate.objects.get(number="101").pk])
    kari.post(address, {"grade": "4", "expected_grade": "", "typed": "1"})
    log = page_of(kari.get(reverse("candidate", args=[Candidate.objects.get(number="101").pk])))
    assert "typed" in log.text
    assert "Four" in log.text


def test_a_confirmation_counts_its_grades(graded: Committee, kari: Client) -> None:
    page = page_of(kari.get(reverse("confirm", args=[graded.pk])))
    assert [one["data-count"] for one in page.all("td", data_count="*")] == ["6", "5", "4", "3", "2", "1"]
    assert "Six" in page.text


@pytest.mark.parametrize(("language", "word"), [("en", "One"), ("nb", "Én"), ("nn", "Éin")])
def test_pages_say_it_in_each_language(graded: Committee, kari: Client, language: str, word: str) -> None:
    page = page_of(in_language(kari, language).get(reverse("final-grading", args=[graded.pk])))
    assert word in page.one("tr", data_candidate="106").texts("label")


def test_statistics_and_the_log_name_it(confirmed: Committee, kari: Client, per: Client) -> None:
    page = page_of(kari.get(reverse("statistics", args=[confirmed.exam_id])))
    names = ["Six", "Five", "Four", "Three", "Two", "One", "Without a grade"]
    assert page.all("tbody")[0].texts("th") == names
    assert page_of(per.get(reverse("exam-log", args=[confirmed.exam_id]))).text.count("6 grades") == 1


def test_the_protocol_names_it_in_each_language(confirmed: Committee, kari: Client) -> None:
    for language, word in (("en", "Three"), ("nb", "Tre"), ("nn", "Tre")):
        file = in_language(kari, language).get(reverse("protocol-pdf", args=[confirmed.pk]))
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages)
        assert f"104 {word}" in text


def test_a_transfer_writes_its_registry_codes_and_fs_takes_them(confirmed: Committee, per: Client) -> None:
    per.post(reverse("exam-transfer", args=[confirmed.exam_id]), {"number": "1"})
    transfer = Transfer.objects.get()
    sent = [line.split(";")[8] for line in bytes(transfer.content).decode().splitlines()]
    assert sent == ["S", "M", "G", "N", "L", "Ikke godkjent"]
    assert set(transfer.lines.values_list("status", flat=True)) == {"taken"}
    assert stage(confirmed) == "transferred"


def test_the_student_sees_it(confirmed: Committee, per: Client) -> None:
    per.post(reverse("exam-transfer", args=[confirmed.exam_id]), {"number": "1"})
    sofie = signed_in(UserFactory.create(username="sofie", feide_name="sofie@ntnu.no"))
    page = in_language(sofie, "nb").get(reverse("fs:studentweb")).content.decode()
    assert "Ikke godkjent – ikke godkjent" in page


def test_read_back_says_its_meaning(graded: Committee, kari: Client) -> None:
    pages = kari.get(reverse("read-back", args=[graded.pk])).content.decode()
    assert "fail" in pages


def test_exams_of_the_other_scales_are_as_before(committee: Committee) -> None:
    assert Exam(scale="A-F").grades == ("A", "B", "C", "D", "E", "F")
    assert Exam(scale="PASS").grades == ("Pass", "NotPass")
