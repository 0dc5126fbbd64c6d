"""Closing an incident. The opening category stays beside the closing one (STANDARDS 2.5)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict
from core.models import AuditAction
from incidents.models import Assignment, Incident, IncidentCategory
from incidents.permissions import check_close, check_view
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.problems import Problems
from incidents.services.sharing import tell_partners_closed
from incidents.services.text import clean_text
from incidents.states import INCIDENT_TRANSITIONS, IncidentStatus, LogChannel, LogType


def close_incident(
    *,
    actor: Actor,
    incident_id: UUID | str,
    category_code: str,
    text: str,
    expected_version: int | None = None,
) -> Incident:
    """Close with a closing category and closing words, both required.

    Raises NotFound, NotAllowed, Invalid (category_code, text), Conflict (already closed, units still assigned, changed
    since `expected_version`).
    """
    check_view(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id, expected_version=expected_version)
        check_close(actor)
        if IncidentStatus.CLOSED not in INCIDENT_TRANSITIONS[incident.status]:
            raise Conflict("This incident is already closed.", code="closed")
        units = Assignment.objects.filter(incident=incident).active()
        if signs := list(units.values_list("resource__call_sign", flat=True)):
            raise Conflict(f"Stand down {', '.join(sorted(signs))} first.", code="units_assigned")
        problems = Problems()
        category = IncidentCategory.objects.visible_to(actor).filter(code=category_code, active=True).first()
        if category is None:
            problems.add("category_code", "Choose a closing category.")
        words = problems.take(lambda: clean_text(text, field="text", limit=3000, required=True, lines=True), "")
        problems.stop_here()
        assert category is not None  # or stop_here had raised
        incident.status = IncidentStatus.CLOSED
        incident.closing_category = category
        incident.closing_text = words
        incident.closed_at = now()
        incident.closed_by_label = actor.label[:100]
        incident.version += 1
        incident.save(
            update_fields=["status", "closing_category", "closing_text", "closed_at", "closed_by_label", "version"]
        )
        write_entry(
            actor, incident, type=LogType.CLOSE, channel=LogChannel.TYPED, text=f"Closed as {category.name}. {words}"
        )
        tell_partners_closed(actor, incident)
        audit.record(
            actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["status"], incident=str(incident.pk)
        )
        announce_change(incident)
    return incident
