"""The unit that an officer is booked on with, as their phone shows it: its State, what it may say next, its job."""

from __future__ import annotations

from dataclasses import dataclass

from core.actors import Actor
from incidents.models import Assignment, Emergency, Resource, ResourceStatus
from incidents.permissions import check_work_unit
from incidents.selectors.duty import own_duty
from incidents.states import ResourceStatusKind, StateEffect, state_follows


@dataclass(frozen=True, kw_only=True)
class StateChoice:
    """A State of the force's table; what the job does not allow now stays in its place."""

    code: str
    label: str
    now: bool
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class OwnUnit:
    """`emergency_code` is the State that raises an emergency, by the force's table."""

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
    calls = Emergency.objects.visible_to(actor).open().filter(resource=unit)
    return OwnUnit(
        resource=unit,
        assignment=assignment,
        standing=tuple(_choice(one, unit, step) for one in rows if one.kind == ResourceStatusKind.STANDING),
        messages=tuple(_choice(one, unit, step) for one in rows if one.kind == ResourceStatusKind.MESSAGE),
        emergency=calls.first(),
        emergency_code=next((one.code for one in rows if one.effect == StateEffect.EMERGENCY), ""),
    )


def _choice(status: ResourceStatus, unit: Resource, step: str | None) -> StateChoice:
    return StateChoice(
        code=status.code,
        label=status.label,
        now=status.pk == unit.status_id,
        allowed=state_follows(status.effect, step),
    )
