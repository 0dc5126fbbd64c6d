"""Tables that refuse UPDATE and DELETE, on PostgreSQL and SQLite alike.

A trigger, not only a rule in Python: whoever holds the application's database login still cannot rewrite history
without first dropping a trigger, which the hash chain then tells.
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only_operations(*tables: str) -> list[migrations.RunPython]:
    """Migration operations that make the tables append-only."""
    return [migrations.RunPython(_Install(tables), _Remove(tables))]


class _Install:
    def __init__(self, tables: tuple[str, ...]) -> None:
        self.tables = tables

    def __call__(self, apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in self.tables:
            for statement in self.statements(table, schema_editor.connection.vendor):
                schema_editor.execute(statement, params=None)  # None: the text has its own % signs

    def statements(self, table: str, vendor: str) -> list[Any]:
        return _install(table, vendor)


class _Remove(_Install):
    def statements(self, table: str, vendor: str) -> list[Any]:
        return _remove(table, vendor)


def _install(table: str, vendor: str) -> list[Any]:
    if vendor == "postgresql":
        return [
            _POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();",
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
        for verb in ("UPDATE", "DELETE")
    ]


def _remove(table: str, vendor: str) -> list[Any]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER {table}_append_only ON {table};", f"DROP TRIGGER {table}_no_truncate ON {table};"]
    return [f"DROP TRIGGER {table}_no_{verb};" for verb in ("update", "delete")]
