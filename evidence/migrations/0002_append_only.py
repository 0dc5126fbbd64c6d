"""Continuity is added to only, and a sealed master's row keeps what it was sealed with."""

from django.db import migrations

from core.append_only import append_only_operations

FIXED = (
    "id",
    "force_id",
    "exhibit_id",
    "kind",
    "part_number",
    "sha256",
    "size_bytes",
    "mime",
    "container",
    "codecs",
    "width",
    "height",
    "captured_start",
    "captured_end",
    "received_at",
    "received_by_label",
    "master_uri",
    "worm_until",
    "sealed_at",
    "state",
    "prev_sha256",
    "recovered",
    "source_key",
)
MESSAGE = "a sealed master cannot be changed or removed"
POSTGRES = """
CREATE OR REPLACE FUNCTION refuse_changing_sealed_master() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%s' USING ERRCODE = 'restrict_violation';
END $$;
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FIXED)
        schema_editor.execute(POSTGRES % MESSAGE)
        for verb, when in (("UPDATE", f"OLD.state = 'SEALED' AND ({changed})"), ("DELETE", "OLD.state = 'SEALED'")):
            schema_editor.execute(
                f"CREATE TRIGGER evidence_item_sealed_{verb.lower()} BEFORE {verb} ON evidence_evidenceitem "
                f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_changing_sealed_master();"
            )
        return
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FIXED)
    for verb, when in (("UPDATE", f"OLD.state = 'SEALED' AND ({changed})"), ("DELETE", "OLD.state = 'SEALED'")):
        schema_editor.execute(
            f"CREATE TRIGGER evidence_item_sealed_{verb.lower()} BEFORE {verb} ON evidence_evidenceitem "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
        )


def remove(apps, schema_editor):
    on = " ON evidence_evidenceitem" if schema_editor.connection.vendor == "postgresql" else ""
    for verb in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER evidence_item_sealed_{verb}{on};")


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        *append_only_operations("evidence_continuityevent"),
        migrations.RunPython(install, remove),
    ]
