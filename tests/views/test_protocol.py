"""The protocol's page and file, and the page that checks codes."""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from pypdf import PdfReader

from committees.actions.confirmation import reopen_committee
from committees.actions.protocols import build_protocol
from committees.enums import ChangeCode
from committees.errors import Refusal
from committees.files.protocol import writing
from committees.models import Candidate, Committee, Exam, User
from tests.conftest import People, confirm, confirm_all, grade
from tests.factories import CommitteeFactory
from tests.refusals import sentence
from tests.sandboxes import confirm_here, sample_sandbox
from tests.views.html import page_of
from tests.views.queries import queries_of

pytestmark = pytest.mark.db_independent

SignIn = Callable[[User], Client]


@pytest.fixture
def confirmed(people: People) -> People:
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm_all(people.exam)
    return people


def url(committee: Committee, name: str = "protocol") -> str:
    return reverse(name, args=[committee.pk])


def test_page_lists_candidates_in_order(confirmed: People, sign_in: SignIn) -> None:
    page = page_of(sign_in(confirmed.kari).get(url(confirmed.one)))
    rows = [(row["data-candidate"], row["data-grade"]) for row in page.all("tr", data_candidate="*")]
    assert rows == [("10001", "A"), ("10002", "B"), ("10003", "")]
    assert page.one("dd", data_revision="*").text == "1"
    assert page.one("main")["data-stage"] == "confirmed"


def test_page_and_file_agree(confirmed: People, sign_in: SignIn) -> None:
    kari = sign_in(confirmed.kari)
    page = page_of(kari.get(url(confirmed.one)))
    file = kari.get(url(confirmed.one, "protocol-pdf"))
    told = " ".join(one.extract_text() for one in PdfReader(BytesIO(file.content)).pages)
    for said in (
        page.one(data_code="*").text,
        page.one(data_digest="*").text,
        *page.cells[0],
        "10003 no grade",
    ):
        assert said in told
    assert "http://testserver/protocol/" in told


PROGRAMS = {
    "hangs": "import time; time.sleep(60)",
    "crashes": "import os; os.abort()",
    "complains": "raise SystemExit(1)",
}


