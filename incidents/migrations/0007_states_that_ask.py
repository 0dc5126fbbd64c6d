from typing import Any

from django.db import migrations, models

#: What the States of STANDARDS 2.9 ask for. A force that changed the words of a code is left as it is.
ASKS = {
    ("12", "Confidential message wanted"): "CALL",
    ("13", "Non-urgent call back"): "CALL",
    ("14", "Urgent call back"): "CALL_NOW",
}


def say_what_they_ask(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("incidents", "ResourceStatus").objects.filter(kind="message", effect="")
    for (code, label), effect in ASKS.items():
        rows.filter(code=code, label=label).update(effect=effect)


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0006_seats'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='resourcestatus',
            name='resource_status_effect_known',
        ),
        migrations.AlterField(
            model_name='resourcestatus',
            name='effect',
            field=models.CharField(blank=True, choices=[('', 'Nothing more'), ('EMERGENCY', 'Raises an emergency'), ('EN_ROUTE', 'Its assignment is en route'), ('AT_SCENE', 'Its assignment is at scene'), ('STOOD_DOWN', 'Clear: stands it down'), ('CALL', 'Asks a dispatcher to call'), ('CALL_NOW', 'Asks a dispatcher to call at once')], default='', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='resourcestatus',
            constraint=models.CheckConstraint(condition=models.Q(('effect__in', ['', 'EMERGENCY', 'EN_ROUTE', 'AT_SCENE', 'STOOD_DOWN', 'CALL', 'CALL_NOW'])), name='resource_status_effect_known'),
        ),
        migrations.RunPython(say_what_they_ask, migrations.RunPython.noop),
    ]
