"""Adding, inviting and correcting graders, and their addresses."""

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from committees.actions.graders import add_grader, correct_grader, invite_grader, set_grader_email
from committees.actions.mailing import send_waiting
from committees.actions.versions import StaleForm
from committees.audit.verification import violations
from committees.enums import EmailSource
from committees.errors import Refusal, Refused
from committees.models import Grader, User
from tests.conftest import People, said, seat
from tests.refusals import refused


@pytest.fixture
def gro(people: People) -> Grader:
    """The seat of somebody who was invited without Feide."""
    return invite_grader(people.one, name="Gro Vik", email="gro@example.org", is_external=True, by=people.per)


def signs_in(grader: Grader) -> None:
    User.objects.filter(pk=grader.person_id).update(last_login=timezone.now())


def test_person_without_feide_is_invited_by_mail(people: People, gro: Grader) -> None:
    person = gro.person
    assert (person.signs_in_by_code, person.feide_name, person.email_source) == (
        True,
        None,
        EmailSource.PLANNER,
    )
    assert (person.is_invited, person.has_usable_password(), str(person)) == (True, False, "Gro Vik")
    assert said(people.exam.log.get()) == {
        "person": person.pk,
        "feide_name": "",
        "external": True,
        "name": "Gro Vik",
        "email": "gro@example.org",
    }


