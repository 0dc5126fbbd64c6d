import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IncidentCategory',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=3)),
                ('name', models.CharField(max_length=100)),
                ('group', models.CharField(choices=[('TRANSPORT', 'Transport'), ('ASB', 'Anti-social behaviour'), ('SAFETY', 'Public safety and welfare'), ('ADMIN', 'Administration'), ('CRIME', 'Crime')], max_length=10)),
                ('active', models.BooleanField(default=True, help_text='Untick instead of deleting.')),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
            ],
            options={
                'verbose_name_plural': 'incident categories',
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('force', 'code'), name='category_code_once_per_force'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('code'), 3), name='category_code_three_characters'), models.CheckConstraint(condition=models.Q(('group__in', ['TRANSPORT', 'ASB', 'SAFETY', 'ADMIN', 'CRIME'])), name='category_group_known')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('system', models.CharField(default='CAD', max_length=8)),
                ('local_date', models.DateField(help_text='Day of the reference, Europe/London.')),
                ('serial', models.PositiveIntegerField()),
                ('channel', models.CharField(choices=[('999', '999'), ('112', '112'), ('101', '101'), ('SOH_WEB', 'Single Online Home'), ('WEBCHAT', 'Web chat'), ('SOCIAL', 'Social media'), ('EMAIL', 'Email'), ('FRONT_COUNTER', 'Front counter'), ('RELAY_18000', 'Relay UK 18000'), ('EMERGENCY_SMS', 'Emergency SMS'), ('999_BSL', '999 BSL'), ('ECALL', 'eCall'), ('ALARM', 'Alarm'), ('PARTNER_TRANSFER', 'Partner transfer'), ('OFFICER', 'Officer'), ('ANPR', 'ANPR'), ('TEXTPHONE', 'Textphone'), ('SILENT_55', 'Silent Solution (55)')], max_length=20)),
                ('caller_name', models.CharField(blank=True, max_length=100)),
                ('caller_number', models.CharField(blank=True, help_text='E.164.', max_length=16)),
                ('caller_number_withheld', models.BooleanField(default=False, help_text='The caller asked for it not to be passed on.')),
                ('location_text', models.CharField(blank=True, max_length=300)),
                ('description', models.TextField(blank=True)),
                ('graded_at', models.DateTimeField()),
                ('attend_by', models.DateTimeField(blank=True, null=True)),
                ('attended_at', models.DateTimeField(blank=True, help_text='First unit at scene (State 6).', null=True)),
                ('closing_text', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('OPEN', 'Open'), ('CLOSED', 'Closed')], default='OPEN', max_length=8)),
                ('received_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by_label', models.CharField(max_length=100)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by_label', models.CharField(blank=True, max_length=100)),
                ('version', models.PositiveIntegerField(default=1)),
                ('client_key', models.UUIDField(blank=True, help_text='Made by the terminal: the same key opens once.', null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closing_category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incidentcategory')),
                ('opening_category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incidentcategory')),
            ],
            options={
                'ordering': ['-opened_at'],
                'indexes': [models.Index(fields=['force', 'status', 'received_at'], name='incident_board'), models.Index(fields=['force', '-opened_at'], name='incident_newest')],
                'constraints': [models.UniqueConstraint(fields=('force', 'system', 'local_date', 'serial'), name='incident_reference_once'), models.UniqueConstraint(fields=('force', 'client_key'), name='incident_client_key_once'), models.CheckConstraint(condition=models.Q(('serial__gte', 1), ('serial__lte', 99999)), name='incident_serial_in_range'), models.CheckConstraint(condition=models.Q(('status__in', ['OPEN', 'CLOSED'])), name='incident_status_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['999', '112', '101', 'SOH_WEB', 'WEBCHAT', 'SOCIAL', 'EMAIL', 'FRONT_COUNTER', 'RELAY_18000', 'EMERGENCY_SMS', '999_BSL', 'ECALL', 'ALARM', 'PARTNER_TRANSFER', 'OFFICER', 'ANPR', 'TEXTPHONE', 'SILENT_55'])), name='incident_channel_known'), models.CheckConstraint(condition=models.Q(('caller_number', ''), ('caller_number__startswith', '+'), _connector='OR'), name='incident_number_is_e164'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'CLOSED'), _negated=True), ('closed_at', None), ('closing_category', None)), models.Q(('status', 'CLOSED'), ('closed_at__isnull', False), ('closing_category__isnull', False), models.Q(('closing_text', ''), _negated=True)), _connector='OR'), name='incident_closed_is_complete'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('description'), 4000), name='incident_description_length')],
            },
        ),
        migrations.CreateModel(
            name='IncidentSerial',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('system', models.CharField(max_length=8)),
                ('local_date', models.DateField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('force', 'system', 'local_date'), name='serial_one_row_per_day'), models.CheckConstraint(condition=models.Q(('last__lte', 99999)), name='serial_fits_reference')],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('seq', models.PositiveIntegerField()),
                ('entered_at', models.DateTimeField(help_text='Server time, UTC.')),
                ('occurred_at', models.DateTimeField(help_text='When it happened, as far as the author knows.')),
                ('author_id', models.BigIntegerField(blank=True, null=True)),
                ('author_label', models.CharField(max_length=100)),
                ('author_role', models.CharField(blank=True, max_length=200)),
                ('terminal', models.CharField(blank=True, max_length=100)),
                ('channel', models.CharField(choices=[('typed', 'Typed'), ('voice', 'Voice'), ('system', 'System'), ('partner', 'Partner')], max_length=8)),
                ('type', models.CharField(choices=[('CALL', 'Call'), ('NARRATIVE', 'Narrative'), ('LOCATION', 'Location'), ('GRADE', 'Grade'), ('RISK', 'Risk'), ('RESOURCE', 'Resource'), ('STATUS', 'Status'), ('CHECK', 'Check'), ('MEDIA', 'Media'), ('TRANSFER', 'Transfer'), ('DECISION', 'Decision'), ('SUPERVISOR', 'Supervisor'), ('CLOSE', 'Close'), ('SYSTEM', 'System'), ('CORRECTION', 'Correction')], max_length=12)),
                ('text', models.TextField()),
                ('corrects_seq', models.PositiveIntegerField(blank=True, null=True)),
                ('restricted', models.BooleanField(default=False)),
                ('prev_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('client_key', models.UUIDField(blank=True, null=True)),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='incidents.logentry')),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='incidents.incident')),
            ],
            options={
                'verbose_name_plural': 'log entries',
                'ordering': ['incident', 'seq'],
                'constraints': [models.UniqueConstraint(fields=('incident', 'seq'), name='log_seq_once'), models.UniqueConstraint(fields=('incident', 'client_key'), name='log_client_key_once'), models.UniqueConstraint(fields=('incident', 'prev_hash'), name='log_chain_does_not_fork'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='log_seq_from_one'), models.CheckConstraint(condition=models.Q(('type__in', ['CALL', 'NARRATIVE', 'LOCATION', 'GRADE', 'RISK', 'RESOURCE', 'STATUS', 'CHECK', 'MEDIA', 'TRANSFER', 'DECISION', 'SUPERVISOR', 'CLOSE', 'SYSTEM', 'CORRECTION'])), name='log_type_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['typed', 'voice', 'system', 'partner'])), name='log_channel_known'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 4000), models.Q(('text', ''), _negated=True)), name='log_text_length'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('hash'), 64), name='log_hash_length'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('corrects_seq__lt', models.F('seq')), ('type', 'CORRECTION')), models.Q(models.Q(('type', 'CORRECTION'), _negated=True), ('corrects', None), ('corrects_seq', None)), _connector='OR'), name='log_correction_names_an_earlier_entry')],
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('call_sign', models.CharField(max_length=12)),
                ('type', models.CharField(blank=True, help_text='Response car, ARV, van, foot.', max_length=40)),
                ('crew', models.CharField(blank=True, max_length=200)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('position_at', models.DateTimeField(blank=True, null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
            ],
            options={
                'ordering': ['call_sign'],
                'constraints': [models.UniqueConstraint(fields=('force', 'call_sign'), name='call_sign_once_per_force'), models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None), ('position_at', None)), models.Q(('lat__gte', -90), ('lat__lte', 90), ('lon__gte', -180), ('lon__lte', 180), ('position_at__isnull', False)), _connector='OR'), name='resource_position_whole')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('ASSIGNED', 'Assigned'), ('EN_ROUTE', 'En route'), ('AT_SCENE', 'At scene'), ('STOOD_DOWN', 'Stood down')], default='ASSIGNED', max_length=12)),
                ('assigned_at', models.DateTimeField()),
                ('assigned_by_label', models.CharField(max_length=100)),
                ('en_route_at', models.DateTimeField(blank=True, null=True)),
                ('at_scene_at', models.DateTimeField(blank=True, null=True)),
                ('stood_down_at', models.DateTimeField(blank=True, null=True)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='incidents.incident')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='incidents.resource')),
            ],
            options={
                'ordering': ['assigned_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'STOOD_DOWN'), _negated=True), fields=('resource',), name='unit_on_one_incident'), models.CheckConstraint(condition=models.Q(('status__in', ['ASSIGNED', 'EN_ROUTE', 'AT_SCENE', 'STOOD_DOWN'])), name='assignment_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'STOOD_DOWN'), ('stood_down_at__isnull', False)), models.Q(models.Q(('status', 'STOOD_DOWN'), _negated=True), ('stood_down_at', None)), _connector='OR'), name='assignment_stood_down_is_timed')],
            },
        ),
        migrations.CreateModel(
            name='ResourceStatus',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=2)),
                ('label', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('standing', 'Standing status'), ('event', 'Event'), ('message', 'Message')], default='standing', max_length=8)),
                ('deployable', models.CharField(choices=[('yes', 'Yes'), ('limited', 'Limited'), ('low', 'Yes, lower priority'), ('no', 'No')], default='no', max_length=8)),
                ('auto_log', models.BooleanField(default=False, help_text='Write a log entry when a unit takes this State.')),
                ('sort', models.PositiveSmallIntegerField(default=0)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
            ],
            options={
                'verbose_name_plural': 'resource statuses',
                'ordering': ['sort'],
                'constraints': [models.UniqueConstraint(fields=('force', 'code'), name='resource_status_once_per_force'), models.CheckConstraint(condition=models.Q(('kind__in', ['standing', 'event', 'message'])), name='resource_status_kind_known'), models.CheckConstraint(condition=models.Q(('deployable__in', ['yes', 'limited', 'low', 'no'])), name='resource_status_deployable_known')],
            },
        ),
        migrations.AddField(
            model_name='resource',
            name='status',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.resourcestatus'),
        ),
        migrations.CreateModel(
            name='ResponseGrade',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(help_text='The letter on the board: I, P, S, A, R.', max_length=4)),
                ('label', models.CharField(max_length=60)),
                ('emergency', models.BooleanField(default=False, help_text='Immediate: without a unit it goes to the top section of every board.')),
                ('attend_target_min', models.PositiveIntegerField(blank=True, help_text='Minutes to attend.', null=True)),
                ('rural_target_min', models.PositiveIntegerField(blank=True, help_text='Minutes to attend, rural.', null=True)),
                ('dispatch_target_min', models.PositiveIntegerField(blank=True, help_text='Minutes to dispatch.', null=True)),
                ('clock_start', models.CharField(choices=[('RECEIVED', 'Call received'), ('GRADED', 'Graded')], default='RECEIVED', max_length=8)),
                ('colour', models.CharField(choices=[('red', 'Red, filled'), ('amber', 'Amber, filled'), ('accent', 'Accent, outline'), ('grey', 'Grey, outline')], default='grey', max_length=8)),
                ('sort', models.PositiveSmallIntegerField(help_text='1 is the most urgent. A higher number is a downgrade.')),
                ('active', models.BooleanField(default=True, help_text='Untick instead of deleting.')),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
            ],
            options={
                'ordering': ['sort'],
                'constraints': [models.UniqueConstraint(fields=('force', 'code'), name='grade_code_once_per_force'), models.UniqueConstraint(fields=('force', 'sort'), name='grade_sort_once_per_force'), models.CheckConstraint(condition=models.Q(('colour__in', ['red', 'amber', 'accent', 'grey'])), name='grade_colour_known'), models.CheckConstraint(condition=models.Q(('clock_start__in', ['RECEIVED', 'GRADED'])), name='grade_clock_known')],
            },
        ),
        migrations.AddField(
            model_name='incident',
            name='current_grade',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='incidents.responsegrade'),
        ),
        migrations.AddField(
            model_name='incident',
            name='initial_grade',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.responsegrade'),
        ),
        migrations.CreateModel(
            name='GradeChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('by_label', models.CharField(max_length=100)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grade_changes', to='incidents.incident')),
                ('from_grade', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.responsegrade')),
                ('to_grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.responsegrade')),
            ],
            options={
                'ordering': ['at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_grade', None), models.Q(('from_grade', models.F('to_grade')), _negated=True), _connector='OR'), name='grade_change_changes')],
            },
        ),
    ]
