"""
The database's own refusal to change, delete or replace a log entry, whoever asks: triggers on PostgreSQL and SQLite.

Only practice is forgotten: the entries of an exam in a sandbox may be deleted with it. So that no exam of the
register is made one, an exam stays in its sandbox, and one that is made in a sandbox finds no entries there.

They are put in place after every `migrate`, since a migration that remakes a table on SQLite drops its triggers silently;
and taken away there before, since SQLite renames no table while a trigger of another names it.
The owner of a database can drop triggers; what the owner then changes, `manage.py verify_log` finds.
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
    """A trigger: the table that it guards, and the SQL that makes it."""

    table: str
    sql: str


LOG, EXAM = "committees_logentry", "committees_exam"

# What is put into the SQL below are the sentences above: no injection.

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
    # INSERT OR REPLACE deletes the row that is in its way without asking the trigger above.
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
"""The name and the body of a function in the SQL above."""
TRIGGERS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
EXISTING_TRIGGERS = {
    # As PostgreSQL writes both, with all that belongs to them: conditions, settings, the schema.
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
    """Put the triggers in place, anew where they are: an earlier version's may refuse something else."""
    with transaction.atomic(connection.alias):
        drop_triggers(connection)
        with connection.cursor() as cursor:
            for name, trigger in TRIGGERS[connection.vendor].items():
                cursor.execute(trigger.sql)
                if connection.vendor == "postgresql":
                    cursor.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}")


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, where they are."""
    with connection.cursor() as cursor:
        for name, trigger in TRIGGERS[connection.vendor].items():
            on_table = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the triggers that are missing, switched off, or defined otherwise than here, their functions too."""
    expected = {name: _words(sql) for name, sql in expected_definitions(connection).items()}
    with connection.cursor() as cursor:
        cursor.execute(EXISTING_TRIGGERS[connection.vendor])
        existing = {name: _words(sql) for name, sql in cursor.fetchall()}
    return {name for name, sql in expected.items() if existing.get(name) != sql}


def expected_definitions(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the database says of each trigger, and on PostgreSQL of its function, when both are as they should be."""
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
    """The text without its line breaks and indentation, which databases keep or not."""
    return sql.split()


def drop_triggers_before_migrate(sender: AppConfig, *, using: str, plan: list[Any], **kwargs: Any) -> None:
    """Receiver of Django's pre_migrate: SQLite renames no table while a trigger of another names it."""
    connection = connections[using]
    if connection.vendor == "sqlite" and any(one.app_label == sender.label for one, _backwards in plan):
        drop_triggers(connection)


def install_triggers_after_migrate(sender: AppConfig, *, using: str, **kwargs: Any) -> None:
    """Receiver of Django's post_migrate, which is sent for a first migration that stops half-way too."""
    connection = connections[using]
    if EXAM not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, EXAM)}
    # Where migrations were taken back there are no sandboxes for the triggers to ask for.
    if "sandbox_id" in columns:
        install_triggers(connection)
