"""
Database triggers on PostgreSQL and SQLite that refuse to change, delete or replace log entries.

Entries of an exam in a sandbox may be deleted. So that an exam of the register can't be moved into a sandbox, an exam
can't change its sandbox, and a new exam in a sandbox must not have entries.

The triggers are created after every `migrate`, because a migration that remakes a table on SQLite silently drops its
triggers; they are dropped there before, because SQLite can't rename a table that another table's trigger refers to.
The owner of the database can drop triggers; `manage.py verify_log` finds changes made without them.
"""

import re
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "A log entry is never changed or deleted."
REFUSED_MOVE = "An exam never changes its sandbox."
REFUSED_START = "A practice exam begins with an empty log."


class Trigger(NamedTuple):
    """A trigger: its table, and the SQL that creates it."""

    table: str
    sql: str


LOG, EXAM = "committees_logentry", "committees_exam"

# Only the sentences above are put into the SQL below: no injection.

POSTGRESQL = {
    "log_is_forever": Trigger(
        LOG,
        f"""
        CREATE OR REPLACE FUNCTION refuse_to_change_the_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT 1 FROM committees_exam WHERE id = OLD.exam_id AND sandbox_id IS NOT NULL) THEN
                    RETURN OLD;
                END IF;
            END IF;
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER log_is_forever BEFORE DELETE OR UPDATE ON committees_logentry
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_log()
        """,  # noqa: S608
    ),
    "log_is_not_emptied": Trigger(
        LOG,
        """
        CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON committees_logentry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_log()
        """,
    ),
    "exam_keeps_its_sandbox": Trigger(
        EXAM,
        f"""
        CREATE OR REPLACE FUNCTION refuse_to_change_the_sandbox() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.sandbox_id IS DISTINCT FROM NEW.sandbox_id OR OLD.id <> NEW.id THEN
                RAISE EXCEPTION '{REFUSED_MOVE}' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER exam_keeps_its_sandbox BEFORE UPDATE ON committees_exam
        FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_sandbox()
        """,
    ),
    "practice_begins_without_log": Trigger(
        EXAM,
        f"""
        CREATE OR REPLACE FUNCTION refuse_to_begin_with_a_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.sandbox_id IS NOT NULL AND EXISTS (SELECT 1 FROM committees_logentry WHERE exam_id = NEW.id) THEN
                RAISE EXCEPTION '{REFUSED_START}' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER practice_begins_without_log BEFORE INSERT ON committees_exam
        FOR EACH ROW EXECUTE FUNCTION refuse_to_begin_with_a_log()
        """,  # noqa: S608
    ),
}

SQLITE = {
    "log_is_not_changed": Trigger(
        LOG,
        f"""
        CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON committees_logentry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
    ),
    "log_is_not_deleted": Trigger(
        LOG,
        f"""
        CREATE TRIGGER log_is_not_deleted BEFORE DELETE ON committees_logentry
        WHEN NOT EXISTS (SELECT 1 FROM committees_exam WHERE id = OLD.exam_id AND sandbox_id IS NOT NULL)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,  # noqa: S608
    ),
    # INSERT OR REPLACE deletes an existing row without firing the trigger above.
    "log_is_not_replaced": Trigger(
        LOG,
        """
        CREATE TRIGGER log_is_not_replaced BEFORE INSERT ON committees_logentry
        WHEN EXISTS (SELECT 1 FROM committees_logentry WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM committees_logentry WHERE committee_id = NEW.committee_id AND position = NEW.position)
          OR (NEW.committee_id IS NULL AND EXISTS (SELECT 1 FROM committees_logentry
              WHERE committee_id IS NULL AND exam_id = NEW.exam_id AND position = NEW.position))
        BEGIN SELECT RAISE(ABORT, 'A log entry is never replaced.'); END
        """,
    ),
    "exam_keeps_its_sandbox": Trigger(
        EXAM,
        f"""
        CREATE TRIGGER exam_keeps_its_sandbox BEFORE UPDATE ON committees_exam
        WHEN OLD.sandbox_id IS NOT NEW.sandbox_id OR OLD.id <> NEW.id
        BEGIN SELECT RAISE(ABORT, '{REFUSED_MOVE}'); END
        """,
    ),
    "practice_begins_without_log": Trigger(
        EXAM,
        f"""
        CREATE TRIGGER practice_begins_without_log BEFORE INSERT ON committees_exam
        WHEN NEW.sandbox_id IS NOT NULL AND EXISTS (SELECT 1 FROM committees_logentry WHERE exam_id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{REFUSED_START}'); END
        """,  # noqa: S608
    ),
}

FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(\) .*?\$\$(.*)\$\$", re.DOTALL)
"""Name and body of a function in the SQL above."""
TRIGGERS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
EXISTING_TRIGGERS = {
    # Function and trigger as PostgreSQL writes them, with conditions, settings and schema.
    "postgresql": """
        SELECT tgname, pg_get_functiondef(tgfoid) || pg_get_triggerdef(oid, true) FROM pg_trigger
        WHERE tgrelid IN ('committees_logentry'::regclass, 'committees_exam'::regclass) AND tgenabled = 'A'
    """,
    "sqlite": """
        SELECT name, sql FROM sqlite_master
        WHERE type = 'trigger' AND tbl_name IN ('committees_logentry', 'committees_exam')
    """,
}


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers, replacing existing ones, which may be those of an earlier version."""
    with transaction.atomic(connection.alias):
        drop_triggers(connection)
        with connection.cursor() as cursor:
            for name, trigger in TRIGGERS[connection.vendor].items():
                cursor.execute(trigger.sql)
                if connection.vendor == "postgresql":
                    cursor.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}")


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers that exist."""
    with connection.cursor() as cursor:
        for name, trigger in TRIGGERS[connection.vendor].items():
            on_table = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of triggers that are missing, disabled, or, with their functions, defined differently."""
    expected = {name: _words(sql) for name, sql in expected_definitions(connection).items()}
    with connection.cursor() as cursor:
        cursor.execute(EXISTING_TRIGGERS[connection.vendor])
        existing = {name: _words(sql) for name, sql in cursor.fetchall()}
    return {name for name, sql in expected.items() if existing.get(name) != sql}


def expected_definitions(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the expected definition of each trigger as the database writes it, on PostgreSQL with its function."""
    triggers = TRIGGERS[connection.vendor]
    if connection.vendor == "sqlite":
        return {name: trigger.sql for name, trigger in triggers.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
    parts = [FUNCTION.search(trigger.sql) for trigger in triggers.values()]
    functions = {part[1]: _function(schema, part[1], part[2]) for part in parts if part}
    found = {}
    for name, trigger in triggers.items():
        create = trigger.sql[trigger.sql.index("CREATE TRIGGER") :]
        called = create[create.index("EXECUTE FUNCTION ") :].split()[2].removesuffix("()")
        found[name] = functions[called] + create
    return found


def _function(schema: str, name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $function${body}$function$ "
    )


def _words(sql: str) -> list[str]:
    # Databases may or may not keep line breaks and indentation.
    return sql.split()


def drop_triggers_before_migrate(sender: AppConfig, *, using: str, plan: list[Any], **kwargs: Any) -> None:
    """Receive Django's pre_migrate: SQLite can't rename a table that another table's trigger refers to."""
    connection = connections[using]
    if connection.vendor == "sqlite" and any(
        migration.app_label == sender.label for migration, _backwards in plan
    ):
        drop_triggers(connection)


def install_triggers_after_migrate(sender: AppConfig, *, using: str, **kwargs: Any) -> None:
    """Receive Django's post_migrate, which is also sent if only some of the first migrations are applied."""
    connection = connections[using]
    if EXAM not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, EXAM)}
    # After migrations were reversed, the column that the triggers read may not exist.
    if "sandbox_id" in columns:
        install_triggers(connection)
