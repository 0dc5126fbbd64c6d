from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('suspects', '0003_build_proportionate'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='address',
            name='address_position_whole',
        ),
        migrations.RemoveConstraint(
            model_name='person',
            name='height_is_a_range',
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None)), models.Q(('lat__gte', -90), ('lat__isnull', False), ('lat__lte', 90), ('lon__gte', -180), ('lon__isnull', False), ('lon__lte', 180)), _connector='OR'), name='address_position_whole'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('height_from', None), ('height_to', None)), models.Q(('height_from__gte', 30), ('height_from__isnull', False), ('height_to__gte', models.F('height_from')), ('height_to__isnull', False), ('height_to__lte', 272)), _connector='OR'), name='height_is_a_range'),
        ),
    ]
