"""The unit that an officer is booked on with, as their phone shows it: its State, what it may say next, its job. Of
whoever is on no unit, the call for help that is open."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from core.actors import Actor
from incidents.models import Assignment, Duty, Emergency, Resource, ResourceStatus
from incidents.permissions import check_work_unit
from incidents.selectors.duty import last_shift, own_duty
from incidents.states import OFF_DUTY_UNIT, ResourceStatusKind, StateEffect, state_follows

_ROOM = 8  # characters of a collar number after "OFF "


@dataclass(frozen=True, kw_only=True)
class StateChoice:
    """A State of the force's table; what the job does not allow now stays in its place."""

    code: str
    label: str
    now: bool
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class OwnUnit:
    """`emergency_code` is the State that raises an emergency, by the force's table. `emergency` is the unit's, or one
    that the officer raised before booking on and that is still open."""

    resource: Resource
    assignment: Assignment | None
    standing: tuple[StateChoice, ...]
    messages: tuple[StateChoice, ...]
    emergency: Emergency | None
    emergency_code: str


def own_unit(actor: Actor) -> OwnUnit | None:
    """None while off duty, or booked on with a call sign that is no unit. Five queries; an incident's number and
    nothing personal. Raises NotAllowed."""
    check_work_unit(actor)
    duty = own_duty(actor)
    units = Resource.objects.visible_to(actor).select_related("status")
    unit: Resource | None = units.filter(call_sign=duty.call_sign).first() if duty else None
    if unit is None:
        return None
    jobs = Assignment.objects.visible_to(actor).active().filter(resource=unit)
    assignment: Assignment | None = jobs.select_related("incident__force").first()
    rows = list(ResourceStatus.objects.visible_to(actor).order_by("sort"))
    step = assignment.status if assignment else None
    calls = Emergency.objects.visible_to(actor).open().filter(Q(resource=unit) | _alone(actor))
    return OwnUnit(
        resource=unit,
        assignment=assignment,
        standing=tuple(_choice(one, unit, step) for one in rows if one.kind == ResourceStatusKind.STANDING),
        messages=tuple(_choice(one, unit, step) for one in rows if one.kind == ResourceStatusKind.MESSAGE),
        emergency=calls.select_related("resource").first(),
        emergency_code=next((one.code for one in rows if one.effect == StateEffect.EMERGENCY), ""),
    )


def own_call_for_help(actor: Actor) -> Emergency | None:
    """Of whoever is on no unit now: the open call of their last shift's unit, raised in that shift, else the one they
    made as themselves. At most two queries; a call sign, a status and a time. Raises NotAllowed."""
    check_work_unit(actor)
    found: Emergency | None = call_of_last_shift(actor, last_shift(actor))
    if found is None:
        rows = Emergency.objects.visible_to(actor).open().filter(_alone(actor))
        found = rows.select_related("resource").first()
    return found


def call_of_last_shift(actor: Actor, last: Duty | None) -> Emergency | None:
    """The unit's open call for help, when it was raised in that shift: its crew of now is not the one in trouble."""
    if last is None:
        return None
    during = (last.booked_on_at, last.booked_off_at or last.until)
    rows = Emergency.objects.visible_to(actor).open().filter(resource__call_sign=last.call_sign)
    found: Emergency | None = rows.filter(raised_at__range=during).select_related("resource").first()
    return found


def call_sign_alone(actor: Actor) -> str:
    """What somebody on no unit is called for help by."""
    collar = actor.label.rsplit(" ", 1)[-1]
    return f"OFF {collar}" if len(collar) <= _ROOM else f"O{collar}"  # a call sign has twelve characters


def _alone(actor: Actor) -> Q:
    return Q(resource__type=OFF_DUTY_UNIT, resource__call_sign=call_sign_alone(actor))


def _choice(status: ResourceStatus, unit: Resource, step: str | None) -> StateChoice:
    return StateChoice(
        code=status.code,
        label=status.label,
        now=status.pk == unit.status_id,
        allowed=state_follows(status.effect, step),
    )
