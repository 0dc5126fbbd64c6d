"""The tables of live video. What a phone announced of its film stays as it was announced."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only_operations
from core.tables import Tables

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

    replaces = [
        ('streaming', '0001_initial'),
        ('streaming', '0002_append_only'),
        ('streaming', '0003_caller_page'),
        ('streaming', '0004_connection_entries'),
        ('streaming', '0005_feeds'),
        ('streaming', '0006_ledger_rewind'),
        ('streaming', '0007_phone_pieces'),
        ('streaming', '0008_interruptions'),
        ('streaming', '0009_two_way'),
        ('streaming', '0010_picture'),
        ('streaming', '0012_guest_links'),
        ('streaming', '0013_exposure'),
        ('streaming', '0014_covert'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_schema'),
        ('evidence', '0001_schema'),
        ('incidents', '0001_schema'),
    ]

    operations = [
        Tables(
            migrations.CreateModel(
                name='TakenFact',
                fields=[
                    ('message_id', models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ('session_id', models.CharField(max_length=64)),
                    ('kind', models.CharField(max_length=32)),
                    ('taken_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['taken_at'],
                },
            ),
            migrations.CreateModel(
                name='Feed',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=60)),
                    ('kind', models.CharField(choices=[('drone', 'Drone'), ('body_worn', 'Body-worn camera'), ('fixed', 'Fixed camera'), ('vehicle', 'Vehicle camera')], max_length=12)),
                    ('transport', models.CharField(choices=[('whip', 'Sent to us (WHIP)'), ('rtsp', 'Fetched (RTSP)'), ('rtmp', 'Fetched (RTMP)'), ('srt', 'Fetched (SRT)')], max_length=4)),
                    ('address', models.CharField(blank=True, max_length=300)),
                    ('sealed_login', models.CharField(blank=True, max_length=500)),
                    ('token_hash', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('enabled', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('state', models.CharField(choices=[('idle', 'Not on an incident'), ('waiting', 'Waiting for its picture'), ('live', 'Live'), ('lost', 'Picture lost, trying again'), ('refused', 'Cannot be opened')], default='idle', max_length=8)),
                    ('state_at', models.DateTimeField(auto_now_add=True)),
                    ('reason', models.CharField(blank=True, max_length=20)),
                    ('tries', models.PositiveIntegerField(default=0)),
                    ('retry_at', models.DateTimeField(blank=True, null=True)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('force', 'name'), name='feed_name_once_per_force'), models.UniqueConstraint(condition=models.Q(('token_hash', ''), _negated=True), fields=('token_hash',), name='feed_token_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['drone', 'body_worn', 'fixed', 'vehicle'])), name='feed_kind_known'), models.CheckConstraint(condition=models.Q(('transport__in', ['whip', 'rtsp', 'rtmp', 'srt'])), name='feed_transport_known'), models.CheckConstraint(condition=models.Q(('state__in', ['idle', 'waiting', 'live', 'lost', 'refused'])), name='feed_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('sealed_login', ''), ('transport', 'whip'), models.Q(('token_hash', ''), _negated=True)), models.Q(models.Q(('transport', 'whip'), _negated=True), models.Q(('address', ''), _negated=True), ('token_hash', '')), _connector='OR'), name='feed_has_token_or_address')],
                },
            ),
            migrations.CreateModel(
                name='GuestLink',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('token_hash', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('state', models.CharField(choices=[('invited', 'Not opened'), ('code_sent', 'Code sent'), ('open', 'Opened'), ('ended', 'Ended'), ('revoked', 'Withdrawn')], default='invited', max_length=10)),
                    ('name', models.CharField(max_length=40)),
                    ('agency_kind', models.CharField(choices=[('ambulance', 'Ambulance'), ('fire', 'Fire and rescue'), ('police', 'Another force'), ('coastguard', 'Coastguard'), ('highways', 'Highways'), ('other', 'Other')], max_length=12)),
                    ('agency', models.CharField(max_length=38)),
                    ('channel', models.CharField(choices=[('sms', 'Text to a mobile'), ('email', 'E-mail')], max_length=5)),
                    ('address', models.CharField(blank=True, max_length=254)),
                    ('purpose', models.CharField(max_length=200)),
                    ('basis', models.CharField(choices=[('law_enforcement', 'Law enforcement purpose (DPA 2018 Part 3)'), ('vital_interests', "To protect somebody's life"), ('safeguarding', 'Safeguarding a child or an adult at risk'), ('civil_emergency', 'Emergency or major incident (Civil Contingencies Act 2004)')], max_length=16)),
                    ('show_video', models.BooleanField(default=True)),
                    ('show_place', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField()),
                    ('created_by_label', models.CharField(max_length=80)),
                    ('expires_at', models.DateTimeField()),
                    ('last_look_at', models.DateTimeField(blank=True, null=True)),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('closed_by_label', models.CharField(blank=True, max_length=80)),
                    ('problem', models.CharField(blank=True, max_length=200)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident')),
                ],
                options={
                    'ordering': ['-created_at'],
                    'indexes': [models.Index(fields=['incident', '-created_at'], name='guest_by_incident'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['expires_at'], name='guest_open_by_expiry')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['invited', 'code_sent', 'open', 'ended', 'revoked'])), name='guest_state_known'), models.CheckConstraint(condition=models.Q(('agency_kind__in', ['ambulance', 'fire', 'police', 'coastguard', 'highways', 'other'])), name='guest_agency_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['sms', 'email'])), name='guest_channel_known'), models.CheckConstraint(condition=models.Q(('basis__in', ['law_enforcement', 'vital_interests', 'safeguarding', 'civil_emergency'])), name='guest_basis_known'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('agency', ''), _negated=True), models.Q(('purpose', ''), _negated=True)), name='guest_named_for_a_purpose'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='guest_expires_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ['ended', 'revoked'])), models.Q(models.Q(('state__in', ['ended', 'revoked']), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='guest_over_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('address', ''), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='guest_address_while_open')],
                },
            ),
            migrations.CreateModel(
                name='GuestFilm',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('ref', models.CharField(max_length=40)),
                    ('exhibit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.exhibit')),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='films', to='streaming.guestlink')),
                ],
                options={
                    'ordering': ['ref'],
                    'constraints': [models.UniqueConstraint(fields=('link', 'exhibit'), name='guest_film_once')],
                },
            ),
            migrations.CreateModel(
                name='GuestCode',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('code_hash', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('browser_hash', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('tries', models.PositiveSmallIntegerField(default=0)),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                    ('void_at', models.DateTimeField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='streaming.guestlink')),
                ],
                options={
                    'ordering': ['-created_at'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('used_at__isnull', True), ('void_at__isnull', True)), fields=('link',), name='guest_code_one_live_per_link'), models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='guest_code_tries'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('void_at__isnull', True), _connector='OR'), name='guest_code_used_or_void')],
                },
            ),
            migrations.CreateModel(
                name='GuestMessage',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('link', 'Link'), ('code', 'Code')], max_length=4)),
                    ('sealed', models.TextField(blank=True)),
                    ('to_masked', models.CharField(max_length=60)),
                    ('provider', models.CharField(blank=True, max_length=20)),
                    ('attempt', models.PositiveSmallIntegerField(default=1)),
                    ('status', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Handed to the provider'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Failed'), ('cancelled', 'Not sent: the link ended first')], default='queued', max_length=10)),
                    ('reason_code', models.CharField(blank=True, max_length=40)),
                    ('queued_at', models.DateTimeField()),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='streaming.guestlink')),
                ],
                options={
                    'ordering': ['queued_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['link', 'code'])), name='guest_message_kind_known'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'sending', 'sent', 'delivered', 'failed', 'cancelled'])), name='guest_message_status_known'), models.CheckConstraint(condition=models.Q(('sealed', ''), ('status__in', ['queued', 'sending']), _connector='OR'), name='guest_message_forgotten_after_sending')],
                },
            ),
            migrations.CreateModel(
                name='GuestRule',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('usual_minutes', models.PositiveSmallIntegerField(default=60)),
                    ('most_minutes', models.PositiveSmallIntegerField(default=240)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('force',), name='guest_rule_one_per_force'), models.CheckConstraint(condition=models.Q(('most_minutes__lte', 1440), ('usual_minutes__gte', 5), ('usual_minutes__lte', models.F('most_minutes'))), name='guest_rule_minutes')],
                },
            ),
            migrations.CreateModel(
                name='GuestSession',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('secret_hash', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('opened_at', models.DateTimeField()),
                    ('last_seen_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('device', models.CharField(blank=True, max_length=200)),
                    ('code', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='session', to='streaming.guestcode')),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='streaming.guestlink')),
                ],
                options={
                    'ordering': ['opened_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('opened_at')), _connector='OR'), name='guest_session_order')],
                },
            ),
            migrations.CreateModel(
                name='VideoSession',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('opened', 'Opened'), ('camera_on', 'Camera on'), ('live', 'Live'), ('ended', 'Ended'), ('failed', 'Failed')], default='queued', max_length=12)),
                    ('failure_code', models.CharField(blank=True, max_length=40)),
                    ('failure_reason', models.CharField(blank=True, max_length=200)),
                    ('trust_code', models.CharField(max_length=4, validators=[django.core.validators.RegexValidator('^[0-9]{4}\\Z')])),
                    ('mode', models.CharField(choices=[('video', 'Location and live video'), ('location', 'Location only')], default='video', max_length=8)),
                    ('covert', models.BooleanField(default=False)),
                    ('locale', models.CharField(blank=True, max_length=16)),
                    ('source_label', models.CharField(blank=True, max_length=80)),
                    ('requested_at', models.DateTimeField()),
                    ('opened_at', models.DateTimeField(blank=True, null=True)),
                    ('camera_on_at', models.DateTimeField(blank=True, null=True)),
                    ('first_frame_at', models.DateTimeField(blank=True, null=True)),
                    ('live_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('end_reason', models.CharField(blank=True, max_length=12)),
                    ('left_at', models.DateTimeField(blank=True, null=True)),
                    ('worker_id', models.CharField(blank=True, max_length=64)),
                    ('exhibit_id', models.UUIDField(blank=True, null=True)),
                    ('alarm', models.CharField(blank=True, max_length=40)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('feed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='streaming.feed')),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='video_sessions', to='incidents.incident')),
                    ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-requested_at'],
                    'indexes': [models.Index(fields=['incident', '-requested_at'], name='session_by_incident'), models.Index(fields=['force', 'state'], name='session_by_force_state')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sent', 'delivered', 'opened', 'camera_on', 'live', 'ended', 'failed'])), name='session_state_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['video', 'location'])), name='session_mode_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('failure_reason', ''), _negated=True), _connector='OR'), name='session_failed_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at__isnull', False), _connector='OR'), name='session_ended_has_time'), models.UniqueConstraint(condition=models.Q(('feed__isnull', False), models.Q(('state', 'ended'), _negated=True)), fields=('feed',), name='session_one_open_per_feed'), models.CheckConstraint(condition=models.Q(models.Q(('feed__isnull', True), ('source_label', '')), models.Q(('feed__isnull', False), models.Q(('source_label', ''), _negated=True)), _connector='OR'), name='session_of_feed_is_labelled'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('covert', True), _connector='OR'), name='session_left_was_covert'), models.CheckConstraint(condition=models.Q(('trust_code__regex', '^[0-9]{4}$')), name='session_trust_code_4_digits')],
                },
            ),
            migrations.CreateModel(
                name='LinkToken',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('token_hash', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('sealed_token', models.CharField(blank=True, max_length=200)),
                    ('number', models.CharField(max_length=16)),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('consent_at', models.DateTimeField()),
                    ('fetch_count', models.PositiveIntegerField(default=0)),
                    ('fetched_at', models.DateTimeField(blank=True, null=True)),
                    ('claimed_at', models.DateTimeField(blank=True, null=True)),
                    ('claim_hash', models.CharField(blank=True, max_length=64)),
                    ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ('close_reason', models.CharField(blank=True, choices=[('replaced', 'A new link was sent'), ('revoked', 'Withdrawn by police'), ('expired', 'Its time ran out'), ('ended', 'The call ended')], max_length=10)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['-created_at'],
                    'indexes': [models.Index(fields=['claim_hash'], name='link_by_claim'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['expires_at'], name='link_open_by_expiry')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('session',), name='link_one_open_per_session'), models.UniqueConstraint(condition=models.Q(('claim_hash', ''), _negated=True), fields=('claim_hash',), name='link_one_claim_per_secret'), models.CheckConstraint(condition=models.Q(models.Q(('claim_hash', ''), ('claimed_at__isnull', True)), models.Q(('claimed_at__isnull', False), models.Q(('claim_hash', ''), _negated=True)), _connector='OR'), name='link_claim_has_time_and_browser'), models.CheckConstraint(condition=models.Q(models.Q(('close_reason', ''), ('closed_at__isnull', True)), models.Q(('closed_at__isnull', False), ('close_reason__in', ['replaced', 'revoked', 'expired', 'ended'])), _connector='OR'), name='link_closed_has_reason'), models.CheckConstraint(condition=models.Q(('sealed_token', ''), models.Q(('claimed_at__isnull', True), ('closed_at__isnull', True)), _connector='OR'), name='link_token_forgotten_after_use')],
                },
            ),
            migrations.CreateModel(
                name='MessageText',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('video_link', 'Link to show live video'), ('location_link', 'Link to share a location'), ('covert_link', 'Covert link: names nobody')], max_length=16)),
                    ('locale', models.CharField(default='en', max_length=16)),
                    ('text', models.CharField(max_length=320)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'ordering': ['kind', 'locale'],
                    'constraints': [models.UniqueConstraint(fields=('force', 'kind', 'locale'), name='message_text_one_per_kind_and_locale'), models.CheckConstraint(condition=models.Q(('text__contains', '{link}')), name='message_text_has_link')],
                },
            ),
            migrations.CreateModel(
                name='NoticeAcceptance',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('notice_hash', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('locale', models.CharField(blank=True, max_length=16)),
                    ('accepted_at', models.DateTimeField()),
                    ('user_agent', models.CharField(blank=True, max_length=200)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='streaming.linktoken')),
                ],
                options={
                    'ordering': ['accepted_at'],
                    'constraints': [models.UniqueConstraint(fields=('link', 'notice_hash'), name='notice_once_per_link_and_version')],
                },
            ),
            migrations.CreateModel(
                name='Phrase',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('code', models.SlugField(max_length=40)),
                    ('kind', models.CharField(choices=[('point', 'Point and show'), ('question', 'Question in the chat')], default='point', max_length=8)),
                    ('english', models.CharField(max_length=120)),
                    ('translations', models.JSONField(blank=True, default=dict)),
                    ('answers', models.CharField(choices=[('ok', "OK, I can't"), ('yes_no', "Yes, No, I don't know"), ('way', "Left, Right, Straight on, I don't know")], default='ok', max_length=8)),
                    ('place', models.PositiveSmallIntegerField(default=100)),
                    ('enabled', models.BooleanField(default=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'ordering': ['kind', 'place', 'code'],
                    'constraints': [models.UniqueConstraint(fields=('force', 'code'), name='phrase_once_per_force'), models.CheckConstraint(condition=models.Q(('english', ''), _negated=True), name='phrase_not_empty'), models.CheckConstraint(condition=models.Q(('kind__in', ['point', 'question'])), name='phrase_kind_known'), models.CheckConstraint(condition=models.Q(('answers__in', ['ok', 'yes_no', 'way'])), name='phrase_answers_known')],
                },
            ),
            migrations.CreateModel(
                name='SmsMessage',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('provider', models.CharField(max_length=20)),
                    ('provider_ref', models.CharField(blank=True, max_length=64)),
                    ('number_masked', models.CharField(max_length=16)),
                    ('status', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Handed to the provider'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Failed'), ('cancelled', 'Not sent: the link ended first')], default='queued', max_length=10)),
                    ('reason_code', models.CharField(blank=True, max_length=40)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                    ('attempt', models.PositiveSmallIntegerField(default=1)),
                    ('body_hash', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('queued_at', models.DateTimeField()),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                    ('delivered_at', models.DateTimeField(blank=True, null=True)),
                    ('failed_at', models.DateTimeField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='streaming.linktoken')),
                ],
                options={
                    'ordering': ['queued_at'],
                    'indexes': [models.Index(fields=['link', 'queued_at'], name='sms_by_link')],
                    'constraints': [models.UniqueConstraint(fields=('link', 'attempt'), name='sms_one_per_link_and_attempt'), models.UniqueConstraint(condition=models.Q(('provider_ref', ''), _negated=True), fields=('provider', 'provider_ref'), name='sms_provider_ref_unique'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'sending', 'sent', 'delivered', 'failed', 'cancelled'])), name='sms_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'failed'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sms_failed_has_reason')],
                },
            ),
            migrations.CreateModel(
                name='OutboxText',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('sealed', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField()),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('guest_message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='on_screen', to='streaming.guestmessage')),
                    ('message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='on_screen', to='streaming.smsmessage')),
                ],
                options={
                    'ordering': ['-created_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('guest_message__isnull', True), ('message__isnull', False)), models.Q(('guest_message__isnull', False), ('message__isnull', True)), _connector='OR'), name='outbox_text_of_one_message')],
                },
            ),
            migrations.CreateModel(
                name='TwoWay',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('label', models.CharField(max_length=80)),
                    ('state', models.CharField(choices=[('asked', 'Asked'), ('accepted', 'Accepted'), ('refused', 'Refused'), ('ended', 'Ended')], default='asked', max_length=8)),
                    ('asked_at', models.DateTimeField()),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answering', to='streaming.videosession')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='two_ways', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['asked_at'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('session',), name='two_way_one_open_per_session'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'accepted', 'refused', 'ended'])), name='two_way_state_known'), models.CheckConstraint(condition=models.Q(('session', models.F('answer')), _negated=True), name='two_way_has_two_directions'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='two_way_accepted_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['refused', 'ended'])), models.Q(models.Q(('state__in', ['refused', 'ended']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='two_way_over_has_time')],
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
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rewinds', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['started_at'],
                    'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['last_seen_at'], name='rewind_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='rewind_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='RecordingPart',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('state', models.CharField(choices=[('open', 'Being written'), ('sealed', "Final on the engine's disk"), ('registered', 'In the evidence store, read back'), ('removed', "In the evidence store, the engine's file removed")], default='open', max_length=10)),
                    ('path', models.CharField(max_length=500)),
                    ('container', models.CharField(max_length=8)),
                    ('video_codec', models.CharField(max_length=8)),
                    ('audio_codec', models.CharField(blank=True, max_length=8)),
                    ('width', models.PositiveIntegerField()),
                    ('height', models.PositiveIntegerField()),
                    ('started_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('frames', models.PositiveBigIntegerField(default=0)),
                    ('size_bytes', models.PositiveBigIntegerField(default=0)),
                    ('sha256', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('prev_sha256', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('recovered', models.BooleanField(default=False)),
                    ('item_id', models.UUIDField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['session', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('session', 'number'), name='part_number_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'sealed', 'registered', 'removed'])), name='part_state_known'), models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(models.Q(('sha256', ''), _negated=True), ('ended_at__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='part_sealed_has_hash_and_times'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['registered', 'removed']), _negated=True), ('item_id__isnull', False), _connector='OR'), name='part_registered_has_item')],
                },
            ),
            migrations.CreateModel(
                name='RecordingGap',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField()),
                    ('frames', models.PositiveIntegerField(default=0)),
                    ('cause', models.CharField(max_length=16)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['started_at'],
                    'indexes': [models.Index(fields=['session', 'started_at'], name='gap_by_session')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('started_at'))), name='gap_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='Recording',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('progress', models.CharField(choices=[('collecting', 'May still grow'), ('stopped', 'The engine has closed it'), ('sealed', 'Every part and the timeline registered, exhibit sealed'), ('playable', 'Playback copy made'), ('done', "The engine's files removed"), ('empty', 'Ended without a picture')], default='collecting', max_length=10)),
                    ('video_codec', models.CharField(blank=True, max_length=8)),
                    ('has_audio', models.BooleanField(default=False)),
                    ('caller_peer', models.CharField(blank=True, max_length=64)),
                    ('page_peer', models.CharField(blank=True, max_length=64)),
                    ('page_seen_at', models.DateTimeField(blank=True, null=True)),
                    ('joins', models.PositiveIntegerField(default=0)),
                    ('line_entries', models.PositiveIntegerField(default=0)),
                    ('line_entry_at', models.DateTimeField(blank=True, null=True)),
                    ('line_unsaid', models.PositiveIntegerField(default=0)),
                    ('left_at', models.DateTimeField(blank=True, null=True)),
                    ('expected_parts', models.PositiveIntegerField(blank=True, null=True)),
                    ('stopped_at', models.DateTimeField(blank=True, null=True)),
                    ('timeline_path', models.CharField(blank=True, max_length=500)),
                    ('timeline_sha256', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('timeline_item_id', models.UUIDField(blank=True, null=True)),
                    ('lost_seconds', models.FloatField(default=0)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recording', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('progress__in', ['collecting', 'stopped', 'sealed', 'playable', 'done', 'empty'])), name='recording_progress_known'), models.CheckConstraint(condition=models.Q(('lost_seconds__gte', 0)), name='recording_lost_not_negative'), models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('expected_parts__isnull', False), _connector='OR'), name='recording_stopped_counts')],
                },
            ),
            migrations.CreateModel(
                name='Prompt',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('key', models.UUIDField()),
                    ('kind', models.CharField(choices=[('point', 'Point and show'), ('flip', 'Turn the camera round'), ('torch_on', 'Light on'), ('torch_off', 'Light off'), ('quality_low', 'Smaller picture'), ('quality_full', 'Full picture'), ('hold', 'Hold still'), ('silence', 'Stop sending sound')], max_length=12)),
                    ('state', models.CharField(choices=[('asked', "Not on the caller's screen yet"), ('seen', 'Seen by caller'), ('done', 'Done'), ('refused', 'The caller cannot or does not want to'), ('impossible', 'Not possible on this phone'), ('withdrawn', 'Withdrawn')], default='asked', max_length=10)),
                    ('phrase', models.CharField(blank=True, max_length=40)),
                    ('english', models.CharField(max_length=200)),
                    ('answers', models.CharField(default='ok', max_length=8)),
                    ('x', models.FloatField(blank=True, null=True)),
                    ('y', models.FloatField(blank=True, null=True)),
                    ('frame', models.FloatField(blank=True, null=True)),
                    ('seconds', models.PositiveSmallIntegerField(default=10)),
                    ('offset_ms', models.PositiveIntegerField(blank=True, null=True)),
                    ('shown_locale', models.CharField(blank=True, max_length=16)),
                    ('shown_words', models.CharField(blank=True, max_length=400)),
                    ('answer', models.CharField(blank=True, max_length=40)),
                    ('author_label', models.CharField(max_length=80)),
                    ('author_id', models.BigIntegerField()),
                    ('asked_at', models.DateTimeField()),
                    ('delivered_at', models.DateTimeField(blank=True, null=True)),
                    ('seen_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prompts', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['asked_at'],
                    'constraints': [models.UniqueConstraint(fields=('session', 'key'), name='prompt_once_per_key'), models.CheckConstraint(condition=models.Q(('kind__in', ['point', 'flip', 'torch_on', 'torch_off', 'quality_low', 'quality_full', 'hold', 'silence'])), name='prompt_kind_known'), models.CheckConstraint(condition=models.Q(('english', ''), _negated=True), name='prompt_not_empty'), models.CheckConstraint(condition=models.Q(('seconds__gte', 3), ('seconds__lte', 120)), name='prompt_seconds_sane'), models.CheckConstraint(condition=models.Q(models.Q(('x__isnull', True), ('y__isnull', True)), models.Q(('kind', 'point'), ('x__isnull', False), ('y__isnull', False), ('x__gte', 0), ('x__lte', 1), ('y__gte', 0), ('y__lte', 1)), _connector='OR'), name='prompt_point_in_the_frame'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['asked', 'seen'])), models.Q(('ended_at__isnull', False), ('state__in', ['done', 'refused', 'impossible', 'withdrawn'])), _connector='OR'), name='prompt_over_has_time')],
                },
            ),
            migrations.CreateModel(
                name='PictureMark',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('key', models.UUIDField()),
                    ('moment', models.DateTimeField()),
                    ('offset_ms', models.PositiveIntegerField()),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('author_label', models.CharField(max_length=80)),
                    ('author_id', models.BigIntegerField()),
                    ('made_at', models.DateTimeField()),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['offset_ms', 'made_at'],
                    'constraints': [models.UniqueConstraint(fields=('session', 'key'), name='mark_once_per_key')],
                },
            ),
            migrations.CreateModel(
                name='PhonePiece',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('run', models.UUIDField()),
                    ('sequence', models.PositiveIntegerField()),
                    ('state', models.CharField(choices=[('announced', 'On the phone, its hash is here'), ('receiving', 'On its way'), ('received', 'Here, hashed'), ('registered', 'In the evidence store, read back'), ('refused', 'Not a film'), ('withdrawn', 'Deleted on the phone by the caller'), ('abandoned', 'Never sent')], default='announced', max_length=10)),
                    ('verdict', models.CharField(blank=True, choices=[('', 'Not here yet'), ('matches', 'Equal to the hash announced before'), ('unannounced', 'No hash was announced before'), ('differs', 'Differs from the hash announced before'), ('incomplete', 'Not all of it came')], max_length=11)),
                    ('sha256', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('chain', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
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
                    ('received_sha256', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
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
                    'constraints': [models.UniqueConstraint(fields=('session', 'run', 'sequence'), name='piece_number_once'), models.CheckConstraint(condition=models.Q(('state__in', ['announced', 'receiving', 'received', 'registered', 'refused', 'withdrawn', 'abandoned'])), name='piece_state_known'), models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'matches', 'unannounced', 'differs', 'incomplete'])), name='piece_verdict_known'), models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='piece_from_one'), models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('started_at'))), name='piece_runs_forward'), models.CheckConstraint(condition=models.Q(('received_bytes__lte', models.F('size_bytes')), ('size_bytes__gte', 1)), name='piece_no_longer_than_announced'), models.CheckConstraint(condition=models.Q(models.Q(('committed_at__isnull', True), ('sha256', '')), models.Q(models.Q(('sha256', ''), _negated=True), ('committed_at__isnull', False)), _connector='OR'), name='piece_commitment_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['received', 'registered']), _negated=True), models.Q(models.Q(('received_sha256', ''), _negated=True), models.Q(('verdict', ''), _negated=True), ('received_at__isnull', False)), _connector='OR'), name='piece_received_is_judged'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'matches'), _negated=True), models.Q(('received_sha256', models.F('sha256')), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='piece_matches_only_when_equal'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'registered'), _negated=True), ('item_id__isnull', False), _connector='OR'), name='piece_registered_has_item')],
                },
            ),
            migrations.CreateModel(
                name='LocationFix',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('lat', models.FloatField()),
                    ('lon', models.FloatField()),
                    ('accuracy', models.FloatField()),
                    ('heading', models.FloatField(blank=True, null=True)),
                    ('speed', models.FloatField(blank=True, null=True)),
                    ('at', models.DateTimeField()),
                    ('received_at', models.DateTimeField()),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fixes', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['received_at'],
                    'indexes': [models.Index(fields=['session', '-received_at'], name='fix_by_session')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('lat__gte', -90), ('lat__lte', 90)), name='fix_lat_in_range'), models.CheckConstraint(condition=models.Q(('lon__gte', -180), ('lon__lte', 180)), name='fix_lon_in_range'), models.CheckConstraint(condition=models.Q(('accuracy__gte', 0)), name='fix_accuracy_not_negative')],
                },
            ),
            migrations.CreateModel(
                name='Interruption',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('what', models.CharField(choices=[('camera', 'Camera'), ('microphone', 'Microphone'), ('page', "Caller's page")], max_length=10)),
                    ('why', models.CharField(max_length=10)),
                    ('engine_why', models.CharField(blank=True, max_length=10)),
                    ('page_why', models.CharField(blank=True, max_length=10)),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interruptions', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['started_at'],
                    'indexes': [models.Index(fields=['session', 'started_at'], name='interruption_by_session')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('session', 'what'), name='interruption_one_open_of_each'), models.CheckConstraint(condition=models.Q(('what__in', ['camera', 'microphone', 'page'])), name='interruption_what_known'), models.CheckConstraint(condition=models.Q(('why__in', ['hidden', 'frozen', 'taken', 'ended', 'no_frames', 'still', 'muted', 'silent', 'no_sound'])), name='interruption_why_known'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='interruption_not_backwards'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', False), models.Q(('engine_why', ''), ('page_why', ''), _negated=True), _connector='OR'), name='interruption_has_a_witness')],
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
                    ('to_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['handed_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('from_user', models.F('to_user')), _negated=True), name='handed_to_somebody_else')],
                },
            ),
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
                name='Description',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('key', models.UUIDField()),
                    ('number', models.PositiveSmallIntegerField()),
                    ('kind', models.CharField(choices=[('person', 'Person'), ('vehicle', 'Vehicle')], max_length=7)),
                    ('moment', models.DateTimeField()),
                    ('offset_ms', models.PositiveIntegerField()),
                    ('made_at', models.DateTimeField()),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incidents.incident')),
                    ('snapshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.evidenceitem')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='descriptions', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('incident', 'number'), name='description_number_once'), models.UniqueConstraint(fields=('session', 'key'), name='description_once_per_key'), models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'vehicle'])), name='description_kind_known'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='description_number_from_1')],
                },
            ),
            migrations.CreateModel(
                name='ChatMessage',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('key', models.UUIDField()),
                    ('direction', models.CharField(choices=[('caller', 'From the caller'), ('police', 'From police')], max_length=6)),
                    ('text', models.CharField(max_length=1000)),
                    ('author_label', models.CharField(max_length=80)),
                    ('author_id', models.BigIntegerField(blank=True, null=True)),
                    ('sent_at', models.DateTimeField()),
                    ('delivered_at', models.DateTimeField(blank=True, null=True)),
                    ('seen_at', models.DateTimeField(blank=True, null=True)),
                    ('answers', models.CharField(blank=True, max_length=8)),
                    ('translation', models.CharField(blank=True, max_length=4000)),
                    ('translation_locale', models.CharField(blank=True, max_length=16)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chat', to='streaming.videosession')),
                ],
                options={
                    'ordering': ['sent_at', 'id'],
                    'indexes': [models.Index(fields=['session', 'sent_at'], name='chat_by_session')],
                    'constraints': [models.UniqueConstraint(fields=('session', 'key'), name='chat_once_per_key'), models.CheckConstraint(condition=models.Q(('direction__in', ['caller', 'police'])), name='chat_direction_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='chat_not_empty'), models.CheckConstraint(condition=models.Q(models.Q(('author_id__isnull', True), ('direction', 'caller')), models.Q(('author_id__isnull', False), ('direction', 'police')), _connector='OR'), name='chat_police_has_author')],
                },
            ),
            migrations.CreateModel(
                name='ViewerToken',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('token_hash', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')])),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='viewer_tokens', to='streaming.videosession')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['created_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='viewer_token_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='Viewing',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('label', models.CharField(max_length=80)),
                    ('peer_id', models.CharField(max_length=64, unique=True)),
                    ('started_at', models.DateTimeField()),
                    ('last_seen_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                    ('guest', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='viewings', to='streaming.guestsession')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='viewings', to='streaming.videosession')),
                    ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('viewer_token', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='viewings', to='streaming.viewertoken')),
                ],
                options={
                    'ordering': ['started_at'],
                    'indexes': [models.Index(fields=['session', 'started_at'], name='viewing_by_session'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['last_seen_at'], name='viewing_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='viewing_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('guest__isnull', True), ('user__isnull', False)), models.Q(('guest__isnull', False), ('user__isnull', True), ('viewer_token__isnull', True)), _connector='OR'), name='viewing_of_one_person')],
                },
            ),
            migrations.CreateModel(
                name='CarePolicy',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('guard_on', models.BooleanField(default=True, verbose_name='New pictures open covered')),
                    ('count_all', models.BooleanField(default=False, help_text='Otherwise only of incidents that a person marked Graphic.', verbose_name='Count every picture')),
                    ('ask_minutes', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='Ask the person after (minutes)')),
                    ('hand_over_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='Offer to hand over after (minutes)')),
                    ('keep_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='Keep the minutes for (days)')),
                    ('covert_sender', models.CharField(blank=True, help_text="A registered sender ID that says nothing of police. Empty: the provider's own number.", max_length=11, verbose_name='Sender of covert texts')),
                    ('covert_address', models.URLField(blank=True, help_text='A host name that says nothing of police and leads here. Empty: as of every other link.', verbose_name='Address of covert links')),
                    ('exit_url', models.URLField(default='https://www.bbc.co.uk/weather', help_text='A harmless page of somebody else: weather, news.', verbose_name='Quick exit leads to')),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'verbose_name': 'care policy',
                    'verbose_name_plural': 'care policies',
                    'constraints': [models.UniqueConstraint(fields=('force',), name='care_policy_one_per_force'), models.CheckConstraint(condition=models.Q(('ask_minutes__gte', 1), ('hand_over_minutes__gte', models.F('ask_minutes'))), name='care_asks_first'), models.CheckConstraint(condition=models.Q(('keep_days__gte', 1), ('keep_days__lte', 366)), name='care_keeps_not_for_ever')],
                },
            ),
            migrations.CreateModel(
                name='DescriptionVersion',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveSmallIntegerField()),
                    ('based_on', models.PositiveSmallIntegerField()),
                    ('key', models.UUIDField()),
                    ('role', models.CharField(choices=[('suspect', 'Suspect'), ('victim', 'Victim'), ('witness', 'Witness'), ('other', 'Other')], max_length=7)),
                    ('details', models.JSONField(default=dict)),
                    ('words', models.CharField(max_length=2000)),
                    ('finished', models.BooleanField(default=False)),
                    ('x', models.FloatField(blank=True, null=True)),
                    ('y', models.FloatField(blank=True, null=True)),
                    ('width', models.FloatField(blank=True, null=True)),
                    ('height', models.FloatField(blank=True, null=True)),
                    ('author_label', models.CharField(max_length=80)),
                    ('author_id', models.BigIntegerField()),
                    ('written_at', models.DateTimeField()),
                    ('description', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='streaming.description')),
                    ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.force')),
                ],
                options={
                    'ordering': ['version'],
                    'constraints': [models.UniqueConstraint(fields=('description', 'version'), name='description_version_once'), models.UniqueConstraint(fields=('description', 'key'), name='description_version_once_per_key'), models.CheckConstraint(condition=models.Q(('role__in', ['suspect', 'victim', 'witness', 'other'])), name='description_role_known'), models.CheckConstraint(condition=models.Q(('based_on__lt', models.F('version'))), name='description_based_on_earlier'), models.CheckConstraint(condition=models.Q(models.Q(('height__isnull', True), ('width__isnull', True), ('x__isnull', True), ('y__isnull', True)), models.Q(('x__gte', 0), ('x__lte', 1), ('y__gte', 0), ('y__lte', 1), ('height__isnull', False), ('width__isnull', False), ('x__isnull', False), ('y__isnull', False), ('height__gt', 0), ('height__lte', 1), ('width__gt', 0), ('width__lte', 1)), _connector='OR'), name='description_box_in_the_frame')],
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
        ),
        *append_only_operations(
            "streaming_description",
            "streaming_descriptionversion",
            "streaming_gapledger",
            "streaming_handover",
            "streaming_noticeacceptance",
            "streaming_picturemark",
        ),
        migrations.RunPython(install, remove),
    ]
