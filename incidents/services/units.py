"""What every service about units shares: taking one for writing, its State, its step on an incident, saying so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from core.realtime import publish, send_ephemeral, short_word
from incidents.decisions import compose
from incidents.events import UnitChanged, board_topic, unit_topic
from incidents.models import Assignment, Incident, Resource, ResourceStatus
from incidents.selectors.ids import as_uuid
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.states import ASSIGNMENT_TRANSITIONS, AssignmentStatus, LogChannel, LogType

_TRIES = 3


def lock_unit(actor: Actor, resource_id: UUID | str) -> Resource:
    """The unit, locked until the transaction ends. NotFound when missing or another force's."""
    mine = Resource.objects.visible_to(actor).filter(pk=as_uuid(resource_id)).locked()
    resource: Resource | None = mine.select_related("status").first()
    if resource is None:
        raise NotFound()
    return resource


def lock_unit_at_work(actor: Actor, resource_id: UUID | str) -> tuple[Resource, Assignment | None, Incident | None]:
    """The unit and the incident it is on, incident first, as everywhere: two dispatchers cannot wait for each other.

    When somebody sends it elsewhere between the two locks they are given back and taken anew.
    """
    key = as_uuid(resource_id)
    for _ in range(_TRIES):
        with transaction.atomic():
            before = _work_of(actor, key)
            incident = lock_incident(actor, before.incident_id) if before else None
            resource = lock_unit(actor, key)
            assignment = _work_of(actor, key)
            if (assignment.incident_id if assignment else None) == (incident.pk if incident else None):
                return resource, assignment, incident
            transaction.set_rollback(True)
    raise Conflict("This unit was sent somewhere else a moment ago. Look again, then decide.", code="busy")


def _work_of(actor: Actor, key: UUID) -> Assignment | None:
    found: Assignment | None = Assignment.objects.visible_to(actor).active().filter(resource_id=key).first()
    return found


def state_with(actor: Actor, effect: str) -> ResourceStatus | None:
    """The force's State that has this effect; the first in its table when several have."""
    rows = ResourceStatus.objects.visible_to(actor).filter(effect=effect).order_by("sort")
    found: ResourceStatus | None = rows.first()
    return found


def take_step(
    actor: Actor,
    incident: Incident,
    assignment: Assignment,
    resource: Resource,
    step: str,
    at: datetime | None = None,
    why: str = "",
) -> None:
    """Move an assignment on; the first unit at scene is the attendance. Raises Conflict when it is already further."""
    if step not in ASSIGNMENT_TRANSITIONS[assignment.status]:
        raise Conflict(f"{resource.call_sign} is already further than that.", code="state")
    status = AssignmentStatus(step)
    moment = max(at or now(), assignment.assigned_at)
    assignment.status = status
    setattr(assignment, _TIMED[status], moment)
    assignment.save(update_fields=["status", _TIMED[status]])
    if status == AssignmentStatus.AT_SCENE:  # news of who was there first may come second
        incident.attended_at = min(filter(None, [incident.attended_at, moment]))
    note(actor, incident, f"{resource.call_sign} {_said(resource, status)}.{why and f' {why}'}", at=moment)


_TIMED = {
    AssignmentStatus.EN_ROUTE: "en_route_at",
    AssignmentStatus.AT_SCENE: "at_scene_at",
    AssignmentStatus.STOOD_DOWN: "stood_down_at",
}


def _said(resource: Resource, status: AssignmentStatus) -> str:
    words = status.label.lower()
    return words if status == AssignmentStatus.STOOD_DOWN else f"{words} (State {resource.status_code})"


def note(
    actor: Actor, incident: Incident, text: str, *, at: datetime | None = None, cited: tuple[int, str] | None = None
) -> None:
    """Log entry, audit entry, new version, live event. `cited`: the entry about the picture that it rests on."""
    incident.version += 1
    incident.save(update_fields=["version", "attended_at"])
    channel = LogChannel.TYPED if actor.kind == "user" else LogChannel.SYSTEM
    write_entry(
        actor, incident, type=LogType.RESOURCE, text=compose(text, {}, cited), channel=channel, occurred_at=at,
        cites_seq=cited[0] if cited else None,
    )  # fmt: skip
    audit.record(
        actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["units"], incident=str(incident.pk)
    )
    announce_change(incident)


def say_unit(resource: Resource, incident: Incident | None) -> None:
    """Maps and the units' board hear of a State or a job once it is written; like a position it needs no outbox, a
    screen that was away asks again. The crew's phones, often away, are told what they missed."""
    event = UnitChanged(
        resource=resource.pk, call_sign=short_word(resource.call_sign), state=resource.status_code,
        at=resource.status_at or now(),
        incident=incident.pk if incident else None, serial=incident.serial if incident else None,
    )  # fmt: skip
    publish(event, unit_topic(resource.pk))
    data = {
        "resource": str(resource.pk),
        "call_sign": resource.call_sign,
        "state": resource.status_code,
        "at": (resource.status_at or now()).isoformat(),
        "incident": str(incident.pk) if incident else None,
        "serial": incident.serial if incident else None,
    }
    topic = board_topic(resource.force_id)

    def tell() -> None:
        send_ephemeral(topic, "unit.state", data)

    transaction.on_commit(tell, robust=True)
