"""Registering another agency by program; administrators use their own page."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import NotAllowed
from core.models import AuditAction, Force
from incidents.models import PartnerAgency


def register_partner(*, actor: Actor, **fields: Any) -> PartnerAgency:
    """For the system itself only: the demo, and whoever sets up an installation. Raises NotAllowed."""
    if actor.kind != "system" or actor.force_id is None:
        raise NotAllowed()
    with transaction.atomic():
        partner = PartnerAgency(force=Force.objects.get(pk=actor.force_id), **fields)
        partner.full_clean()
        partner.save(force_insert=True)
        audit.record(actor, AuditAction.CONFIG, f"incidents.partneragency:{partner.pk}", fields=sorted(fields))
    return partner
