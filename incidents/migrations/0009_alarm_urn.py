
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0008_agreed_times'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='alarm_urn',
            field=models.CharField(blank=True, help_text="The alarm's unique reference number.", max_length=20),
        ),
    ]
