from collections.abc import Callable
from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, transaction

from committees.actions.planning import move_candidates
from committees.audit.triggers import TRIGGERS, install_triggers, missing_triggers
from committees.enums import LogAction
from committees.models import LogEntry
from committees.models.log import LogIsForever
from tests.conftest import People, candidate, drop_log_triggers, grade

ATTEMPTS: dict[str, Callable[[LogEntry], object]] = {
    "update of all": lambda entry: LogEntry.objects.update(action=LogAction.GRADE_RESET),
    "update of some": lambda entry: LogEntry.objects.filter(pk=entry.pk).update(changes={}),
    "update of an exam's": lambda entry: entry.exam.log.update(changes={}),
    "delete of all": lambda entry: LogEntry.objects.all().delete(),
    "delete of an exam's": lambda entry: entry.exam.log.all().delete(),
    "delete of a committee's": lambda entry: entry.committee and entry.committee.log.all().delete(),
    "bulk update": lambda entry: LogEntry.objects.bulk_update([entry], ["action"]),
    "save": lambda entry: entry.save(),
    "save of some fields": lambda entry: entry.save(update_fields=["action"]),
    "forced update": lambda entry: entry.save(force_update=True),
    "update or create": lambda entry: LogEntry.objects.update_or_create(
        pk=entry.pk, defaults={"action": "x"}
    ),
    "delete": lambda entry: entry.delete(),
    "bulk create over it": lambda entry: LogEntry.objects.bulk_create(
        [copy(entry)], update_conflicts=True, unique_fields=["id"], update_fields=["changes"]
    ),
}


def copy(entry: LogEntry) -> LogEntry:
    """Return an unsaved entry with the same pk and other changes."""
    there = LogEntry.objects.get(pk=entry.pk)
    return LogEntry(
        pk=there.pk,
        at=there.at,
        by=there.by,
        exam=there.exam,
        action=LogAction.GRADE_RESET,
        position=there.position,
    )


@pytest.fixture
def entry(people: People) -> LogEntry:
    grade(people.kari, people.one, c10001="A")
    found: LogEntry = people.exam.log.get()
    found.action = LogAction.GRADE_RESET
    return found


def stored(entry: LogEntry) -> tuple[Any, ...]:
    return LogEntry.objects.values_list("action", "by", "exam", "committee", "changes", "at").get(pk=entry.pk)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_entry_is_never_changed_or_deleted(entry: LogEntry, attempt: str) -> None:
    before = stored(entry)
    with pytest.raises(LogIsForever):
        ATTEMPTS[attempt](entry)
    assert stored(entry) == before


def test_new_entry_cannot_replace_another(entry: LogEntry) -> None:
    before = stored(entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(entry).save()
    assert stored(entry) == before


def test_logged_objects_cannot_be_deleted(people: People, entry: LogEntry) -> None:
    for row in (people.kari, people.exam, people.one):
        with pytest.raises(Exception, match="Cannot delete"):
            row.delete()
    assert LogEntry.objects.count() == 1


def test_entry_has_person_and_action(entry: LogEntry) -> None:
    assert str(LogEntry.objects.get(pk=entry.pk)) == "Kari set a grade by clicking"


def test_newest_entry_comes_first(people: People) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    assert [list(entry.changes) for entry in LogEntry.objects.all()] == [["10002"], ["10001"]]
    assert LogEntry.objects.newest_id() == LogEntry.objects.all()[0].pk


def test_newest_id_is_0_without_entries(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    assert people.pass_exam.log.newest_id() == 0


def test_history_has_the_acts_on_that_candidate(people: People) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.one, c10001="C")
    grade(people.kari, people.three, c20001="Pass")
    move_candidates([candidate("10001"), candidate("10003")], to=people.two, by=people.per)
    history = [entry.changes["10001"] for entry in LogEntry.objects.of_candidate(candidate("10001"))]
    assert history == [["", "A"], ["A", "C"], ["1", "2"]]


def test_same_number_on_another_exam_has_another_history(people: People) -> None:
    people.three.candidates.filter(number="20001").update(number="10001")
    twin = people.three.candidates.get(number="10001")
    grade(people.kari, people.three, c20002="Pass")
    assert list(LogEntry.objects.of_candidate(twin)) == []
    own = people.one.candidates.get(number="10001")
    move_candidates([own], to=people.two, by=people.per)
    assert [entry.action for entry in LogEntry.objects.of_candidate(own)] == ["candidates.moved"]
    assert list(LogEntry.objects.of_candidate(twin)) == []


def test_committee_history_includes_acts_on_the_exam(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    grade(people.ola, people.two, c10013="B")
    grade(people.kari, people.three, c20001="Pass")
    move_candidates([candidate("10001")], to=people.two, by=people.per)
    assert [entry.action for entry in LogEntry.objects.affecting(people.one)] == [
        "grade.clicked",
        "candidates.moved",
    ]
    assert [list(entry.changes) for entry in LogEntry.objects.affecting(people.two)] == [["10013"], ["10001"]]


@pytest.mark.parametrize("action", LogAction.values)
def test_only_grading_acts_concern_grades(action: str) -> None:
    about = {
        "grade.clicked",
        "grade.typed",
        "grade.reset",
        "grades.remaining",
        "grades.remaining-undone",
        "grades.uploaded",
        "grades.proposals",
        "grades.corrected",
        "grades.restored",
        "upload.undone",
    }
    assert LogEntry(action=action).is_about_grades is (action in about)


# Refused by the database itself


BEHIND: dict[str, str] = {
    "an update": "UPDATE committees_logentry SET action = 'grade.reset'",
    "an update of nothing": "UPDATE committees_logentry SET changes = changes",
    "a deletion": "DELETE FROM committees_logentry",
}
BEHIND |= (
    {"an emptying": "TRUNCATE committees_logentry CASCADE"}
    if connection.vendor == "postgresql"
    else {"a replacement": "INSERT OR REPLACE INTO committees_logentry SELECT * FROM committees_logentry"}
)


@pytest.mark.parametrize("name", BEHIND)
def test_database_refuses_changes_of_the_log(entry: LogEntry, name: str) -> None:
    before = stored(entry)
    connection.check_constraints()  # PostgreSQL empties no table while checks of it are put off
    refused = pytest.raises(IntegrityError, match="A log entry is never")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(BEHIND[name])
    assert stored(entry) == before


def test_rebuilt_table_gets_its_triggers_back(db: None) -> None:
    drop_log_triggers(connection)
    assert missing_triggers(connection) == set(TRIGGERS[connection.vendor])
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert missing_triggers(connection) == set()


def test_disabled_trigger_is_found(db: None) -> None:
    assert missing_triggers(connection) == set()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE committees_logentry DISABLE TRIGGER log_is_forever")
        else:
            cursor.execute("DROP TRIGGER log_is_not_deleted")
    assert missing_triggers(connection) & {"log_is_forever", "log_is_not_deleted"}
    install_triggers(connection)
    assert missing_triggers(connection) == set()
