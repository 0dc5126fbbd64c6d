"""Rows into tables: COPY on PostgreSQL, `bulk_create` elsewhere; the same rows either way.

COPY text is made where the rows are (`copy_text`, also in worker processes) and sent by whoever holds the connection.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from suspects.bulk.tables import TABLES, Row, Table

Rows = Mapping[Table, Sequence[Row]]
Texts = Mapping[Table, bytes]

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy_text(table: Table, rows: Iterable[Row]) -> bytes:
    """Rows in COPY's text format, UTF-8: a line a row, tabs between values, \\N for none."""
    rest = "".join("\t" + _text(value) for value in table.same.values()) + "\n"
    return "".join("\t".join([_text(value) for value in row]) + rest for row in rows).encode()


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return value if "\\" not in value and value.isprintable() else value.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if kind is bool:
        return "t" if value else "f"
    if kind is dt.datetime or kind is dt.date or kind is dt.time:
        moment: str = value.isoformat()
        return moment
    if kind is list or kind is dict:
        return json.dumps(value).translate(_ESCAPES)
    return str(value).translate(_ESCAPES)


def uses_copy() -> bool:
    return connection.vendor == "postgresql"


def all_empty() -> bool:
    """Whether none of the tables has a row."""
    return not any(_model(table)._base_manager.exists() for table in TABLES)


def write_rows(rows: Rows) -> None:
    """Write all rows in one transaction. Raises what the database raises; then nothing is written."""
    with transaction.atomic():
        for table in _in_order(rows):
            if not rows[table]:
                continue
            if uses_copy():
                _copy(table, copy_text(table, rows[table]))
            else:
                _create(table, rows[table])


def write_texts(texts: Texts) -> None:
    """Send what `copy_text` made, in one transaction. PostgreSQL only."""
    with transaction.atomic():
        for table in _in_order(texts):
            if texts[table]:
                _copy(table, texts[table])


def _in_order(chosen: Mapping[Table, Any]) -> list[Table]:
    return [table for table in TABLES if table in chosen]


def _model(table: Table) -> type[models.Model]:
    return apps.get_model(table.model)


def _copy(table: Table, data: bytes) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in (*table.columns, *table.same))
    statement = f"COPY {quote(_model(table)._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # psycopg's own cursor: Django's wrapper has no COPY.
        cursor.cursor.copy_expert(statement, io.BytesIO(data))


def _create(table: Table, rows: Sequence[Row]) -> None:
    model: Any = _model(table)
    made = (model(**dict(zip(table.columns, row, strict=True)), **table.same) for row in rows)
    model._base_manager.bulk_create(made, batch_size=500)


@contextmanager
def without_indexes() -> Iterator[None]:
    """Inside, the tables have neither secondary indexes nor foreign keys; they are rebuilt at the end.

    For a first load into empty tables on PostgreSQL, inside one transaction: when anything fails, all is as before.
    Elsewhere it changes nothing. Raises RuntimeError when a table has rows, or there is no transaction.
    """
    if not uses_copy():
        yield
        return
    if not connection.in_atomic_block:
        raise RuntimeError("indexes are dropped and rebuilt in one transaction, or a crash would lose them")
    if not all_empty():
        raise RuntimeError("only empty tables are loaded without their indexes")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
    rebuild = [statement for table in TABLES for statement in _take_away(_model(table)._meta.db_table)]
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for statement in rebuild:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _take_away(name: str) -> list[str]:
    """Drop what slows a load; returns the statements that bring it back, indexes before foreign keys."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'f'",
            [name],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
            "WHERE x.indrelid = %s::regclass "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)",
            [name],
        )
        indexes = cursor.fetchall()
        for constraint, _ in keys:
            cursor.execute(f"ALTER TABLE {quote(name)} DROP CONSTRAINT {quote(constraint)}")
        for index, _ in indexes:
            cursor.execute(f"DROP INDEX {quote(index)}")
    back = [f"ALTER TABLE {quote(name)} ADD CONSTRAINT {quote(constraint)} {words}" for constraint, words in keys]
    return [definition for _, definition in indexes] + back
