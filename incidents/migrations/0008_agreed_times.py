from typing import Any

from django.db import migrations, models


def attend_appointments_when_agreed(apps: Any, schema_editor: Any) -> None:
    """The grade of STANDARDS 2.3. A force that changed its words or its clock is left as it is."""
    grades = apps.get_model("incidents", "ResponseGrade").objects
    grades.filter(code="A", label="Appointment", clock_start="RECEIVED").update(clock_start="AGREED")


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0007_states_that_ask'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='responsegrade',
            name='grade_clock_known',
        ),
        migrations.AddField(
            model_name='incident',
            name='agreed_from',
            field=models.DateTimeField(blank=True, help_text='The time agreed with the caller.', null=True),
        ),
        migrations.AddField(
            model_name='incident',
            name='agreed_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='responsegrade',
            name='clock_start',
            field=models.CharField(choices=[('RECEIVED', 'Call received'), ('GRADED', 'Graded'), ('AGREED', 'Agreed with the caller')], default='RECEIVED', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_from', None), ('agreed_until', None)), models.Q(('agreed_from__isnull', False), ('agreed_until__gt', models.F('agreed_from')), ('agreed_until__isnull', False)), _connector='OR'), name='incident_agreed_time_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='responsegrade',
            constraint=models.CheckConstraint(condition=models.Q(('clock_start__in', ['RECEIVED', 'GRADED', 'AGREED'])), name='grade_clock_known'),
        ),
        migrations.RunPython(attend_appointments_when_agreed, migrations.RunPython.noop),
    ]
