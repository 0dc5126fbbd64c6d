"""State 0: an officer needs help now. Raised everywhere, acknowledged by a person, ended by a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from core.realtime import publish, short_word
from incidents.events import EmergencyChanged, board_topic, emergency_topic, incident_topic
from incidents.models import (
    Emergency,
    Incident,
    IncidentCategory,
    Resource,
    ResourceStatus,
    ResponseGrade,
    StateChange,
)
from incidents.permissions import check_deploy
from incidents.selectors.ids import as_uuid
from incidents.services.announce import announce_change
from incidents.services.grades import change_grade
from incidents.services.intake import open_incident
from incidents.services.log import write_entry
from incidents.services.places import report_point
from incidents.services.text import clean_text
from incidents.states import (
    EMERGENCY_TRANSITIONS,
    UNKNOWN_RADIO,
    CategoryGroup,
    Channel,
    Deployable,
    EmergencyStatus,
    LocationSource,
    LogChannel,
    LogType,
    ResourceStatusKind,
    StateSource,
)

log = structlog.get_logger(__name__)

Where = tuple[float | None, float | None, datetime | None]
LATE_AFTER = timedelta(minutes=3)  # more than any radio's clock is slow
STALE_AFTER = timedelta(minutes=15)  # where somebody off duty was then says nothing of where they are
POSITION_RADIUS_M = 50.0  # a radio says a point and no radius: never shown as exact


def press(
    actor: Actor, resource: Resource, incident: Incident | None, status: ResourceStatus, row: StateChange
) -> tuple[bool, Incident | None]:
    """The button of a locked unit was pressed. Within an emergency that is open it is counted, and nothing more.

    Returns whether it counts and the incident. It does not when it is an old press, delivered minutes after it was
    said, of an emergency that is over. A clock that is only a little slow must not hide a second call for help.
    """
    open_now: Emergency | None = Emergency.objects.filter(resource=resource).open().select_related("incident").first()
    if open_now is not None:
        open_now.presses += 1
        open_now.last_pressed_at = max(row.at, open_now.last_pressed_at)
        open_now.save(update_fields=["presses", "last_pressed_at"])
        return True, open_now.incident
    delivered_late = row.received_at - row.at > LATE_AFTER
    if delivered_late and Emergency.objects.filter(resource=resource, over_at__gte=row.at).exists():
        return False, incident
    place: Where
    if row.lat is None and resource.lat is not None and not _stale(resource):
        place = (resource.lat, resource.lon, resource.position_at)
    else:
        place = (row.lat, row.lon, row.at if row.lat is not None else None)
    how = "phone" if row.source == StateSource.APP and row.lat is not None else "radio"
    where = _mark(actor, resource, incident) if incident else _open(resource, status, place, how)
    _raise(actor, resource, where, row, place)
    return True, where


def _stale(resource: Resource) -> bool:
    """Only a unit at work is looked for where it was last: the dispatcher sees when that was."""
    return resource.is_off_duty and (resource.position_at is None or resource.position_at < now() - STALE_AFTER)


def enter_for_help(actor: Actor, named: str, *, type: str, crew: str = "", issi: str = "") -> Resource:
    """Who is on no list calls for help and becomes a unit, so that the call stands where all others stand.

    Not deployable, until an administrator says whose it is.
    """
    rows = ResourceStatus.objects.visible_to(actor).filter(kind=ResourceStatusKind.STANDING)
    status = rows.filter(deployable=Deployable.NO).order_by("-sort").first() or rows.order_by("-sort").first()
    if status is None or actor.force_id is None:
        raise Conflict("The force's table has no standing State.", code="tables")
    unit: Resource
    with transaction.atomic():
        unit, made = Resource.objects.get_or_create(
            force_id=actor.force_id, call_sign=named[:12],
            defaults={"type": type, "issi": issi, "status": status, "crew": crew[:200]},
        )  # fmt: skip
        if made:
            log.error("emergency.nobody_on_the_list_calls_for_help", unit=named, type=type)
            audit.record(actor, AuditAction.COLLECT, f"incidents.resource:{unit.pk}", fields=[type.lower()])
        elif unit.is_off_duty and unit.crew != crew[:200]:
            Resource.objects.filter(pk=unit.pk).update(crew=crew[:200])
    return unit


def _named(resource: Resource) -> str:
    """Who calls for help, as the log and the incident say it."""
    if resource.is_off_duty:
        return f"Off duty {resource.crew or resource.call_sign}"
    if resource.type == UNKNOWN_RADIO:
        return f"Unknown radio {resource.call_sign}"
    return resource.call_sign


def _raise(actor: Actor, resource: Resource, incident: Incident, row: StateChange, place: Where) -> None:
    lat, lon, position_at = place
    emergency = Emergency.objects.create(
        force_id=resource.force_id, resource=resource, incident=incident, raised_at=row.at, last_pressed_at=row.at,
        source=row.source, lat=lat, lon=lon, position_at=position_at,
    )  # fmt: skip
    audit.record(
        actor, AuditAction.COLLECT, f"incidents.emergency:{emergency.pk}", incident=str(incident.pk), fields=["raised"]
    )
    _tell(emergency)


def _mark(actor: Actor, resource: Resource, incident: Incident) -> Incident:
    """The incident the unit is on becomes an emergency, whatever its grade was."""
    text = f"State 0: {resource.call_sign} calls for emergency assistance."
    write_entry(actor, incident, type=LogType.STATUS, text=text)
    grade = _emergency_grade(incident.force_id)
    if incident.is_open and grade is not None and not incident.current_grade.emergency:
        return change_grade(
            actor=Actor.system(incident.force_id), incident_id=incident.pk, grade_code=grade.code,
            reason=f"State 0 of {resource.call_sign}.",
        )  # fmt: skip
    incident.version += 1
    incident.save(update_fields=["version"])
    announce_change(incident)
    return incident


def _open(resource: Resource, status: ResourceStatus, place: Where, how: str) -> Incident:
    """An incident of its own, at the unit's position. Nobody is on it yet: it stands at the top of every queue."""
    lat, lon, position_at = place
    system = Actor.system(resource.force_id)
    grade, category = _emergency_grade(resource.force_id), _category(status)
    if grade is None or category is None:
        raise Conflict("The force's tables have no emergency grade or no category.", code="tables")
    sign = resource.call_sign
    who = _named(resource)
    words = f"{who}, {lat:.5f}, {lon:.5f}" if lat is not None and lon is not None else f"{who}, position not known"
    incident = open_incident(
        actor=system, channel=Channel.OFFICER, caller_number="", location_text=words,
        caller_name=resource.crew if resource.is_off_duty else sign,
        description=f"State 0: {who} calls for emergency assistance.", grade_code=grade.code,
        category_code=category.code, client_key=None,
    )  # fmt: skip
    if lat is not None and lon is not None:
        report_point(
            actor=Actor.provider(resource.force_id, sign), incident_id=incident.pk, lat=lat, lon=lon,
            radius_m=POSITION_RADIUS_M, source=LocationSource.GPS_DEVICE, fixed_at=position_at, words=words,
            method=how,
        )  # fmt: skip
        incident.refresh_from_db()
    return incident


