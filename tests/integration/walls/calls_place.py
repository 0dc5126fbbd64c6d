"""The caller of one force in the walls' world: a call that was told of and attached to the incident."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from incidents.models import Contact
from incidents.services import Caller, attach_contact, take_event
from tests.factories.calls import FIXED, told


def calls(handler: Actor, incident_id: UUID) -> dict[str, UUID]:
    """By the names of `sent.THINGS`."""
    assert handler.force_id is not None
    taken = take_event(actor=Actor.provider(handler.force_id, "ICCS"), told=told(eisec=FIXED))
    attach_contact(actor=handler, incident_id=incident_id, caller=Caller(contact_id=taken.contact_id))
    return {"contact": Contact.objects.get(pk=taken.contact_id).pk}
