"""A unit's States: from the radio, a vehicle's terminal, an officer's phone or a dispatcher. Each one said is a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.realtime import publish, short_word
from incidents.events import UnitMessaged, board_topic
from incidents.models import Assignment, Incident, Resource, ResourceStatus, StateChange, UnitMessage
from incidents.permissions import check_deploy
from incidents.selectors.ids import as_uuid
from incidents.services.emergencies import press
from incidents.services.units import lock_unit_at_work, note, say_unit, take_step
from incidents.states import (
    ASSIGNMENT_TRANSITIONS,
    AssignmentStatus,
    ResourceStatusKind,
    StateEffect,
    StateSource,
    state_follows,
)

CLOCK_SLACK = timedelta(minutes=1)  # a radio's clock may run ahead a little
OLDEST = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Place:
    """WGS 84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, kw_only=True)
class Said:
    """What became of a State that was said. `late`: a newer one was known, and stays. `again`: it was heard before.
    `warnings`: what of a call for help could not be used; it was taken all the same."""

    resource: Resource
    at: datetime
    late: bool = False
    again: bool = False
    place: Place | None = None
    warnings: dict[str, str] = field(default_factory=dict)


def set_resource_status(*, actor: Actor, resource_id: UUID | str, status_code: str) -> Resource:
    """A dispatcher puts a unit in another State, and its assignment with it, as the force's table says.

    Raises NotFound, NotAllowed, Invalid (status_code).
    """
    check_deploy(actor)
    return say_state(actor, resource_id, status_code, source=StateSource.DISPATCHER).resource


def read_place(lat: float | None, lon: float | None) -> Place | None:
    """Both or none. Raises Invalid (position)."""
    if lat is None and lon is None:
        return None
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):  # what is no number is not, either
        raise Invalid(fields={"position": "Give latitude and longitude in degrees."})
    return Place(lat=lat, lon=lon)


def is_for_help(actor: Actor, status_code: str) -> bool:
    """Whether the force's table makes this State an emergency."""
    rows = ResourceStatus.objects.visible_to(actor).filter(code=status_code, effect=StateEffect.EMERGENCY)
    return bool(rows.exists())


def say_state(
    actor: Actor,
    resource_id: UUID | str,
    status_code: str,
    *,
    source: str,
    at: datetime | None = None,
    lat: float | None = None,
    lon: float | None = None,
    key: UUID | None = None,
    strict: bool = False,
) -> Said:
    """Take a State of whatever kind. For services of this app, which have asked who may.

    `strict`: only a State that the unit's job allows (`state_follows`); a radio is believed whatever it says. A call
    for help is never refused for its clock or its position: what cannot be is left out, with a warning.
    """
    warnings: dict[str, str] = {}
    with transaction.atomic():
        resource, assignment, incident = lock_unit_at_work(actor, resource_id)
        status: ResourceStatus | None = ResourceStatus.objects.visible_to(actor).filter(code=status_code).first()
        if status is None:
            raise Invalid(fields={"status_code": "Choose a State from the list."}, code="unknown_state")
        if status.effect == StateEffect.EMERGENCY:
            moment, place = _trusted(at, warnings), _usable(lat, lon, warnings)
        else:
            moment, place = _moment(at), read_place(lat, lon)
        row = StateChange(
            force_id=resource.force_id, resource=resource, from_code=resource.status_code, to_code=status.code,
            at=moment, received_at=now(), source=source, by_label=actor.label[:100], incident=incident,
            lat=place.lat if place else None, lon=place.lon if place else None, key=key,
        )  # fmt: skip
        if status.kind == ResourceStatusKind.MESSAGE:
            _message(resource, status, row)
        elif status.effect == StateEffect.EMERGENCY:
            row.taken, row.incident = press(actor, resource, incident, status, row)
        elif status.kind == ResourceStatusKind.STANDING:
            if strict:
                _check_follows(resource, status, assignment, moment)
            row.taken = _stand(actor, resource, status, assignment, incident, moment)
        row.save(force_insert=True)
        audit.record(actor, AuditAction.ALTER, f"incidents.resource:{resource.pk}", fields=["status"])
    return Said(resource=resource, at=moment, late=not row.taken, place=place, warnings=warnings)


