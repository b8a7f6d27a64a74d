import hashlib
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance
from committees.actions.sheets import write_grades
from committees.enums import Attendance, ChangeCode, LogAction
from committees.errors import Refusal
from committees.models import Committee, Exam, Transfer, User
from fs.backend import SimulatedFs
from fs.models import ReceivedFile, Registration
from tests.conftest import People, candidate, confirm_all, grade, stage, teach_fs
from tests.factories import CommitteeFactory, ExamFactory
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.queries import queries_of

SignIn = Callable[[User], Client]


@pytest.fixture
def ready(people: People) -> Exam:
    """TDT4100 with all candidates except 10003 graded, and confirmed by every grader."""
    grade(people.kari, people.one, c10001="A", c10002="F")
    grade(people.ingrid, people.two, c10013="B", c10014="C")
    confirm_all(people.exam)
    exam: Exam = people.exam
    return exam


def url(route: str, row: Exam | Transfer) -> str:
    return reverse(route, args=[row.pk])


def page(client: Client, exam: Exam) -> Element:
    return page_of(client.get(url("exam-transfer", exam))).one("main")


def transfer_forms(client: Client, exam: Exam) -> list[Element]:
    return page(client, exam).all("form", action=url("exam-transfer", exam))


def press(client: Client, exam: Exam) -> Any:
    """Press Transfer to FS."""
    (form,) = transfer_forms(client, exam)
    assert form.texts("button") == ["Transfer to FS"]
    return client.post(form["action"], form.fields)


def lines(client: Client, transfer: Transfer) -> list[list[str]]:
    """Return line, candidate, grade, code, receipt and reason from the record."""
    return page_of(client.get(url("transfer", transfer))).cells


def result(exam: Exam, *rows: str) -> bytes:
    return "".join(f"{';'.join(exam.key)};{row}\n" for row in rows).encode()


class SilentFs(SimulatedFs):
    """An FS that does not answer."""

    def deliver(self, name: str, content: bytes) -> NoReturn:
        raise TimeoutError

    def check(self, content: bytes) -> NoReturn:
        raise TimeoutError


SILENT = "tests.views.test_transfer.SilentFs"


# Before everybody has confirmed


