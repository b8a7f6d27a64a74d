"""Effects of becoming a grader or planner on a person's address, and on a password set by support."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from committees.actions.fs_import import apply_import, keep_import
from committees.actions.graders import add_grader, invite_grader
from committees.actions.planning import change_exam, create_exam
from committees.models import Exam, FsImport, User
from tests.access.targets import client_of
from tests.admin.addresses import address, shown
from tests.conftest import People, said
from tests.factories import ExamFactory, UserFactory
from tests.views.html import page_of
from tests.views.planning import edit_form, told, url

SECRET = "Kq8-wolf-tree"  # a test's


def support_makes(name: str, **fields: str) -> User:
    """Create an account in the admin, with a password set by support."""
    form = {"username": name, "feide_name": f"{name}@ntnu.no", "usable_password": "true"}
    form |= {"password1": SECRET, "password2": SECRET, **fields}
    assert client_of("admin").post(address(User, "add"), form).status_code == 302
    return User.objects.get(username=name)


def opens(name: str, password: str = SECRET) -> bool:
    return authenticate(username=name, password=password) is not None


# Passwords


def test_seat_ends_a_password_set_by_support(people: People, sign_in: Any) -> None:
    support_makes("gro")
    impostor = Client()
    impostor.login(username="gro", password=SECRET)
    per: Client = sign_in(people.per)
    response = per.post(url("seat", people.one), {"feide_name": "gro@ntnu.no"})
    assert told(per, response) == [
        "gro@ntnu.no was added to Committee 1.",
        "Graders and planners can’t use a password that support has chosen, so the password of gro@ntnu.no no longer "
        "works. They can sign in with Feide, or ask the people who run this server for a new password.",
    ]
    assert (opens("gro"), User.objects.get(username="gro").is_active) == (False, True)
    assert impostor.get(reverse("final-grading", args=[people.one.pk])).status_code == 302
    assert people.exam.log.get().details["ended_passwords"] == ["gro@ntnu.no"]
    said = page_of(per.get(url("exam-log", people.exam))).one("ol").texts("li")[0]
    assert "password disabled, because support had chosen it: gro@ntnu.no" in said


def test_planner_role_ends_a_password_set_by_support(people: People, sign_in: Any) -> None:
    gro = support_makes("gro", is_planner="on")
    per: Client = sign_in(people.per)
    form = edit_form(people.exam, planners=[people.per.pk, gro.pk])
    assert len(told(per, per.post(url("edit-exam", people.exam), form))) == 2
    assert not opens("gro")


def test_new_exam_and_import_end_a_password_set_by_support(people: People) -> None:
    for name in ("gro", "liv"):
        support_makes(name)
    create_exam(
        ExamFactory.build(emnekode="NEW1000"), planners=[User.objects.get(username="gro")], by=people.per
    )
    line = f"{';'.join(people.exam.key)};1;Oral;liv@ntnu.no;N\n"
    apply_import(keep_import(FsImport(by=people.per, committees=line.encode())))
    assert (opens("gro"), opens("liv")) == (False, False)
    assert people.exam.log.get().details["ended_passwords"] == ["liv@ntnu.no"]


def test_changed_password_and_feide_name_count_as_set_by_support(people: People) -> None:
    changed = UserFactory.create(username="gro")
    form = {"password1": SECRET, "password2": SECRET}
    client_of("admin").post(address(User, "password_change", changed.pk), form)
    named = UserFactory.create(username="liv")
    form = {"username": "liv", "email": named.email, "feide_name": "prof@ntnu.no", "is_active": "on"}
    client_of("admin").post(address(User, "change", named.pk), form | shown(named))
    assert (opens("gro"), opens("liv", "demo")) == (True, True)
    for person in (changed, named):
        person.refresh_from_db()
        add_grader(people.one, person, is_external=False, by=people.per)
    assert (opens("gro"), opens("liv", "demo")) == (False, False)


def test_own_password_of_support_stays(people: People) -> None:
    form = {"username": "admin", "name": "Admin", "email": people.admin.email, "is_active": "on"}
    form |= {"is_staff": "on", "is_superuser": "on", "feide_name": "prof@ntnu.no"}
    client = client_of("admin")
    assert (
        client.post(address(User, "change", people.admin.pk), form | shown(people.admin)).status_code == 302
    )
    own = {"old_password": "demo", "new_password1": SECRET, "new_password2": SECRET}
    assert client.post(reverse("admin:password_change"), own).status_code == 302
    assert opens("admin")
    add_grader(people.one, people.admin, is_external=False, by=people.per)
    assert not opens("admin")


def test_password_not_set_by_support_stays(people: People) -> None:
    add_grader(people.one, people.vera, is_external=False, by=people.per)
    change_exam(Exam.objects.get(pk=people.exam.pk), planners=[people.per, people.petra], by=people.per)
    assert (opens("vera", "demo"), opens("petra", "demo")) == (True, True)


def test_password_set_on_the_server_stays(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    gro = support_makes("gro")
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "Another-wolf-9")
    call_command("changepassword", "gro", stdout=StringIO())
    add_grader(people.one, gro, is_external=False, by=people.per)
    assert opens("gro", "Another-wolf-9")


def test_own_password_of_the_actor_stays(people: People) -> None:
    gro = support_makes("gro", is_planner="on")
    exam = create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=gro)
    assert (opens("gro"), said(exam.log.get())) == (True, {"key": ";".join(exam.key), "by_hand": True})


def test_password_is_ended_once(people: People, sign_in: Any) -> None:
    support_makes("gro")
    per: Client = sign_in(people.per)
    for committee, count in ((people.one, 2), (people.two, 1)):
        response = per.post(url("seat", committee), {"feide_name": "gro@ntnu.no"})
        assert len(told(per, response)) == count


# Addresses


def test_address_of_a_new_person_is_logged(people: People) -> None:
    address = {"feide_name": "new@uio.no", "email": "new@uio.no"}
    invite_grader(people.one, name="New", is_external=True, by=people.per, **address)
    assert User.objects.get(feide_name="new@uio.no").email == "new@uio.no"
    assert people.exam.log.get().details["email"] == "new@uio.no"
