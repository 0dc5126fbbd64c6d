"""The units of one force in the walls' world: one that is free, its message, and two calls for help."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.clock import now
from core.models import Force
from incidents.models import Emergency, UnitMessage
from incidents.selectors import own_duty
from tests.factories.incidents import make_resource


def units(force: Force, incident_id: UUID) -> dict[str, UUID]:
    """By the names of `sent.THINGS`."""
    free = make_resource(force, call_sign=f"WA{force.code}", lat=53.7, lon=0.4, position_at=now())
    message = UnitMessage.objects.create(
        force=force, resource=free, code="14", label="Urgent call back", at=now(), source="radio"
    )
    pressed = {
        "force": force,
        "incident_id": incident_id,
        "raised_at": now(),
        "last_pressed_at": now(),
        "source": "radio",
    }
    raised = Emergency.objects.create(**pressed, resource=free)
    seen = Emergency.objects.create(
        **pressed, resource=make_resource(force, call_sign=f"WB{force.code}"), status="ACKNOWLEDGED",
        acknowledged_at=now(), acknowledged_by_label="Somebody 1",
    )  # fmt: skip
    return {"unit": free.pk, "unit message": message.pk, "emergency": raised.pk, "emergency seen": seen.pk}


def own_unit(officer: Actor) -> UUID:
    """The unit that the officer is booked on with."""
    duty = own_duty(officer)
    assert duty is not None
    return make_resource(Force.objects.get(pk=officer.force_id), call_sign=duty.call_sign).pk
