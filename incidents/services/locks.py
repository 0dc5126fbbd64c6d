"""Taking an incident for writing. Its row is the lock under which its log is numbered."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from incidents.models import Incident
from incidents.selectors.ids import as_uuid


def lock_incident(actor: Actor, incident_id: UUID | str) -> Incident:
    """The incident, locked until the transaction ends. NotFound when missing or another force's."""
    mine = Incident.objects.visible_to(actor).filter(pk=as_uuid(incident_id)).locked()
    incident: Incident | None = mine.select_related("force", "current_grade").first()
    if incident is None:
        raise NotFound()
    return incident
