import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

HASH = django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')
MODES = [('video', 'Location and live video'), ('location', 'Location only'), ('upload', 'Location and upload')]
KINDS = [
    ('video_link', 'Link to show live video'), ('location_link', 'Link to share a location'),
    ('upload_link', 'Link to send photos or films'), ('covert_link', 'Covert link: names nobody'),
]
STATES = [
    ('announced', 'Chosen, its hash is here'), ('receiving', 'On its way'), ('received', 'Here, being checked'),
    ('registered', 'In the evidence store, read back'), ('refused', 'Not taken'),
    ('withdrawn', 'Taken back by the caller'), ('abandoned', 'Never sent'),
]
VERDICTS = [
    ('', 'Not here yet'), ('matches', 'Equal to the hash announced before'),
    ('unannounced', 'No hash was announced before'), ('differs', 'Differs from the hash announced before'),
    ('incomplete', 'Not all of it came'),
]
REFUSALS = [
    ('', 'Not refused'), ('type', 'Not a photo or a film'), ('hidden', 'Something else is hidden in it'),
    ('broken', 'Damaged'), ('pixels', 'Too large to be a photo'),
]
#: What was announced, and when: no later request, and no mistake of ours, rewrites it.
FIXED = ('id', 'force_id', 'session_id', 'name', 'sha256', 'size_bytes', 'announced_at')
MESSAGE = 'what the phone announced cannot be changed'


def install(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        # refuse_changing_announcement() is there since 0001.
        changed = ' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in FIXED)
        schema_editor.execute(
            'CREATE TRIGGER streaming_callerfile_announced BEFORE UPDATE ON streaming_callerfile '
            f'FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_changing_announcement();'
        )
        return
    changed = ' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in FIXED)
    schema_editor.execute(
        'CREATE TRIGGER streaming_callerfile_announced BEFORE UPDATE ON streaming_callerfile '
        f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
    )


def remove(apps, schema_editor):
    on = ' ON streaming_callerfile' if schema_editor.connection.vendor == 'postgresql' else ''
    schema_editor.execute(f'DROP TRIGGER streaming_callerfile_announced{on};')


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_schema'),
        ('streaming', '0001_schema'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='videosession', name='session_mode_known'),
        migrations.AlterField(
            model_name='videosession',
            name='mode',
            field=models.CharField(choices=MODES, default='video', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='videosession',
            constraint=models.CheckConstraint(condition=Q(mode__in=[code for code, _ in MODES]), name='session_mode_known'),
        ),
        migrations.AddField(
            model_name='videosession',
            name='reason',
            field=models.CharField(blank=True, max_length=200, default=''),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=16),
        ),
        migrations.CreateModel(
            name='CallerFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('sha256', models.CharField(max_length=64, validators=[HASH])),
                ('size_bytes', models.PositiveIntegerField()),
                ('mime', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=STATES, default='announced', max_length=10)),
                ('verdict', models.CharField(blank=True, choices=VERDICTS, max_length=11)),
                ('refusal', models.CharField(blank=True, choices=REFUSALS, max_length=8)),
                ('announced_at', models.DateTimeField()),
                ('received_bytes', models.PositiveIntegerField(default=0)),
                ('touched_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('received_sha256', models.CharField(blank=True, max_length=64, validators=[HASH])),
                ('exhibit_id', models.UUIDField(blank=True, null=True)),
                ('exhibit_ref', models.CharField(blank=True, max_length=16)),
                ('item_id', models.UUIDField(blank=True, null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='caller_files', to='streaming.videosession')),
            ],
            options={
                'ordering': ['announced_at', 'id'],
                'indexes': [models.Index(fields=['state', 'touched_at'], name='upload_by_state')],
                'constraints': [
                    models.CheckConstraint(condition=Q(state__in=[code for code, _ in STATES]), name='upload_state_known'),
                    models.CheckConstraint(condition=Q(verdict__in=['', 'matches', 'differs', 'incomplete']), name='upload_verdict_known'),
                    models.CheckConstraint(condition=Q(sha256__regex='^[0-9a-f]{64}$'), name='upload_hash_is_one'),
                    models.CheckConstraint(condition=Q(size_bytes__gte=1, received_bytes__lte=F('size_bytes')), name='upload_no_longer_than_announced'),
                    models.CheckConstraint(condition=Q(state='refused', refusal__in=[code for code, _ in REFUSALS if code]) | (~Q(state='refused') & Q(refusal='')), name='upload_refused_says_why'),
                    models.CheckConstraint(condition=~Q(state__in=['received', 'registered']) | (~Q(received_sha256='') & ~Q(verdict='') & Q(received_at__isnull=False)), name='upload_received_is_judged'),
                    models.CheckConstraint(condition=~Q(verdict='matches') | Q(received_sha256=F('sha256'), received_bytes=F('size_bytes')), name='upload_matches_only_when_equal'),
                    models.CheckConstraint(condition=~Q(state='registered') | (Q(item_id__isnull=False, exhibit_id__isnull=False) & ~Q(exhibit_ref='')), name='upload_registered_has_exhibit'),
                    models.UniqueConstraint(fields=('session', 'sha256'), condition=~Q(state__in=['refused', 'withdrawn', 'abandoned']) & ~Q(verdict__in=['differs', 'incomplete']), name='upload_once_per_session'),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
