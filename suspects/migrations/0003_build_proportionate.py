"""The longest word of the build list, "Proportionate", has 13 letters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suspects", "0002_append_only")]

    operations = [
        migrations.AlterField(model_name="person", name="build", field=models.CharField(blank=True, max_length=16)),
    ]
