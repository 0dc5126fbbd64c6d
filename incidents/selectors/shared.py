"""What of an incident may be shown to a partner: which one it is, and where. Nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from incidents.models import Incident, Location


@dataclass(frozen=True, kw_only=True)
class SharedPlace:
    """`lat` and `lon` are WGS 84 degrees, `radius_m` metres; `grid` an OS grid reference, "" when it is not known."""

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
        grid=grid_reference(at.easting, at.northing),
    )


def grid_reference(easting: float | None, northing: float | None) -> str:
    """Metres of EPSG:27700 as letters and ten figures: 651409, 313177 is "TG 51409 13177"."""
    if easting is None or northing is None or not (0 <= easting < 700_000 and 0 <= northing < 1_300_000):
        return ""
    east, north = int(easting // 100_000), int(northing // 100_000)
    first = (19 - north) - (19 - north) % 5 + (east + 10) // 5
    second = (19 - north) * 5 % 25 + east % 5
    letters = "".join("ABCDEFGHJKLMNOPQRSTUVWXYZ"[index] for index in (first, second))
    return f"{letters} {int(easting % 100_000):05d} {int(northing % 100_000):05d}"
