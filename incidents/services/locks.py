"""Taking an incident for writing. Its row is the lock under which its log is numbered."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from incidents.models import Incident
from incidents.selectors.ids import as_uuid


def lock_incident(actor: Actor, incident_id: UUID | str) -> Incident:
    """The incident, locked until the transaction ends. NotFound when missing or another force's.

    NO KEY: rows of other tables that point here can still be written meanwhile. SQLite locks whole at BEGIN IMMEDIATE.
    Locked first and read after: when a query that joins the grade waits for the lock and the grade changes meanwhile,
    PostgreSQL looks for the new row beside the old grade and finds nothing.
    """
    mine = Incident.objects.visible_to(actor).filter(pk=as_uuid(incident_id))
    if not list(mine.select_for_update(no_key=True).values_list("pk", flat=True)):
        raise NotFound()
    incident: Incident = mine.select_related("force", "current_grade").get()
    return incident
