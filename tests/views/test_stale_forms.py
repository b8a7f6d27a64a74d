"""A form opened before another person's change overwrites nothing: 409 with the changes, and the input kept."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from committees.actions.confirmation import reopen_committee
from committees.actions.fs_import import keep_import
from committees.actions.grading import note_attendance
from committees.actions.planning import move_candidates
from committees.actions.transfer import transfer_grades
from committees.enums import Attendance, ChangeCode
from committees.errors import Refusal
from committees.models import Exam, FsImport
from tests.conftest import People, candidate, confirm_all, grade
from tests.factories import UserFactory
from tests.refusals import sentence
from tests.views.html import Element, page_of
from tests.views.planning import edit_form, told, url


@pytest.fixture
def petra(people: People, sign_in: Any) -> Client:
    """Another planner of the exam."""
    people.exam.planners.add(people.petra)
    client: Client = sign_in(people.petra)
    return client


def stale(response: Any) -> Element:
    """Return the page of a refused form."""
    assert response.status_code == 409
    return page_of(response)


# Edit exam


def test_planners_do_not_overwrite_each_other(people: People, per: Client, petra: Client) -> None:
    first, second = (
        edit_form(people.exam, place="Hall 3", kind="practical"),
        edit_form(people.exam, name="Objects"),
    )
    petra.post(url("edit-exam", people.exam), first)
    page = stale(per.post(url("edit-exam", people.exam), second))
    assert page.one(role="alert").texts("li") == [
        "Exam type: Oral → Practical (Petra)",
        "Place: – → Hall 3 (Petra)",
    ]
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (exam.name, exam.place, exam.kind) == ("Programming", "Hall 3", "practical")


def test_refused_form_keeps_input_and_shows_changes(people: People, per: Client, petra: Client) -> None:
    first = edit_form(people.exam, place="Hall 3", is_anonymous="", planners=[people.petra.pk, people.per.pk])
    second = edit_form(people.exam, name="Objects", place="Room 1")
    petra.post(url("edit-exam", people.exam), first)
    page = stale(per.post(url("edit-exam", people.exam), second))
    form = page.one("main").one("form")
    values = {name: form.one("input", name=name)["value"] for name in ("name", "place")}
    assert values == {"name": "Objects", "place": "Room 1"}
    assert form.all("input", name="is_anonymous", checked="*") == []
    again = second | form.fields
    again.pop("is_anonymous")
    assert told(per, per.post(url("edit-exam", people.exam), again)) == ["Saved."]
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (exam.name, exam.place, exam.is_anonymous) == ("Objects", "Room 1", False)


def test_changed_imports_and_planners_are_named(people: People, per: Client, petra: Client) -> None:
    form = edit_form(people.exam, name="Objects")
    line = f"{';'.join(people.exam.key)};2026-01-02T09:00;Hall;\n"
    given = keep_import(FsImport(by=people.petra, exams=line.encode()))
    preview = page_of(petra.get(url("import-preview", given)))
    petra.post(url("apply-import", given), preview.one("form", action=url("apply-import", given)).fields)
    people.exam.planners.add(UserFactory.create(name="Ada", is_planner=True))
    said = stale(per.post(url("edit-exam", people.exam), form)).one(role="alert").texts("li")
    assert [one.rpartition(" (")[2] for one in said[:2]] == ["Petra)", "Petra)"]
    assert said[-1] == "Planners: Per, Petra → Ada, Per, Petra"


def test_value_changed_back_is_no_change(people: People, per: Client, petra: Client) -> None:
    form = edit_form(people.exam, name="Objects")
    for place in ("Hall", ""):
        petra.post(url("edit-exam", people.exam), edit_form(Exam.objects.get(pk=people.exam.pk), place=place))
    assert told(per, per.post(url("edit-exam", people.exam), form)) == ["Saved."]


@pytest.mark.parametrize("shown", [None, "", "x", "[1]", '{"name": 1}'])
def test_form_without_a_version_is_refused(people: People, per: Client, shown: str | None) -> None:
    form = edit_form(people.exam, name="Objects", shown=shown)
    if shown is None:
        del form["shown"]
    stale(per.post(url("edit-exam", people.exam), form))
    assert Exam.objects.get(pk=people.exam.pk).name == "Programming"


def test_only_edited_fields_are_written(people: People, per: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        per.post(url("edit-exam", people.exam), edit_form(people.exam, place="Hall 3"))
    (written,) = [one["sql"] for one in queries if one["sql"].startswith('UPDATE "committees_exam" ')]
    assert written.partition(" WHERE ")[0] == 'UPDATE "committees_exam" SET "place" = \'Hall 3\''


# Candidates


def listed(client: Client, exam: Exam) -> dict[str, str]:
    """Return the fields of the form of the candidate list."""
    page = page_of(client.get(url("planned-candidates", exam)))
    return page.one("form", action=url("move-candidates", exam)).fields


def test_candidate_moved_meanwhile_is_refused(people: People, per: Client) -> None:
    form = listed(per, people.exam) | {"candidates": [candidate("10001").pk, candidate("10002").pk]}
    people.exam.planners.add(people.petra)
    move_candidates([candidate("10001")], to=people.two, by=people.petra)
    page = stale(per.post(url("move-candidates", people.exam), form | {"to": people.one.pk}))
    (said,) = page.one(role="alert").texts("li")
    assert said.startswith("10001: committee 1 → committee 2 (Petra, ")
    ticked = [one["value"] for one in page.all("input", name="candidates", checked="*")]
    assert ticked == [str(candidate(number).pk) for number in ("10001", "10002")]
    assert page.one("select", name="to").one("option", selected="*")["value"] == str(people.one.pk)
    assert candidate("10001").committee == people.two
    again = form | {"to": people.one.pk} | page.one("form", action=url("move-candidates", people.exam)).fields
    assert per.post(url("move-candidates", people.exam), again).status_code == 302
    assert candidate("10001").committee == people.one


def test_attendance_set_meanwhile_is_not_overwritten(people: People, per: Client) -> None:
    form = listed(per, people.exam) | {"candidates": [candidate("10001").pk], "attendance": "attended"}
    note_attendance(candidate("10001"), Attendance.ABSENT, by=people.kari)
    page = stale(per.post(url("note-absence", people.exam), form))
    assert page.one(role="alert").texts("li")[0].startswith("10001: Not recorded → Did not attend (Kari, ")
    assert page.one("select", name="attendance").one("option", selected="*")["value"] == "attended"
    assert candidate("10001").attendance == "absent"


def test_changes_of_other_candidates_do_not_matter(people: People, per: Client) -> None:
    form = listed(per, people.exam) | {"candidates": [candidate("10002").pk], "to": people.two.pk}
    note_attendance(candidate("10002"), Attendance.ABSENT, by=people.kari)
    people.exam.planners.add(people.petra)
    move_candidates([candidate("10001")], to=people.two, by=people.petra)
    assert per.post(url("move-candidates", people.exam), form).status_code == 302


def test_candidate_page_does_not_overwrite(people: People, kari: Client) -> None:
    first = candidate("10001")
    form = page_of(kari.get(url("candidate", first))).one("form", action=url("set-attendance", first)).fields
    note_attendance(first, Attendance.ABSENT, by=people.per)
    page = stale(kari.post(url("set-attendance", first), form | {"attendance": "withdrew"}))
    assert page.one(role="alert").texts("li")[0].startswith("10001: Not recorded → Did not attend (Per, ")
    assert page.one("select", name="attendance").one("option", selected="*")["value"] == "withdrew"
    again = page.one("form", action=url("set-attendance", first)).fields | {"attendance": "withdrew"}
    assert kari.post(url("set-attendance", first), again).status_code == 302
    assert candidate("10001").attendance == "withdrew"


# Reopening


def test_committee_confirmed_again_is_not_reopened_unseen(people: People, per: Client) -> None:
    confirm_all(people.exam)
    form = page_of(per.get(url("reopen", people.one))).one("main").one("form").fields
    people.exam.planners.add(people.petra)
    reopen_committee(people.one, reason="Why", code=ChangeCode.ERROR, by=people.petra)
    confirm_all(people.exam)
    response = per.post(url("reopen", people.one), form | {"code": "KLAGE", "reason": "10002 appealed"})
    page = stale(response)
    assert page.alerts == [sentence(Refusal.REOPENED_MEANWHILE, who="Petra", committee="Committee 1")]
    again = page.one("main").one("form")
    assert again.one("input", name="reason")["value"] == "10002 appealed"
    assert people.one.reopenings.count() == 1
    sent = again.fields | {"code": "KLAGE", "reason": "10002 appealed"}
    assert per.post(url("reopen", people.one), sent).status_code == 302


def test_transfer_meanwhile_is_named(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    form = page_of(per.get(url("reopen", people.one))).one("main").one("form").fields
    people.exam.planners.add(people.petra)
    transfer_grades(people.exam, by=people.petra)
    response = per.post(url("reopen", people.one), form | {"code": "FEILREG", "reason": "A slip"})
    assert stale(response).alerts == [
        sentence(Refusal.TRANSFERRED_MEANWHILE, who="Petra", committee="Committee 1")
    ]


# Import


def test_changed_import_is_previewed_again(people: People, per: Client) -> None:
    key = ";".join(people.exam.key)
    given = keep_import(FsImport(by=people.per, committees=f"{key};1;Oral;vera@ntnu.no;N\n".encode()))
    form = page_of(per.get(url("import-preview", given))).one("form", action=url("apply-import", given))
    people.one.graders.filter(person=people.ola).update(person=people.vera)
    page = stale(per.post(form["action"], form.fields))
    assert page.alerts == [
        "Something changed after you opened this preview, so nothing was imported. Check the new preview, and "
        "import again."
    ]
    again = page.one("form", action=url("apply-import", given))
    assert per.post(again["action"], again.fields).status_code == 302
    assert people.one.graders.count() == 2
