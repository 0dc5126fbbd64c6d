"""What a force has with its partners: one agency, one incident shared with it, one that it offers."""

from __future__ import annotations

import json
from uuid import UUID

from core.actors import Actor
from incidents import services
from incidents.models import Incident, Transfer
from incidents.selectors import get_incident
from tests.factories.partners import Machine, make_partner


def partners(handler: Actor, incident_id: UUID, words: str) -> dict[str, UUID]:
    """`words` are what the offering ambulance says: only this force may read them."""
    incident = get_incident(handler, incident_id)
    machine = Machine.of(incident.force)
    share = services.share_incident(
        actor=handler, incident_id=incident.pk, partner_id=machine.partner.pk, purpose="Treat the injured",
        legal_basis="VITAL_INTERESTS", with_caller=True, seen=services.preview(incident).seen,
    )  # fmt: skip
    message = machine.message(incident={"narrative": words, "location": {"words": words}})
    receipt = services.take_message(
        actor=Actor.provider(incident.force_id, machine.partner.name), partner=machine.partner,
        content_type="application/json", body=json.dumps(message).encode(),
    )  # fmt: skip
    offer = Transfer.objects.get(partner=machine.partner, message_id=receipt.message_id)
    return {"partner": make_partner(incident.force).pk, "shared": share.pk, "offer": offer.pk}


def seen(incident_id: UUID) -> str:
    """What the page of the incident names its preview by."""
    found = Incident.objects.with_tables().filter(pk=incident_id).first()
    return services.preview(found).seen if found else ""
