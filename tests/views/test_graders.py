"""The search for graders, invitations and missing addresses."""

from typing import Any

import pytest
from django.test import Client

from committees.forms.people import name_and_address
from committees.models import Grader, User
from committees.queries.people import roles_elsewhere
from tests.conftest import People, seat
from tests.factories import CommitteeFactory, ExamFactory
from tests.views.html import page_of
from tests.views.planning import exam_page, told, url
from tests.views.queries import queries_of


def found(client: Client, people: People, text: str) -> list[str]:
    """The people that the page shows for this search."""
    page = page_of(client.post(url("seat", people.one), {"feide_name": text}))
    return [one.texts("strong")[0] for one in page.one("main").all("li") if one.all("form")]


def test_parts_of_names_find_graders_and_planners_but_no_students(people: People, per: Client) -> None:
    User.objects.filter(pk=people.vera.pk).update(name="Vera Sofie Dahl")
    assert found(per, people, "ofi") == ["Vera Sofie Dahl"]
    assert found(per, people, "example.org") == ["Ingrid", "Kari", "Ola", "Per", "Petra", "Vera Sofie Dahl"]


@pytest.mark.parametrize("text", ["vera@ntnu.no", "VERA", "vera@example.org"])
def test_whole_feide_name_or_address_is_added_at_once(people: People, per: Client, text: str) -> None:
    response = per.post(url("seat", people.one), {"feide_name": text, "is_external": "on"})
    assert told(per, response) == ["Vera was added to Committee 1."]
    assert seat(people.vera, people.one).is_external is True


def test_mistyped_feide_name_asks_and_creates_nobody(people: People, per: Client) -> None:
    before = User.objects.count()
    response = per.post(url("seat", people.one), {"feide_name": "vear@ntnu.no"})
    page = page_of(response)
    assert (response.status_code, User.objects.count()) == (422, before)
    assert page.alerts == ["No person matches “vear@ntnu.no”. Check the spelling, or invite a new person."]
    assert page.one("input", id="invite-feide_name")["value"] == "vear@ntnu.no"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Gro Vik", "name"),
        ("gro@gmail.com", "email"),
        ("gro@ntnu.no", "feide_name"),
        ("gro.vik", "feide_name"),
    ],
)
def test_invitation_begins_with_what_was_searched(people: People, per: Client, text: str, field: str) -> None:
    page = page_of(per.post(url("seat", people.one), {"feide_name": text}))
    assert page.one("input", id=f"invite-{field}")["value"] == text


@pytest.mark.parametrize(
    "text", ["Gro Vik <gro@example.org>", "“Gro Vik” gro@example.org", "<gro@example.org>; Gro Vik,"]
)
def test_address_from_a_mail_fills_in_name_and_email(people: People, per: Client, text: str) -> None:
    page = page_of(per.post(url("seat", people.one), {"feide_name": text}))
    found = [page.one("input", id=f"invite-{name}")["value"] for name in ("name", "email")]
    assert (found, name_and_address("Kari og Ola")) == (["Gro Vik", "gro@example.org"], ("Kari og Ola", ""))


def test_person_with_an_address_from_a_mail_is_added(people: People, per: Client) -> None:
    per.post(url("seat", people.one), {"feide_name": "Vera V <VERA@ntnu.no>", "is_external": "on"})
    assert seat(people.vera, people.one).is_external is True


def test_person_of_the_search_is_added_as_proposed(people: People, per: Client) -> None:
    page = page_of(per.post(url("seat", people.one), {"feide_name": "ver", "is_external": "on"}))
    form = page.one("section", data_found="*").one("form")
    proposed = form.all("button")[0]
    response = per.post(form["action"], {proposed["name"]: proposed["value"]})
    assert told(per, response) == ["Vera was added to Committee 1."]
    assert seat(people.vera, people.one).is_external is True


