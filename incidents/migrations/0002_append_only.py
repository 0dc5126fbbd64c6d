from django.db import migrations

from core.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = append_only_operations("incidents_logentry", "incidents_gradechange")
