"""A form that is sent too late is shown to be sent again; a forged one is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.models import Committee
from tests.conftest import People
from tests.views.html import HTMX, Element, page_of

pytestmark = pytest.mark.db_independent

OURS = {"Origin": "http://testserver", "Referer": "http://testserver/plan/exams/1/"}
FORM = {"number": "7", "name": "Kor & <solo>"}


@pytest.fixture
def strict(people: People) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.per)
    return client


def sent(client: Client, exam: Any, headers: dict[str, str], **form: str) -> Any:
    return client.post(reverse("new-committee", args=[exam.pk]), FORM | form, headers=headers)


def offered(response: Any) -> list[Element]:
    """Return the button that sends the form again."""
    return page_of(response).all("button", id="send-again")


def hidden(response: Any) -> dict[str, str]:
    (form,) = [one for one in page_of(response).one("main").all("form") if one.all("button", id="send-again")]
    return form.fields


def test_outdated_token_asks_for_confirmation(people: People, strict: Client) -> None:
    response = sent(strict, people.exam, OURS)
    assert (response.status_code, hidden(response)) == (403, FORM)
    page = page_of(response).one("main")
    assert page.one("dl").text == "Committee number 7 Name Kor & <solo>"
    assert offered(response)[0].text == "Send again as Per"
    assert not Committee.objects.filter(exam=people.exam, number=7).exists()


def test_confirmed_form_is_accepted(people: People, strict: Client) -> None:
    response = sent(strict, people.exam, OURS)
    (field,) = {one["value"] for one in page_of(response).all("input", name="csrfmiddlewaretoken")}
    again = sent(strict, people.exam, OURS, csrfmiddlewaretoken=field)
    assert again.status_code == 302
    assert Committee.objects.filter(exam=people.exam, number=7, name="Kor & <solo>").exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "https://testserver"},
        {"Referer": "http://testserver/plan/exams/1/"},
    ],
)
def test_cross_site_form_is_refused(
    people: People, strict: Client, client: Client, headers: dict[str, str]
) -> None:
    assert offered(sent(strict, people.exam, OURS))
    refused = sent(strict, people.exam, headers)
    assert (refused.status_code, offered(refused)) == (403, [])
    assert b"solo" not in refused.content
    signed_out = sent(client, people.exam, headers)
    assert signed_out.headers["Location"].startswith("/sign-in/")


def test_signed_out_person_signs_in_first(people: People, client: Client) -> None:
    response = sent(client, people.exam, OURS)
    assert (response.status_code, hidden(response)) == (403, FORM)
    link = page_of(response).one("a", id="sign-in")
    assert link["href"] == "/sign-in/?next=http%3A%2F%2Ftestserver%2Fplan%2Fexams%2F1%2F"
    assert link["target"] == "_blank"


def test_buttons_are_not_kept(people: People, strict: Client, client: Client) -> None:
    remind = reverse("remind", args=[people.exam.pk])
    assert offered(strict.post(remind, headers=OURS)) == []
    assert client.post(remind, headers=OURS).status_code == 302


def test_passwords_are_not_kept(people: People, strict: Client, client: Client) -> None:
    for one in (strict, client):
        response = sent(one, people.exam, OURS, password="kept-nowhere", password1="kept-nowhere")
        assert hidden(response) == FORM
        assert b"kept-nowhere" not in response.content
    form = {"username": "kari", "password": "kept-nowhere"}
    refused = Client(enforce_csrf_checks=True).post("/sign-in/", form, headers=OURS)
    assert (refused.status_code, b"kept-nowhere" in refused.content, offered(refused)) == (403, False, [])


def test_script_gets_the_code_of_a_stale_token(people: People, strict: Client) -> None:
    response = sent(strict, people.exam, OURS | HTMX)
    assert (response.status_code, response.headers["X-Session"], offered(response)) == (403, "stale", [])


# Pages of another person


def test_page_of_another_person_is_refused(people: People, client: Client) -> None:
    client.force_login(people.ola)
    sheet = reverse("live", args=[people.one.pk])
    assert client.get(sheet, headers=HTMX | {"X-Page-User": str(people.ola.pk)}).status_code in (200, 204)
    answer = client.get(sheet, headers=HTMX | {"X-Page-User": str(people.kari.pk)})
    assert (answer.status_code, answer.headers["X-Session"], answer.content) == (403, "other", b"")
    act = reverse("new-committee", args=[people.exam.pk])
    client.force_login(people.per)
    client.post(act, FORM, headers=HTMX | {"X-Page-User": str(people.kari.pk)})
    assert not Committee.objects.filter(exam=people.exam, number=7).exists()


def test_open_pages_check_the_user(people: People, client: Client) -> None:
    nobody = client.get("/session/").json()
    assert (nobody["user"], len(nobody["token"])) == ("", 64)
    client.force_login(people.kari)
    here = client.get("/session/").json()
    assert (here["user"], here["name"], len(here["token"])) == (str(people.kari.pk), "Kari", 64)
    body = page_of(client.get("/grade/")).one("body")
    assert (body["data-user"], body["data-name"]) == (here["user"], here["name"])
