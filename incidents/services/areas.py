"""Urban or rural: which attendance target counts; the force's areas tell it until a person chooses (STANDARDS 2.3)."""

from __future__ import annotations

import structlog

from core import audit
from core.actors import Actor
from core.clock import by_when
from core.models import AuditAction
from incidents.models import AttendanceArea, Incident, Location
from incidents.outlines import lies_in, read_outline, size_of
from incidents.services.announce import announce_change
from incidents.services.grades import set_targets
from incidents.services.log import write_entry
from incidents.states import LogType

log = structlog.get_logger(__name__)
COARSE_M = 5000  # a cell of this size lies in several areas: it tells nothing


def follow_area(actor: Actor, incident: Incident) -> None:
    """Of an incident this transaction has locked, whose place has just come or changed.

    The smallest area round the place counts; outside of all of them it is urban. Nothing changes where a person chose,
    the force has drawn no areas, the place has no point or too coarse a one, a unit was there, or it is closed.
    """
    place = incident.location
    if place is None or incident.rural_by_hand or not incident.is_open or incident.attended_at is not None:
        return
    areas = list(AttendanceArea.objects.filter(force_id=incident.force_id, active=True))
    if not areas or place.lat is None or place.lon is None or (place.radius_m or 0) > COARSE_M:
        return
    area = _smallest_round(areas, place)
    rural, name = (area.rural, area.name) if area else (False, "")
    if (incident.rural, incident.target_area) == (rural, name):
        return
    moved = incident.rural != rural
    incident.rural, incident.target_area = rural, name
    set_targets(incident)
    incident.version += 1
    incident.save(update_fields=["rural", "target_area", "attend_by", "assign_by", "version"])
    if moved:
        write_entry(actor, incident, type=LogType.GRADE, text=target_words(incident))
    audit.record(
        actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["rural"], incident=str(incident.pk)
    )
    announce_change(incident)


def target_words(incident: Incident) -> str:
    """For the log: "Rural attendance target, Northmere Wolds. Attend by 22:41:00." """
    where = f", {incident.target_area}" if incident.target_area else ""
    until = f" Attend by {by_when(incident.attend_by)}." if incident.attend_by else ""
    return f"{'Rural' if incident.rural else 'Urban'} attendance target{where}.{until}"


def _smallest_round(areas: list[AttendanceArea], place: Location) -> AttendanceArea | None:
    found = []
    for area in areas:
        try:
            corners = read_outline(area.outline)
        except ValueError:
            log.warning("attendance_area.unreadable", area=str(area.pk))  # it must not stop an incident
            continue
        if place.lat is not None and place.lon is not None and lies_in(corners, place.lat, place.lon):
            found.append((size_of(corners), area.name, area))
    return min(found, key=lambda one: one[:2])[2] if found else None
