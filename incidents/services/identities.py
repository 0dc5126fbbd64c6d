"""IMSI and IMEI do not outstay their purpose."""

from __future__ import annotations

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from incidents.models import DeviceIdentity


def purge_device_identities() -> int:
    """Delete those whose time is over; one entry a force in the audit trail. Returns how many."""
    purged = 0
    due = DeviceIdentity.objects.filter(purge_after__lte=now())
    for force_id in sorted(set(due.values_list("force_id", flat=True))):
        with transaction.atomic():
            rows = due.filter(force_id=force_id)
            contacts = list(rows.values_list("contact_id", flat=True))
            rows.delete()
            audit.record(
                Actor.system(force_id), AuditAction.ERASE, "incidents.deviceidentity",
                purpose="purge after its time", result_ids=contacts,
            )  # fmt: skip
        purged += len(contacts)
    return purged
