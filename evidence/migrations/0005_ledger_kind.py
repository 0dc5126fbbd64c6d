import importlib

from django.db import migrations, models

_triggers = importlib.import_module("evidence.migrations.0002_append_only")

KINDS = [
    ('caller_video', 'Caller live video'), ('timeline', 'Recording timeline'), ('ledger', 'Gap ledger'),
    ('recording_tail', 'Recording, damaged end'), ('phone_video', 'Recorded on the phone'),
    ('phone_unannounced', 'Recorded on the phone, hash not announced before'),
    ('phone_differs', 'From the phone, not what its announced hash says'), ('screenshot', 'Screenshot'),
    ('caller_upload', 'Caller upload'), ('statement_video', 'Statement video'), ('bwv', 'Body-worn video'),
    ('drone', 'Drone'), ('cctv', 'CCTV'), ('photo', 'Photograph'), ('audio_note', 'Audio note'), ('dashcam', 'Dashcam'),
    ('document', 'Document'), ('audio_999', '999 audio'),
]


class Migration(migrations.Migration):
    """The gap ledger is sealed with the film. SQLite makes the table anew, so the seals' triggers are put back."""

    dependencies = [('evidence', '0004_phone_kinds')]

    operations = [
        migrations.RunPython(_triggers.remove, _triggers.install),
        migrations.AlterField(
            model_name='evidenceitem',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.RemoveConstraint(model_name='evidenceitem', name='item_kind_known'),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.CheckConstraint(
                condition=models.Q(('kind__in', [code for code, _ in KINDS])), name='item_kind_known'
            ),
        ),
        migrations.RunPython(_triggers.install, _triggers.remove),
    ]
