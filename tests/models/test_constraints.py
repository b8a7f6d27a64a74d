"""What can never be otherwise: the database itself refuses it, whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from factory.django import DjangoModelFactory

from committees.actions.confirmation import reopen_committee
from committees.actions.transfer import transfer_grades
from committees.actions.worlds import make_world
from committees.enums import ChangeCode, Told, Verb
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    FsImport,
    Grader,
    LogEntry,
    Notice,
    Reopening,
    Transfer,
    TransferLine,
    TransferSheet,
    User,
)
from tests.conftest import candidate, confirm, confirm_all, grade, seat
from tests.factories import ExamFactory, UserFactory


def again(model: type[models.Model], **values: Any) -> None:
    """Write the newest row of `model` a second time, with other `values`."""
    row = model._default_manager.order_by("-pk")[0]
    for name, value in {"pk": None, **values}.items():
        setattr(row, name, value)
    row._state.adding = True
    row.save(force_insert=True)


def twice(factory: type[DjangoModelFactory[Any]], **values: Any) -> None:
    factory.create(**values)
    factory.create(**values)


def remind_twice(cast: SimpleNamespace) -> None:
    about = {"exam": cast.exam, "deadline": cast.exam.deadline}
    for _time in range(2):
        Notice.objects.create(person=cast.kari, told=Told.DEADLINE_NEAR, **about)


WRONGS: dict[str, Callable[[SimpleNamespace], object]] = {
    "feide_name_in_lower_case": lambda cast: User.objects.filter(pk=cast.kari.pk).update(
        feide_name="Kari@ntnu.no"
    ),
    "one_exam_per_fs_key": lambda cast: ExamFactory.create(emnekode="TDT4100"),
    "one_exam_per_fs_key_in_a_world": lambda cast: twice(ExamFactory, emnekode="TDT4100", world=make_world()),
    "one_person_per_feide_name": lambda cast: UserFactory.create(feide_name="kari@ntnu.no"),
    "one_person_per_feide_name_in_a_world": lambda cast: twice(
        UserFactory, feide_name="kari@ntnu.no", world=make_world()
    ),
    "language_known": lambda cast: User.objects.update(language="xx"),
    "theme_known": lambda cast: User.objects.update(theme="pink"),
    "mail_pace_known": lambda cast: User.objects.update(mail_pace="hourly"),
    "exam_kind_known": lambda cast: Exam.objects.update(kind="written"),
    "exam_scale_known": lambda cast: Exam.objects.update(scale="1-6"),
    "exam_rule_known": lambda cast: Exam.objects.update(rule="two"),
    "deadline_not_before_exam": lambda cast: Exam.objects.update(
        deadline=models.F("date") - timedelta(days=1)
    ),
    "import_kind_known": lambda cast: FsImport.objects.create(by=cast.per, kind="written"),
    "import_scale_known": lambda cast: FsImport.objects.create(by=cast.per, scale="1-6"),
    "one_committee_per_number": lambda cast: Committee.objects.create(exam=cast.exam, number=1),
    "one_seat_per_person": lambda cast: Grader.objects.create(committee=cast.one, person=cast.kari),
    "one_candidate_per_number": lambda cast: Candidate.objects.create(exam=cast.exam, number="10001"),
    "grade_of_a_scale": lambda cast: Candidate.objects.filter(number="10001").update(grade="a"),
    "grade_is_explained": lambda cast: Candidate.objects.filter(number="10002").update(grade="A"),
    "attendance_known": lambda cast: Candidate.objects.filter(number="10001").update(attendance="late"),
    "one_reopening_per_round": lambda cast: again(Reopening),
    "reopening_code_known": lambda cast: again(Reopening, round=9, code="OOPS"),
    "log_verb_known": lambda cast: LogEntry.objects.create(
        by=cast.per, exam=cast.exam, verb="oops", position=99
    ),
    "one_entry_per_place_of_a_committee": lambda cast: again(LogEntry),
    "one_entry_per_place_of_an_exam": lambda cast: again(LogEntry, committee=None, position=1),
    "one_transfer_per_number": lambda cast: again(Transfer),
    "one_candidate_per_line": lambda cast: again(TransferLine, candidate=candidate("10002")),
    "one_line_per_candidate": lambda cast: again(TransferLine, line=9),
    "line_status_known": lambda cast: TransferLine.objects.update(status="lost"),
    "line_code_known": lambda cast: TransferLine.objects.update(code="OOPS"),
    "one_sheet_per_committee": lambda cast: again(TransferSheet),
    "told_known": lambda cast: Notice.objects.update(told="oops"),
    "one_notice_per_entry": lambda cast: again(Notice),
    "one_notice_per_deadline": remind_twice,
}


@pytest.fixture
def full(cast: SimpleNamespace) -> SimpleNamespace:
    """The cast with a row in every table: 10001 graded, confirmed, transferred, and committee 1 reopened."""
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    transfer_grades(cast.exam, by=cast.per)
    reopen_committee(cast.one, reason="Why", code=ChangeCode.ERROR, by=cast.per)
    return cast


@pytest.mark.parametrize("name", WRONGS)
def test_the_database_refuses(full: SimpleNamespace, name: str) -> None:
    # SQLite names the columns of a unique constraint, not the constraint itself; and there a trigger guards the log's.
    said = f"{name}|UNIQUE constraint failed|A log entry is never replaced"
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        WRONGS[name](full)


def test_every_constraint_is_tried() -> None:
    ours = apps.get_app_config("committees").get_models()
    assert set(WRONGS) == {one.name for model in ours for one in model._meta.constraints}


def test_every_choice_has_a_constraint_behind_it() -> None:
    choices = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("committees").get_models()
        for field in model._meta.get_fields()
        if getattr(field, "choices", None)
    }
    assert choices == {
        "User.language",
        "User.theme",
        "User.mail_pace",
        "Exam.kind",
        "Exam.scale",
        "Exam.rule",
        "FsImport.kind",
        "FsImport.scale",
        "Candidate.attendance",
        "Reopening.code",
        "LogEntry.verb",
        "Notice.told",
        "Notice.mail_problem",
        "TransferLine.status",
        "TransferLine.code",
    }


def test_a_feide_name_belongs_to_one_person_and_none_to_many(cast: SimpleNamespace) -> None:
    for name in ("nobody", "nobody-either"):
        User.objects.create(username=name, feide_name=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="another-kari", feide_name="kari@ntnu.no")


def test_a_seat_has_one_confirmation(full: SimpleNamespace) -> None:
    entry = full.exam.log.filter(verb=Verb.CONFIRMED).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(grader=seat(full.kari, full.one), digest="x", round=1, entry=entry)


@pytest.mark.parametrize("number", [-1, -10001])
def test_a_committee_number_is_never_negative(cast: SimpleNamespace, number: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Committee.objects.filter(pk=cast.one.pk).update(number=number)


def test_numbers_of_another_exam_are_free(cast: SimpleNamespace) -> None:
    Committee.objects.create(exam=cast.other, number=2)
    Candidate.objects.create(exam=cast.other, number="10001")
    assert Candidate.objects.filter(number="10001").count() == 2


@pytest.mark.parametrize("name", ["exam", "one", "kari", "per"])
def test_what_others_rely_on_is_not_deleted(full: SimpleNamespace, name: str) -> None:
    with pytest.raises(ProtectedError):
        getattr(full, name).delete()


def test_a_candidate_in_a_transfer_is_not_deleted(full: SimpleNamespace) -> None:
    with pytest.raises(ProtectedError):
        candidate("10001").delete()
    candidate("10002").delete()
    assert full.exam.candidates.count() == 4


def test_a_seat_goes_with_its_confirmation_and_leaves_the_log(full: SimpleNamespace) -> None:
    before = full.exam.log.count()
    confirm(full.kari, full.one)
    seat(full.kari, full.one).delete()
    assert Confirmation.objects.filter(grader__committee=full.one).count() == 1
    assert full.exam.log.count() == before + 1