def test_page_names_missing_graders(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    sure(people.kari, people.one)
    assert page(per, people.exam).one("ul").texts("li") == [
        "Committee 1 (1/3): waiting for Ola",
        "Committee 2 (0/2): waiting for Ingrid, Ola",
    ]
    assert transfer_forms(per, people.exam) == []


def sure(person: User, committee: Committee) -> None:
    """Confirm as `person` on the page."""
    client = Client()
    client.force_login(person)
    form = page_of(client.get(reverse("confirm", args=[committee.pk]))).one("main").one("form")
    answer = client.post(reverse("confirm", args=[committee.pk]), form.fields | {"acknowledged": "on"})
    assert answer.status_code == 302


def test_committee_without_graders_is_named(people: People, per: Client) -> None:
    confirm_all(people.exam)
    people.two.graders.all().delete()
    assert page(per, people.exam).one("ul").texts("li") == ["Committee 2 (0/2): it has no graders"]


def test_exam_without_candidates_has_nothing_to_transfer(people: People, per: Client) -> None:
    people.exam.candidates.all().delete()
    assert "so there is nothing to transfer" in page(per, people.exam).text
    assert transfer_forms(per, people.exam) == []


def test_unconfirmed_exam_sends_nothing(people: People, per: Client, ready: Exam) -> None:
    reopen_committee(people.two, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    response = per.post(url("exam-transfer", ready), {"number": "1"})
    assert (response.status_code, page_of(response).alerts) == (409, ["Not confirmed yet: Committee 2."])
    assert (Transfer.objects.count(), ReceivedFile.objects.count()) == (0, 0)


# Test transfer to FS


def rehearsal(client: Client, exam: Exam) -> Element:
    return page_of(client.get(url("test-transfer", exam))).one("main")


def test_test_transfer_shows_every_candidate(people: People, per: Client, ready: Exam) -> None:
    shown = rehearsal(per, ready)
    assert shown.cells == [
        ["10001", "1", "A", "–", "A"],
        ["10002", "1", "F", "–", "F"],
        ["10003", "1", "no grade set", "–", "nothing"],
        ["10013", "2", "B", "–", "B"],
        ["10014", "2", "C", "–", "C"],
    ]
    assert shown.texts("p", class_="lead") == ["4 grades are ready to be sent. Nothing has been sent."]
    assert "No problems found." in shown.texts("div", class_="note note-success")


def test_test_transfer_lists_problems_with_reasons(people: People, per: Client, ready: Exam) -> None:
    note_attendance(candidate("10002"), Attendance.ABSENT, by=people.per)
    Registration.objects.filter(kandidatlopenr="10013").update(is_withdrawn=True)
    Registration.objects.filter(kandidatlopenr="10014").delete()
    ready.candidates.create(number="10020")
    shown = rehearsal(per, ready)
    found = {one["data-problem"]: one.text for one in shown.all("li", data_problem="*")}
    assert {numbers: text.partition(" 1 candidate: ")[0] for numbers, text in found.items()} == {
        "10002": "Has a grade, but is marked as “Did not attend”.",
        "10013": "FS would refuse: Candidate 10013 is registered as withdrawn in FS.",
        "10014": "FS would refuse: Candidate 10014 is not registered for this exam in FS.",
        "10020": "This candidate has no committee, so no one can set a grade. Assign the candidate to a "
        "committee.",
    }
    assert shown.texts("h2")[0] == "4 problems"


def test_test_transfer_leaves_no_trace(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    before = people.exam.log.count()
    shown = [rehearsal(per, people.exam).text for _time in range(2)]
    assert shown[0] == shown[1]
    assert (
        "Committee 1 is not confirmed, so the exam can’t be transferred yet. Not yet confirmed by Kari, Ola."
        in shown[0]
    )
    assert (people.exam.log.count(), Transfer.objects.count(), ReceivedFile.objects.count()) == (before, 0, 0)
    assert not Registration.objects.exclude(karakter="").exists()


def test_test_transfer_marks_unanswered_lines(per: Client, ready: Exam, settings: Settings) -> None:
    settings.FS_BACKEND = SILENT
    found = rehearsal(per, ready).all("li", data_problem="*")
    assert [(one["data-problem"], one.text) for one in found] == [
        (
            "10001 10002 10013 10014",
            "FS did not answer, so this line could not be checked. 4 candidates: 10001, 10002, 10013, 10014",
        )
    ]


def test_equal_problems_are_listed_once_without_the_number(per: Client, ready: Exam) -> None:
    Registration.objects.filter(kandidatlopenr__in=["10013", "10014"]).update(is_withdrawn=True)
    (found,) = rehearsal(per, ready).all("li", data_problem="*")
    cause = "FS would refuse: Candidate is registered as withdrawn in FS."
    assert found.text == f"{cause} 2 candidates: 10013, 10014"


def test_test_transfer_without_grades_finds_nothing_to_test(people: People, per: Client) -> None:
    notes = rehearsal(per, people.exam).texts("div", class_="note note-warning")
    assert notes[-1] == "No grades are set yet, so nothing could be tested."


# Transfer to FS


def test_transfer_is_numbered_and_has_receipts(per: Client, ready: Exam) -> None:
    response = press(per, ready)
    made = Transfer.objects.get()
    assert response.headers["Location"] == url("transfer", made)
    record = page_of(per.get(response.headers["Location"]))
    assert (record.texts("h1"), record.texts(data_message="*")) == (
        ["Transfer 1"],
        ["FS accepted all grades."],
    )
    assert record.cells == [
        ["1", "10001", "A", "–", "Accepted", ""],
        ["2", "10002", "F", "–", "Accepted", ""],
        ["3", "10013", "B", "–", "Accepted", ""],
        ["4", "10014", "C", "–", "Accepted", ""],
    ]
    facts = dict(zip(record.texts("dt"), record.texts("dd"), strict=True))
    assert facts == {"Accepted": "4", "Refused": "0", "Awaiting reply": "0", "File": made.file_name}


def test_file_never_changes(people: People, per: Client, ready: Exam) -> None:
    press(per, ready)
    made = Transfer.objects.get()
    shown = page_of(per.get(url("transfer", made))).one("span", data_sha256="*")
    first = per.get(url("transfer-file", made))
    assert first.content == result(ready, "10001;1;A;", "10002;1;F;", "10013;2;B;", "10014;2;C;")
    assert shown["data-sha256"] == shown.text == hashlib.sha256(first.content).hexdigest()
    name = "TDT4100-2026-H%C3%98ST-1.txt"
    assert first.headers["Content-Disposition"] == (
        f"attachment; filename=\"TDT4100-2026-HOST-1.txt\"; filename*=utf-8''{name}"
    )
    assert first.headers["Content-Type"] == "text/plain; charset=utf-8"
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    grade(people.kari, people.one, c10001="B")
    Exam.objects.filter(pk=ready.pk).update(name="Otherwise")
    assert per.get(url("transfer-file", made)).content == first.content


def test_pass_exam_uses_the_words_of_fs(people: People, per: Client) -> None:
    grade(people.kari, people.three, c20001="Pass", c20002="NotPass")
    confirm_all(people.pass_exam)
    press(per, people.pass_exam)
    content = per.get(url("transfer-file", Transfer.objects.get())).content
    assert content == result(people.pass_exam, "20001;1;Bestått;", "20002;1;Ikke bestått;")


def test_transferred_exam_lists_it_and_offers_no_other(per: Client, ready: Exam) -> None:
    press(per, ready)
    shown = page(per, ready)
    made = Transfer.objects.get()
    row = shown.one("tr", data_transfer="1")
    assert row.columns[0::3] == ["Transfer 1", "4 accepted"]
    assert {one["href"] for one in row.all("a")} == {url("transfer", made), url("transfer-file", made)}
    assert "FS has every grade of this exam." in shown.texts("p")
    assert transfer_forms(per, ready) == []


def test_unchanged_grades_are_not_sent_twice(per: Client, ready: Exam) -> None:
    press(per, ready)
    response = per.post(url("exam-transfer", ready), {"number": "2"})
    assert (response.status_code, page_of(response).alerts) == (
        409,
        [sentence(Refusal.NOTHING_TO_TRANSFER)],
    )
    assert (Transfer.objects.count(), ReceivedFile.objects.count()) == (1, 1)


def test_outdated_page_sends_nothing(people: People, per: Client, ready: Exam) -> None:
    (form,) = transfer_forms(per, ready)
    press(per, ready)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    grade(people.kari, people.one, c10001="B")
    confirm_all(ready)
    for number in (form.fields["number"], "", "x", "3"):
        response = per.post(form["action"], {"number": number})
        told = sentence(Refusal.TRANSFERRED_BY_OTHER)
        assert (response.status_code, page_of(response).alerts) == (409, [told])
    assert Transfer.objects.count() == 1


def test_double_click_is_one_transfer(per: Client, ready: Exam) -> None:
    (form,) = transfer_forms(per, ready)
    answers = [per.post(form["action"], form.fields).status_code for _click in range(2)]
    assert answers == [302, 409]
    assert Transfer.objects.count() == 1


def test_corrected_line_is_sent_alone(per: Client, ready: Exam) -> None:
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    first = press(per, ready)
    record = page_of(per.get(first.headers["Location"]))
    refused = record.one("tr", data_receipt="refused")
    assert refused.columns[1::2] == ["10002", "–", "Candidate 10002 is registered as withdrawn in FS."]
    assert record.texts(data_message="*") == ["FS refused 1 line."]
    assert page(per, ready).one("tr", data_transfer="1").columns[3] == "3 accepted 1 refused"
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=False)
    press(per, ready)
    assert per.get(url("transfer-file", Transfer.objects.get(number=2))).content == result(
        ready, "10002;1;F;"
    )
    assert lines(per, Transfer.objects.get(number=2)) == [["1", "10002", "F", "–", "Accepted", ""]]
    assert transfer_forms(per, ready) == []


def test_reopening_sends_the_difference_with_its_code(people: People, per: Client, ready: Exam) -> None:
    press(per, ready)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    grade(people.kari, people.one, c10002="D", c10003="E")
    confirm_all(ready)
    assert rehearsal(per, ready).cells[:3] == [
        ["10001", "1", "A", "A", "nothing: FS already has it"],
        ["10002", "1", "D", "F", "D KLAGE"],
        ["10003", "1", "E", "–", "E"],
    ]
    press(per, ready)
    content = per.get(url("transfer-file", Transfer.objects.get(number=2))).content
    assert content == result(ready, "10002;1;D;KLAGE", "10003;1;E;")
    assert Registration.objects.get(kandidatlopenr="10002").karakter == "D"


def test_unanswered_transfer_can_be_sent_again(per: Client, ready: Exam, settings: Settings) -> None:
    backend, settings.FS_BACKEND = settings.FS_BACKEND, SILENT
    record = page_of(per.get(press(per, ready).headers["Location"]))
    made = Transfer.objects.get()
    assert record.alerts == ["FS did not answer. The transfer is saved. Send it again later."]
    assert [row["data-receipt"] for row in record.all("tr", data_line="*")] == ["pending"] * 4
    assert transfer_forms(per, ready) == []
    assert [one.text for one in page(per, ready).all("form", action=url("deliver-transfer", made))] == [
        "Send again"
    ]
    response = per.post(url("exam-transfer", ready), {"number": "2"})
    assert (response.status_code, page_of(response).alerts) == (
        409,
        [sentence(Refusal.TRANSFER_UNANSWERED, number=1)],
    )
    before = per.get(url("transfer-file", made)).content
    settings.FS_BACKEND = backend
    assert per.post(url("deliver-transfer", made)).status_code == 302
    assert [line[4] for line in lines(per, made)] == ["Accepted"] * 4
    assert [bytes(one.content) for one in ReceivedFile.objects.all()] == [before]


def test_sending_an_answered_transfer_changes_nothing(per: Client, ready: Exam) -> None:
    press(per, ready)
    before = ready.log.count()
    assert per.post(url("deliver-transfer", Transfer.objects.get())).status_code == 302
    assert (ready.log.count(), ReceivedFile.objects.count()) == (before, 1)


def test_queries_do_not_grow_with_candidates(people: People, per: Client) -> None:
    found = []
    for count, code in ((2, "AAA1000"), (100, "BBB1000")):
        exam = ExamFactory.create(emnekode=code, planners=[people.per])
        numbers = [str(1000 + number) for number in range(count)]
        committee = CommitteeFactory.create(exam=exam, graders=[people.kari], numbers=numbers)
        write_grades(
            committee, {number: ["", "C"] for number in numbers}, LogAction.GRADES_UPLOADED, by=people.kari
        )
        teach_fs(exam)
        confirm_all(exam)
        counts = [queries_of(per, url("test-transfer", exam))]
        counts.append(queries_of(per, url("exam-transfer", exam), {"number": "1"}))
        pages = [
            url("exam-transfer", exam),
            url("test-transfer", exam),
            url("transfer", exam.transfers.get()),
        ]
        found.append(counts + [queries_of(per, page) for page in pages])
        assert (stage(committee), len(lines(per, exam.transfers.get()))) == ("transferred", count)
    assert found[0] == found[1]


# The whole workflow


def test_student_sees_a_grade_only_after_fs_accepted_it(people: People, per: Client, sign_in: SignIn) -> None:
    kari, ola, sofie = sign_in(people.kari), sign_in(people.ola), sign_in(people.sofie)
    seen = [results(sofie)]
    kari.post(reverse("set-grade", args=[candidate("10001").pk]), {"grade": "B", "expected_grade": ""})
    seen.append(results(sofie))
    for person in (people.kari, people.ola):
        sure(person, people.one)
    for person in (people.ola, people.ingrid):
        sure(person, people.two)
    seen.append(results(sofie))
    rehearsal(per, people.exam)
    seen.append(results(sofie))
    assert seen == [[], [], [], []]
    press(per, people.exam)
    assert results(sofie) == ["TDT4100 HØST 2026", "B – very good"]
    assert (
        page_of(ola.get(reverse("final-grading", args=[people.one.pk]))).one("main")["data-stage"]
        == "transferred"
    )


def results(student: Client) -> list[str]:
    """Return the exams and grades in Studentweb."""
    main = page_of(student.get("/studentweb/")).one("main")
    return [*main.texts("th", scope="row"), *main.texts("td", class_="fw-semibold")]


def test_student_sees_a_correction_with_its_reason(
    people: People, per: Client, ready: Exam, sign_in: SignIn
) -> None:
    sofie = sign_in(people.sofie)
    press(per, ready)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    grade(people.kari, people.one, c10001="C")
    confirm_all(ready)
    assert results(sofie)[1] == "A – excellent"
    press(per, ready)
    assert results(sofie)[1] == "C – good"
    assert "Changed after an appeal" in page_of(sofie.get("/studentweb/")).text


def test_planner_sees_what_fs_has(per: Client, ready: Exam) -> None:
    press(per, ready)
    exams = page_of(per.get("/fs/")).one("main")
    held = [[*row.texts("th"), *row.texts("td")] for row in exams.one("tbody").all("tr")]
    assert held == [["LUP1001 HØST 2026", "2", "None yet"], ["TDT4100 HØST 2026", "5", "4"]]
