"""Units: registering them, their States and positions, sending them and standing them down."""

from __future__ import annotations

import math
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.realtime import send_ephemeral
from incidents.events import board_topic
from incidents.models import Assignment, Incident, Resource, ResourceStatus
from incidents.permissions import check_deploy
from incidents.selectors.ids import as_uuid
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.text import clean_text
from incidents.states import (
    ASSIGNMENT_TRANSITIONS,
    STATE_OF_ASSIGNMENT,
    AssignmentStatus,
    LogChannel,
    LogType,
    ResourceStatusKind,
)

# A unit that books State 5 or 6 by radio moves its assignment; State 2 alone does not stand it down.
_STEP_OF_STATE = {STATE_OF_ASSIGNMENT[step]: step for step in (AssignmentStatus.EN_ROUTE, AssignmentStatus.AT_SCENE)}


def register_resource(
    *, actor: Actor, call_sign: str, type: str = "", crew: str = "", status_code: str = "2"
) -> Resource:
    """Book a unit on, or update the one with that call sign. Raises NotAllowed, Invalid (call_sign, status_code)."""
    check_deploy(actor)
    if actor.force_id is None:
        raise NotAllowed()
    sign = clean_text(call_sign, field="call_sign", limit=12, required=True).upper()
    with transaction.atomic():
        resource, _ = Resource.objects.update_or_create(
            force_id=actor.force_id,
            call_sign=sign,
            defaults={
                "type": clean_text(type, field="type", limit=40),
                "crew": clean_text(crew, field="crew", limit=200),
                "status": _standing_status(actor, status_code),
            },
        )
        audit.record(actor, AuditAction.ALTER, f"incidents.resource:{resource.pk}")
    return resource


def set_resource_status(*, actor: Actor, resource_id: UUID | str, status_code: str) -> Resource:
    """Put a unit in another State, and its assignment with it (5 en route, 6 at scene). Raises NotFound, NotAllowed,
    Invalid (status_code)."""
    check_deploy(actor)
    key = as_uuid(resource_id)
    with transaction.atomic():
        # Incident before unit, as everywhere: two dispatchers cannot wait for each other.
        assignment: Assignment | None = Assignment.objects.visible_to(actor).active().filter(resource_id=key).first()
        incident = lock_incident(actor, assignment.incident_id) if assignment else None
        resource = _lock_resource(actor, key)
        resource.status = _standing_status(actor, status_code)
        resource.save(update_fields=["status"])
        _say_state(resource)
        audit.record(actor, AuditAction.ALTER, f"incidents.resource:{resource.pk}", fields=["status"])
        if assignment is not None and incident is not None:
            assignment.refresh_from_db()
            step = _STEP_OF_STATE.get(status_code)
            if step is not None and step in ASSIGNMENT_TRANSITIONS[assignment.status]:
                _advance(actor, incident, assignment, resource, step)
    return resource


def move_resource(*, actor: Actor, resource_id: UUID | str, lat: float, lon: float, at: datetime) -> None:
    """Note where a unit is (WGS84 degrees, aware time). An older position than the known one is ignored.

    A unit may say its own; a dispatcher anyone's. Boards hear of it at once and without an outbox: a position is stale
    in seconds. Raises NotFound, NotAllowed, Invalid.
    """
    if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(fields={"position": "Give latitude and longitude in degrees."})
    rows = Resource.objects.visible_to(actor).filter(pk=as_uuid(resource_id))
    resource = rows.select_related("status").first()
    if resource is None:
        raise NotFound()
    if resource.call_sign != actor.call_sign:
        check_deploy(actor)
    newer = rows.filter(Q(position_at=None) | Q(position_at__lt=at)).update(lat=lat, lon=lon, position_at=at)
    if newer:
        data: dict[str, str | float] = {"resource": str(resource.pk), "call_sign": resource.call_sign}
        data["state"] = resource.status_code
        data |= {"lat": lat, "lon": lon, "at": at.isoformat()}
        send_ephemeral(board_topic(resource.force_id), "unit.moved", data)