@pytest.mark.parametrize(
    "given", [{"email": "GRO@example.org"}, {"feide_name": "kari"}, {"email": "kari@example.org"}]
)
def test_known_person_is_not_invited_again(people: People, gro: Grader, given: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        invite_grader(people.two, name="Somebody", is_external=False, by=people.per, **given)
    assert refusal.value.code == Refusal.PERSON_KNOWN


def test_known_person_is_added(people: People, gro: Grader) -> None:
    grader = add_grader(people.two, gro.person, is_external=False, by=people.per)
    assert (grader.committee, grader.person, grader.is_external) == (people.two, gro.person, False)
    with pytest.raises(Refused) as refusal:
        add_grader(people.two, gro.person, is_external=False, by=people.per)
    assert refusal.value.code == Refusal.ALREADY_GRADER


def test_correction_is_logged_and_mailed_again(
    people: People, gro: Grader, mailoutbox: list[EmailMessage]
) -> None:
    send_waiting()
    correct_grader(gro, name="Gro Vik", email="gro.vik@example.org", by=people.per)
    send_waiting()
    assert [mail.to for mail in mailoutbox] == [["gro@example.org"], ["gro.vik@example.org"]]
    assert said(people.exam.log.order_by("pk").last()) == {  # type: ignore[arg-type]
        "person": gro.person_id,
        "who": "Gro Vik",
        "changed": {"email": ["gro@example.org", "gro.vik@example.org"]},
    }
    assert list(violations()) == []


def test_correction_is_refused_after_sign_in(people: People, gro: Grader) -> None:
    signs_in(gro)
    with pytest.raises(Refused) as refusal:
        correct_grader(gro, name="Gro", email="per@example.net", by=people.per)
    assert refusal.value.code == Refusal.HAS_SIGNED_IN


def test_mistyped_feide_name_is_corrected_and_logged(people: People) -> None:
    grader = invite_grader(people.one, name="New", feide_name="nwe@uio.no", is_external=True, by=people.per)
    correct_grader(grader, name="New", email="", feide_name="new@uio.no", by=people.per)
    person = User.objects.get(pk=grader.person_id)
    assert (person.feide_name, person.username) == ("new@uio.no", "new@uio.no")
    entry = people.exam.log.order_by("-pk").first()
    assert entry
    assert said(entry)["changed"] == {"feide_name": ["nwe@uio.no", "new@uio.no"]}
    assert list(violations()) == []


def test_feide_name_of_another_is_refused(people: People) -> None:
    grader = invite_grader(people.one, name="New", feide_name="nwe@uio.no", is_external=True, by=people.per)
    with refused(Refusal.FEIDE_NAME_TAKEN, name="Vera"):
        correct_grader(grader, name="New", email="", feide_name="vera@ntnu.no", by=people.per)


@pytest.mark.parametrize("role", ["is_planner", "is_trainer", "is_staff", "is_superuser"])
def test_sign_in_of_people_with_a_role_is_not_corrected(people: People, gro: Grader, role: str) -> None:
    User.objects.filter(pk=gro.person_id).update(**{role: True})
    with refused(Refusal.GRADES_ELSEWHERE):
        correct_grader(gro, name="Gro", email="per@example.net", by=people.per)


def test_correction_is_refused_for_graders_of_others(people: People, gro: Grader) -> None:
    Grader.objects.create(committee=people.other.committees.get(), person=gro.person)
    with pytest.raises(Refused) as refusal:
        correct_grader(gro, name="Gro", email="per@example.net", by=people.per)
    assert refusal.value.code == Refusal.GRADES_ELSEWHERE


def test_correction_to_the_address_of_another_is_refused(people: People, gro: Grader) -> None:
    other = invite_grader(people.two, name="Liv", email="liv@example.org", is_external=True, by=people.per)
    with pytest.raises(Refused) as refusal:
        correct_grader(other, name="Liv", email="Gro@example.org", by=people.per)
    assert refusal.value.code == Refusal.EMAIL_TAKEN


def test_correction_of_an_outdated_form_is_refused(people: People, gro: Grader) -> None:
    shown = {"name": "Gro Vik", "email": "gro@example.org", "feide_name": ""}
    correct_grader(gro, name="Gro Vik", email="other@example.org", by=people.per, shown=shown)
    with pytest.raises(StaleForm):
        correct_grader(gro, name="Gro", email="gro@example.org", by=people.per, shown=shown)


def test_missing_address_is_set_logged_and_told(people: People) -> None:
    User.objects.filter(pk=people.ingrid.pk).update(email="", last_login=timezone.now())
    set_grader_email(seat(people.ingrid, people.two), email="ingrid@uio.no", by=people.per)
    people.ingrid.refresh_from_db()
    assert (people.ingrid.email, people.ingrid.email_source) == ("ingrid@uio.no", EmailSource.PLANNER)
    assert people.exam.log.get().details["email"] == "ingrid@uio.no"
    assert people.ingrid.notifications.get(kind="email-set").committee == people.two


@pytest.mark.parametrize(
    ("name", "email", "code"),
    [("ola", "", Refusal.GRADES_ELSEWHERE), ("ingrid", "ingrid@ntnu.no", Refusal.HAS_EMAIL)],
)
def test_address_of_others_is_not_set(people: People, name: str, email: str, code: Any) -> None:
    User.objects.filter(pk=getattr(people, name).pk).update(email=email)
    Grader.objects.create(committee=people.other.committees.get(), person=people.ola)
    with pytest.raises(Refused) as refusal:
        set_grader_email(seat(getattr(people, name), people.two), email="x@example.org", by=people.per)
    assert refusal.value.code == code


# The invitation


def test_invitation_says_what_when_how_and_whom_to_ask(
    people: People, gro: Grader, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.SITE_URL, settings.INSTITUTION_NAME = "https://grades.example", "NTNU"
    send_waiting()
    (mail,) = mailoutbox
    assert (mail.subject, mail.reply_to) == ("Invitation to grade TDT4100 Programming", ["per@example.org"])
    for text in (
        "Hello Gro Vik,",
        "Per has added you as a grader of an exam at NTNU.",
        "Committee: Committee 1 (external grader)",
        "Grading deadline: ",
        f"https://grades.example/committees/{people.one.pk}/",
        "1. Open https://grades.example/sign-in/code/",
        "2. Enter this e-mail address: gro@example.org",
        "The reply goes to Per, who plans the exam.",
    ):
        assert text in mail.body


def test_invitation_to_feide_names_the_account(
    people: People, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.FEIDE = True
    given = {"feide_name": "new@uio.no", "email": "new@uio.no"}
    invite_grader(people.one, name="New", is_external=True, by=people.per, **given)
    send_waiting()
    assert "Sign in with Feide as new@uio.no: " in mailoutbox[0].body
    assert "/sign-in/code/" not in mailoutbox[0].body


def test_somebody_who_has_signed_in_gets_a_short_notice(
    people: People, gro: Grader, mailoutbox: list[EmailMessage]
) -> None:
    signs_in(gro)
    send_waiting()
    assert mailoutbox[0].subject == "You were added as a grader"
