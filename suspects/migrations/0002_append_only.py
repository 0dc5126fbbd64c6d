"""What happened stays as it was written."""

from django.db import migrations

from core.append_only import append_only_operations


class Migration(migrations.Migration):
    dependencies = [("suspects", "0001_initial")]

    operations = append_only_operations(
        "suspects_wantedchange",
        "suspects_reservationstep",
        "suspects_reservationresult",
        "suspects_operationlook",
        "suspects_curfewcheck",
        "suspects_check",
        "suspects_knowledgereceipt",
        "suspects_identityanswer",
    )