def assign(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """Send a unit to an incident. Sending it where it already goes changes nothing.

    Raises NotFound, NotAllowed, Conflict (closed incident; the unit is on another one).
    """
    check_deploy(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if not incident.is_open:
            raise Conflict("This incident is closed.", code="closed")
        resource = _lock_resource(actor, resource_id)
        current: Assignment | None = Assignment.objects.filter(resource=resource).active().first()
        if current is not None and current.incident_id == incident.pk:
            return current
        if current is not None:
            raise Conflict(f"{resource.call_sign} is on another incident. Stand it down there first.", code="busy")
        assignment = Assignment.objects.create(
            force_id=incident.force_id, incident=incident, resource=resource, assigned_at=now(),
            assigned_by_label=actor.label[:100],
        )  # fmt: skip
        _note(actor, incident, f"{resource.call_sign} assigned.")
    return assignment


def stand_down(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """Release a unit from an incident. Raises NotFound when it is not on it, NotAllowed."""
    return _step(actor, incident_id, resource_id, AssignmentStatus.STOOD_DOWN)


def en_route(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """State 5. Raises NotFound, NotAllowed, Conflict when it is already further."""
    return _step(actor, incident_id, resource_id, AssignmentStatus.EN_ROUTE)


def at_scene(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """State 6. The first one is the incident's attendance time. Raises NotFound, NotAllowed, Conflict."""
    return _step(actor, incident_id, resource_id, AssignmentStatus.AT_SCENE)


def _step(actor: Actor, incident_id: UUID | str, resource_id: UUID | str, step: str) -> Assignment:
    check_deploy(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        resource = _lock_resource(actor, resource_id)
        assignment: Assignment | None = Assignment.objects.filter(incident=incident, resource=resource).active().first()
        if assignment is None:
            raise NotFound(f"{resource.call_sign} is not on this incident.")
        if step not in ASSIGNMENT_TRANSITIONS[assignment.status]:
            raise Conflict(f"{resource.call_sign} is already further than that.", code="state")
        state = ResourceStatus.objects.visible_to(actor).filter(code=STATE_OF_ASSIGNMENT[step]).first()
        if state is not None:
            resource.status = state
            resource.save(update_fields=["status"])
            _say_state(resource)
        _advance(actor, incident, assignment, resource, step)
    return assignment


_SAID = {
    AssignmentStatus.EN_ROUTE: "en route (State 5)",
    AssignmentStatus.AT_SCENE: "at scene (State 6)",
    AssignmentStatus.STOOD_DOWN: "stood down",
}
_TIMED = {
    AssignmentStatus.EN_ROUTE: "en_route_at",
    AssignmentStatus.AT_SCENE: "at_scene_at",
    AssignmentStatus.STOOD_DOWN: "stood_down_at",
}


def _advance(actor: Actor, incident: Incident, assignment: Assignment, resource: Resource, step: str) -> None:
    status = AssignmentStatus(step)
    moment = now()
    assignment.status = status
    setattr(assignment, _TIMED[status], moment)
    assignment.save(update_fields=["status", _TIMED[status]])
    if status == AssignmentStatus.AT_SCENE and incident.attended_at is None:
        incident.attended_at = moment
    _note(actor, incident, f"{resource.call_sign} {_SAID[status]}.")


def _say_state(resource: Resource) -> None:
    """Maps hear of a State once it is written; like a position it needs no outbox, a map that was away asks again."""
    data = {"resource": str(resource.pk), "state": resource.status_code}
    topic = board_topic(resource.force_id)
    transaction.on_commit(lambda: send_ephemeral(topic, "unit.state", data))


def _note(actor: Actor, incident: Incident, text: str) -> None:
    """Log entry, audit entry, new version, live event."""
    incident.version += 1
    incident.save(update_fields=["version", "attended_at"])
    channel = LogChannel.TYPED if actor.kind == "user" else LogChannel.SYSTEM
    write_entry(actor, incident, type=LogType.RESOURCE, text=text, channel=channel)
    audit.record(
        actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["units"], incident=str(incident.pk)
    )
    announce_change(incident)


def _lock_resource(actor: Actor, resource_id: UUID | str) -> Resource:
    rows = Resource.objects.visible_to(actor).select_for_update(no_key=True, of=("self",)).select_related("status")
    resource: Resource | None = rows.filter(pk=as_uuid(resource_id)).first()
    if resource is None:
        raise NotFound()
    return resource


def _standing_status(actor: Actor, code: str) -> ResourceStatus:
    kind = ResourceStatusKind.STANDING
    status: ResourceStatus | None = ResourceStatus.objects.visible_to(actor).filter(code=code, kind=kind).first()
    if status is None:
        raise Invalid(fields={"status_code": "Choose a State from the list."})
    return status
