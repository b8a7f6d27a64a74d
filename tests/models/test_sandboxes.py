"""Sandboxes in the tables, the log and its triggers, the sign-in and the admin."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from committees.actions.sandboxes import create_sandbox
from committees.audit.triggers import drop_triggers_before_migrate, install_triggers, missing_triggers
from committees.audit.verification import chain_heads, violations
from committees.models import Candidate, Committee, Exam, FsImport, Grader, LogEntry, User
from fs.models import FsExam, ReceivedFile, Registration
from gradereg.home import tabs_of
from gradereg.sign_in.feide import VerifiedIdentity
from gradereg.sign_in.people import person_for, release
from gradereg.sign_in.refused import SignInRefused
from tests.admin.addresses import shown
from tests.conftest import People, grade
from tests.factories import ExamFactory, UserFactory
from tests.sandboxes import fill_sandbox, sample_sandbox


@pytest.fixture
def there(people: People) -> SimpleNamespace:
    """A sandbox beside the register."""
    return sample_sandbox()


@pytest.fixture
def filled_sandbox(there: SimpleNamespace) -> SimpleNamespace:
    """A sandbox after several acts."""
    fill_sandbox(there)
    return there


# People and exams


def test_feide_names_and_keys_are_unique_per_sandbox(there: SimpleNamespace) -> None:
    another = sample_sandbox()
    assert User.objects.filter(feide_name="kari@ntnu.no").count() == 3
    exams = Exam.objects.filter(emnekode="TDT4100").order_by("pk")
    assert [exam.is_practice for exam in exams] == [False, True, True]
    found = [
        Exam.objects.by_key(there.exam.key, sandbox).get()
        for sandbox in (there.sandbox.pk, another.sandbox.pk)
    ]
    assert found == [there.exam, another.exam]
    assert Exam.objects.by_key(there.exam.key, None).get() == exams[0]


def test_user_names_differ_between_sandboxes(db: None) -> None:
    sandbox = create_sandbox()
    person = User.invited("kari@ntnu.no", sandbox=sandbox)
    assert (person.username, person.sandbox) == (f"practice-{sandbox.pk}-kari@ntnu.no", sandbox)
    assert len(User.invited(f"{'k' * 150}@ntnu.no", sandbox=sandbox).username) == 150


@pytest.mark.parametrize("factory", [ExamFactory, UserFactory])
def test_duplicates_are_reported_without_a_sandbox_field(there: SimpleNamespace, factory: Any) -> None:
    values = {"emnekode": "TDT4100"} if factory is ExamFactory else {"feide_name": "kari@ntnu.no"}
    for sandbox in (None, there.sandbox):
        with pytest.raises(ValidationError):
            factory.build(sandbox=sandbox, **values).validate_constraints(exclude={"sandbox"})
    factory.build(sandbox=create_sandbox(), **values).validate_constraints(exclude={"sandbox"})


@pytest.mark.parametrize("backend", ["fs.backend.SimulatedFs", "elsewhere.RealFs"])
def test_tabs_of_a_sandbox_person_are_of_that_sandbox(
    there: SimpleNamespace, settings: Any, backend: str
) -> None:
    settings.FS_BACKEND = backend
    Candidate.objects.filter(exam=there.exam).update(feide_name="per@ntnu.no")
    User.objects.filter(sandbox=there.sandbox).update(is_staff=True)
    persons = [
        User.objects.get(sandbox=there.sandbox, feide_name=f"{name}@ntnu.no") for name in ("kari", "per")
    ]
    assert [[str(tab.label) for tab in tabs_of(person)] for person in persons] == [
        ["Grade"],
        ["Plan", "FS", "Studentweb"],
    ]


def test_sandbox_candidate_is_not_in_the_register(there: SimpleNamespace) -> None:
    Candidate.objects.filter(exam=there.exam).update(feide_name="vera@ntnu.no")
    assert [str(tab.label) for tab in tabs_of(User.objects.get(username="vera"))] == ["Grade", "Training"]


# Signing in


def test_sandbox_people_cannot_sign_in(there: SimpleNamespace) -> None:
    there.kari.set_password("demo")
    there.kari.save()
    assert authenticate(username=there.kari.username, password="demo") is None
    client = Client()
    client.force_login(there.kari)
    assert client.get("/grade/").headers["Location"] == "/sign-in/?next=/grade/"


def test_feide_finds_register_people_only(there: SimpleNamespace, settings: Any) -> None:
    there.ola.feide_name = "only-here@ntnu.no"
    there.ola.save()
    tone = person_for(VerifiedIdentity("https://feide.example", "s", "only-here@ntnu.no", "Tone", "", ""))
    assert (tone.sandbox_id, tone.pk == there.ola.pk, tone.username) == (None, False, "only-here@ntnu.no")
    assert (release("only-here@ntnu.no"), release("sofie@ntnu.no")) == (True, False)


def test_feide_account_linked_in_a_sandbox_is_not_used(there: SimpleNamespace) -> None:
    there.kari.socialaccount_set.create(provider="https://feide.example", uid="s")
    with pytest.raises(SignInRefused):
        person_for(VerifiedIdentity("https://feide.example", "s", "new@ntnu.no", "", "", ""))


# The log and its triggers


def test_sandbox_log_is_valid_without_chain_heads(filled_sandbox: SimpleNamespace) -> None:
    grade(
        User.objects.get(username="kari"),
        Committee.objects.get(exam__sandbox=None, exam__emnekode="LUP1001"),
        c20001="Pass",
    )
    assert list(violations()) == []
    exams = Exam.objects.filter(sandbox=None)
    committees = Committee.objects.filter(exam__in=exams)
    assert set(chain_heads()) <= {f"exam {one.pk}" for one in exams} | {
        f"committee {one.pk}" for one in committees
    }
    assert len(chain_heads()) == 1
    call_command("verify_log")


def test_changes_in_a_sandbox_log_are_found(filled_sandbox: SimpleNamespace) -> None:
    Candidate.objects.filter(exam=filled_sandbox.exam, number="10003").update(attendance="absent", name="x")
    Committee.objects.filter(pk=filled_sandbox.one.pk).update(digest="0" * 64)
    assert [str(one) for one in violations()] != []


def delete_entries(exam: Exam) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM committees_logentry WHERE exam_id = %s", [exam.pk])


def test_only_sandbox_entries_can_be_deleted(filled_sandbox: SimpleNamespace) -> None:
    real = Exam.objects.get(sandbox=None, emnekode="LUP1001")
    grade(User.objects.get(username="kari"), real.committees.get(), c20001="Pass")
    with pytest.raises(IntegrityError, match="A log entry is never"), transaction.atomic():
        delete_entries(real)
    with connection.constraint_checks_disabled(), transaction.atomic():
        delete_entries(filled_sandbox.exam)
        left = LogEntry.objects.filter(exam__in=[filled_sandbox.exam, real])
        assert [entry.exam_id for entry in left] == [real.pk]
        transaction.set_rollback(True)


@pytest.mark.parametrize("act", ["action = 'grade.reset'", "changes = changes"])
def test_sandbox_entries_cannot_be_changed(filled_sandbox: SimpleNamespace, act: str) -> None:
    refused = pytest.raises(IntegrityError, match="A log entry is never")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"UPDATE committees_logentry SET {act} WHERE exam_id = %s", [filled_sandbox.exam.pk])


@pytest.mark.parametrize("into", ["a sandbox", "another sandbox", "the register"])
def test_sandbox_of_an_exam_never_changes(there: SimpleNamespace, into: str) -> None:
    exams = Exam.objects.filter(sandbox__isnull=into == "a sandbox")
    sandbox = None if into == "the register" else create_sandbox()
    with pytest.raises(IntegrityError, match="An exam never changes its sandbox"), transaction.atomic():
        exams.update(sandbox=sandbox)


def test_sandbox_exam_cannot_take_log_entries(people: People) -> None:
    grade(people.kari, people.three, c20001="Pass")
    with pytest.raises(IntegrityError, match="A practice exam begins with"), transaction.atomic():
        ExamFactory.create(pk=people.pass_exam.pk, sandbox=create_sandbox())
    with pytest.raises(IntegrityError, match="An exam never changes its sandbox"), transaction.atomic():
        Exam.objects.filter(pk=people.other.pk).update(id=999_999)


def test_missing_exam_triggers_are_found(db: None) -> None:
    where = " ON committees_exam" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER exam_keeps_its_sandbox{where}")
    assert missing_triggers(connection) == {"exam_keeps_its_sandbox"}
    install_triggers(connection)
    assert missing_triggers(connection) == set()


def test_table_with_triggers_can_be_migrated(db: None) -> None:
    sender: Any = SimpleNamespace(label="committees")
    drop_triggers_before_migrate(sender, using="default", plan=[])
    assert missing_triggers(connection) == set()
    drop_triggers_before_migrate(
        sender, using="default", plan=[(SimpleNamespace(app_label="committees"), False)]
    )
    assert bool(missing_triggers(connection)) is (connection.vendor == "sqlite")


# Support


@pytest.mark.parametrize(
    ("model", "sandbox"),
    [
        (User, "sandbox"),
        (Exam, "sandbox"),
        (Committee, "exam__sandbox"),
        (Candidate, "exam__sandbox"),
        (Grader, "committee__exam__sandbox"),
        (LogEntry, "exam__sandbox"),
        (FsImport, "by__sandbox"),
        (FsExam, "sandbox"),
        (Registration, "exam__sandbox"),
        (ReceivedFile, "sandbox"),
    ],
)
def test_admin_hides_sandboxes(
    filled_sandbox: SimpleNamespace, people: People, sign_in: Any, model: Any, sandbox: str
) -> None:
    row = model._base_manager.filter(**{f"{sandbox}__isnull": False}).first()
    route = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    client = sign_in(people.admin)
    listed = client.get(reverse(f"{route}_changelist")).context["cl"].queryset
    assert list(listed.order_by("pk")) == list(model._base_manager.filter(**{sandbox: None}).order_by("pk"))
    assert client.get(reverse(f"{route}_change", args=[row.pk])).status_code == 302


def test_admin_can_set_trainers(people: People, sign_in: Any) -> None:
    page = reverse("admin:committees_user_change", args=[people.nina.pk])
    form = {
        "username": "nina",
        "name": "Nina",
        "feide_name": "nina@ntnu.no",
        "is_active": "on",
        "is_trainer": "on",
    } | shown(people.nina)
    assert sign_in(people.admin).post(page, form).status_code == 302
    people.nina.refresh_from_db()
    assert people.nina.is_trainer is True


def test_admin_reports_a_duplicate_feide_name(there: SimpleNamespace, people: People, sign_in: Any) -> None:
    page = reverse("admin:committees_user_change", args=[people.nina.pk])
    form = {"username": "nina", "name": "Nina", "feide_name": "kari@ntnu.no", "is_active": "on"} | shown(
        people.nina
    )
    answer = sign_in(people.admin).post(page, form)
    assert answer.context["errors"] == [["A person with this Feide name already exists."]]
