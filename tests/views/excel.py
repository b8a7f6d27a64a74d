"""Grades to and from Excel on a grader's pages."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from committees.models import Committee
from tests.files.build import grade_list
from tests.views.html import HTMX, Element, page_of


def download(client: Client, committee: Committee) -> Any:
    return client.get(reverse("download", args=[committee.pk]))


def filled(content: bytes, **grades: str) -> bytes:
    """Return a downloaded list with these grades: `filled(list, c10001="A")`."""
    list_ = load_workbook(BytesIO(content))
    for row in list_.worksheets[0].iter_rows(min_row=2):
        row[1].value = grades.get(f"c{row[0].value}", row[1].value)
    out = BytesIO()
    list_.save(out)
    return out.getvalue()


def upload(
    client: Client,
    committee: Committee,
    content: bytes,
    *,
    name: str = "grades.xlsx",
    htmx: bool = False,
    as_is: bool = False,
) -> Any:
    """Upload by the form of the page, or by the dialog."""
    url = reverse("upload-sheet", args=[committee.pk])
    fields = {"file": SimpleUploadedFile(name, content)} | ({"take_as_is": "on"} if as_is else {})
    return client.post(url, fields, headers=HTMX if htmx else {})


def uploaded(client: Client, committee: Committee, *rows: tuple[object, ...]) -> Element:
    """Return the result page of a list with these rows."""
    return page_of(client.get(upload(client, committee, grade_list(*rows)).headers["Location"]))


def counts(page: Element) -> dict[str, int]:
    """Return the counts of a result from its data attributes."""
    names = ["updated", "unchanged", "empty", "rejected", "missing"]
    return {name: int(page.one("div", data_updated="*")[f"data-{name}"]) for name in names}


def press(client: Client, page: Element, label: str, *, htmx: bool = False) -> Any:
    """Press the button `label`, with or without JavaScript."""
    (form,) = [one for one in page.all("form") if label in one.texts("button")]
    (button,) = [one for one in form.all("button") if one.text == label]
    return press_button(client, form, button, htmx=htmx)


def press_button(client: Client, form: Element, button: Element, *, htmx: bool = False) -> Any:
    told = form.attributes | button.attributes
    address = (
        told.get("formaction") or told["hx-post"]
    )  # htmx takes a button's formaction first, as browsers do
    assert address == told.get("formaction", told.get("action"))
    fields = {button["name"]: button["value"]} if "name" in button.attributes else {}
    return client.post(address, fields, headers=HTMX if htmx else {})


def grades_of(committee: Committee) -> dict[str, str]:
    return dict(committee.candidates.values_list("number", "grade"))
