"""Support edits people, but can neither act as one of them nor make others support."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry as SupportEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.errors import Refusal
from committees.models import User
from tests.access.targets import Targets, client_of
from tests.admin.addresses import address, shown
from tests.conftest import People, confirm_all, stage
from tests.factories import UserFactory
from tests.refusals import sentence
from tests.views.html import page_of

NEW = {"password1": "Kq8-wolf-tree", "password2": "Kq8-wolf-tree"}
GONE = {"usable_password": "false", "unset-password": "1"}


def person(name: str) -> User:
    return User.objects.get(username=name)


def saved_by(role: str, name: str, /, **fields: str) -> tuple[int, User]:
    """Save the page of `name` with `fields` as `role`; return the response and the person."""
    now = person(name)
    form = {
        "username": name,
        "name": now.name,
        "feide_name": now.feide_name or "",
        "is_active": "on",
    } | shown(now)
    answer = client_of(role).post(address(User, "change", now.pk), form | fields)
    return answer.status_code, User.objects.filter(pk=now.pk).get()


def password_sent(role: str, name: str, form: dict[str, str]) -> Any:
    return client_of(role).post(address(User, "password_change", person(name).pk), form)


def errors_of(response: Any) -> list[str]:
    found: list[str] = response.context["form"].non_field_errors()
    return found


def refusal_of(response: Any) -> tuple[int, list[str]]:
    """Return the status and sentences of a refused page."""
    found: list[str] = response.context["adminform"].form.non_field_errors()
    return response.status_code, found


# Search


@pytest.mark.parametrize("asked", ["åse øst", "ÅSE", "ØSTBY"])
def test_people_search_ignores_case(targets: Targets, asked: str) -> None:
    UserFactory.create(username="aase", name="Åse Østby")
    answer = client_of("admin").post(address(User, "changelist"), {"q": asked}, follow=True)
    assert [one.username for one in answer.context["cl"].result_list] == ["aase"]


# Editing


def test_support_adds_and_edits_but_does_not_delete_people(targets: Targets) -> None:
    support = client_of("admin")
    support.post(
        address(User, "add"),
        {"username": "tone", "feide_name": "Tone@UiO.no", "usable_password": "true"} | NEW,
    )
    tone = person("tone")
    assert (tone.feide_name, tone.is_planner, tone.check_password("Kq8-wolf-tree")) == (
        "tone@uio.no",
        False,
        True,
    )
    answer, tone = saved_by("admin", "tone", name="Tone Dahl", feide_name="", is_planner="on")
    assert (answer, tone.name, tone.is_planner, tone.feide_name) == (302, "Tone Dahl", True, None)
    assert support.post(address(User, "delete", tone.pk), {"post": "yes"}).status_code == 403


HIDDEN = ["\n", "\u202e", "\u2066", "\u200b", "\x7f", "\u2028"]


@pytest.mark.parametrize("character", HIDDEN)
@pytest.mark.parametrize("field", ["name", "feide_name", "email", "username"])
def test_hidden_characters_are_refused(targets: Targets, field: str, character: str) -> None:
    value = f"nina@nt{character}nu.no"
    before = getattr(person("nina"), field)
    status, nina = saved_by("admin", "nina", **{field: value})
    assert (status, getattr(nina, field)) == (200, before)


def test_admin_uses_the_sign_in_of_the_site(targets: Targets) -> None:
    client = Client()
    page = client.post(reverse("admin:login"), {"username": "admin", "password": "demo"})
    assert (page.status_code, page["Location"]) == (302, "/sign-in/?next=/admin/")
    assert "_auth_user_id" not in client.session


# Acting as somebody else


@pytest.mark.parametrize(("name", "told"), [("kari", "Kari"), ("per", "Per"), ("ola", "Ola")])
def test_passwords_of_graders_and_planners_cannot_be_set(targets: Targets, name: str, told: str) -> None:
    response = password_sent("admin", name, NEW)
    assert errors_of(response) == [
        f"{told} is a grader or planner, so no one else can choose their password."
    ]
    assert person(name).check_password("demo")


@pytest.mark.parametrize(
    "form", [NEW | {"unset-password": "1"}, NEW | {"usable_password": "true"} | {"unset-password": "1"}]
)
def test_hidden_buttons_cannot_be_posted(targets: Targets, form: dict[str, str]) -> None:
    assert len(errors_of(password_sent("admin", "kari", form))) == 1
    assert person("kari").check_password("demo")


def test_password_of_an_invited_grader_cannot_be_set(targets: Targets) -> None:
    kari = person("kari")
    kari.set_unusable_password()
    kari.save()
    assert len(errors_of(password_sent("admin", "kari", NEW | GONE))) == 1
    assert not person("kari").has_usable_password()


def test_password_of_any_person_can_be_removed(targets: Targets) -> None:
    kari = client_of("kari")
    assert password_sent("admin", "kari", GONE).status_code == 302
    assert not person("kari").has_usable_password()
    assert kari.get(reverse("grade")).headers["Location"] == "/sign-in/?next=/grade/"


def test_password_of_a_person_without_role_can_be_set(targets: Targets) -> None:
    assert password_sent("admin", "nina", NEW).status_code == 302
    assert person("nina").check_password("Kq8-wolf-tree")


@pytest.mark.parametrize("name", ["kari", "per"])
def test_feide_name_of_graders_and_planners_is_read_only(targets: Targets, name: str) -> None:
    answer, now = saved_by("admin", name, feide_name="admin@ntnu.no", name="Mended")
    assert (answer, now.feide_name, now.name) == (302, f"{name}@ntnu.no", "Mended")


def test_feide_name_of_a_person_without_role_can_be_changed(targets: Targets) -> None:
    assert saved_by("admin", "nina", feide_name="nina.berg@ntnu.no")[1].feide_name == "nina.berg@ntnu.no"


def test_people_pages_show_no_password(targets: Targets) -> None:
    for role in ("admin", "deputy"):
        for name in ("kari", "nina", "admin"):
            page = client_of(role).get(address(User, "change", person(name).pk)).content.decode()
            assert (person(name).password in page, person(name).password.split("$")[2] in page) == (
                False,
                False,
            )


# Gaining support rights


@pytest.mark.parametrize("name", ["deputy", "nina", "kari", "clerk"])
def test_staff_cannot_make_superusers(targets: Targets, name: str) -> None:
    saved_by("deputy", name, is_staff="on", is_superuser="on", groups="1", user_permissions="1")
    now = person(name)
    assert (now.is_superuser, now.is_staff) == (False, name in ("deputy", "clerk"))


def test_staff_can_edit_other_people(targets: Targets) -> None:
    answer, nina = saved_by("deputy", "nina", name="Nina Berg", is_staff="on", is_superuser="on")
    assert (answer, nina.name, nina.is_staff, nina.is_superuser) == (302, "Nina Berg", False, False)


def test_staff_cannot_add_staff(targets: Targets) -> None:
    form = {"username": "tone", "is_staff": "on", "is_superuser": "on", "usable_password": "true"} | NEW
    client_of("deputy").post(address(User, "add"), form)
    assert (person("tone").is_staff, person("tone").is_superuser) == (False, False)


@pytest.mark.parametrize("name", ["admin", "clerk"])
def test_staff_cannot_edit_staff(targets: Targets, name: str) -> None:
    assert password_sent("deputy", name, NEW).status_code == 403
    assert saved_by("deputy", name, username="taken")[0] == 403
    assert person(name).check_password("demo")


def test_superuser_can_make_staff(targets: Targets) -> None:
    answer, nina = saved_by("admin", "nina", is_staff="on")
    assert (answer, nina.is_staff, nina.is_superuser) == (302, True, False)


# Simultaneous changes


def test_simultaneous_change_is_not_overwritten(targets: Targets) -> None:
    nina, support = person("nina"), client_of("admin")
    page = address(User, "change", nina.pk)
    form = {"username": "nina", "name": "Nina Berg", "feide_name": "nina@ntnu.no", "is_active": "on"} | shown(
        nina
    )
    User.objects.filter(pk=nina.pk).update(email="new@ntnu.no", language="nn")
    response = support.post(page, form)
    assert refusal_of(response) == (
        409,
        [
            sentence(Refusal.FORM_STALE),
            "Email address: nina@example.org → new@ntnu.no",
        ],
    )
    assert (person("nina").name, person("nina").email) == ("Nina", "new@ntnu.no")
    again = page_of(response).one("form", id="user_form")
    assert again.one("input", name="name")["value"] == "Nina Berg"
    sent = form | {"email": "new@ntnu.no", "shown": again.one("input", name="shown")["value"]}
    assert support.post(page, sent).status_code == 302
    assert (person("nina").name, person("nina").email) == ("Nina Berg", "new@ntnu.no")


def test_only_edited_fields_are_written(targets: Targets) -> None:
    with CaptureQueriesContext(connection) as queries:
        now = person("nina")
        saved_by("admin", "nina", name="Nina Berg", email=now.email, is_trainer="on")
    written = [one["sql"] for one in queries if one["sql"].startswith('UPDATE "committees_user" SET "name"')]
    assert [one.partition(" WHERE ")[0] for one in written] == [
        'UPDATE "committees_user" SET "name" = \'Nina Berg\''
    ]


# Inactive accounts and confirmations


def test_closing_an_account_asks_about_confirmations(people: People) -> None:
    confirm_all(people.exam)
    ola, support = person("ola"), client_of("admin")
    form = {"username": "ola", "name": "Ola", "email": ola.email, "feide_name": "ola@ntnu.no"} | shown(ola)
    response = support.post(address(User, "change", ola.pk), form)
    assert refusal_of(response) == (
        409,
        [
            "Ola has confirmed Committee 1. Once the account is closed, that confirmation no longer counts.",
            "Committee 1 is confirmed now. It will be open for grading again.",
            "Ola has confirmed Committee 2. Once the account is closed, that confirmation no longer counts.",
            "Committee 2 is confirmed now. It will be open for grading again.",
            "Nothing has been saved yet. To continue, save again.",
        ],
    )
    assert (person("ola").is_active, stage(people.one)) == (True, "confirmed")
    agreement = page_of(response).one("input", name="agreement")["value"]
    assert support.post(address(User, "change", ola.pk), form | {"agreement": agreement}).status_code == 302
    assert (person("ola").is_active, stage(people.one)) == (False, "waiting")


def test_account_without_effects_is_closed_at_once(people: People) -> None:
    nina, support = person("nina"), client_of("admin")
    form = {"username": "nina", "name": "Nina", "email": nina.email, "feide_name": "nina@ntnu.no"} | shown(
        nina
    )
    assert support.post(address(User, "change", nina.pk), form).status_code == 302
    assert person("nina").is_active is False


# The admin's log


def test_log_entries_name_the_changes(targets: Targets) -> None:
    SupportEntry.objects.all().delete()
    UserFactory.create(username="tone")
    saved_by("admin", "tone", name="Tone Dahl", email="tone@uio.no", is_planner="on")
    saved_by("admin", "tone", name="Tone Dahl", email="tone@uio.no", is_active="", feide_name="")
    password_sent("admin", "tone", NEW)
    password_sent("admin", "tone", GONE)
    said = [
        (str(one.user), str(one.object_repr), one.get_change_message()) for one in SupportEntry.objects.all()
    ]
    assert said[::-1] == [
        ("Admin", "Tone Dahl", "Changed Name, Email address and Planner."),
        ("Admin", "Tone Dahl", "Changed Feide name, Planner and Active."),
        ("Admin", "Tone Dahl", "Changed password."),
        ("Admin", "Tone Dahl", "Changed password."),
    ]


def test_refused_change_is_not_logged(targets: Targets) -> None:
    before = SupportEntry.objects.count()
    password_sent("admin", "kari", NEW)
    password_sent("deputy", "admin", NEW)
    assert SupportEntry.objects.count() == before