def _emergency_grade(force_id: int) -> ResponseGrade | None:
    return ResponseGrade.objects.filter(force_id=force_id, emergency=True, active=True).order_by("sort").first()


def _category(status: ResourceStatus) -> IncidentCategory | None:
    """The one in the force's table, else the first of its administration chapter, else any: an emergency waits for no
    table."""
    if status.category is not None and status.category.active:
        return status.category
    rows = IncidentCategory.objects.filter(force_id=status.force_id, active=True)
    return rows.filter(group=CategoryGroup.ADMIN).first() or rows.first()


def acknowledge_emergency(*, actor: Actor, emergency_id: UUID | str) -> Emergency:
    """A person has seen it and acts on it: the sound stops everywhere. The first one counts; again changes nothing.

    Raises NotFound, NotAllowed.
    """
    check_deploy(actor)
    with transaction.atomic():
        emergency = _lock(actor, emergency_id)
        if emergency.status == EmergencyStatus.RAISED:
            emergency.status = EmergencyStatus.ACKNOWLEDGED
            emergency.acknowledged_at, emergency.acknowledged_by_label = now(), actor.label[:100]
            emergency.save(update_fields=["status", "acknowledged_at", "acknowledged_by_label"])
            _note(actor, emergency, f"State 0 of {emergency.resource.call_sign} acknowledged.")
    return emergency


def end_emergency(*, actor: Actor, emergency_id: UUID | str, outcome: str) -> Emergency:
    """The officer is safe, or it was a mistake: said in words. Raises NotFound, NotAllowed, Invalid (outcome), Conflict
    (nobody acknowledged it yet, already over)."""
    check_deploy(actor)
    said = clean_text(outcome, field="outcome", limit=300, required=True)
    with transaction.atomic():
        emergency = _lock(actor, emergency_id)
        if EmergencyStatus.OVER not in EMERGENCY_TRANSITIONS[emergency.status]:
            over = emergency.status == EmergencyStatus.OVER
            raise Conflict("This emergency is already over." if over else "Acknowledge it first.", code="state")
        emergency.status, emergency.outcome = EmergencyStatus.OVER, said
        emergency.over_at, emergency.over_by_label = now(), actor.label[:100]
        emergency.save(update_fields=["status", "outcome", "over_at", "over_by_label"])
        _note(actor, emergency, f"State 0 of {emergency.resource.call_sign} is over: {said}")
    return emergency


def _lock(actor: Actor, emergency_id: UUID | str) -> Emergency:
    """Incident, unit and emergency are taken in this order everywhere; here only the incident's log is written."""
    key = as_uuid(emergency_id)
    found: Emergency | None = Emergency.objects.visible_to(actor).filter(pk=key).first()
    if found is None:
        raise NotFound()
    Incident.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.incident_id)
    rows = Emergency.objects.select_for_update(no_key=True, of=("self",)).select_related("resource", "incident")
    locked: Emergency = rows.get(pk=key)
    return locked


def _note(actor: Actor, emergency: Emergency, text: str) -> None:
    incident = emergency.incident
    write_entry(actor, incident, type=LogType.STATUS, text=text, channel=LogChannel.TYPED)
    audit.record(
        actor, AuditAction.ALTER, f"incidents.emergency:{emergency.pk}", fields=["status"], incident=str(incident.pk)
    )
    _tell(emergency)


def _tell(emergency: Emergency) -> None:
    """On the board, on the incident, and on the topic that every console and every officer's phone follows."""
    event = EmergencyChanged(
        emergency=emergency.pk, incident=emergency.incident_id, serial=emergency.incident.serial,
        call_sign=short_word(emergency.resource.call_sign), status=str(emergency.status), at=emergency.raised_at,
    )  # fmt: skip
    force = emergency.force_id
    publish(event, board_topic(force), emergency_topic(force), incident_topic(emergency.incident_id))
