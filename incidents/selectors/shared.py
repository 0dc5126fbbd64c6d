"""What of an incident may be shown to a partner: which one it is, and where. Nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from incidents.models import Incident, Location
from incidents.selectors.places import grid_reference


@dataclass(frozen=True, kw_only=True)
class SharedPlace:
    """`lat` and `lon` are WGS 84 degrees, `radius_m` metres; `grid` an OS grid reference as consoles show it, "" when
    it is not known."""

    reference: str
    words: str
    lat: float | None
    lon: float | None
    radius_m: float | None
    grid: str


def shared_place(actor: Actor, incident_id: UUID) -> SharedPlace:
    """For a guest whose link to this incident the caller has checked, and whose look it writes into the audit trail as
    a disclosure. Raises NotFound."""
    rows = Incident.objects.visible_to(actor).select_related("location", "force")
    incident: Incident | None = rows.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound()
    at = incident.location or Location()
    return SharedPlace(
        reference=incident.reference,
        words=incident.location_text,
        lat=at.lat,
        lon=at.lon,
        radius_m=at.radius_m,
        grid=grid_reference(at),
    )
