from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import ADDITION, CHANGE
from django.contrib.admin.models import LogEntry as SupportEntry
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from committees.audit.triggers import missing_triggers
from committees.audit.verification import violations
from committees.models import Exam, LogEntry, User
from tests.conftest import People, drop_log_triggers


def migrate(name: str) -> Any:
    """Bring the tables of committees to the migration `name`. Returns the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate([("committees", name)])
    return MigrationExecutor(connection).loader.project_state([("committees", name)]).apps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_entries_of_before_there_were_chains_are_chained_in_the_order_in_which_they_were_written(
    completed_exam: People,
) -> None:
    before = list(LogEntry.objects.order_by("pk").values_list("pk", "position", "entry_hash"))
    drop_log_triggers(connection)
    old = migrate("0001_initial")
    assert not hasattr(old.get_model("committees", "LogEntry"), "entry_hash")
    call_command("migrate", verbosity=0)  # of every app: other tables hang on those of committees
    assert list(LogEntry.objects.order_by("pk").values_list("pk", "position", "entry_hash")) == before
    assert (list(violations()), missing_triggers(connection)) == ([], set())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_tables_that_triggers_name_can_be_remade_and_are_guarded_again(completed_exam: People) -> None:
    before = list(Exam.objects.order_by("pk").values())
    call_command("migrate", "committees", "0004", verbosity=0)
    call_command("migrate", verbosity=0)
    assert list(Exam.objects.order_by("pk").values()) == before
    assert (list(violations()), missing_triggers(connection)) == ([], set())


def test_passwords_that_support_chose_before_are_marked_where_nobody_is_locked_out(
    people: People,
) -> None:
    """Not who grades or plans already, nor who changed their own, nor whose name alone was changed."""
    support = SupportEntry.objects
    support.log_actions(people.admin.pk, [people.sofie, people.kari, people.per], ADDITION, [{"added": {}}])
    support.log_actions(people.admin.pk, [people.nina], CHANGE, [{"changed": {"fields": ["name"]}}])
    support.log_actions(people.admin.pk, [people.admin], CHANGE, [{"changed": {"fields": ["password"]}}])
    (module,) = (Path(__file__).parents[2] / "committees/migrations").glob("*_support_passwords_*.py")
    import_module(f"committees.migrations.{module.stem}").mark_passwords_of_support(apps, None)
    assert list(User.objects.filter(has_support_password=True)) == [people.sofie]
