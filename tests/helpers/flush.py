"""Emptying the database between transactional tests, although append-only tables refuse to be emptied.

Only the tests' own database owner can do this: PostgreSQL's replica role skips triggers; on SQLite they are taken off
and put back. Nothing in the product knows this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def triggers_off(connection: Any) -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, statement in triggers:
            cursor.execute(statement)


def _as_deletes(connection: Any, sql_list: list[str]) -> list[str]:
    """On PostgreSQL, DELETE: truncating forty nearly empty tables costs half a second a test, deleting a few ms."""
    if connection.vendor != "postgresql":
        return sql_list
    tables = [name for sql in sql_list if sql.startswith("TRUNCATE") for name in re.findall(r'"(\w+)"', sql)]
    return [f'DELETE FROM "{name}"' for name in tables]


def end_other_connections() -> list[str]:
    """Ends what other threads and processes left open on PostgreSQL's test database; each one's last statement."""
    if connections["default"].vendor != "postgresql":
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT query, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]


def install() -> None:
    """Wrap the flush of every connection's operations class."""
    for connection in connections.all():
        _wrap(type(connection.ops))


def _wrap(operations: type[BaseDatabaseOperations]) -> None:
    plain: Callable[..., Any] = operations.execute_sql_flush
    if getattr(plain, "around_triggers", False):
        return

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with triggers_off(self.connection):
            plain(self, _as_deletes(self.connection, sql_list))

    execute_sql_flush.around_triggers = True  # type: ignore[attr-defined]  # a mark on our own function
    operations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]  # that is the purpose
