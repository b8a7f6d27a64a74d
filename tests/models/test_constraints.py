"""Constraints that the database itself enforces."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from factory.django import DjangoModelFactory

from committees.actions.confirmation import reopen_committee
from committees.actions.sandboxes import create_sandbox
from committees.actions.transfer import transfer_grades
from committees.enums import ChangeCode, LogAction, NotificationKind
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    DeletedCandidate,
    Exam,
    FsImport,
    Grader,
    LogEntry,
    Notification,
    Reopening,
    Transfer,
    TransferLine,
    TransferSheet,
    User,
)
from tests.conftest import People, candidate, confirm, confirm_all, grade, seat
from tests.factories import ExamFactory, UserFactory


def again(model: type[models.Model], **values: Any) -> None:
    """Write the newest row of `model` again, with other `values`."""
    row = model._default_manager.order_by("-pk")[0]
    for name, value in {"pk": None, **values}.items():
        setattr(row, name, value)
    row._state.adding = True
    row.save(force_insert=True)


def twice(factory: type[DjangoModelFactory[Any]], **values: Any) -> None:
    factory.create(**values)
    factory.create(**values)


def invite(*emails: str) -> None:
    for email in emails:
        User.invited_by_mail(email).save()


def remind_twice(people: People) -> None:
    about = {"exam": people.exam, "deadline": people.exam.deadline}
    for _time in range(2):
        Notification.objects.create(person=people.kari, kind=NotificationKind.DEADLINE_NEAR, **about)


WRONGS: dict[str, Callable[[People], object]] = {
    "feide_name_in_lower_case": lambda people: User.objects.filter(pk=people.kari.pk).update(
        feide_name="Kari@ntnu.no"
    ),
    "one_exam_per_fs_key": lambda people: ExamFactory.create(emnekode="TDT4100"),
    "one_exam_per_fs_key_in_a_sandbox": lambda people: twice(
        ExamFactory, emnekode="TDT4100", sandbox=create_sandbox()
    ),
    "one_person_per_feide_name": lambda people: UserFactory.create(feide_name="kari@ntnu.no"),
    "one_person_per_feide_name_in_a_sandbox": lambda people: twice(
        UserFactory, feide_name="kari@ntnu.no", sandbox=create_sandbox()
    ),
    "one_person_per_code_address": lambda people: invite("gro@example.org", "GRO@example.org"),
    "codes_need_an_address": lambda people: invite(""),
    "email_source_known": lambda people: User.objects.update(email_source="rumour"),
    "language_known": lambda people: User.objects.update(language="xx"),
    "theme_known": lambda people: User.objects.update(theme="pink"),
    "mail_frequency_known": lambda people: User.objects.update(mail_frequency="hourly"),
    "exam_removal_known": lambda people: Exam.objects.update(removal="lost"),
    "exam_kind_known": lambda people: Exam.objects.update(kind="written"),
    "exam_scale_known": lambda people: Exam.objects.update(scale="1-6"),
    "exam_spot_check_known": lambda people: Exam.objects.update(spot_check="twice"),
    "exam_rule_known": lambda people: Exam.objects.update(rule="two"),
    "deadline_not_before_exam": lambda people: Exam.objects.update(
        deadline=models.F("date") - timedelta(days=1)
    ),
    "import_kind_known": lambda people: FsImport.objects.create(by=people.per, kind="written"),
    "import_scale_known": lambda people: FsImport.objects.create(by=people.per, scale="1-6"),
    "one_committee_per_number": lambda people: Committee.objects.create(exam=people.exam, number=1),
    "one_seat_per_person": lambda people: Grader.objects.create(committee=people.one, person=people.kari),
    "one_candidate_per_number": lambda people: Candidate.objects.create(exam=people.exam, number="10001"),
    "one_deleted_candidate_per_number": lambda people: [
        DeletedCandidate.objects.create(entry=LogEntry.objects.earliest("pk"), number="1") for _ in range(2)
    ],
    "grade_of_a_scale": lambda people: Candidate.objects.filter(number="10001").update(grade="a"),
    "grade_is_explained": lambda people: Candidate.objects.filter(number="10002").update(grade="A"),
    "attendance_known": lambda people: Candidate.objects.filter(number="10001").update(attendance="late"),
    "one_reopening_per_round": lambda people: again(Reopening),
    "reopening_code_known": lambda people: again(Reopening, round=9, code="OOPS"),
    "log_action_known": lambda people: LogEntry.objects.create(
        by=people.per, exam=people.exam, action="oops", position=99
    ),
    "one_entry_per_place_of_a_committee": lambda people: again(LogEntry),
    "one_entry_per_place_of_an_exam": lambda people: again(LogEntry, committee=None, position=1),
    "one_transfer_per_number": lambda people: again(Transfer),
    "one_candidate_per_line": lambda people: again(TransferLine, candidate=candidate("10002")),
    "one_line_per_candidate": lambda people: again(TransferLine, line=9),
    "line_status_known": lambda people: TransferLine.objects.update(status="lost"),
    "line_code_known": lambda people: TransferLine.objects.update(code="OOPS"),
    "one_sheet_per_committee": lambda people: again(TransferSheet),
    "notification_kind_known": lambda people: Notification.objects.update(kind="oops"),
    "one_notification_per_entry": lambda people: again(Notification),
    "one_notification_per_deadline": remind_twice,
}


@pytest.fixture
def full(people: People) -> People:
    """People with a row in every table: candidate 10001's grade was confirmed and transferred, and committee 1 reopened."""
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    reopen_committee(people.one, reason="Why", code=ChangeCode.ERROR, by=people.per)
    return people


