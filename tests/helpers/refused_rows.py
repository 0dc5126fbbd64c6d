"""Rows that the database itself must refuse, and by which rule it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction


def constraint_names(model: type[models.Model]) -> set[str]:
    """Everything the model asks its database to hold: named constraints, and unique fields but for the key."""
    fields = [field for field in model._meta.local_fields if field.unique and not field.primary_key]
    return {constraint.name for constraint in model._meta.constraints} | {
        f"{model._meta.label}.{field.name}" for field in fields
    }


def insert(row: models.Model, **changes: Any) -> Callable[[], None]:
    """A copy of the row under a new key, with the changes, past every validation but the database's."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    key = row._meta.pk
    fresh = {key.attname: uuid4() if isinstance(key, models.UUIDField) else None}

    def make() -> None:
        type(row)(**{**values, **fresh, **changes}).save(force_insert=True)

    return make


def refused(name: str, make: Callable[[], None]) -> None:
    """`make` breaks the constraint `name` ("app.Model.field" for a unique field), and no other."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    if connection.vendor == "postgresql":
        told = str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]  # psycopg2's error
        assert told == name or (name.count(".") == 2 and told.endswith(("_key", "_uniq"))), told
        return
    text = str(error.value)
    assert name in text or text.partition("UNIQUE constraint failed: ")[2] in _columns(name), text


def _columns(name: str) -> set[str]:
    """How SQLite names what is unique: by its columns."""
    from django.apps import apps

    found = set()
    for model in apps.get_models():
        table = model._meta.db_table
        for constraint in model._meta.constraints:
            if constraint.name == name and isinstance(constraint, models.UniqueConstraint):
                columns = [model._meta.get_field(field).column for field in constraint.fields]
                found.add(", ".join(f"{table}.{column}" for column in columns))
        if name.rpartition(".")[0] == model._meta.label:
            found.add(f"{table}.{model._meta.get_field(name.rpartition('.')[2]).column}")
    return found
