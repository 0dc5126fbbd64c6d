from django.db import migrations

from core.append_only import append_only_operations


class Migration(migrations.Migration):
    """What a caller accepted, and when, is never rewritten."""

    dependencies = [("streaming", "0001_initial")]

    operations = append_only_operations("streaming_noticeacceptance")
