"""The first report of where an incident is, from something that knows a point: a unit's radio, a caller's phone."""

from __future__ import annotations

from datetime import datetime

from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from incidents.models import Incident, Location
from incidents.services.areas import follow_area
from incidents.services.locks import lock_incident


def report_position(
    actor: Actor,
    incident: Incident,
    *,
    lat: float,
    lon: float,
    radius_m: float,
    source: str,
    words: str = "",
    at: datetime | None = None,
) -> Location:
    """Keep the report and use it. Inside the caller's transaction. Raises NotFound, Invalid (position)."""
    if not (abs(lat) <= 90 and abs(lon) <= 180 and radius_m >= 0):  # what is no number is none of these, either
        raise Invalid(fields={"position": "Give latitude and longitude in degrees."})
    locked, moment = lock_incident(actor, incident.pk), now()
    location = Location.objects.create(
        force_id=locked.force_id, incident=locked, source=source, lat=lat, lon=lon, radius_m=radius_m,
        fixed_at=at or moment, received_at=moment, author_label=actor.label[:100], words=words,
    )  # fmt: skip
    locked.location = incident.location = location
    locked.save(update_fields=["location"])
    follow_area(actor, locked)
    return location
