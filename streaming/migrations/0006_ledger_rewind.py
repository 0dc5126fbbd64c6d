import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only_operations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_live_topic_unsent'),
        ('streaming', '0005_feeds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GapLedger',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('item_id', models.UUIDField()),
                ('made_at', models.DateTimeField()),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledgers', to='streaming.videosession')),
            ],
            options={
                'ordering': ['session', 'number'],
                'constraints': [models.UniqueConstraint(fields=('session', 'number'), name='ledger_number_once'), models.UniqueConstraint(fields=('session', 'item_id'), name='ledger_item_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='ledger_number_from_one'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('sha256'), 64), name='ledger_hash_length')],
            },
        ),
        migrations.CreateModel(
            name='Rewind',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80)),
                ('started_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rewinds', to='streaming.videosession')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['started_at'],
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['last_seen_at'], name='rewind_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='rewind_ends_after_start')],
            },
        ),
        *append_only_operations("streaming_gapledger"),
    ]
