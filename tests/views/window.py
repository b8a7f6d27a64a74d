"""The Final Grading window, and acts in it."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from committees.models import Committee
from tests.conftest import candidate
from tests.views.html import HTMX, Element, page_of


def url(committee: Committee) -> str:
    return reverse("final-grading", args=[committee.pk])


def window(client: Client, committee: Committee, *, q: str | None = None, **asked: str) -> Element:
    """Return the window as filtered by its address; with `q`, after a search."""
    address = f"{url(committee)}?{urlencode(asked)}"
    return page_of(client.get(address) if q is None else client.post(address, {"q": q}, follow=True))


def grades(page: Element) -> dict[str, str]:
    """Return the grade in each row from its data attributes."""
    return {row["data-candidate"]: row["data-grade"] for row in page.all("tr", data_candidate="*")}


def row(page: Element, number: str) -> Element:
    return page.one("tr", data_candidate=number)


def click(client: Client, number: str, act: str = "set-grade", *, htmx: bool = False, **form: str) -> Any:
    """Press a button of the candidate's row; `grade` is the button's, `seen` the row's version field."""
    headers = HTMX if htmx else {}
    return client.post(reverse(act, args=[candidate(number).pk]), form, headers=headers)
