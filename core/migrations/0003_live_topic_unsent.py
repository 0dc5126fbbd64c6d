from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='livetopic',
            name='unsent',
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name='livetopic',
            index=models.Index(condition=models.Q(('unsent', True)), fields=['name'], name='live_unsent'),
        ),
    ]
