"""
Every column of every table, changed as a superuser would: `verify_log` reports it, or the column is listed as
unlogged here and in docs/reference/verification.md.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from committees.actions.deleting import delete_candidates
from committees.actions.graders import add_grader
from committees.actions.grading import note_attendance
from committees.actions.log import log
from committees.actions.planning import add_committee, change_exam, unseat_grader
from committees.actions.transfer import transfer_grades
from committees.actions.upload_results import undo_upload
from committees.audit.verification import violations
from committees.enums import Attendance, LogAction
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    Grader,
    LogEntry,
    Reopening,
    Transfer,
    TransferLine,
    TransferSheet,
)
from tests.actions.importing import OLD, imported, old_rows
from tests.actions.uploading import downloaded, upload
from tests.conftest import People, candidate, complete, confirm, drop_log_triggers, grade, make_people, seat
from tests.remembered import remembered

ROW_NUMBER = "The row's own number, which says nothing; whatever points at the row is checked"
UNKNOWN: dict[str, str] = {
    "committees_exam_planners.id": ROW_NUMBER,
    "committees_logentry.id": ROW_NUMBER,
    "committees_grader.id": ROW_NUMBER,
    "committees_grader.downloaded_at": "When the grader last downloaded the list; no grade depends on it",
    "committees_candidate.id": ROW_NUMBER,
    "committees_deletedcandidate.id": ROW_NUMBER,
    "committees_confirmation.id": ROW_NUMBER,
    "committees_reopening.id": ROW_NUMBER,
    "committees_transferline.id": ROW_NUMBER,
    "committees_transfersheet.id": ROW_NUMBER,
    "committees_upload.counts": "Counted from the rows, for lists of uploads; the grades that it set are checked",
    "committees_upload.rows": "What the result page of an upload shows; the grades that it set are checked",
    "committees_notification": "Messages to people about entries of the log; no grade depends on them",
    "committees_fsimport": "Files as a planner gave them; what was written from them is checked",
    "committees_sandbox": "A practice copy has no facts of its own",
    "committees_user": "People's names, sign-in and rights change without an act on an exam; the log names people by number",
    "committees_user_groups": "Rights of support in the admin pages",
    "committees_user_user_permissions": "Rights of support in the admin pages",
}
"""Tables and columns whose changes are not reported, with the reason."""
FAR = 987_654_321
TABLES = [
    model
    for model in apps.get_app_config("committees").get_models(include_auto_created=True)
    if model._meta.db_table not in UNKNOWN
]


@pytest.fixture
def full(db: None) -> People:
    """The completed exam after more acts: edited, a committee added, attendance set, one upload undone and one not."""
    return remembered("full", lambda: fill(complete(make_people())))


def fill(people: People) -> People:
    edited = Exam.objects.get(pk=people.exam.pk)
    edited.name, edited.place = "Programming, oral", "Room 7"
    change_exam(edited, planners=[people.per, people.petra], by=people.per)
    note_attendance(candidate("10014"), Attendance.ABSENT, by=people.per)
    undone = upload(people.ola, people.one, downloaded(people.ola, people.one, c10002="C"))
    undo_upload(seat(people.ola, people.one), undone)
    upload(people.ola, people.one, downloaded(people.ola, people.one, c10002="C"))
    third = add_committee(people.exam, number=3, name="Evening", by=people.per)
    unseat_grader(
        add_grader(third, people.vera, is_external=False, by=people.per),
        by=people.per,
    )
    add_grader(third, people.nina, is_external=True, by=people.per)
    rows = [*old_rows(n10003=f";{OLD};10003;2;"), *(f";{OLD};1009{n};3;" for n in (7, 8, 9))]
    imported(people.per, candidates=rows)
    chosen = [candidate("10098"), candidate("10099")]
    delete_candidates(chosen, exam=people.exam, by=people.per)
    return people


def test_untouched_exam_has_no_violations(full: People) -> None:
    assert list(violations()) == []


def test_every_logged_table_has_a_row(full: People) -> None:
    assert [model.__name__ for model in TABLES if not rows_of(model, full.exam)] == []


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=(pytest.mark.slow, pytest.mark.db_independent))])
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_changed_columns_are_reported(full: People, model: type[models.Model], step: int) -> None:
    """The quick run changes every third row of a table, from the last one."""
    become_superuser(model)
    unnoticed = set()
    for row in rows_of(model, full.exam)[::-step]:
        for field in model._meta.concrete_fields:
            if not is_noticed(row, field):
                unnoticed.add(f"{model._meta.db_table}.{field.column}")
    assert unnoticed == {name for name in UNKNOWN if name.startswith(f"{model._meta.db_table}.")}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_deleted_rows_are_reported(full: People, model: type[models.Model]) -> None:
    become_superuser(model)
    unnoticed = []
    # The end of a chain is found by a kept head; see test_proof.
    ends = set(LogEntry.objects.chain_heads()) if model is LogEntry else set()
    for row in rows_of(model, full.exam):
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk)._raw_delete(row._state.db)
            if row not in ends and not is_reported():
                unnoticed.append(row)
            transaction.set_rollback(True)
    assert unnoticed == []


INSERTED: dict[str, Callable[[People], object]] = {
    "a planner": lambda people: people.exam.planners.add(people.nina),
    "a committee": lambda people: Committee.objects.create(exam=people.exam, number=9),
    "a seat": lambda people: Grader.objects.create(committee=people.one, person=people.vera),
    "a candidate": lambda people: Candidate.objects.create(exam=people.exam, committee=None, number="10099"),
    "a confirmation": lambda people: Confirmation.objects.create(
        grader=seat(people.nina, people.exam.committees.get(number=3)),
        digest="",
        round=1,
        entry=LogEntry.objects.earliest("pk"),
    ),
    "a reopening": lambda people: Reopening.objects.create(
        committee=people.two, round=2, code="FEILREG", reason="x", entry=LogEntry.objects.earliest("pk")
    ),
    "a transfer": lambda people: Transfer.objects.create(
        exam=people.exam, number=9, by=people.per, content=b"", sha256=""
    ),
    "a line": lambda people: TransferLine.objects.create(
        transfer=people.exam.transfers.latest("number"),
        candidate=candidate("10014"),
        committee=people.two,
        line=99,
        grade="A",
    ),
    "a sheet": lambda people: TransferSheet.objects.create(
        transfer=people.exam.transfers.latest("number"),
        committee=people.exam.committees.get(number=3),
        digest="",
    ),
}


@pytest.mark.parametrize("name", INSERTED)
def test_added_rows_are_reported(full: People, name: str) -> None:
    assert list(violations()) == []
    INSERTED[name](full)
    assert reported()


def test_rule_changed_during_a_transfer_only_is_reported(people: People) -> None:
    log(LogAction.EXAM_CREATED, by=people.per, exam=people.exam)
    exams = Exam.objects.filter(pk=people.exam.pk)
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    confirm(people.ola, people.two)
    confirm(people.ingrid, people.two)
    exams.update(rule="one")
    transfer_grades(people.exam, by=people.per)
    exams.update(rule="all")
    found = reported()
    assert "entry 2 shows an unlogged change: its rule is “one”, but “all” in the log" in found


def test_change_before_a_later_import_is_reported(people: People) -> None:
    log(LogAction.EXAM_CREATED, by=people.per, exam=people.exam)
    Candidate.objects.filter(number="10002").update(feide_name="else@ntnu.no")
    imported(people.per, candidates=[f";{OLD};10055;1;"])
    assert "shows an unlogged change before it" in reported()


def test_entry_of_a_deleted_exam_is_reported(full: People) -> None:
    become_superuser(Exam)
    with transaction.atomic():
        Exam.objects.filter(pk=full.exam.pk)._raw_delete(connection.alias)
        assert f"exam {full.exam.pk}: does not exist, but entry 1 of the log is about it" in reported()
        transaction.set_rollback(True)


def test_docs_list_unlogged_columns() -> None:
    page = Path(settings.BASE_DIR, "docs", "reference", "verification.md").read_text()
    table = page.split("## What it does not check")[1].split("\n#")[0]
    assert set(re.findall(r"^\| `(\S+)` \| .+ \|$", table, re.MULTILINE)) == UNKNOWN.keys()


def reported() -> str:
    """Return the violations, except those of the removed triggers."""
    return "\n".join(str(one) for one in violations() if one.where != "database")


def is_reported() -> bool:
    """Return whether there is such a violation, found in half the time of all."""
    return any(one.where != "database" for one in violations())


def become_superuser(model: type[models.Model]) -> None:
    """Remove triggers and table checks, which would refuse changes."""
    connection.check_constraints()  # PostgreSQL alters no table while checks are deferred
    drop_log_triggers(connection)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            return
        checks = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
        cursor.execute(checks, [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


@pytest.fixture(autouse=True)
def check_again(db: None) -> Iterator[None]:
    """Reconnect: SQLite disables checks for the whole connection."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def rows_of(model: type[models.Model], exam: Exam) -> list[models.Model]:
    """Return the exam's rows of a table."""
    ways = {
        "exam": exam,
        "committee__exam": exam,
        "transfer__exam": exam,
        "grader__committee__exam": exam,
    }
    if model is Exam:
        return list(Exam.objects.filter(pk=exam.pk))
    for way, value in ways.items():
        first = way.split("__")[0]
        if first in {field.name for field in model._meta.fields}:
            return list(model._default_manager.filter(**{way: value}).order_by("pk"))
    return []


