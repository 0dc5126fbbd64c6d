"""A force's starting tables, made by the service once a process and copied from then on.

Three hundred rows take the service 30 ms. Hardly a test is about them, and nearly every test needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from core.models import Force

FORCE = "<the force>"
_INTO = re.compile(r'INSERT (?:OR IGNORE )?INTO "(\w+)"')


@cache
def _made_by(seed: Callable[[Force], None], code: str) -> tuple[tuple[str, Sequence[Sequence[Any]]], ...]:
    """(INSERT, rows) for each table that `seed` fills, as it fills them for a force that has nothing yet.

    One copy for each `code`: two forces of one test must not have the keys of their rows in common.
    """
    tables: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        tables.extend(_INTO.findall(sql))
        return execute(sql, params, many, context)

    with transaction.atomic():
        force = Force.objects.create(code="00", name=f"Like {code}", short_name="Like")
        with connection.execute_wrapper(note):
            seed(force)
        made = tuple(_rows(table, force) for table in dict.fromkeys(tables))
        transaction.set_rollback(True)
    return made


def _rows(table: str, force: Force) -> tuple[str, Sequence[Sequence[Any]]]:
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    fields = model._meta.concrete_fields
    assert all(not isinstance(field, models.AutoField) for field in fields), f"{table}: the key is the database's"
    columns = ", ".join(f'"{field.column}"' for field in fields)
    insert = f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})'
    return insert, [
        [
            FORCE if field.name == "force" else field.get_db_prep_save(getattr(row, field.attname), connection)
            for field in fields
        ]
        for row in model._default_manager.filter(force=force)
    ]


@cache
def _as_text(seed: Callable[[Force], None], code: str) -> str:
    """The same for PostgreSQL, to be sent at once."""
    with connection.cursor() as cursor:
        return ";".join(
            sql.partition("VALUES ")[0] + "VALUES " + ",".join(
                cursor.mogrify(sql.partition("VALUES ")[2], row).decode() for row in rows
            )
            for sql, rows in _made_by(seed, code)
        )  # fmt: skip


def seeded(force: Force, seed: Callable[[Force], None], first: type[models.Model]) -> Force:
    """`seed(force)`, unless the force has rows of `first` already."""
    if first._default_manager.filter(force=force).exists():
        return force
    made = _made_by(seed, force.code)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_as_text(seed, force.code).replace(f"'{FORCE}'", str(force.pk)))
        else:
            for sql, rows in made:
                cursor.executemany(sql, [[force.pk if value is FORCE else value for value in row] for row in rows])
    return force
