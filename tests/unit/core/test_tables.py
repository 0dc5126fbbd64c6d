"""Many tables in one operation: the same state, the same tables, both ways."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from core.tables import Tables

STATION = migrations.CreateModel("Station", [("id", models.AutoField(primary_key=True))])
CELL = migrations.CreateModel(
    "Cell",
    [
        ("id", models.AutoField(primary_key=True)),
        ("station", models.ForeignKey("custody.Station", models.PROTECT)),
    ],
)


def test_the_state_is_that_of_the_single_operations():
    together, single = ProjectState(), ProjectState()
    assert together.apps  # rendered before, as in the middle of a run
    Tables(STATION, CELL).state_forwards("custody", together)
    for one in (STATION, CELL):
        one.state_forwards("custody", single)
    assert together.models == single.models
    assert together.apps.get_model("custody", "cell")._meta.get_field("station").related_model.__name__ == "Station"


@pytest.mark.django_db(transaction=True)
def test_tables_are_made_and_taken_away():
    before, after, tables = ProjectState(), ProjectState(), Tables(STATION, CELL)
    tables.state_forwards("custody", after)
    with connection.schema_editor() as editor:
        tables.database_forwards("custody", editor, before, after)
    assert {"custody_station", "custody_cell"} <= set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        tables.database_backwards("custody", editor, after, before)
    assert not {"custody_station", "custody_cell"} & set(connection.introspection.table_names())


@pytest.mark.django_db
def test_a_database_that_has_every_migration_before_is_taken_over_as_it_is(monkeypatch):
    schemas = [(app, "0001_schema") for app in ("core", "incidents", "evidence", "streaming", "suspects")]
    written = MigrationLoader(None).disk_migrations
    before = dict.fromkeys(name for one in schemas for name in written[one].replaces)
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: dict(before))
    loader = MigrationLoader(connection)
    assert all(one in loader.applied_migrations for one in schemas)
    assert not set(before) & set(loader.graph.nodes)