def is_noticed(row: models.Model, field: "models.Field[Any, Any]") -> bool:
    """Return whether verify_log reports the row with another value of this column. The row is restored."""
    table, quote = row._meta.db_table, connection.ops.quote_name
    for value in other_values(row, field):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE {quote(table)} SET {quote(str(field.column))} = %s WHERE id = %s",
                        [field.get_db_prep_save(value, connection), row.pk],
                    )
                    assert cursor.rowcount == 1
                found = is_reported()
                transaction.set_rollback(True)
        except IntegrityError:
            continue  # another value
        return found
    raise AssertionError(f"no other value for {table}.{field.column}")


def other_values(row: models.Model, field: "models.Field[Any, Any]") -> Iterator[Any]:
    """Return other possible values of the column, likely ones first."""
    value = getattr(row, field.attname)
    if field.is_relation:
        others = field.related_model._default_manager.exclude(pk=value).order_by("pk")  # type: ignore[union-attr]
        yield from others.values_list("pk", flat=True)
    if field.primary_key or field.is_relation:
        yield FAR
    elif field.choices:
        yield from (other for other, _label in field.flatchoices if other != value)
    elif field.name in SPECIAL:
        yield from (other for other in SPECIAL[field.name] if other != value)
    else:
        other = next(make for kind, make in OTHER if isinstance(field, kind))
        yield from other(value)


SPECIAL: dict[str, list[Any]] = {
    "grade": ["E", "A"],
    "digest": ["0" * 64],
    "sha256": ["0" * 64],
    "entry_hash": ["0" * 64],
}
OTHER: list[tuple[type[Any], Callable[[Any], list[Any]]]] = [
    (models.BooleanField, lambda value: [not value]),
    (models.DateTimeField, lambda value: [(value or datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(hours=1)]),
    (models.DateField, lambda value: [(value or date(2026, 1, 1)) + timedelta(days=1)]),
    (models.IntegerField, lambda value: [(value or 0) + 1, (value or 0) + 1000]),
    (models.JSONField, lambda _value: [{"x": 1}]),
    (models.BinaryField, lambda _value: [b"x"]),
    (models.CharField, lambda value: [f"{value[:8]}9", "9"]),
]