@pytest.mark.parametrize(("ticked", "values"), [("", ["on", ""]), ("on", None)])
def test_external_grader_of_another_committee_is_proposed_as_external(
    people: People, per: Client, ticked: str, values: list[str] | None
) -> None:
    Grader.objects.create(committee=people.two, person=people.vera, is_external=True)
    response = per.post(url("seat", people.one), {"feide_name": "vera", "is_external": ticked})
    assert people.one.graders.filter(person=people.vera).exists() == (values is None)
    if values:
        form = page_of(response).one("section", data_found="*").one("form")
        assert [button["value"] for button in form.all("button")] == values


def test_role_elsewhere_is_of_the_same_exam_or_the_newest_of_the_institution(people: People) -> None:
    def seat_at(committee: Any, *, is_external: bool) -> None:
        Grader.objects.create(committee=committee, person=people.vera, is_external=is_external)

    for institution, expected in (("185", {}), ("194", {people.vera.pk: True})):
        people.vera.seats.all().delete()
        exam = ExamFactory(institusjonsnr=institution)
        seat_at(CommitteeFactory(exam=exam), is_external=True)
        assert roles_elsewhere([people.vera], people.one) == expected
    seat_at(people.two, is_external=False)
    seat_at(CommitteeFactory(exam=ExamFactory(emnekode="NEW1")), is_external=True)
    assert roles_elsewhere([people.vera], people.one) == {people.vera.pk: False}


def test_invitation_without_feide(people: People, per: Client) -> None:
    given = {"name": "Gro Vik", "email": "gro@example.org", "is_external": "on"}
    assert told(per, per.post(url("invite", people.one), given)) == ["Gro Vik was added to Committee 1."]
    assert User.objects.get(email="gro@example.org").signs_in_by_code is True


@pytest.mark.parametrize(
    ("given", "field", "codes"),
    [
        ({"name": "", "email": "gro@example.org"}, "name", True),
        ({"name": "Gro"}, "email", True),
        ({"name": "Gro", "feide_name": "two words"}, "feide_name", True),
        ({"name": "Gro", "email": "gro@example.org"}, "feide_name", False),
    ],
)
def test_incomplete_invitation_comes_back(
    people: People, per: Client, settings: Any, given: dict[str, str], field: str, codes: bool
) -> None:
    settings.LOGIN_BY_CODE = codes
    response = per.post(url("invite", people.one), given)
    page = page_of(response)
    assert (response.status_code, page.one("input", id=f"invite-{field}")["aria-invalid"]) == (422, "true")
    assert people.one.graders.count() == 2


def test_missing_addresses_are_counted_with_a_field_for_each(people: People, per: Client) -> None:
    User.objects.filter(pk__in=[people.kari.pk, people.ola.pk]).update(email="")
    part = exam_page(per, people.exam).one("section", data_without_email="*")
    assert part.texts("h2") == ["2 graders without e-mail"]
    form = part.all("form")[0]
    response = per.post(form["action"], form.fields | {"email": "kari@uio.no"})
    assert told(per, response) == ["The e-mail address of Kari was saved."]
    left = exam_page(per, people.exam).one("section", data_without_email="*")
    assert left.texts("h2") == ["1 grader without e-mail"]


def test_correction_of_an_invited_person(people: People, per: Client) -> None:
    person = User.invited("new@uio.no", name="Nwe")
    person.save()
    grader = Grader.objects.create(committee=people.one, person=person)
    form = page_of(per.get(url("correct-grader", grader))).one("main").one("form")
    typed = form.fields | {"feide_name": "new.one@uio.no"}
    response = per.post(url("correct-grader", grader), typed | {"name": "New"})
    assert told(per, response) == ["New was saved."]
    assert User.objects.get(pk=person.pk).feide_name == "new.one@uio.no"
    stale = per.post(url("correct-grader", grader), typed | {"name": "Newt"})
    assert (stale.status_code, User.objects.get(pk=person.pk).name) == (409, "New")


def test_search_makes_the_same_queries_for_one_and_three(people: People, per: Client) -> None:
    User.objects.filter(pk__in=[people.kari.pk, people.ola.pk]).update(name="Ingrid the Other")
    address = url("seat", people.one)
    assert queries_of(per, address, {"feide_name": "petr"}) == queries_of(
        per, address, {"feide_name": "ingri"}
    )
