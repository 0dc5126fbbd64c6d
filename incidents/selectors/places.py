"""Reading where incidents are: the reports of one, and the open ones on a map."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.models import AuditAction
from incidents import osgb
from incidents.models import Incident, Location
from incidents.permissions import can_view, check_list
from incidents.selectors.incidents import get_incident

MAP_LIMIT = 500  # open incidents on one map; the most urgent are kept


@dataclass(frozen=True, kw_only=True)
class PlacedIncident:
    """An open incident as a map shows it. Without a point it stands in the list alone."""

    id: UUID
    serial: int
    grade: str
    grade_label: str
    grade_colour: str
    category: str
    place: str
    lat: float | None
    lon: float | None
    radius_m: float | None
    version: int


def places_of(actor: Actor, incident_id: UUID | str, *, purpose: str = "") -> tuple[Incident, list[Location]]:
    """The incident and every report of its place, newest first. One CONSULT entry. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        incident = get_incident(actor, incident_id, purpose=purpose or "places")
        reports = list(incident.locations.order_by("-received_at", "-fixed_at"))
    return incident, reports


def incidents_on_map(actor: Actor) -> list[PlacedIncident]:
    """Open incidents, most urgent first, with the point in use. One LIST entry names those shown. Raises NotAllowed.

    Who may see the list but no content sees no places.
    """
    check_list(actor)
    with transaction.atomic():
        rows = Incident.objects.visible_to(actor).open().with_tables().most_urgent_first()[:MAP_LIMIT]
        seen = can_view(actor)
        placed = [_placed(incident, full=seen) for incident in rows]
        audit.record(
            actor, AuditAction.LIST, "incidents.incident", purpose="map", result_ids=[one.id for one in placed],
            result_count=len(placed),
        )  # fmt: skip
    return placed


def _placed(incident: Incident, *, full: bool) -> PlacedIncident:
    at = incident.location if full else None
    return PlacedIncident(
        id=incident.pk,
        serial=incident.serial,
        grade=incident.current_grade.code,
        grade_label=incident.current_grade.label,
        grade_colour=incident.current_grade.colour,
        category=incident.opening_category.name,
        place=incident.location_text if full else "",
        lat=at.lat if at else None,
        lon=at.lon if at else None,
        radius_m=at.radius_m if at else None,
        version=incident.version,
    )


def grid_reference(location: Location) -> str:
    """As it is read out, no finer than the radius allows; "" without a point or off the grid."""
    if location.lat is None or location.lon is None or location.radius_m is None:
        return ""
    digits = 5 if location.radius_m < 7 else 4 if location.radius_m < 70 else 3 if location.radius_m < 700 else 2
    return osgb.reference(location.lat, location.lon, digits)
