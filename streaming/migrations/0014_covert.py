from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_live_topic_unsent'),
        ('incidents', '0005_log_search'),
        ('streaming', '0013_exposure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='carepolicy',
            name='covert_address',
            field=models.URLField(blank=True, help_text='A host name that says nothing of police and leads here. Empty: as of every other link.', verbose_name='Address of covert links'),
        ),
        migrations.AddField(
            model_name='carepolicy',
            name='covert_sender',
            field=models.CharField(blank=True, help_text="A registered sender ID that says nothing of police. Empty: the provider's own number.", max_length=11, verbose_name='Sender of covert texts'),
        ),
        migrations.AddField(
            model_name='carepolicy',
            name='exit_url',
            field=models.URLField(default='https://www.bbc.co.uk/weather', help_text='A harmless page of somebody else: weather, news.', verbose_name='Quick exit leads to'),
        ),
        migrations.AddField(
            model_name='videosession',
            name='covert',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='videosession',
            name='left_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='messagetext',
            name='kind',
            field=models.CharField(choices=[('video_link', 'Link to show live video'), ('location_link', 'Link to share a location'), ('covert_link', 'Covert link: names nobody')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='videosession',
            constraint=models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('covert', True), _connector='OR'), name='session_left_was_covert'),
        ),
    ]