def answer_message(*, actor: Actor, message_id: UUID | str) -> UnitMessage:
    """Somebody called the unit back. Answering twice changes nothing. Raises NotFound, NotAllowed."""
    check_deploy(actor)
    with transaction.atomic():
        rows = UnitMessage.objects.visible_to(actor).select_for_update(of=("self",))
        message: UnitMessage | None = rows.select_related("resource").filter(pk=as_uuid(message_id)).first()
        if message is None:
            raise NotFound()
        if message.answered_at is None:
            message.answered_at, message.answered_by_label = now(), actor.label[:100]
            message.save(update_fields=["answered_at", "answered_by_label"])
            audit.record(actor, AuditAction.ALTER, f"incidents.unitmessage:{message.pk}", fields=["answered_at"])
            _tell_message(message)
    return message


def _moment(at: datetime | None) -> datetime:
    if at is None:
        return now()
    if at.tzinfo is None:
        raise Invalid(fields={"at": "Give the time with its zone."}, code="bad_time")
    if at > now() + CLOCK_SLACK:
        raise Invalid(fields={"at": "This time is in the future. Check the clock of what sent it."}, code="bad_time")
    if at < now() - OLDEST:
        raise Invalid(fields={"at": "This is more than a day old."}, code="bad_time")
    return at


def _check_follows(resource: Resource, status: ResourceStatus, assignment: Assignment | None, moment: datetime) -> None:
    if resource.status_at is not None and moment < resource.status_at:
        return  # it came late and changes nothing
    if state_follows(status.effect, assignment.status if assignment else None):
        return
    sign = resource.call_sign
    if assignment is None:
        raise Conflict(f"{sign} is on no incident now. Ask the dispatcher for one.", code="no_job")
    raise Conflict(f"{sign} is already {AssignmentStatus(assignment.status).label.lower()}.", code="state")


def _trusted(at: datetime | None, warnings: dict[str, str]) -> datetime:
    """When help was called for: now, when the clock that says so cannot be right."""
    try:
        moment = _moment(at)
    except Invalid as refusal:
        warnings["at"] = f"{refusal.fields['at']} It is taken as said now."
        return now()
    return min(moment, now())


def _usable(lat: float | None, lon: float | None, warnings: dict[str, str]) -> Place | None:
    try:
        return read_place(lat, lon)
    except Invalid as refusal:
        warnings |= refusal.fields
        return None


def _stand(
    actor: Actor,
    resource: Resource,
    status: ResourceStatus,
    assignment: Assignment | None,
    incident: Incident | None,
    moment: datetime,
) -> bool:
    """A standing State. False when a newer one is known: nothing changes then."""
    if resource.status_at is not None and moment < resource.status_at:
        return False
    resource.status, resource.status_at = status, moment
    resource.save(update_fields=["status", "status_at"])
    if assignment is not None and incident is not None:
        # Clear, said by a unit that has not set off, is the State it was in when it was sent: no standing down.
        waits = status.effect == StateEffect.CLEAR and assignment.status == AssignmentStatus.ASSIGNED
        if status.effect in ASSIGNMENT_TRANSITIONS[assignment.status] and not waits:
            take_step(actor, incident, assignment, resource, status.effect, moment)
        elif status.auto_log:
            note(actor, incident, f"{resource.call_sign} State {status.code}, {status.label.lower()}.", at=moment)
    off = assignment is None or assignment.status == AssignmentStatus.STOOD_DOWN
    say_unit(resource, None if off else incident)
    return True


def _message(resource: Resource, status: ResourceStatus, row: StateChange) -> None:
    """The same message again while the first waits is the same message."""
    message, made = UnitMessage.objects.get_or_create(
        resource=resource, code=status.code, answered_at=None,
        defaults={"force_id": resource.force_id, "label": status.label, "at": row.at, "source": row.source},
    )  # fmt: skip
    if made:
        _tell_message(message)


def _tell_message(message: UnitMessage) -> None:
    event = UnitMessaged(
        message=message.pk, resource=message.resource_id, call_sign=short_word(message.resource.call_sign),
        state=message.code, answered=message.answered_at is not None,
    )  # fmt: skip
    publish(event, board_topic(message.force_id))
