"""SQL that is written once and sent many times.

For the few paths where Django takes longer to write a query, and PostgreSQL to read and plan it, than the answer takes.
A `Statement` is prepared on each PostgreSQL connection the first time it is used there; on SQLite, whose driver keeps
what it has read by itself, it is sent as it is. `{in}` stands for "one of these": the value is a list.

    PEOPLE = Statement("SELECT id FROM suspects_person WHERE force_id = %s AND id {in}")
    PEOPLE.rows(actor.force_id, keys)

Keep it to selectors and services that say why; everything else is a queryset.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.db.models import Model

Row = tuple[Any, ...]
M = TypeVar("M", bound=Model)
_ON = {"postgresql": "= ANY(%s)", "sqlite": "IN (SELECT value FROM json_each(%s))"}
_prepared: WeakKeyDictionary[Any, dict[str, Statement]] = WeakKeyDictionary()  # by the driver's connection, by name


class Statement:
    """`rows` and `run` send it in the current transaction, on this thread's connection."""

    def __init__(self, sql: str) -> None:
        self.sql = " ".join(sql.split())
        self.name = f"sl_{hashlib.sha256(self.sql.encode()).hexdigest()[:20]}"
        self._plain = {vendor: self.sql.replace("{in}", one) for vendor, one in _ON.items()}
        self.execute = f"EXECUTE {self.name} ({', '.join(['%s'] * self._plain['postgresql'].count('%s'))})"

    def rows(self, *values: Any) -> list[Row]:
        """All rows. Keys and days of SQLite are text: read them with `as_uuid` and `as_day`."""
        with connection.cursor() as cursor:
            cursor.execute(*self._bound(values))
            return list(cursor.fetchall())

    def run(self, *values: Any) -> None:
        """For a statement without rows."""
        with connection.cursor() as cursor:
            cursor.execute(*self._bound(values))

    def preparing(self) -> str:
        """What prepares it on a PostgreSQL connection."""
        numbered = self._plain["postgresql"]
        for place in range(1, numbered.count("%s") + 1):
            numbered = numbered.replace("%s", f"${place}", 1)
        return f"PREPARE {self.name} AS {numbered.replace('%%', '%')}"

    def _bound(self, values: Sequence[Any]) -> tuple[str, list[Any]]:
        if connection.vendor != "postgresql":
            return self._plain["sqlite"], [_for_sqlite(value) for value in values]
        if not settings.DATABASE_PREPARED:
            return self._plain["postgresql"], list(values)
        known = _prepared.setdefault(connection.connection, {})
        if self.name not in known:
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(self.preparing())
            known[self.name] = self
        return self.execute, list(values)


def prepared() -> list[Statement]:
    """What this thread's connection has prepared, for whoever sends the same on a connection of their own."""
    return list(_prepared.get(connection.connection, {}).values()) if connection.vendor == "postgresql" else []


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return json.dumps([_for_sqlite(one) for one in value])
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return str(value) if isinstance(value, dt.date) else value


def as_uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def as_day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def columns(model: type[Model], alias: str) -> str:
    """Every column of a model, in the order `instance` reads them."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def instance(model: type[M], row: Sequence[Any]) -> M:
    """The object of `columns(model, …)`, as a queryset would have read it."""
    names, converters = _reading(model, connection.vendor)
    values = list(row)
    for place, convert, column in converters:
        values[place] = convert(values[place], column, connection)
    return model.from_db(connection.alias, names, values)


def width(model: type[Model]) -> int:
    """How many columns `columns` names."""
    return len(model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _reading(model: type[Model], vendor: str) -> tuple[list[str], list[tuple[int, Any, Any]]]:
    fields = model._meta.concrete_fields
    found = [
        (place, convert, column)
        for place, column in enumerate(field.get_col(model._meta.db_table) for field in fields)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]
    return [field.attname for field in fields], found


def insert(row: Model) -> None:
    """What `row.save(force_insert=True)` writes, for a model that has its key and nobody listening."""
    fields = row._meta.concrete_fields
    _inserting(type(row)).run(*(field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields))
    row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=64)
def _inserting(model: type[Model]) -> Statement:
    names = [field.column for field in model._meta.concrete_fields]
    holes = ", ".join(["%s"] * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)  # "at", "object": words of SQL, too
    return Statement(f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({holes})")  # noqa: S608  # names of ours
