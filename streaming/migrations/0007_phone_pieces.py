import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

HASH = django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')
STATES = [
    ('announced', 'On the phone, its hash is here'), ('receiving', 'On its way'), ('received', 'Here, hashed'),
    ('registered', 'In the evidence store, read back'), ('refused', 'Not a film'),
    ('withdrawn', 'Deleted on the phone by the caller'), ('abandoned', 'Never sent'),
]
VERDICTS = [
    ('', 'Not here yet'), ('matches', 'Equal to the hash announced before'),
    ('unannounced', 'No hash was announced before'), ('differs', 'Differs from the hash announced before'),
    ('incomplete', 'Not all of it came'),
]
#: What was announced, and when: no later request, and no mistake of ours, rewrites it.
FIXED = (
    'id', 'force_id', 'session_id', 'run', 'sequence', 'sha256', 'chain', 'announced_at', 'committed_at', 'size_bytes',
    'mime', 'started_at', 'ended_at', 'offset_ms', 'offset_error_ms',
)
MESSAGE = 'what the phone announced cannot be changed'
FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_changing_announcement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%s' USING ERRCODE = 'restrict_violation';
END $$;
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        changed = ' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in FIXED)
        schema_editor.execute(FUNCTION % MESSAGE)
        schema_editor.execute(
            'CREATE TRIGGER streaming_phonepiece_announced BEFORE UPDATE ON streaming_phonepiece '
            f'FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_changing_announcement();'
        )
        return
    changed = ' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in FIXED)
    schema_editor.execute(
        'CREATE TRIGGER streaming_phonepiece_announced BEFORE UPDATE ON streaming_phonepiece '
        f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
    )


def remove(apps, schema_editor):
    on = ' ON streaming_phonepiece' if schema_editor.connection.vendor == 'postgresql' else ''
    schema_editor.execute(f'DROP TRIGGER streaming_phonepiece_announced{on};')


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_live_topic_unsent'),
        ('streaming', '0006_ledger_rewind'),
    ]

    operations = [
        migrations.CreateModel(
            name='PhonePiece',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('run', models.UUIDField()),
                ('sequence', models.PositiveIntegerField()),
                ('state', models.CharField(choices=STATES, default='announced', max_length=10)),
                ('verdict', models.CharField(blank=True, choices=VERDICTS, max_length=11)),
                ('sha256', models.CharField(blank=True, max_length=64, validators=[HASH])),
                ('chain', models.CharField(max_length=64, validators=[HASH])),
                ('chained', models.BooleanField(default=False)),
                ('announced_at', models.DateTimeField()),
                ('committed_at', models.DateTimeField(blank=True, null=True)),
                ('size_bytes', models.PositiveIntegerField()),
                ('mime', models.CharField(max_length=80)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('offset_ms', models.FloatField()),
                ('offset_error_ms', models.FloatField()),
                ('placed', models.BooleanField(default=True)),
                ('received_bytes', models.PositiveIntegerField(default=0)),
                ('touched_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('received_sha256', models.CharField(blank=True, max_length=64, validators=[HASH])),
                ('readable', models.BooleanField(default=False)),
                ('container', models.CharField(blank=True, max_length=8)),
                ('codecs', models.CharField(blank=True, max_length=60)),
                ('width', models.PositiveIntegerField(blank=True, null=True)),
                ('height', models.PositiveIntegerField(blank=True, null=True)),
                ('item_id', models.UUIDField(blank=True, null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phone_pieces', to='streaming.videosession')),
            ],
            options={
                'ordering': ['started_at', 'sequence'],
                'indexes': [models.Index(fields=['state', 'touched_at'], name='piece_by_state')],
                'constraints': [
                    models.UniqueConstraint(fields=('session', 'run', 'sequence'), name='piece_number_once'),
                    models.CheckConstraint(condition=Q(state__in=[code for code, _ in STATES]), name='piece_state_known'),
                    models.CheckConstraint(condition=Q(verdict__in=[code for code, _ in VERDICTS]), name='piece_verdict_known'),
                    models.CheckConstraint(condition=Q(sequence__gte=1), name='piece_from_one'),
                    models.CheckConstraint(condition=Q(ended_at__gte=F('started_at')), name='piece_runs_forward'),
                    models.CheckConstraint(condition=Q(size_bytes__gte=1, received_bytes__lte=F('size_bytes')), name='piece_no_longer_than_announced'),
                    models.CheckConstraint(condition=Q(sha256='', committed_at__isnull=True) | (~Q(sha256='') & Q(committed_at__isnull=False)), name='piece_commitment_has_time'),
                    models.CheckConstraint(condition=~Q(state__in=['received', 'registered']) | (~Q(received_sha256='') & ~Q(verdict='') & Q(received_at__isnull=False)), name='piece_received_is_judged'),
                    models.CheckConstraint(condition=~Q(verdict='matches') | (Q(received_sha256=F('sha256')) & ~Q(sha256='')), name='piece_matches_only_when_equal'),
                    models.CheckConstraint(condition=~Q(state='registered') | Q(item_id__isnull=False), name='piece_registered_has_item'),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
