"""A planner's pages and their messages."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from committees.actions.planning import EXAM_FIELDS
from committees.actions.versions import texts_of
from committees.models import Candidate, Committee, Exam, FsImport, Grader
from committees.models.exams import KEY_FIELDS
from tests.views.html import Element, page_of


def url(route: str, row: Exam | Committee | Grader | FsImport | Candidate) -> str:
    return reverse(route, args=[row.pk])


def exam_page(client: Client, exam: Exam) -> Element:
    return page_of(client.get(url("planned-exam", exam)))


def part(page: Element, number: int) -> Element:
    """Return the part of the exam's page about one committee."""
    return page.one("section", data_committee=str(number))


def told(client: Client, response: Any) -> list[str]:
    """Return the messages of the page to which an act redirects."""
    assert response.status_code == 302, response.status_code
    return page_of(client.get(response.headers["Location"])).one("div", id="messages").texts("div")


def refused(response: Any) -> tuple[int, list[str]]:
    return response.status_code, page_of(response).alerts


def form_of(exam: Exam, **other: Any) -> dict[str, Any]:
    """Return the fields of an exam's form, unchanged except for `other`."""
    fields = (*KEY_FIELDS, "name", "kind", "date", "place", "deadline", "scale", "rule")
    sent = {name: str(getattr(exam, name)) for name in fields} | {"is_anonymous": "on", "on_behalf": "on"}
    return sent | {"planners": [one.pk for one in exam.planners.all()]} | other


def edit_form(exam: Exam, **other: Any) -> dict[str, Any]:
    """Return the fields of the form to edit `exam`, opened now, unchanged except for `other`."""
    return form_of(exam) | {"shown": json.dumps(texts_of(exam, EXAM_FIELDS))} | other
