"""The tables of the project's own: forces, people, audit, live events."""

import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only_operations
from core.tables import Tables


class Migration(migrations.Migration):

    replaces = [
        ('core', '0001_initial'),
        ('core', '0002_append_only'),
        ('core', '0003_live_topic_unsent'),
        ('core', '0004_machine_nonces'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        Tables(
            migrations.CreateModel(
                name='AuditEvent',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField(db_index=True)),
                    ('force_code', models.CharField(blank=True, db_index=True, max_length=2)),
                    ('actor_kind', models.CharField(max_length=8)),
                    ('actor_id', models.CharField(blank=True, db_index=True, max_length=40)),
                    ('actor_label', models.CharField(max_length=80)),
                    ('actor_roles', models.JSONField(default=list)),
                    ('on_behalf_of', models.CharField(blank=True, max_length=80)),
                    ('action', models.CharField(choices=[('COLLECT', 'Collect'), ('ALTER', 'Alter'), ('CONSULT', 'Consult'), ('SEARCH', 'Search'), ('LIST', 'List'), ('DISCLOSE', 'Disclose'), ('COMBINE', 'Combine'), ('ERASE', 'Erase'), ('EXPORT', 'Export'), ('PRINT', 'Print'), ('LOGIN', 'Login'), ('LOGIN_FAIL', 'Login Fail'), ('PERMISSION', 'Permission'), ('CONFIG', 'Config')], max_length=12)),
                    ('object', models.CharField(db_index=True, help_text='"app.model:id"', max_length=120)),
                    ('fields', models.JSONField(default=list)),
                    ('result_count', models.PositiveIntegerField(blank=True, null=True)),
                    ('result_ids', models.JSONField(default=list)),
                    ('purpose', models.CharField(blank=True, max_length=200)),
                    ('reason_code', models.CharField(blank=True, max_length=8)),
                    ('justification', models.CharField(blank=True, max_length=500)),
                    ('incident', models.CharField(blank=True, db_index=True, max_length=40)),
                    ('recipient', models.CharField(blank=True, max_length=120)),
                    ('terminal', models.CharField(blank=True, max_length=60)),
                    ('device', models.CharField(blank=True, max_length=200)),
                    ('ip', models.GenericIPAddressField(blank=True, null=True)),
                    ('request_id', models.CharField(blank=True, max_length=40)),
                ],
                options={
                    'ordering': ('-at',),
                },
            ),
            migrations.CreateModel(
                name='AuditLink',
                fields=[
                    ('seq', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                    ('event_id', models.UUIDField(unique=True)),
                    ('prev_hash', models.CharField(max_length=64)),
                    ('hash', models.CharField(max_length=64)),
                ],
                options={
                    'ordering': ('seq',),
                },
            ),
            migrations.CreateModel(
                name='AuditHead',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('seq', models.PositiveBigIntegerField(default=0)),
                    ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_audit_head')],
                },
            ),
            migrations.CreateModel(
                name='Force',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=2, unique=True, validators=[django.core.validators.RegexValidator('^\\d{2}$', 'Two digits.')])),
                    ('name', models.CharField(max_length=80)),
                    ('short_name', models.CharField(max_length=30)),
                    ('jurisdiction', models.CharField(choices=[('EW', 'England and Wales'), ('SCT', 'Scotland'), ('NI', 'Northern Ireland')], default='EW', max_length=3)),
                    ('sms_sender', models.CharField(blank=True, help_text='Registered sender ID, at most 11 letters or digits (STANDARDS 13.3).', max_length=11)),
                    ('public_url', models.URLField(blank=True, help_text="Where this force's links point, for example https://northmere.police.uk. Empty: this site.")),
                    ('is_demo', models.BooleanField(default=False, editable=False, help_text='Made up: `make demo` may write to it.')),
                ],
                options={
                    'ordering': ('code',),
                    'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{2}$')), name='force_code_is_two_digits')],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('username', models.CharField(editable=False, max_length=13, unique=True)),
                    ('collar_number', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{1,10}$', 'Capital letters and digits, at most 10.')])),
                    ('first_name', models.CharField(max_length=35)),
                    ('last_name', models.CharField(max_length=35)),
                    ('rank', models.CharField(blank=True, max_length=40)),
                    ('call_sign', models.CharField(blank=True, max_length=16)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_staff', models.BooleanField(default=False, help_text='May open the administration pages.')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Break-glass account: every administration page.')),
                    ('date_joined', models.DateTimeField(auto_now_add=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='users', to='core.force')),
                ],
                options={
                    'ordering': ('last_name', 'first_name'),
                    'constraints': [models.UniqueConstraint(fields=('force', 'collar_number'), name='collar_number_once_per_force')],
                },
            ),
            migrations.CreateModel(
                name='LiveEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('topic', models.CharField(max_length=80)),
                    ('seq', models.PositiveBigIntegerField(blank=True, null=True)),
                    ('kind', models.CharField(max_length=60)),
                    ('data', models.JSONField()),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('seq__isnull', True)), fields=['topic', 'id'], name='live_unnumbered'), models.Index(fields=['at'], name='live_at')],
                    'constraints': [models.UniqueConstraint(fields=('topic', 'seq'), name='live_seq_once_per_topic')],
                },
            ),
            migrations.CreateModel(
                name='LiveTopic',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, unique=True)),
                    ('head', models.PositiveBigIntegerField(default=0)),
                    ('unsent', models.BooleanField(default=False)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('unsent', True)), fields=['name'], name='live_unsent')],
                },
            ),
            migrations.CreateModel(
                name='MachineNonce',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('keyid', models.CharField(max_length=80)),
                    ('nonce', models.CharField(max_length=64)),
                    ('until', models.DateTimeField(db_index=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('keyid', 'nonce'), name='machine_nonce_once')],
                },
            ),
            migrations.CreateModel(
                name='OutboxMessage',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(max_length=60)),
                    ('payload', models.JSONField()),
                    ('dedupe_key', models.CharField(blank=True, max_length=120, null=True, unique=True)),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('dead', 'gave up: needs a person')], default='waiting', max_length=8)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('due_at', models.DateTimeField()),
                    ('leased_until', models.DateTimeField(blank=True, null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('last_error', models.CharField(blank=True, max_length=300)),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='outbox_waiting_due')],
                },
            ),
            migrations.CreateModel(
                name='RoleGrant',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('call_handler', 'Call handler'), ('dispatcher', 'Dispatcher'), ('supervisor', 'Supervisor (FIM, FDO)'), ('officer', 'Officer'), ('sergeant', 'Sergeant'), ('intel', 'Intelligence'), ('investigator', 'Investigator, officer in the case'), ('disclosure_officer', 'Disclosure officer'), ('evidence_manager', 'Evidence manager'), ('records', 'Records'), ('professional_standards', 'Professional standards'), ('auditor', 'Data protection officer, auditor'), ('partner_agency', 'Partner agency'), ('admin', 'Administrator')], max_length=24)),
                    ('granted_at', models.DateTimeField(auto_now_add=True)),
                    ('granted_by', models.CharField(blank=True, max_length=60)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('user', 'role'), name='role_granted_once')],
                },
            ),
        ),
        *append_only_operations(
            "core_auditevent",
            "core_auditlink",
        ),
    ]
