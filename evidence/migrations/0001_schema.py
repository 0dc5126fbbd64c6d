"""The tables of the evidence store. A sealed master's row keeps what it was sealed with."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.db import migrations, models

from core.append_only import append_only_operations
from core.tables import Tables

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

    replaces = [
        ('evidence', '0001_initial'),
        ('evidence', '0002_append_only'),
        ('evidence', '0003_kept_files'),
        ('evidence', '0004_phone_kinds'),
        ('evidence', '0005_ledger_kind'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_schema'),
        ('incidents', '0001_schema'),
    ]

    operations = [
        Tables(
            migrations.CreateModel(
                name='Exhibit',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('ref', models.CharField(max_length=16)),
                    ('initials', models.CharField(max_length=6)),
                    ('number', models.PositiveIntegerField()),
                    ('producer_id', models.BigIntegerField(blank=True, null=True)),
                    ('producer_label', models.CharField(max_length=100)),
                    ('description', models.CharField(max_length=300)),
                    ('state', models.CharField(choices=[('COLLECTING', 'Collecting'), ('SEALED', 'Sealed'), ('LOCKED', 'Check failed, locked')], default='COLLECTING', max_length=12)),
                    ('opened_at', models.DateTimeField()),
                    ('sealed_at', models.DateTimeField(blank=True, null=True)),
                    ('seal', models.CharField(blank=True, max_length=64)),
                    ('source_key', models.CharField(max_length=120)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exhibits', to='incidents.incident')),
                ],
                options={
                    'ordering': ['opened_at'],
                    'constraints': [models.UniqueConstraint(fields=('incident', 'ref'), name='exhibit_ref_once_per_incident'), models.UniqueConstraint(fields=('force', 'source_key'), name='exhibit_source_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 9999)), name='exhibit_number_in_range'), models.CheckConstraint(condition=models.Q(('state__in', ['COLLECTING', 'SEALED', 'LOCKED'])), name='exhibit_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'SEALED'), _negated=True), models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('seal'), 64), ('sealed_at__isnull', False)), _connector='OR'), name='exhibit_sealed_has_seal')],
                },
            ),
            migrations.CreateModel(
                name='EvidenceItem',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('caller_video', 'Caller live video'), ('timeline', 'Recording timeline'), ('ledger', 'Gap ledger'), ('recording_tail', 'Recording, damaged end'), ('phone_video', 'Recorded on the phone'), ('phone_unannounced', 'Recorded on the phone, hash not announced before'), ('phone_differs', 'From the phone, not what its announced hash says'), ('screenshot', 'Screenshot'), ('caller_upload', 'Caller upload'), ('statement_video', 'Statement video'), ('bwv', 'Body-worn video'), ('drone', 'Drone'), ('cctv', 'CCTV'), ('photo', 'Photograph'), ('audio_note', 'Audio note'), ('dashcam', 'Dashcam'), ('document', 'Document'), ('audio_999', '999 audio')], max_length=20)),
                    ('part_number', models.PositiveIntegerField()),
                    ('sha256', models.CharField(max_length=64)),
                    ('size_bytes', models.PositiveBigIntegerField()),
                    ('mime', models.CharField(max_length=80)),
                    ('container', models.CharField(blank=True, max_length=16)),
                    ('codecs', models.CharField(blank=True, max_length=60)),
                    ('width', models.PositiveIntegerField(blank=True, null=True)),
                    ('height', models.PositiveIntegerField(blank=True, null=True)),
                    ('captured_start', models.DateTimeField(blank=True, null=True)),
                    ('captured_end', models.DateTimeField(blank=True, null=True)),
                    ('received_at', models.DateTimeField()),
                    ('received_by_label', models.CharField(max_length=100)),
                    ('master_uri', models.CharField(blank=True, max_length=400)),
                    ('worm_until', models.DateTimeField(blank=True, null=True)),
                    ('sealed_at', models.DateTimeField(blank=True, null=True)),
                    ('state', models.CharField(choices=[('RECEIVED', 'Received'), ('STORED', 'Stored'), ('SEALED', 'Sealed'), ('FAILED', 'Not stored')], default='RECEIVED', max_length=8)),
                    ('failure', models.CharField(blank=True, max_length=200)),
                    ('prev_sha256', models.CharField(blank=True, max_length=64)),
                    ('recovered', models.BooleanField(default=False)),
                    ('source_key', models.CharField(max_length=120)),
                    ('checked_at', models.DateTimeField(blank=True, null=True)),
                    ('check_ok', models.BooleanField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('exhibit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='evidence.exhibit')),
                ],
                options={
                    'ordering': ['kind', 'part_number'],
                    'constraints': [models.UniqueConstraint(fields=('exhibit', 'kind', 'part_number'), name='item_part_once'), models.UniqueConstraint(fields=('force', 'source_key'), name='item_source_once'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='item_hash_length'), models.CheckConstraint(condition=models.Q(('size_bytes__gte', 1)), name='item_not_empty'), models.CheckConstraint(condition=models.Q(('part_number__gte', 1)), name='item_part_from_one'), models.CheckConstraint(condition=models.Q(('kind__in', ['caller_video', 'timeline', 'ledger', 'recording_tail', 'phone_video', 'phone_unannounced', 'phone_differs', 'screenshot', 'caller_upload', 'statement_video', 'bwv', 'drone', 'cctv', 'photo', 'audio_note', 'dashcam', 'document', 'audio_999'])), name='item_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['RECEIVED', 'STORED', 'SEALED', 'FAILED'])), name='item_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'SEALED'), _negated=True), models.Q(models.Q(('master_uri', ''), _negated=True), ('sealed_at__isnull', False), ('worm_until__isnull', False)), _connector='OR'), name='item_sealed_is_stored_and_kept'), models.CheckConstraint(condition=models.Q(('captured_start', None), ('captured_end', None), ('captured_end__gte', models.F('captured_start')), _connector='OR'), name='item_capture_runs_forward')],
                },
            ),
            migrations.CreateModel(
                name='ContinuityEvent',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('seq', models.PositiveIntegerField()),
                    ('act', models.CharField(choices=[('OPENED', 'Opened'), ('RECEIVED', 'Received'), ('STORED', 'Hashed, read back from store'), ('SEALED_ITEM', 'Locked in store'), ('STORE_FAILED', 'Not stored'), ('SEALED', 'Sealed'), ('REOPENED', 'Opened again for what came later'), ('SOURCE_RELEASED', 'Source file removed after the stored copy matched'), ('COPIED', 'Working copy made'), ('VIEWED', 'Viewed'), ('CHECKED', 'Checked, unchanged'), ('CHECK_FAILED', 'Check failed')], max_length=16)),
                    ('at', models.DateTimeField()),
                    ('actor_id', models.CharField(blank=True, max_length=64)),
                    ('actor_label', models.CharField(max_length=100)),
                    ('actor_role', models.CharField(blank=True, max_length=200)),
                    ('detail', models.JSONField(default=dict)),
                    ('prev_hash', models.CharField(max_length=64)),
                    ('hash', models.CharField(max_length=64)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continuity', to='evidence.evidenceitem')),
                    ('exhibit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='continuity', to='evidence.exhibit')),
                ],
                options={
                    'ordering': ['exhibit', 'seq'],
                    'constraints': [models.UniqueConstraint(fields=('exhibit', 'seq'), name='continuity_seq_once'), models.UniqueConstraint(fields=('exhibit', 'prev_hash'), name='continuity_does_not_fork'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='continuity_seq_from_one'), models.CheckConstraint(condition=models.Q(('act__in', ['OPENED', 'RECEIVED', 'STORED', 'SEALED_ITEM', 'STORE_FAILED', 'SEALED', 'REOPENED', 'SOURCE_RELEASED', 'COPIED', 'VIEWED', 'CHECKED', 'CHECK_FAILED'])), name='continuity_act_known'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('hash'), 64), name='continuity_hash_length')],
                },
            ),
            migrations.CreateModel(
                name='KeptFile',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('sha256', models.CharField(max_length=64)),
                    ('size', models.PositiveBigIntegerField()),
                    ('mime', models.CharField(max_length=80)),
                    ('uri', models.CharField(max_length=400)),
                    ('kept_until', models.DateTimeField()),
                    ('source_key', models.CharField(help_text='The same key keeps one file.', max_length=120)),
                    ('kept_at', models.DateTimeField()),
                    ('kept_by_label', models.CharField(max_length=100)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'ordering': ['kept_at'],
                    'constraints': [models.UniqueConstraint(fields=('force', 'source_key'), name='kept_source_once'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='kept_hash_length'), models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='kept_not_empty'), models.CheckConstraint(condition=models.Q(('uri', ''), _negated=True), name='kept_has_a_place')],
                },
            ),
            migrations.CreateModel(
                name='ProducerSerial',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('producer_key', models.CharField(max_length=80)),
                    ('initials', models.CharField(max_length=6)),
                    ('last', models.PositiveIntegerField(default=0)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('incident', 'producer_key'), name='producer_once_per_incident'), models.UniqueConstraint(fields=('incident', 'initials'), name='initials_once_per_incident'), models.CheckConstraint(condition=models.Q(('last__lte', 9999)), name='producer_serial_fits_reference')],
                },
            ),
            migrations.CreateModel(
                name='WorkingCopy',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('purpose', models.CharField(choices=[('view', 'Playback'), ('clip', 'Clip'), ('redact', 'Redaction'), ('transcript', 'Transcript'), ('enhance', 'Enhancement')], max_length=12)),
                    ('tool', models.CharField(max_length=120)),
                    ('parameters', models.JSONField(default=dict)),
                    ('sha256', models.CharField(max_length=64)),
                    ('size', models.PositiveBigIntegerField()),
                    ('mime', models.CharField(max_length=80)),
                    ('path', models.CharField(max_length=400)),
                    ('source_key', models.CharField(max_length=120)),
                    ('made_at', models.DateTimeField()),
                    ('made_by_label', models.CharField(max_length=100)),
                    ('exhibit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='evidence.exhibit')),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='evidence.evidenceitem')),
                ],
                options={
                    'verbose_name_plural': 'working copies',
                    'ordering': ['made_at'],
                    'constraints': [models.UniqueConstraint(fields=('force', 'source_key'), name='copy_source_once'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='copy_hash_length'), models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='copy_not_empty'), models.CheckConstraint(condition=models.Q(('purpose__in', ['view', 'clip', 'redact', 'transcript', 'enhance'])), name='copy_purpose_known')],
                },
            ),
        ),
        *append_only_operations(
            "evidence_continuityevent",
            "evidence_keptfile",
        ),
        migrations.RunPython(install, remove),
    ]
