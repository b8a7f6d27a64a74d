"""Settings of new exams in the preview of an import, remembered by course code."""

from typing import Any

import pytest
from django.test import Client

from committees.audit.verification import violations
from committees.models import Exam, FsImport
from tests.conftest import People
from tests.factories import ExamFactory
from tests.views.html import Element, page_of
from tests.views.test_import import give

KEY = "194;MUS2003;1;V1;HØST;2026"
EXAMS = f"{KEY};2026-12-01T09:00;Hall 3;\n{KEY.replace('MUS2003', 'MUS2004')};2026-12-02;;\n"


def preview(client: Client, exams: str = EXAMS) -> Element:
    return page_of(client.get(give(client, exams=exams).headers["Location"])).one("main").one("form")


def filled_in(form: Element, **other: str) -> dict[str, Any]:
    """What the form of the preview sends, but for `other`."""
    sent = form.fields | {one["name"]: one["value"] for one in form.all("input", type="text")}
    for select in form.all("select"):
        sent[select["name"]] = select.one("option", selected="")["value"]
    sent |= {one["name"]: "on" for one in form.all("input", type="checkbox", checked="")}
    return {name: value for name, value in (sent | other).items() if value != "off"}


def settings_of(code: str) -> tuple[Any, ...]:
    exam = Exam.objects.get(emnekode=code, arstall=2026)
    return exam.name, exam.kind, exam.scale, exam.is_anonymous


def test_preview_shows_term_time_and_place_of_each_new_exam(people: People, per: Client) -> None:
    assert [one.text.replace(" · ", "|") for one in preview(per).all("legend")] == [
        "MUS2003 HØST 2026|1 Dec 2026 09:00|Hall 3",
        "MUS2004 HØST 2026|2 Dec 2026",
    ]


def test_each_new_exam_gets_its_own_settings(people: People, per: Client) -> None:
    form = preview(per)
    chosen = {"exams-0-name": "Flute", "exams-0-kind": "oral", "exams-0-scale": "PASS"}
    response = per.post(form["action"], filled_in(form, **chosen, **{"exams-1-is_anonymous": "off"}))
    assert response.status_code == 302
    assert settings_of("MUS2003") == ("Flute", "oral", "PASS", True)
    assert settings_of("MUS2004") == ("MUS2004", "practical", "A-F", False)
    assert list(violations()) == []


def test_empty_name_is_an_error_and_input_is_kept(people: People, per: Client) -> None:
    form = preview(per)
    response = per.post(form["action"], filled_in(form, **{"exams-0-name": "", "exams-1-name": "Oboe"}))
    page = page_of(response)
    assert (response.status_code, page.alerts) == (422, ["This field is required."])
    assert page.one("input", name="exams-1-name")["value"] == "Oboe"
    assert not Exam.objects.filter(emnekode="MUS2003").exists()


def test_choices_survive_an_outdated_preview(people: People, per: Client) -> None:
    form = preview(per)
    sent = filled_in(form, **{"exams-0-name": "Flute"})
    ExamFactory.create(emnekode="MUS2004", vurdtidkode="HØST", planners=[people.per])
    response = per.post(form["action"], sent)
    assert response.status_code == 409
    assert page_of(response).one("input", name="exams-0-name")["value"] == "Flute"


@pytest.mark.parametrize(
    ("key", "name"), [(KEY, "Flute, concert"), (KEY.replace("V1", "V2"), "Flute, theory")]
)
def test_settings_are_remembered_by_course_code(people: People, per: Client, key: str, name: str) -> None:
    old = {"emnekode": "MUS2003", "arstall": 2025, "kind": "paper", "scale": "PASS", "is_anonymous": False}
    for combination, title in (("V1", "Flute, concert"), ("V2", "Flute, theory")):
        ExamFactory.create(vurdkombkode=combination, name=title, planners=[people.petra], **old)
    form = preview(per, f"{key};2026-12-01T09:00;;\n")
    per.post(form["action"], filled_in(form))
    assert settings_of("MUS2003") == (name, "paper", "PASS", False)


def test_form_of_another_exam_changes_nothing(people: People, per: Client) -> None:
    form = preview(per)
    sent = filled_in(form, **{"exams-0-key": ";".join(people.other.key), "exams-0-name": "Taken over"})
    assert per.post(form["action"], sent).status_code == 302
    assert Exam.objects.get(pk=people.other.pk).name == "Elsewhere"
    assert settings_of("MUS2003")[0] == "MUS2003"
    assert FsImport.objects.get().result["new_exams"] == 2