@pytest.mark.parametrize("name", WRONGS)
def test_database_refuses_invalid_rows(full: People, name: str) -> None:
    # SQLite reports the columns of a unique constraint, not its name; the constraint of the log is a trigger there.
    said = f"{name}|UNIQUE constraint failed|A log entry is never replaced"
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        WRONGS[name](full)


def test_every_constraint_is_tested() -> None:
    ours = apps.get_app_config("committees").get_models()
    assert set(WRONGS) == {one.name for model in ours for one in model._meta.constraints}


def test_every_choice_has_a_constraint() -> None:
    choices = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("committees").get_models()
        for field in model._meta.get_fields()
        if getattr(field, "choices", None)
    }
    assert choices == {
        "User.language",
        "User.theme",
        "User.mail_frequency",
        "User.email_source",
        "Exam.kind",
        "Exam.scale",
        "Exam.rule",
        "Exam.spot_check",
        "Exam.removal",
        "FsImport.kind",
        "FsImport.scale",
        "Candidate.attendance",
        "Reopening.code",
        "LogEntry.action",
        "Notification.kind",
        "Notification.mail_problem",
        "TransferLine.status",
        "TransferLine.code",
    }


def test_feide_name_is_unique_if_set(people: People) -> None:
    for name in ("nobody", "nobody-either"):
        User.objects.create(username=name, feide_name=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="another-kari", feide_name="kari@ntnu.no")


def test_seat_has_one_confirmation(full: People) -> None:
    entry = full.exam.log.filter(action=LogAction.CONFIRMED).earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(grader=seat(full.kari, full.one), digest="x", round=1, entry=entry)


@pytest.mark.parametrize("number", [-1, -10001])
def test_committee_number_is_not_negative(people: People, number: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Committee.objects.filter(pk=people.one.pk).update(number=number)


def test_exams_may_share_candidate_numbers(people: People) -> None:
    Committee.objects.create(exam=people.other, number=2)
    Candidate.objects.create(exam=people.other, number="10001")
    assert Candidate.objects.filter(number="10001").count() == 2


@pytest.mark.parametrize("name", ["exam", "one", "kari", "per"])
def test_referenced_rows_are_not_deleted(full: People, name: str) -> None:
    with pytest.raises(ProtectedError):
        getattr(full, name).delete()


def test_transferred_candidate_is_not_deleted(full: People) -> None:
    with pytest.raises(ProtectedError):
        candidate("10001").delete()
    candidate("10002").delete()
    assert full.exam.candidates.count() == 4


def test_seat_is_deleted_with_its_confirmation_but_not_its_log(full: People) -> None:
    before = full.exam.log.count()
    confirm(full.kari, full.one)
    seat(full.kari, full.one).delete()
    assert Confirmation.objects.filter(grader__committee=full.one).count() == 1
    assert full.exam.log.count() == before + 1
