import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.db import migrations, models

from core.append_only import append_only_operations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('evidence', '0002_append_only'),
    ]

    operations = [
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
        *append_only_operations("evidence_keptfile"),
    ]
