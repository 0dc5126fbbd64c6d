from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('streaming', '0003_caller_page'),
    ]

    operations = [
        migrations.AddField(
            model_name='recording',
            name='line_entries',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='recording',
            name='line_entry_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='recording',
            name='line_unsaid',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
