from __future__ import annotations

from django.db import DatabaseError, migrations, transaction
from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEX = "log_text_trigrams"


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Trigrams of what Django's `icontains` compares. Without the right to create the extension the search is slower
    and answers the same; docs/runbook.md says how to add it."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return
    schema_editor.execute(
        f"CREATE INDEX IF NOT EXISTS {INDEX} ON incidents_logentry USING gin (UPPER(text) gin_trgm_ops) WHERE NOT restricted"
    )


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_locations")]

    operations = [migrations.RunPython(make, drop)]
