import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only_operations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_live_topic_unsent'),
        ('incidents', '0005_log_search'),
        ("streaming", "0012_guest_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CarePolicy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('guard_on', models.BooleanField(default=False, verbose_name='New pictures open covered')),
                ('count_all', models.BooleanField(default=False, help_text='Otherwise only of incidents that a person marked Graphic.', verbose_name='Count every picture')),
                ('ask_minutes', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='Ask the person after (minutes)')),
                ('hand_over_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='Offer to hand over after (minutes)')),
                ('keep_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='Keep the minutes for (days)')),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
            ],
            options={
                'verbose_name': 'care policy',
                'verbose_name_plural': 'care policies',
                'constraints': [models.UniqueConstraint(fields=('force',), name='care_policy_one_per_force'), models.CheckConstraint(condition=models.Q(('ask_minutes__gte', 1), ('hand_over_minutes__gte', models.F('ask_minutes'))), name='care_asks_first'), models.CheckConstraint(condition=models.Q(('keep_days__gte', 1), ('keep_days__lte', 366)), name='care_keeps_not_for_ever')],
            },
        ),
        migrations.CreateModel(
            name='Exposure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('level', models.CharField(choices=[('covered', 'Covered'), ('softened', 'Softened'), ('clear', 'Clear')], max_length=8)),
                ('graphic', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='exposure', to='incidents.incident')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['covered', 'softened', 'clear'])), name='exposure_level_known')],
            },
        ),
        migrations.CreateModel(
            name='ExposureTally',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80)),
                ('period', models.CharField(max_length=48)),
                ('seconds', models.FloatField(default=0)),
                ('last_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['force', 'last_at'], name='tally_by_force')],
                'constraints': [models.UniqueConstraint(fields=('user', 'period'), name='tally_one_per_person_and_shift'), models.CheckConstraint(condition=models.Q(('seconds__gte', 0)), name='tally_not_negative'), models.CheckConstraint(condition=models.Q(('period', ''), _negated=True), name='tally_has_a_period')],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('to_label', models.CharField(max_length=80)),
                ('handed_at', models.DateTimeField()),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('from_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='streaming.videosession')),
                ('to_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['handed_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_user', models.F('to_user')), _negated=True), name='handed_to_somebody_else')],
            },
        ),
        *append_only_operations("streaming_handover"),
    ]
