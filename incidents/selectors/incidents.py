"""Reading incidents, one at a time or as a page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid, NotFound
from core.models import AuditAction
from incidents.models import Incident
from incidents.permissions import check_list, check_view
from incidents.querysets import IncidentQuerySet
from incidents.selectors.ids import as_uuid
from incidents.selectors.references import parse_reference
from incidents.states import IncidentStatus

PAGE_LIMIT = 200
FIND_LIMIT = 20


@dataclass(frozen=True, kw_only=True)
class IncidentPage:
    """`count` is how many there are in all; `incidents` the slice asked for, newest first."""

    count: int
    incidents: list[Incident]


@dataclass(frozen=True, kw_only=True)
class IncidentKey:
    """Which incident, without a word about anybody."""

    id: UUID
    force_id: int
    reference: str
    canonical: str
    is_open: bool


def incident_key(actor: Actor, incident_id: UUID | str) -> IncidentKey:
    """The incident's keys for other apps' writes: no personal data, so no audit entry. Raises NotFound."""
    incident: Incident | None = (
        Incident.objects.visible_to(actor).select_related("force").filter(pk=as_uuid(incident_id)).first()
    )
    if incident is None:
        raise NotFound()
    return IncidentKey(
        id=incident.pk,
        force_id=incident.force_id,
        reference=incident.reference,
        canonical=incident.canonical,
        is_open=incident.is_open,
    )


def get_incident(actor: Actor, incident_id: UUID | str, purpose: str = "") -> Incident:
    """The incident with its grades and categories; one CONSULT audit entry. Raises NotFound, NotAllowed."""
    check_view(actor)
    with audit.reading():
        incident: Incident | None = (
            Incident.objects.visible_to(actor).with_tables().filter(pk=as_uuid(incident_id)).first()
        )
        if incident is None:
            raise NotFound()
        audit.record(
            actor, AuditAction.CONSULT, f"incidents.incident:{incident.pk}", purpose=purpose, incident=str(incident.pk)
        )
    return incident


def incidents_page(actor: Actor, *, status: str = "", limit: int = 50, offset: int = 0) -> IncidentPage:
    """A slice of the force's incidents, newest first; one LIST audit entry with the ids shown.

    Raises NotAllowed, Invalid (status).
    """
    check_list(actor)
    check_view(actor)
    if status and status not in IncidentStatus.values:
        raise Invalid(fields={"status": "Use OPEN or CLOSED."})
    rows = Incident.objects.visible_to(actor)
    return _audited_page(actor, rows.filter(status=status) if status else rows, "incidents", limit, offset)


def find_incidents(actor: Actor, text: str, *, limit: int = FIND_LIMIT, offset: int = 0) -> IncidentPage:
    """Incidents by what somebody says on the telephone: "123", "123 today", "123/21/11", "INC 123 of 21/11/26" or the
    canonical form. A bare number finds the newest days first. Raises NotAllowed, Invalid (reference)."""
    check_view(actor)
    query = parse_reference(text, today=local_date(now()))
    rows = Incident.objects.visible_to(actor).numbered(query.serial, query.local_date)
    if query.force_code is not None:
        rows = rows.filter(force__code=query.force_code)
    return _audited_page(actor, rows, f"reference {query.text}", limit, offset, action=AuditAction.SEARCH)


def _audited_page(
    actor: Actor,
    rows: IncidentQuerySet,
    purpose: str,
    limit: int,
    offset: int,
    action: AuditAction = AuditAction.LIST,
) -> IncidentPage:
    start = max(offset, 0)
    stop = start + min(max(limit, 1), PAGE_LIMIT)
    with transaction.atomic():
        count = rows.count()
        incidents = list(rows.with_tables().order_by("-opened_at", "-serial", "id")[start:stop])
        audit.record(
            actor, action, "incidents.incident", purpose=purpose, result_ids=[one.pk for one in incidents],
            result_count=len(incidents),
        )  # fmt: skip
    return IncidentPage(count=count, incidents=incidents)
