"""The force's tables and its units: no personal data, no audit entry, own force only."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from incidents.models import Assignment, Incident, IncidentCategory, Resource, ResourceStatus, ResponseGrade
from incidents.permissions import can_list
from incidents.selectors.ids import as_uuid


def grades(actor: Actor) -> list[ResponseGrade]:
    """Grades in use, most urgent first."""
    return list(ResponseGrade.objects.visible_to(actor).filter(active=True).order_by("sort"))


def categories(actor: Actor) -> list[IncidentCategory]:
    """Categories in use, by code."""
    return list(IncidentCategory.objects.visible_to(actor).filter(active=True).order_by("code"))


def resource_statuses(actor: Actor) -> list[ResourceStatus]:
    return list(ResourceStatus.objects.visible_to(actor).order_by("sort"))


def resources_on_map(actor: Actor) -> list[Resource]:
    """Units with a known position. Empty for roles that see no list."""
    if not can_list(actor):
        return []
    rows = Resource.objects.visible_to(actor).filter(position_at__isnull=False)
    return list(rows.select_related("status").order_by("call_sign"))


def units_of(actor: Actor, incident: Incident | UUID | str) -> list[Assignment]:
    """Units assigned and not stood down, with `.resource` and its State; oldest assignment first."""
    if not can_list(actor):
        return []
    key = incident.pk if isinstance(incident, Incident) else as_uuid(incident)
    rows = Assignment.objects.visible_to(actor).filter(incident_id=key).active()
    return list(rows.select_related("resource__status").order_by("assigned_at"))
