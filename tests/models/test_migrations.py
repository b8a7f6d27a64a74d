import ast
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from committees.audit.triggers import drop_triggers, missing_triggers
from committees.audit.verification import violations
from committees.models import Exam
from tests.conftest import People

ROOT = Path(__file__).parents[2]
APPS = ("committees", "fs", "training")


@pytest.mark.parametrize("app", APPS)
def test_app_has_one_initial_migration(app: str) -> None:
    assert [one.name for one in (ROOT / app / "migrations").glob("0*.py")] == ["0001_initial.py"]


@pytest.mark.parametrize("app", APPS)
def test_migration_imports_no_live_code(app: str) -> None:
    tree = ast.parse((ROOT / app / "migrations/0001_initial.py").read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in names if not name.startswith("django")} == set()


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", "--check", stdout=StringIO())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_initial_migration_makes_the_triggers() -> None:
    triggers: Any = MigrationExecutor(connection).loader.get_migration("committees", "0001_initial")
    drop_triggers(connection)
    assert missing_triggers(connection) != set()
    with connection.schema_editor() as editor:
        triggers.operations[-1].code(None, editor)
    if connection.vendor == "sqlite":
        assert missing_triggers(connection) == set()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A'")
            assert cursor.fetchone() == (4,)
    call_command("migrate", verbosity=0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_migrate_replaces_triggers_and_keeps_rows(completed_exam: People) -> None:
    before = list(Exam.objects.order_by("pk").values())
    drop_triggers(connection)
    call_command("migrate", verbosity=0)
    assert list(Exam.objects.order_by("pk").values()) == before
    assert (list(violations()), missing_triggers(connection)) == ([], set())
    assert ("committees", "0001_initial") in MigrationRecorder(connection).applied_migrations()