@pytest.mark.parametrize("kind", [*PROGRAMS, "is not there"])
def test_failing_pdf_writer_shows_a_sentence(
    confirmed: People,
    sign_in: SignIn,
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert writing.WRITE_SECONDS == 10
    program = tmp_path / "press.py"
    program.write_text(PROGRAMS.get(kind, ""))
    monkeypatch.setattr(writing, "TYPST_PROGRAM", program)
    monkeypatch.setattr(writing, "WRITE_SECONDS", 2)
    if kind == "is not there":
        monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    begun = time.monotonic()
    answer = sign_in(confirmed.kari).get(url(confirmed.one, "protocol-pdf"))
    assert time.monotonic() - begun < 10
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert page_of(answer).alerts == [
        "The PDF could not be created. Try again in a minute, or print the protocol page instead."
    ]
    assert [one.levelname for one in caplog.records if one.exc_info] == ["ERROR"]


def test_file_is_a_pdf_named_without_people(confirmed: People, sign_in: SignIn) -> None:
    file = sign_in(confirmed.per).get(url(confirmed.one, "protocol-pdf"))
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="tdt4100-2026-1-grading-protocol.pdf"'


def test_file_is_the_same_for_everybody(confirmed: People, sign_in: SignIn) -> None:
    found = {
        sign_in(one).get(url(confirmed.one, "protocol-pdf")).content
        for one in (confirmed.kari, confirmed.per)
    }
    assert len(found) == 1


@pytest.mark.parametrize("name", ["protocol", "protocol-pdf"])
def test_unconfirmed_committee_has_none(people: People, sign_in: SignIn, name: str) -> None:
    confirm(people.kari, people.one)
    response = sign_in(people.per).get(url(people.one, name))
    assert response.status_code == 409
    assert page_of(response).alerts == [
        sentence(Refusal.NO_PROTOCOL_YET, committee="Committee 1", names="Ola")
    ]


def test_former_planner_gets_404(confirmed: People, sign_in: SignIn) -> None:
    User.objects.filter(username="per").update(is_planner=False)
    assert sign_in(User.objects.get(username="per")).get(url(confirmed.one)).status_code == 404


def test_pages_link_to_an_existing_protocol(people: People, sign_in: SignIn) -> None:
    places = [
        (people.kari, "grading", people.exam),
        (people.kari, "final-grading", people.one),
        (people.per, "planned-exam", people.exam),
    ]

    def leading() -> list[bool]:
        return [
            bool(page_of(sign_in(who).get(reverse(name, args=[what.pk]))).all("a", href=url(people.one)))
            for who, name, what in places
        ]

    before = leading()
    confirm_all(people.exam)
    assert (before, leading()) == ([False] * 3, [True] * 3)


def test_queries_do_not_grow_with_candidates(people: People, sign_in: SignIn) -> None:
    small = CommitteeFactory.create(
        exam=people.exam, number=5, graders=[people.kari, people.ola], numbers=["10050"]
    )
    confirm_all(people.exam)
    kari = sign_in(people.kari)
    assert queries_of(kari, url(small)) == queries_of(kari, url(people.one)) <= 14


def test_names_are_shown_for_non_anonymous_exams(confirmed: People, sign_in: SignIn) -> None:
    Exam.objects.update(is_anonymous=False)
    Candidate.objects.filter(number="10001").update(name="<b>Sofie</b>")
    page = page_of(sign_in(confirmed.kari).get(url(confirmed.one)))
    assert page.one("tr", data_candidate="10001").texts("td") == ["<b>Sofie</b>", "A"]


# Checking


def code_of(there: People, sign_in: SignIn) -> str:
    return page_of(sign_in(there.kari).get(url(there.one))).one(data_code="*").text


def check(client: Client, code: str) -> Any:
    return client.post("/protocol/", {"code": code}, follow=True)


def test_current_protocol_is_confirmed_to_anybody(confirmed: People, sign_in: SignIn) -> None:
    response = check(Client(), code_of(confirmed, sign_in).lower())
    told = page_of(response).one(data_protocol="present")
    assert (response.status_code, told["role"]) == (200, "status")
    assert told.texts("p")[0] == "This protocol is current."
    assert "TDT4100 Programming (HØST 2026), Committee 1." in told.text


def test_check_reveals_neither_grades_nor_people(confirmed: People, sign_in: SignIn) -> None:
    page = check(Client(), code_of(confirmed, sign_in)).content.decode()
    assert [word for word in ("10001", "10002", "10003", "Kari", "Ola", "Per") if word in page] == []


def test_replaced_protocol_has_its_end_date(confirmed: People, sign_in: SignIn) -> None:
    code = code_of(confirmed, sign_in)
    reopen_committee(confirmed.one, reason="Secret", code=ChangeCode.ERROR, by=confirmed.per)
    told = page_of(check(Client(), code)).one(data_protocol="replaced")
    assert (told["role"], told.texts("p")[0]) == ("alert", "This protocol is no longer valid.")
    since = date_format(timezone.localtime(confirmed.one.reopenings.get().entry.at), "DATETIME_FORMAT")
    assert f"The committee was reopened on {since}. There is no newer protocol yet." in told.text
    confirm(confirmed.kari, confirmed.one)
    confirm(confirmed.ola, confirmed.one)
    assert "There is a newer protocol." in page_of(check(Client(), code)).one(data_protocol="replaced").text


@pytest.mark.django_db
def test_practice_protocol_is_marked() -> None:
    there = sample_sandbox()
    confirm_here(there.exam)
    code = build_protocol(Committee.objects.with_stage().select_related("exam").get(pk=there.one.pk)).code
    told = page_of(check(Client(), code)).one(data_protocol="present").texts("p")
    assert (told[0], told[-1]) == ("This protocol is current.", "Training – nothing here is real.")


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "GP-0000-0000-0000-0000-0000", "\0", "x" * 5000])
def test_unknown_code_is_reported(code: str) -> None:
    response = check(Client(), code)
    assert (response.status_code, page_of(response).all(data_protocol="*")) == (422, [])
    assert page_of(response).one(role="alert").texts("p")[0] == "No protocol or certificate has this code."


@override_settings(LIMITS_ENABLED=True, PROTOCOL_RATE="3/5m")
def test_unknown_codes_are_limited_and_known_ones_are_not(confirmed: People, sign_in: SignIn) -> None:
    code = code_of(confirmed, sign_in)
    assert [check(Client(), code).status_code for _time in range(5)] == [200] * 5
    assert [check(Client(), "GP-WRONG").status_code for _time in range(4)] == [422, 422, 422, 429]
    assert check(Client(), code).status_code == 429


def test_check_can_be_reloaded(confirmed: People, sign_in: SignIn) -> None:
    visitor, code = Client(), code_of(confirmed, sign_in)
    address = check(visitor, code).redirect_chain[0][0]
    assert code not in address
    for _time in range(2):
        page = page_of(visitor.get(address))
        assert (page.one(data_protocol="present")["role"], page.one("input", name="code")["value"]) == (
            "status",
            code,
        )


def test_code_is_not_in_addresses(confirmed: People, sign_in: SignIn) -> None:
    code = code_of(confirmed, sign_in)
    page = page_of(Client().get(f"/protocol/?code={code}"))
    assert (page.all(data_protocol="*"), page.one("input", name="code")["value"]) == ([], "")
